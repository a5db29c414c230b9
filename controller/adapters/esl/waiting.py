"""Who waits for which later event, each until its own time limit, none for ever.

A bgapi waits for the BACKGROUND_JOB with its Job-UUID, an execute for the
CHANNEL_EXECUTE_COMPLETE with its Application-UUID; either also ends by time, by a refusal or
by the loss of the link, and an execute by the hangup of its leg. Whatever ends a wait removes
it, with its timer.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import gevent
import structlog

from controller.errors import CommandTimeout, SwitchError

R = TypeVar("R")
_log = structlog.get_logger(__name__)


class _Wait(Generic[R]):
    __slots__ = ("done", "label", "leg", "timer")

    def __init__(self, done: Callable[[R | SwitchError], None], label: str, leg: str) -> None:
        self.done = done
        self.label = label
        self.leg = leg
        self.timer: Any = None


class Waiting(Generic[R]):
    """Waits by id. `done` callbacks get a result or an error, once, and must not block."""

    def __init__(self) -> None:
        self._waits: dict[str, _Wait[R]] = {}
        self._by_leg: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._waits)

    def __contains__(self, key: str) -> bool:
        return key in self._waits

    @property
    def legs(self) -> set[str]:
        """The legs of all waits."""
        return set(self._by_leg)

    def add(
        self,
        key: str,
        done: Callable[[R | SwitchError], None],
        *,
        timeout: float,
        label: str,
        leg: str = "",
    ) -> None:
        """Wait for `key`, at most `timeout` seconds; `label` names it in errors and logs."""
        wait: _Wait[R] = _Wait(done, label, leg)
        self._waits[key] = wait
        if leg:
            self._by_leg.setdefault(leg, set()).add(key)
        wait.timer = gevent.get_hub().loop.timer(timeout)
        wait.timer.start(self._expire, key, timeout)

    def forget(self, key: str) -> None:
        """End a wait without telling: its command could not even be sent."""
        self._take(key)

    def finish(self, key: str, outcome: R | SwitchError) -> bool:
        """End the wait for `key` with `outcome`; False when nobody waits (any more)."""
        wait = self._take(key)
        if wait is None:
            return False
        try:
            wait.done(outcome)
        except Exception:
            _log.exception("done failed", waiting_for=wait.label)
        return True

    def fail_leg(self, leg: str, error: SwitchError) -> None:
        """End all that waits for something on `leg`."""
        for key in tuple(self._by_leg.get(leg, ())):
            self.finish(key, error)

    def fail_all(self, error: SwitchError) -> None:
        for key in tuple(self._waits):
            self.finish(key, error)

    def _expire(self, key: str, timeout: float) -> None:
        wait = self._waits.get(key)
        if wait is not None:
            what = f"FreeSWITCH did not finish '{wait.label}' within {timeout:g} s"
            self.finish(key, CommandTimeout(f"{what}; it may still do so. Check the leg's state"))

    def _take(self, key: str) -> _Wait[R] | None:
        wait = self._waits.pop(key, None)
        if wait is None:
            return None
        if wait.leg:
            keys = self._by_leg[wait.leg]
            keys.discard(key)
            if not keys:
                del self._by_leg[wait.leg]
        wait.timer.stop()
        wait.timer.close()
        return wait
