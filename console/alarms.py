"""The alarms of this process, kept once for all who read them; whoever has the values brings them."""

from collections.abc import Callable, Iterable

from controller.domain.alarms import Alarm, Alarms, Threshold, Values
from controller.ports import Clock


class AlarmBoard:
    """Nothing of it is saved: after a restart, what is still so alarms anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._alarms = Alarms()
        self._ringing: dict[str, Alarm] = {}
        self._subscribers: list[Callable[[str], None]] = []

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Called with the id of each alarm that rings, rings no more, or looks different. It must return
        at once."""
        self._subscribers.append(callback)

    # --- brought ---------------------------------------------------------------------------------

    def arrange(self, thresholds: Iterable[Threshold]) -> None:
        """These are all from now on; an alarm ends whose threshold is another now."""
        self._alarms.arrange(thresholds, self._clock.now())
        self._tell()

    def observe(self, values: Values) -> None:
        """`values`: of every queue there is, as they are now."""
        self._alarms.observe(values, self._clock.now())
        self._tell()

    def next_change(self) -> float | None:
        """When to observe again though nothing happens (epoch seconds); None: no need to."""
        return self._alarms.next_change(self._clock.now())

    def acknowledge(self, alarm_id: str, by: str) -> Alarm:
        """Somebody has seen it; the first one counts. Raises IllegalCommand when it does not ring."""
        alarm = self._alarms.acknowledge(alarm_id, by, self._clock.now())
        self._tell()
        return alarm

    # --- asked -----------------------------------------------------------------------------------

    @property
    def ringing(self) -> tuple[Alarm, ...]:
        """The oldest first."""
        return tuple(self._ringing.values())

    def find(self, alarm_id: str) -> Alarm | None:
        """One that rings."""
        return self._ringing.get(alarm_id)

    def _tell(self) -> None:
        before, self._ringing = self._ringing, {a.id: a for a in self._alarms.alarming}
        for alarm_id in before | self._ringing:
            if before.get(alarm_id) != self._ringing.get(alarm_id):
                for subscriber in self._subscribers:
                    subscriber(alarm_id)
