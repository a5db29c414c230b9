"""How long a customer will probably wait. docs/waiting.md publishes the method."""

from bisect import insort
from collections.abc import Iterable

#: Of a queue's handled contacts, so many of the newest count, and none that ended so long ago.
HANDLED_MOST, HANDLED_S = 50, 4 * 3600.0


def expected_wait(position: int, handling_s: float, effective: float, free: int) -> float | None:
    """Seconds until the customer at `position` (1 is first) has an agent; None: nobody serves.

    `handling_s`: what a contact takes an agent, wrap-up included. `effective`: agents at work, one who
    serves n queues counting 1/n. `free`: how many of them could take somebody at once.
    """
    if effective <= 0:
        return None
    return max(0, position - free) * handling_s / effective


class HandlingTimes:
    """What one queue's contacts took: seconds by the time they ended."""

    def __init__(self) -> None:
        self._taken: list[tuple[float, float]] = []

    def add(self, ended_at: float, seconds: float) -> None:
        insort(self._taken, (ended_at, seconds))
        del self._taken[:-HANDLED_MOST]

    def mean(self, now: float, assumed: float) -> float:
        """Their mean at `now`; `assumed` when none is left that counts."""
        while self._taken and self._taken[0][0] < now - HANDLED_S:
            del self._taken[0]
        return _mean(seconds for _, seconds in self._taken) if self._taken else assumed

    @property
    def holds_until(self) -> float | None:
        """When the oldest of them ceases to count; None: there is none."""
        return self._taken[0][0] + HANDLED_S if self._taken else None


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
