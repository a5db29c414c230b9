"""Parks a leg, and waits until it is parked.

Not by `uuid_park`: of a leg that it has parked before it only ends the park (CS_PARK to CS_PARK is no
change of state), and then the leg is deaf to everything but its end. A transfer to the application is a
new beginning each time.

It answers before the leg has left what it was at. An application sent in between begins there and is cut
off with it, so nothing may be sent before the leg's next CHANNEL_PARK. One sent just before may not have
begun yet, and would begin in the new park: endless sound, with what is sent next behind it for ever. So
what waits to begin is thrown away first (`all`); the transfer takes the break itself back.
"""

import structlog
from gevent import Timeout

from controller.adapters.esl.calls import Calls
from controller.adapters.esl.link import SwitchLink

log = structlog.get_logger(__name__)

#: Seconds from +OK to CHANNEL_PARK; it takes 20 to 60 ms, on full cores seconds.
PARK_S = 8.0


def park(link: SwitchLink, calls: Calls, leg: str) -> None:
    """Whatever `leg` is at ends, and it is parked. Raises SwitchError, as for a leg that is gone."""
    before = f"uuid_break {leg} all" if leg in calls.music else None
    calls.music.discard(leg)
    waiter = calls.await_park(leg)
    try:
        link.api(f"uuid_transfer {leg} park inline", before=before)
        with Timeout(PARK_S, False):
            waiter.get()
            return
        log.warning("park_not_seen", leg=leg)
    finally:
        calls.parking.pop(leg, None)


def settle(calls: Calls, leg: str) -> None:
    """Wait until a leg whose bridge is ending is parked: what it is told before that is lost."""
    if not calls.being_left(leg):
        return
    waiter = calls.await_park(leg)
    try:
        with Timeout(PARK_S, False):
            waiter.get()
            return
        log.warning("park_not_seen", leg=leg)
        calls.pairs.pop(leg, None)
    finally:
        calls.parking.pop(leg, None)
