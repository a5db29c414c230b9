"""What goes wrong on purpose: slow, reordered, frozen and cut event delivery.

Whatever the fault, the events of one leg keep their order, as FreeSWITCH keeps them.
"""

import random
import time
from collections.abc import Collection

from controller.lab.events import Event, EventBus
from controller.lab.scheduler import Timers


class Faults:
    """Stands between the events and their listeners. Does nothing until told to."""

    def __init__(self, bus: EventBus, timers: Timers) -> None:
        self._bus = bus
        self._timers = timers
        self._seconds = 0.0
        self._names: frozenset[str] | None = None
        self._spread = 0.0
        # Per leg: when the last of its waiting events is due, and how many wait.
        self._due: dict[str, tuple[float, int]] = {}

    def delay(self, seconds: float, names: Collection[str] | None = None) -> None:
        """Deliver events (those called `names`, or all) `seconds` later; 0 stops that."""
        self._seconds = seconds
        self._names = None if names is None else frozenset(names)
        self._arm()

    def reorder(self, seconds: float) -> None:
        """Let legs overtake each other: each event is up to `seconds` late; 0 stops that."""
        self._spread = seconds
        self._arm()

    def _arm(self) -> None:
        active = self._seconds or self._spread or self._due
        self._bus.delivery = self if active else None

    def pass_on(self, event: Event, leg: str) -> None:
        now = time.monotonic()
        late = self._seconds if self._names is None or event.name in self._names else 0.0
        if self._spread:
            late += random.uniform(0.0, self._spread)  # noqa: S311 - chaos, not a secret
        if not late and leg not in self._due:
            self._bus.hand_out(event)
            return
        due, waiting = self._due.get(leg, (0.0, 0))
        due = max(now + late, due)
        self._due[leg] = (due, waiting + 1)
        self._timers.at_in_line(due, lambda: self._release(event, leg))

    def _release(self, event: Event, leg: str) -> None:
        due, waiting = self._due.pop(leg)
        if waiting > 1:
            self._due[leg] = (due, waiting - 1)
        else:
            self._arm()
        self._bus.hand_out(event)
