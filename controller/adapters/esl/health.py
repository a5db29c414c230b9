"""When a link is to be given up, and how long to wait before the next attempt.

Pure: time is an argument. `now` is a monotonic clock, `wall` the time of day, both in seconds.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from controller.adapters.esl.messages import SwitchEvent
from controller.errors import AccessRefused, LinkLost, SwitchError, WrongPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTiming:
    """Limits in seconds; the defaults suit a FreeSWITCH that sends HEARTBEAT every 20 s.

    The pause before attempt n is backoff_first * 2**n, at most backoff_most, times a factor
    between 0.5 and 1 that `jitter` (0.0 to 1.0) picks, so that many controllers do not come
    back at once. A wrong password or a refused address is tried again every `refused_pause`.
    """

    connect: float = 5.0
    command: float = 10.0
    job: float = 60.0
    execute: float = 60.0
    heartbeat: float = 65.0
    lag: float = 2.0
    lag_patience: float = 10.0
    backoff_first: float = 0.2
    backoff_most: float = 10.0
    refused_pause: float = 15.0
    jitter: Callable[[], float] = random.random

    def pause(self, reason: SwitchError, attempt: int) -> float:
        """Seconds before the next attempt, after `attempt` failures in a row before this one."""
        if isinstance(reason, WrongPassword | AccessRefused):
            return self.refused_pause
        grown: float = self.backoff_first * 2.0 ** min(attempt, 30)
        return min(grown, self.backoff_most) * (0.5 + self.jitter() / 2)


class Health:
    """What one event connection's events tell about it."""

    __slots__ = ("_behind_least", "_late_since", "_timing", "lag_seconds", "silent_at")

    def __init__(self, timing: LinkTiming, now: float) -> None:
        self._timing = timing
        self._behind_least: float | None = None
        self._late_since: float | None = None
        self.lag_seconds = 0.0
        self.silent_at = now + timing.heartbeat  # the link is dead if no HEARTBEAT came by then

    def heartbeat(self, now: float) -> None:
        self.silent_at = now + self._timing.heartbeat

    def silence(self) -> SwitchError:
        return LinkLost(
            f"no HEARTBEAT for {self._timing.heartbeat:g} s. Either FreeSWITCH hangs, or its "
            "event-heartbeat-interval (switch.conf.xml) is longer than that"
        )

    def seen(self, event: SwitchEvent, wall: float, now: float) -> SwitchError | None:
        """Measure how late `event` is; an error once events have stayed late too long.

        The least delay ever seen on the connection counts as the difference of the two clocks.
        """
        made = event.timestamp
        if not made:
            return None
        behind = wall - made
        if self._behind_least is None or behind < self._behind_least:
            self._behind_least = behind
        self.lag_seconds = behind - self._behind_least
        if self.lag_seconds <= self._timing.lag:
            self._late_since = None
            return None
        if self._late_since is None:
            self._late_since = now
        if now - self._late_since <= self._timing.lag_patience:
            return None
        return LinkLost(
            f"events come {self.lag_seconds:.1f} s late and do not catch up; dropping what is "
            "queued. Look at the CPU load of FreeSWITCH and of this process"
        )
