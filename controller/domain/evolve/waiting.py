"""On the way to an agent: flow, queue, offers, an outside number."""

from controller.domain import events as e
from controller.domain.evolve.replacing import replace
from controller.domain.model import (
    FlowMark,
    GivenBack,
    Interaction,
    Leg,
    Offer,
    Place,
    Refusal,
    Segment,
    Voicemail,
)
from controller.domain.words import LegRole, Phase, State


def arrived(event: e.Arrived) -> Interaction:
    leg = Leg(id=event.leg, role=LegRole.CUSTOMER, party=event.address, started_at=event.at)
    return Interaction(
        id=event.interaction_id,
        channel=event.channel,
        state=State.ARRIVED,
        address=event.address,
        name=event.name,
        dialled=event.dialled,
        arrived_at=event.at,
        leg=event.leg,
        legs=(leg,),
        version=1,
    )


def flow_started(i: Interaction, event: e.FlowStarted) -> Interaction:
    return replace(i, state=State.IN_FLOW, flow=FlowMark(flow=event.flow))


def step_taken(i: Interaction, event: e.StepTaken) -> Interaction:
    if i.flow is None:
        return i
    flow = replace(
        i.flow,
        step=event.step,
        spent=event.spent,
        variables=dict(event.variables),
        given_back=None,
    )
    return replace(i, flow=flow)


def _give_back(i: Interaction, given_back: GivenBack | None) -> FlowMark | None:
    return i.flow and replace(i.flow, given_back=given_back)


def queued(i: Interaction, event: e.Queued) -> Interaction:
    back = None if i.flow is None else i.flow.given_back
    place = Place(
        queue=event.queue,
        since=event.at - event.credit_s,
        entered_at=event.at,
        priority=event.priority,
        skills=dict(event.skills),
        preferred=event.preferred,
        preferred_since=event.at,
        preferred_until=event.preferred_until,
        overflowed_from=() if back is None or back.to is None else back.overflowed_from,
        terms=event.terms,
    )
    # To whom he is transferred by name may have had him a moment ago.
    named = event.preferred if event.credit_for == "transfer" else None
    refusals = tuple(r for r in i.refusals if r.holds(event.at) and r.agent != named)
    flow = _give_back(i, None)
    return replace(i, state=State.QUEUED, place=place, refusals=refusals, flow=flow)


def left_queue(i: Interaction, event: e.LeftQueue) -> Interaction:
    place = i.place
    back = GivenBack(
        reason=event.reason,
        waited_s=event.waited_s,
        to=event.to,
        since=None if place is None else place.since,
        overflowed_from=() if place is None else (*place.overflowed_from, place.queue),
    )
    return replace(
        i,
        state=State.IN_FLOW,
        place=None,
        overflowed=True,
        queued_s=i.queued_s + event.waited_s,
        flow=_give_back(i, back),
    )


def wait_told(i: Interaction, event: e.WaitTold) -> Interaction:
    return i if i.place is None else replace(i, place=replace(i.place, told_at=event.at))


def turned_away(i: Interaction, event: e.TurnedAway) -> Interaction:
    before = i.flow and i.flow.given_back
    before = before or GivenBack(reason="")
    from_ = (*before.overflowed_from, event.queue)
    back = replace(before, reason=event.reason, to=event.to, overflowed_from=from_)
    return replace(i, overflowed=True, flow=_give_back(i, back))


def refused_by(i: Interaction, agent: str, since: float, retry_at: float) -> Interaction:
    """The agent is not offered this customer before `retry_at`."""
    refusal = Refusal(agent=agent, since=since, until=retry_at)
    return replace(i, refusals=(*(r for r in i.refusals if r.agent != agent), refusal))


def requeued(i: Interaction, event: e.Requeued) -> Interaction:
    if i.place is None:
        return i
    place = replace(i.place, front=True, entered_at=event.at)
    refused = refused_by(i, event.agent, event.at, event.retry_at)
    return replace(refused, state=State.QUEUED, place=place)


def prioritised(i: Interaction, event: e.Prioritised) -> Interaction:
    return i if i.place is None else replace(i, place=replace(i.place, priority=event.priority))


def moved(i: Interaction, event: e.Moved) -> Interaction:
    return replace(i, queued_s=i.queued_s + event.waited_s)


def assigned(i: Interaction, event: e.Assigned) -> Interaction:
    """He stands before all others, whoever had him a moment ago."""
    if i.place is None:
        return i
    place = replace(
        i.place,
        front=True,
        preferred=event.agent,
        preferred_since=event.at,
        preferred_until=event.until,
    )
    refusals = tuple(r for r in i.refusals if r.agent != event.agent)
    return replace(i, place=place, refusals=refusals)


def diverted(i: Interaction, event: e.Diverted) -> Interaction:
    leg = Leg(id=event.leg, role=LegRole.OUTSIDE, party=event.destination, started_at=event.at)
    return replace(
        i,
        state=State.DIVERTED,
        diverted_leg=event.leg,
        diverted_at=None,
        divert_timeout_s=event.timeout_s,
        legs=(*i.legs, leg),
    )


def divert_connected(i: Interaction, event: e.DivertConnected) -> Interaction:
    return replace(i, diverted_at=event.at)


def divert_failed(i: Interaction, event: e.DivertFailed) -> Interaction:
    back = GivenBack(reason=event.cause)
    return replace(i, state=State.IN_FLOW, diverted_leg=None, flow=_give_back(i, back))


def voicemail_left(i: Interaction, event: e.VoicemailLeft) -> Interaction:
    voicemail = Voicemail(
        path=event.path, mailbox=event.mailbox, length_s=event.length_s, left_at=event.at
    )
    return replace(i, voicemails=(*i.voicemails, voicemail))


def offered(i: Interaction, event: e.Offered) -> Interaction:
    offer = Offer(
        id=event.offer_id,
        agent=event.agent,
        leg=event.leg,
        units=event.units,
        made_at=event.at,
        expires_at=event.expires_at,
        why=event.why,
    )
    leg = Leg(id=event.leg, role=LegRole.AGENT, party=event.agent, started_at=event.at)
    return replace(i, state=State.OFFERED, offers=(*i.offers, offer), legs=(*i.legs, leg))


def accept_requested(i: Interaction, event: e.AcceptRequested) -> Interaction:
    offers = tuple(
        replace(offer, accept_requested=True) if offer.id == event.offer_id else offer
        for offer in i.offers
    )
    return replace(i, offers=offers)


def offer_accepted(i: Interaction, event: e.OfferAccepted) -> Interaction:
    offer = i.find_offer(event.offer_id)
    if offer is None or i.place is None:
        return i
    segment = new_segment(i, event.offer_id, event.agent, event.leg, Phase.CONNECTING, event.at)
    waited = max(0.0, event.at - i.place.entered_at)
    return replace(
        i,
        state=State.CONNECTING,
        offers=(),
        segments=(*i.segments, segment),
        queued_s=i.queued_s + waited,
    )


def new_segment(
    i: Interaction, segment_id: str, agent: str, leg: str, phase: Phase, at: float
) -> Segment:
    """By the terms of the place the customer has or had. There is one wherever agents are."""
    assert i.place is not None
    terms = i.place.terms
    return Segment(
        id=segment_id,
        agent=agent,
        leg=leg,
        queue=i.place.queue,
        units=terms.units,
        wrap_up_s=terms.wrap_up_s,
        wrap_up_limit_s=terms.wrap_up_s + terms.wrap_up_extension_s,
        disposition_required=terms.disposition_required,
        phase=phase,
        accepted_at=at,
    )


def _without_offer(i: Interaction, offer_id: str) -> Interaction:
    offers = tuple(offer for offer in i.offers if offer.id != offer_id)
    return replace(i, state=State.OFFERED if offers else State.QUEUED, offers=offers)


def offer_refused(i: Interaction, event: e.OfferDeclined | e.OfferExpired) -> Interaction:
    """The customer keeps his time and stands before all others."""
    place = None if i.place is None else replace(i.place, front=True)
    refused = refused_by(i, event.agent, event.at, event.retry_at)
    return replace(_without_offer(refused, event.offer_id), place=place)


def offer_withdrawn(i: Interaction, event: e.OfferWithdrawn) -> Interaction:
    return _without_offer(i, event.offer_id)
