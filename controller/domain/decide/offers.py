"""Offers: made, accepted in the console, declined, expired."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import Events, find_offer, refuse_known_leg
from controller.domain.model import Interaction, Offer
from controller.errors import CommandOutdated, say


def make_offer(i: Interaction, command: c.MakeOffer, now: float) -> Events:
    if i.place is None:
        raise CommandOutdated(
            say("contact_in_no_queue", "interaction {contact} is in no queue", contact=i.id)
        )
    if command.place is not None and command.place != i.place:
        raise CommandOutdated(
            say(
                "contact_moved",
                "interaction {contact} has another place since it was matched",
                contact=i.id,
            )
        )
    if i.offers and i.place.terms.strategy != "ring_all":
        raise CommandOutdated(
            say(
                "contact_offered",
                "interaction {contact} is being offered to {agent}",
                contact=i.id,
                agent=i.offers[0].agent,
            )
        )
    if any(offer.agent == command.agent for offer in i.offers):
        raise CommandOutdated(
            say("agent_has_offer", "agent {agent} has this offer already", agent=command.agent)
        )
    if any(refusal.agent == command.agent and refusal.holds(now) for refusal in i.refusals):
        raise CommandOutdated(
            say("agent_had_offer", "agent {agent} had this offer a moment ago", agent=command.agent)
        )
    refuse_known_leg(i, command.leg)
    yield e.Offered(
        interaction_id=i.id,
        at=now,
        offer_id=command.offer_id,
        agent=command.agent,
        leg=command.leg,
        units=i.place.terms.units,
        expires_at=now + i.place.terms.offer_s,
        why=command.why,
    )


def accept_offer(i: Interaction, command: c.AcceptOffer, now: float) -> Events:
    offer = find_offer(i, command.offer_id)
    if not offer.accept_requested:
        yield e.AcceptRequested(interaction_id=i.id, at=now, offer_id=offer.id, agent=offer.agent)


def decline_offer(i: Interaction, command: c.DeclineOffer, now: float) -> Events:
    yield from decline(i, find_offer(i, command.offer_id), command.reason, now)


def expire_offer(i: Interaction, command: c.ExpireOffer, now: float) -> Events:
    yield from expire(i, find_offer(i, command.offer_id), now)


def decline(
    i: Interaction, offer: Offer, reason: str, at: float, unreachable: bool = False
) -> Events:
    assert i.place is not None
    yield e.OfferDeclined(
        interaction_id=i.id,
        at=at,
        offer_id=offer.id,
        agent=offer.agent,
        leg=offer.leg,
        reason=reason,
        retry_at=at + i.place.terms.retry_after_s,
        unreachable=unreachable,
    )


def expire(i: Interaction, offer: Offer, at: float) -> Events:
    assert i.place is not None
    yield e.OfferExpired(
        interaction_id=i.id,
        at=at,
        offer_id=offer.id,
        agent=offer.agent,
        leg=offer.leg,
        retry_at=at + i.place.terms.retry_after_s,
    )
