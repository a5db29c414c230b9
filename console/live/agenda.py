"""Something to be done at a time on the clock, once; nothing looks at the clock in between."""

from collections.abc import Callable
from typing import Any, Protocol

from gevent import get_hub

from controller.greenlets import spawn
from controller.ports import Clock

#: Seconds. A loop's timer knows nothing of clocks that are set, nor of days: it is asked again.
LONGEST_S = 3600.0


class Agenda(Protocol):
    def set(self, key: str, at: float, action: Callable[[], None]) -> None:
        """Replace what is due under this key. `at`: epoch seconds."""

    def cancel(self, key: str) -> None:
        """Nothing happens when there is none."""


class LoopAgenda:
    """An agenda on gevent's loop; each action has a greenlet of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timers: dict[str, Any] = {}

    def set(self, key: str, at: float, action: Callable[[], None]) -> None:
        self.cancel(key)
        left_s = at - self._clock.now()
        timer = get_hub().loop.timer(min(max(0.0, left_s), LONGEST_S))
        self._timers[key] = timer
        timer.start(self._fire, key, at, action)

    def cancel(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.stop()
            timer.close()

    def stop(self) -> None:
        for key in list(self._timers):
            self.cancel(key)

    def _fire(self, key: str, at: float, action: Callable[[], None]) -> None:
        self.cancel(key)
        if self._clock.now() < at:
            self.set(key, at, action)
        else:
            spawn(f"due:{key.partition(':')[0]}", action)
