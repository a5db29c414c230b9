"""The offer."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import MarkNotResponding
from controller.domain.model import Interaction
from controller.domain.words import LegRole
from controller.ports import Ports
from controller.reactions.parts import SPARE_S, medium, release, take_units
from controller.reactions.waiting import stop_watching

#: Seconds by which a phone may ring too short because the offer's save took its time; more are added.
AT_ONCE_S = 1.0


def _key(offer_id: str) -> str:
    return f"offer:{offer_id}"


def watch(ports: Ports, i: Interaction, offer_id: str, expires_at: float) -> None:
    command = c.ExpireOffer(interaction_id=i.id, offer_id=offer_id)
    ports.timers.set(_key(offer_id), expires_at, command)


def ring(ports: Ports, i: Interaction, event: e.Offered) -> None:
    if i.find_offer(event.offer_id) is None:
        return
    limit_s = event.expires_at - event.at
    medium(ports, i).ring(i, event.agent, event.leg, limit_s + SPARE_S, LegRole.AGENT)
    # The save may have waited for the database: the phone rings from now on, and has its time.
    full_time = ports.clock.now() + limit_s - AT_ONCE_S
    watch(ports, i, event.offer_id, max(event.expires_at, full_time))


def pick_up(ports: Ports, i: Interaction, event: e.AcceptRequested) -> None:
    offer = i.find_offer(event.offer_id)
    if offer is not None:
        medium(ports, i).pick_up(i, offer.leg)


def begin_segment(ports: Ports, i: Interaction, event: e.OfferAccepted) -> None:
    ports.timers.cancel(_key(event.offer_id))
    stop_watching(ports, i)
    segment = i.find_segment(event.offer_id)
    if segment is not None:
        take_units(ports, i, event.agent, segment.units, "on a contact")
    medium(ports, i).connect(i, event.leg)


def close_offer(
    ports: Ports, i: Interaction, event: e.OfferDeclined | e.OfferExpired | e.OfferWithdrawn
) -> None:
    ports.timers.cancel(_key(event.offer_id))
    medium(ports, i).drop(i, event.leg, "ORIGINATOR_CANCEL")
    release(ports, event.agent, i)


def distrust_phone(ports: Ports, i: Interaction, event: e.OfferDeclined | e.OfferExpired) -> None:
    """A phone left alone or out of reach must not eat the next caller too. While the link to the switch
    is down nobody knows what a phone did, and nobody is blamed."""
    if not medium(ports, i).ready:
        return
    if isinstance(event, e.OfferExpired):
        reason = "did not answer an offer"
    elif event.unreachable:
        reason = f"phone not reachable: {event.reason}"
    else:
        return
    # At once, for the next caller may be waiting; the declared status follows by its own command.
    ports.agents.distrust(event.agent)
    ports.submit(MarkNotResponding(agent_id=event.agent, reason=reason))
