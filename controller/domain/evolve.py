"""Event -> next interaction, one small function per event, gathered in the table APPLY. Arrived is not
in it, for it makes the first.

Nothing here decides: an event that has happened is taken as it is, so replaying yesterday's events
gives yesterday's states.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from controller.domain import events as e
from controller.domain.model import (
    FlowMark,
    GivenBack,
    Interaction,
    Leg,
    LegRole,
    Offer,
    Phase,
    Place,
    Recording,
    Refusal,
    Segment,
    State,
    Voicemail,
)


def evolve(interaction: Interaction | None, event: e.Event) -> Interaction:
    """The interaction after `event`. Only Arrived may come to None."""
    if interaction is None:
        if not isinstance(event, e.Arrived):
            raise ValueError(f"{type(event).__name__} came before Arrived")
        return _arrived(event)
    after = APPLY[type(event)](interaction, event)
    return replace(after, version=interaction.version + 1)


def _arrived(event: e.Arrived) -> Interaction:
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


def _flow_started(i: Interaction, event: e.FlowStarted) -> Interaction:
    return replace(i, state=State.IN_FLOW, flow=FlowMark(flow=event.flow))


def _step_taken(i: Interaction, event: e.StepTaken) -> Interaction:
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


def _queued(i: Interaction, event: e.Queued) -> Interaction:
    place = Place(
        queue=event.queue,
        since=event.at - event.credit_s,
        entered_at=event.at,
        priority=event.priority,
        skills=dict(event.skills),
        preferred=event.preferred,
        preferred_until=event.preferred_until,
        terms=event.terms,
    )
    flow = _give_back(i, None)
    return replace(i, state=State.QUEUED, place=place, refusals=(), flow=flow)


def _left_queue(i: Interaction, event: e.LeftQueue) -> Interaction:
    back = GivenBack(
        reason=event.reason,
        waited_s=event.waited_s,
        to=event.to,
        since=None if i.place is None else i.place.since,
    )
    return replace(
        i,
        state=State.IN_FLOW,
        place=None,
        overflowed=True,
        queued_s=i.queued_s + event.waited_s,
        flow=_give_back(i, back),
    )


def _turned_away(i: Interaction, event: e.TurnedAway) -> Interaction:
    before = i.flow and i.flow.given_back
    back = replace(before or GivenBack(reason=""), reason=event.reason, to=event.to)
    return replace(i, overflowed=True, flow=_give_back(i, back))


def _refused(i: Interaction, agent: str, retry_at: float) -> Interaction:
    refusals = (*(r for r in i.refusals if r.agent != agent), Refusal(agent=agent, until=retry_at))
    place = None if i.place is None else replace(i.place, front=True)
    return replace(i, state=State.QUEUED, offer=None, refusals=refusals, place=place)


def _requeued(i: Interaction, event: e.Requeued) -> Interaction:
    if i.place is None:
        return i
    place = replace(i.place, front=True, entered_at=event.at)
    return replace(_refused(i, event.agent, event.retry_at), place=place)


def _diverted(i: Interaction, event: e.Diverted) -> Interaction:
    leg = Leg(id=event.leg, role=LegRole.OUTSIDE, party=event.destination, started_at=event.at)
    return replace(
        i,
        state=State.DIVERTED,
        diverted_leg=event.leg,
        divert_timeout_s=event.timeout_s,
        legs=(*i.legs, leg),
    )


def _divert_answered(i: Interaction, event: e.DivertAnswered) -> Interaction:
    return i


def _divert_failed(i: Interaction, event: e.DivertFailed) -> Interaction:
    back = GivenBack(reason=event.cause)
    return replace(i, state=State.IN_FLOW, diverted_leg=None, flow=_give_back(i, back))


def _voicemail_left(i: Interaction, event: e.VoicemailLeft) -> Interaction:
    voicemail = Voicemail(
        path=event.path, mailbox=event.mailbox, length_s=event.length_s, left_at=event.at
    )
    return replace(i, voicemails=(*i.voicemails, voicemail))


def _offered(i: Interaction, event: e.Offered) -> Interaction:
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
    return replace(i, state=State.OFFERED, offer=offer, legs=(*i.legs, leg))


def _accept_requested(i: Interaction, event: e.AcceptRequested) -> Interaction:
    return i if i.offer is None else replace(i, offer=replace(i.offer, accept_requested=True))


def _offer_accepted(i: Interaction, event: e.OfferAccepted) -> Interaction:
    if i.offer is None or i.place is None:
        return i
    segment = Segment(
        id=event.offer_id,
        agent=event.agent,
        leg=event.leg,
        queue=i.place.queue,
        units=i.offer.units,
        wrap_up_s=i.place.terms.wrap_up_s,
        phase=Phase.CONNECTING,
        accepted_at=event.at,
    )
    waited = max(0.0, event.at - i.place.entered_at)
    return replace(
        i,
        state=State.CONNECTING,
        offer=None,
        segments=(*i.segments, segment),
        queued_s=i.queued_s + waited,
    )


def _offer_declined(i: Interaction, event: e.OfferDeclined) -> Interaction:
    return _refused(i, event.agent, event.retry_at)


def _offer_expired(i: Interaction, event: e.OfferExpired) -> Interaction:
    return _refused(i, event.agent, event.retry_at)


def _offer_withdrawn(i: Interaction, event: e.OfferWithdrawn) -> Interaction:
    return replace(i, state=State.QUEUED, offer=None)


def _change_segment(i: Interaction, segment_id: str, **changes: Any) -> Interaction:
    segments = tuple(replace(s, **changes) if s.id == segment_id else s for s in i.segments)
    return replace(i, segments=segments)


def _connected(i: Interaction, event: e.Connected) -> Interaction:
    i = _change_segment(i, event.segment_id, phase=Phase.TALKING, connected_at=event.at)
    return replace(i, state=State.CONNECTED)


def _held(i: Interaction, event: e.Held) -> Interaction:
    return _change_segment(
        i,
        event.segment_id,
        phase=Phase.HELD,
        held_since=event.at,
        held_by_phone=event.by_phone,
    )


def _end_hold(segment: Segment, at: float) -> Segment:
    if segment.held_since is None:
        return segment
    return replace(
        segment,
        held_since=None,
        held_by_phone=False,
        held_s=segment.held_s + max(0.0, at - segment.held_since),
        holds=segment.holds + 1,
    )


def _resumed(i: Interaction, event: e.Resumed) -> Interaction:
    segments = tuple(
        replace(_end_hold(s, event.at), phase=Phase.TALKING) if s.id == event.segment_id else s
        for s in i.segments
    )
    return replace(i, segments=segments)


def _segment_ended(i: Interaction, event: e.SegmentEnded) -> Interaction:
    segments = tuple(
        replace(_end_hold(s, event.at), phase=Phase.WRAP_UP, ended_at=event.at, ended_by=event.by)
        if s.id == event.segment_id
        else s
        for s in i.segments
    )
    return replace(i, segments=segments)


def _wrap_up_started(i: Interaction, event: e.WrapUpStarted) -> Interaction:
    return _change_segment(i, event.segment_id, wrap_up_until=event.until)


def _segment_closed(i: Interaction, event: e.SegmentClosed) -> Interaction:
    return _change_segment(i, event.segment_id, phase=Phase.CLOSED, closed_at=event.at)


def _disposed(i: Interaction, event: e.Disposed) -> Interaction:
    return _change_segment(i, event.segment_id, disposition=event.code, notes=event.notes)


def _leg_answered(i: Interaction, event: e.LegAnswered) -> Interaction:
    legs = tuple(replace(g, answered_at=event.at) if g.id == event.leg else g for g in i.legs)
    return replace(i, legs=legs)


def _leg_ended(i: Interaction, event: e.LegEnded) -> Interaction:
    legs = tuple(
        replace(g, ended_at=event.at, cause=event.cause) if g.id == event.leg else g for g in i.legs
    )
    return replace(i, legs=legs)


def _leg_unwanted(i: Interaction, event: e.LegUnwanted) -> Interaction:
    return i


def _recording_started(i: Interaction, event: e.RecordingStarted) -> Interaction:
    recording = Recording(
        id=event.recording_id, segment=event.segment_id, path=event.path, started_at=event.at
    )
    return replace(i, recordings=(*i.recordings, recording))


def _recording_stopped(i: Interaction, event: e.RecordingStopped) -> Interaction:
    recordings = tuple(
        replace(
            r,
            ended_at=event.at,
            length_s=event.length_s,
            sha256=event.sha256,
            error=event.error,
        )
        if r.id == event.recording_id
        else r
        for r in i.recordings
    )
    return replace(i, recordings=recordings)


def _recording_failed(i: Interaction, event: e.RecordingFailed) -> Interaction:
    failed = Recording(
        id=event.recording_id,
        segment=event.segment_id,
        path=event.path,
        started_at=event.at,
        ended_at=event.at,
        length_s=0.0,
        error=event.error,
    )
    return replace(i, recordings=(*i.recordings, failed))


def _ended(i: Interaction, event: e.Ended) -> Interaction:
    waited = 0.0
    if i.state in (State.QUEUED, State.OFFERED) and i.place is not None:
        waited = max(0.0, event.at - i.place.entered_at)
    return replace(
        i,
        state=State.ENDED,
        offer=None,
        outcome=event.outcome,
        reason=event.reason,
        ended_at=event.at,
        queued_s=i.queued_s + waited,
    )


APPLY: dict[type[e.Event], Callable[[Interaction, Any], Interaction]] = {
    e.FlowStarted: _flow_started,
    e.StepTaken: _step_taken,
    e.Queued: _queued,
    e.LeftQueue: _left_queue,
    e.TurnedAway: _turned_away,
    e.Requeued: _requeued,
    e.Diverted: _diverted,
    e.DivertAnswered: _divert_answered,
    e.DivertFailed: _divert_failed,
    e.VoicemailLeft: _voicemail_left,
    e.Offered: _offered,
    e.AcceptRequested: _accept_requested,
    e.OfferAccepted: _offer_accepted,
    e.OfferDeclined: _offer_declined,
    e.OfferExpired: _offer_expired,
    e.OfferWithdrawn: _offer_withdrawn,
    e.Connected: _connected,
    e.Held: _held,
    e.Resumed: _resumed,
    e.SegmentEnded: _segment_ended,
    e.WrapUpStarted: _wrap_up_started,
    e.SegmentClosed: _segment_closed,
    e.Disposed: _disposed,
    e.LegAnswered: _leg_answered,
    e.LegEnded: _leg_ended,
    e.LegUnwanted: _leg_unwanted,
    e.RecordingStarted: _recording_started,
    e.RecordingStopped: _recording_stopped,
    e.RecordingFailed: _recording_failed,
    e.Ended: _ended,
}
