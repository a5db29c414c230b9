"""The clock on the wall, and timers on gevent's event loop: one loop timer each, no greenlet."""

import time
from collections.abc import Callable
from typing import Any

from gevent import get_hub

from controller.ports import AnyCommand


class SystemClock:
    """Clock."""

    def now(self) -> float:
        return time.time()


class LoopTimers:
    """Timers. `submit` is called from the hub, so it must not block; the engine's does not."""

    def __init__(self, submit: Callable[[AnyCommand], None]) -> None:
        self._submit = submit
        self._timers: dict[str, Any] = {}

    def set(self, key: str, at: float, command: AnyCommand) -> None:
        self.cancel(key)
        timer = get_hub().loop.timer(max(0.0, at - time.time()))
        self._timers[key] = timer
        timer.start(self._fire, key, command)

    def cancel(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.stop()
            timer.close()

    def stop(self) -> None:
        for key in list(self._timers):
            self.cancel(key)

    def _fire(self, key: str, command: AnyCommand) -> None:
        self.cancel(key)
        self._submit(command)
