"""Time that stands still until it is told: the twin of the clock and the timers."""

from collections.abc import Callable

from controller.ports import AnyCommand


class ManualClock:
    """Clock that moves only by `pass_`."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def pass_(self, seconds: float) -> None:
        self._now += seconds


class ManualTimers:
    """Timers over a ManualClock: `fire_due` sends what has come due, in order of time."""

    def __init__(self, clock: ManualClock, submit: Callable[[AnyCommand], None]) -> None:
        self._clock = clock
        self._submit = submit
        self._timers: dict[str, tuple[float, AnyCommand]] = {}

    def set(self, key: str, at: float, command: AnyCommand) -> None:
        if at <= self._clock.now():
            self.cancel(key)
            self._submit(command)
        else:
            self._timers[key] = (at, command)

    def cancel(self, key: str) -> None:
        self._timers.pop(key, None)

    def fire_due(self) -> None:
        due = sorted((at, key) for key, (at, _) in self._timers.items() if at <= self._clock.now())
        for _, key in due:
            self._submit(self._timers.pop(key)[1])
