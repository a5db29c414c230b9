"""Slows down whoever keeps trying tokens that do not exist, and whoever changes things without end."""

import math
from collections import OrderedDict
from dataclasses import dataclass, field

#: Unknown tokens from one address, before it has to wait. Only failures are counted: one stale script
#: must not shut out the colleagues who share its address.
GUESSES, GUESS_S = 10, 6.0

#: Requests that change something (each may be kept for ever as an event), by token: of one agent, who
#: clicks, and of any other, which may speak for all of them.
AGENT_CHANGES, AGENT_CHANGE_S = 60, 0.2
CHANGES, CHANGE_S = 1000, 0.01


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Throttle:
    """A bucket per key (an address, a token), in memory, for the last `keys` of them: `burst` at once,
    then one every `refill_s` seconds."""

    def __init__(self, *, burst: int, refill_s: float, keys: int = 10_000) -> None:
        self._burst = burst
        self._refill_s = refill_s
        self._keys = keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str, now: float) -> int:
        """Count one more. 0: bear with it; else the seconds after which to try again."""
        bucket = self._buckets.pop(key, None) or _Bucket(left=self._burst, at=now)
        self._buckets[key] = bucket  # the last used is the last forgotten
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        self._refill(bucket, now)
        if bucket.left >= 1:
            bucket.left -= 1
            return 0
        return self._wait_of(bucket)

    def wait(self, key: str, now: float) -> int:
        """What `take` would answer; nothing is counted."""
        bucket = self._buckets.get(key)
        if bucket is None:
            return 0
        self._refill(bucket, now)
        return 0 if bucket.left >= 1 else self._wait_of(bucket)

    def give_back(self, key: str) -> None:
        """What was taken last does not count after all."""
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.left = min(float(self._burst), bucket.left + 1)

    def _refill(self, bucket: _Bucket, now: float) -> None:
        earned = max(0.0, now - bucket.at) / self._refill_s
        bucket.left = min(float(self._burst), bucket.left + earned)
        bucket.at = now

    def _wait_of(self, bucket: _Bucket) -> int:
        return math.ceil((1 - bucket.left) * self._refill_s)

    def __len__(self) -> int:
        return len(self._buckets)


@dataclass(frozen=True, slots=True)
class Throttles:
    """Of the API: who guesses at tokens, and who changes things."""

    guesses: Throttle = field(default_factory=lambda: Throttle(burst=GUESSES, refill_s=GUESS_S))
    of_agents: Throttle = field(
        default_factory=lambda: Throttle(burst=AGENT_CHANGES, refill_s=AGENT_CHANGE_S)
    )
    of_others: Throttle = field(default_factory=lambda: Throttle(burst=CHANGES, refill_s=CHANGE_S))
