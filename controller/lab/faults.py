"""What goes wrong on purpose: events late, overtaken, lost or doubled, and a socket cut at a command.

Whatever the fault, the events of one leg keep their order, as FreeSWITCH keeps them.
"""

import random
import time
from collections.abc import Collection
from dataclasses import dataclass

from controller.lab.events import Event, EventBus
from controller.lab.scheduler import Timers


@dataclass(frozen=True, slots=True)
class Trap:
    """Every socket is cut when a request comes that contains `text`: before it is carried out, or
    after, so that nobody hears the answer."""

    text: str
    carried_out: bool


@dataclass(slots=True)
class _Some:
    """The next `count` events of these names; None: of any name."""

    count: int = 0
    names: frozenset[str] | None = None

    def ask(self, count: int, names: Collection[str] | None) -> None:
        self.count = count
        self.names = None if names is None else frozenset(names)

    def take(self, event: Event) -> bool:
        """Whether this event is one of them; then there is one less."""
        if not self.count or (self.names is not None and event.name not in self.names):
            return False
        self.count -= 1
        return True


class Faults:
    """Stands between the events and their listeners. Does nothing until told to."""

    def __init__(self, bus: EventBus, timers: Timers) -> None:
        self._bus = bus
        self._timers = timers
        self._seconds = 0.0
        self._names: frozenset[str] | None = None
        self._spread = 0.0
        self._lost = _Some()
        self._doubled = _Some()
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

    def lose(self, count: int, names: Collection[str] | None = None) -> None:
        """The next `count` events (called `names`, or any) reach nobody; 0 stops that."""
        self._lost.ask(count, names)
        self._arm()

    def double(self, count: int, names: Collection[str] | None = None) -> None:
        """The next `count` events (called `names`, or any) come twice; 0 stops that."""
        self._doubled.ask(count, names)
        self._arm()

    @property
    def late(self) -> int:
        """How many events are on their way."""
        return sum(waiting for _, waiting in self._due.values())

    def forget(self) -> None:
        """The switch has died, and what it had not said yet is not said any more."""
        self._due = {}
        self._arm()

    def _arm(self) -> None:
        some = self._lost.count or self._doubled.count
        active = self._seconds or self._spread or self._due or some
        self._bus.delivery = self if active else None

    def pass_on(self, event: Event, leg: str) -> None:
        if self._lost.take(event):
            self._arm()
            return
        self._hand_on(event, leg)
        if self._doubled.take(event):
            self._hand_on(event, leg)
        self._arm()

    def _hand_on(self, event: Event, leg: str) -> None:
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
        all_due = self._due
        self._timers.at_in_line(due, lambda: self._release(event, leg, all_due))

    def _release(self, event: Event, leg: str, all_due: dict[str, tuple[float, int]]) -> None:
        if all_due is not self._due:
            return  # forgotten
        due, waiting = self._due.pop(leg)
        if waiting > 1:
            self._due[leg] = (due, waiting - 1)
        else:
            self._arm()
        self._bus.hand_out(event)
