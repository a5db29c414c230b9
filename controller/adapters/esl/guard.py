"""The dead-man switch: a customer whom no controller renews is sent to the dialplan's fallback.

Each guarded leg has a transfer pending in FreeSWITCH, in the leg's own group of tasks (the dialplan
sets the first one). While this process lives it is put off again and again; when the process dies, it
comes true.

FreeSWITCH deletes tasks by group, so a renewal sets a spare in a second group before it replaces the
first: killed between any two commands, we leave a leg that still has its deadline.
"""

from dataclasses import dataclass
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

#: Of the time that the dialplan gives a leg, so much passes until the first renewal: many need none any more
#: by then, and each is four commands.
FIRST = 0.4

#: Seconds that the dialplan gives a leg, if it does not say (`tandem_deadline`): the least it may be told.
LEAST_S = 2.0

#: What the spare's group has after the leg's uuid.
SPARE = "~spare"


@dataclass(slots=True, eq=False)
class _Watch:
    """`renewed`: a spare may be pending in the switch."""

    timer: Any
    renewed: bool = False


class Guard:
    """Guards legs from `meet` or `take` to `leave`."""

    def __init__(self, link: SwitchLink) -> None:
        self._link = link
        self._kept: dict[str, _Watch] = {}

    def __len__(self) -> int:
        """How many legs are renewed: a gauge, 0 when all is quiet."""
        return len(self._kept)

    def meet(self, leg: str, age_s: float, deadline_s: float = LEAST_S) -> None:
        """Guard a leg that the dialplan has given `deadline_s`, `age_s` ago. Raises as `take`, but returns at
        once while there is time."""
        left_s = FIRST * deadline_s - age_s
        if left_s <= 0:
            self.take(leg)
        elif leg not in self._kept:
            self._kept[leg] = self._watch(leg, left_s)

    def take(self, leg: str) -> None:
        """Guard a leg whose deadline, if it has one, may be near; at once when it is guarded already.

        Blocks until FreeSWITCH has the new deadline. Raises SwitchError; of a leg that has hung up
        nothing is kept.
        """
        if leg in self._kept:
            return
        watch = self._kept[leg] = self._watch(leg, RENEW_S)
        self._renew(leg, watch)

    def leave(self, leg: str) -> None:
        """No deadline any more: the customer talks, or leaves the system. Raises SwitchError."""
        watch = self._kept.get(leg)
        self.forget(leg)
        self._link.api(f"sched_del {leg}")
        if watch is None or watch.renewed:  # None: whoever guarded him before us may have
            self._link.api(f"sched_del {leg}{SPARE}")

    def forget(self, leg: str) -> None:
        """The leg is gone."""
        watch = self._kept.pop(leg, None)
        if watch is not None:
            watch.timer.stop()
            watch.timer.close()

    def stop(self) -> None:
        """Renew nothing more; what is pending in the switch comes true in its time."""
        for leg in list(self._kept):
            self.forget(leg)

    def _watch(self, leg: str, after_s: float) -> _Watch:
        timer = get_hub().loop.timer(after_s, RENEW_S)
        watch = _Watch(timer)
        timer.start(lambda: spawn("guard", self._due, leg, watch))
        return watch

    def _due(self, leg: str, watch: _Watch) -> None:
        try:
            self._renew(leg, watch)
        except SwitchError as error:
            # A lost link is looked after by resynchronisation, a lost leg by its event.
            log.info("guard_not_renewed", leg=leg, problem=str(error))

    def _renew(self, leg: str, watch: _Watch) -> None:
        """Between two commands the leg may be left: then no deadline may stay behind.

        `leave` deletes what was set before it, for commands are carried out in the order they are
        sent; after it, nothing is set. Only sched_transfer tells of a leg that is gone.
        """
        if self._kept.get(leg) is not watch:
            return
        watch.renewed = True
        self._link.api(f"sched_api +{LIMIT_S} {leg}{SPARE} uuid_transfer {leg} {FALLBACK}")
        try:
            if self._kept.get(leg) is watch:
                self._link.api(f"sched_del {leg}")
            if self._kept.get(leg) is watch:
                self._link.api(f"sched_transfer +{LIMIT_S} {leg} {FALLBACK}")
        except CommandRefused:
            if self._kept.get(leg) is watch:
                self.forget(leg)
            raise
        finally:
            self._link.api(f"sched_del {leg}{SPARE}")
