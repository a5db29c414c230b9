"""The dead-man switch: a customer whom no controller renews is sent to the dialplan's fallback.

Each guarded leg has a `sched_transfer` pending in FreeSWITCH (the dialplan sets the first one). While
this process lives it is put off again and again; when the process dies, it comes true.
"""

from typing import Any

import structlog
from gevent import get_hub

from controller.adapters.esl.link import SwitchLink
from controller.errors import CommandRefused, SwitchError
from controller.greenlets import spawn

log = structlog.get_logger(__name__)

FALLBACK = "fallback XML tandem-fallback"

#: Seconds without renewal until the fallback, and between renewals.
LIMIT_S = 60
RENEW_S = 20


class Guard:
    """Guards legs from `take` to `leave`."""

    def __init__(self, link: SwitchLink) -> None:
        self._link = link
        self._timers: dict[str, Any] = {}

    def take(self, leg: str) -> None:
        """Blocks until FreeSWITCH has the new deadline. Raises SwitchError.

        Of a leg that has hung up meanwhile nothing is kept.
        """
        self._schedule(leg)
        try:
            self._renew(leg)
            if self._link.api(f"uuid_exists {leg}").strip() != "true":
                self.forget(leg)
        except CommandRefused:
            self.forget(leg)
            raise

    def leave(self, leg: str) -> None:
        """No deadline any more: the customer talks, or leaves the system. Raises SwitchError."""
        self.forget(leg)
        self._link.api(f"sched_del {leg}")

    def forget(self, leg: str) -> None:
        """The leg is gone."""
        timer = self._timers.pop(leg, None)
        if timer is not None:
            timer.stop()
            timer.close()

    def stop(self) -> None:
        """Renew nothing more; what is pending in the switch comes true in its time."""
        for leg in list(self._timers):
            self.forget(leg)

    def _schedule(self, leg: str) -> None:
        self.forget(leg)
        timer = get_hub().loop.timer(RENEW_S)
        self._timers[leg] = timer
        timer.start(lambda: spawn("guard", self._due, leg))

    def _due(self, leg: str) -> None:
        if leg not in self._timers:
            return
        self._schedule(leg)
        try:
            self._renew(leg)
        except SwitchError as error:
            # A lost link is looked after by resynchronisation, a lost leg by its event.
            log.info("guard_not_renewed", leg=leg, problem=str(error))

    def _renew(self, leg: str) -> None:
        """Between two commands the leg may be left: then no deadline may stay behind."""
        self._link.api(f"sched_del {leg}")
        if leg not in self._timers:
            return
        self._link.api(f"sched_transfer +{LIMIT_S} {leg} {FALLBACK}")
        if leg not in self._timers:
            self._link.api(f"sched_del {leg}")
