"""Slows down whoever keeps trying tokens that do not exist."""

import math
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class FailureThrottle:
    """A bucket of allowed failures per address, in memory, for the last `addresses` of them.

    `burst` failures at once, then one every `refill_s` seconds. Only failures are counted: one stale
    script must not shut out the colleagues who share its address.
    """

    def __init__(self, *, burst: int = 10, refill_s: float = 6.0, addresses: int = 10_000) -> None:
        self._burst = burst
        self._refill_s = refill_s
        self._addresses = addresses
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def fail(self, address: str, now: float) -> int:
        """Count a failure. 0: bear with it; else the seconds after which to try again."""
        bucket = self._buckets.pop(address, None) or _Bucket(left=self._burst, at=now)
        self._buckets[address] = bucket  # the last used is the last forgotten
        if len(self._buckets) > self._addresses:
            self._buckets.popitem(last=False)
        earned = max(0.0, now - bucket.at) / self._refill_s
        bucket.left = min(float(self._burst), bucket.left + earned)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0
        return math.ceil((1 - bucket.left) * self._refill_s)

    def __len__(self) -> int:
        return len(self._buckets)
