"""Together: segments, hold, transfers, consults, monitors, wrap-up."""

from typing import Any

from controller.domain import events as e
from controller.domain.evolve.replacing import replace
from controller.domain.evolve.waiting import new_segment, refused_by
from controller.domain.model import Consult, Interaction, Leg, Monitor, Place, Segment
from controller.domain.words import ConsultPhase, Direction, LegRole, Party, Phase, State

# --- an agent's own call ---------------------------------------------------------------------------


def call_placed(event: e.CallPlaced) -> Interaction:
    agent = Leg(id=event.agent_leg, role=LegRole.AGENT, party=event.agent, started_at=event.at)
    i = Interaction(
        id=event.interaction_id,
        channel=event.channel,
        state=State.DIALLING,
        direction=Direction.OUTBOUND,
        address=event.address,
        name="",
        dialled=event.dialled,
        arrived_at=event.at,
        leg=event.leg,
        place=Place(queue=event.queue, since=event.at, entered_at=event.at, terms=event.terms),
        legs=(agent,),
        version=1,
    )
    segment = new_segment(
        i, event.segment_id, event.agent, event.agent_leg, Phase.CONNECTING, event.at
    )
    return replace(i, segments=(segment,))


def customer_dialled(i: Interaction, event: e.CustomerDialled) -> Interaction:
    leg = Leg(id=event.leg, role=LegRole.CUSTOMER, party=i.address, started_at=event.at)
    return replace(i, legs=(*i.legs, leg))


def customer_reached(i: Interaction, event: e.CustomerReached) -> Interaction:
    return replace(i, state=State.CONNECTING)


# --- segments --------------------------------------------------------------------------------------


def change_segment(i: Interaction, segment_id: str, **changes: Any) -> Interaction:
    segments = tuple(replace(s, **changes) if s.id == segment_id else s for s in i.segments)
    return replace(i, segments=segments)


def connected(i: Interaction, event: e.Connected) -> Interaction:
    segment = i.find_segment(event.segment_id)
    # Who talked with the customer in a three-way call is with him since then.
    since = event.at if segment is None else segment.connected_at or event.at
    segments = tuple(
        replace(end_away(s, event.at), phase=Phase.TALKING, connected_at=since)
        if s.id == event.segment_id
        else s
        for s in i.segments
    )
    return replace(i, state=State.CONNECTED, segments=segments)


def held(i: Interaction, event: e.Held) -> Interaction:
    return change_segment(
        i,
        event.segment_id,
        phase=Phase.HELD,
        held_since=event.at,
        held_by_phone=event.by_phone,
    )


def end_hold(segment: Segment, at: float) -> Segment:
    if segment.held_since is None:
        return segment
    return replace(
        segment,
        held_since=None,
        held_by_phone=False,
        held_s=segment.held_s + max(0.0, at - segment.held_since),
        holds=segment.holds + 1,
    )


def end_away(segment: Segment, at: float) -> Segment:
    """His phone is back, or nobody waits for it any more."""
    if segment.away_since is None:
        return segment
    away_s = segment.away_s + max(0.0, at - segment.away_since)
    return replace(segment, away_since=None, away_s=away_s)


def resumed(i: Interaction, event: e.Resumed) -> Interaction:
    segments = tuple(
        replace(end_hold(s, event.at), phase=Phase.TALKING) if s.id == event.segment_id else s
        for s in i.segments
    )
    return replace(i, segments=segments)


def segment_ended(i: Interaction, event: e.SegmentEnded) -> Interaction:
    segments = tuple(
        replace(_at_rest(s, event.at), phase=Phase.WRAP_UP, ended_at=event.at, ended_by=event.by)
        if s.id == event.segment_id
        else s
        for s in i.segments
    )
    return replace(i, segments=segments)


def _at_rest(segment: Segment, at: float) -> Segment:
    return end_away(end_hold(segment, at), at)


def wrap_up_started(i: Interaction, event: e.WrapUpStarted) -> Interaction:
    return change_segment(i, event.segment_id, wrap_up_until=event.until)


def wrap_up_extended(i: Interaction, event: e.WrapUpExtended) -> Interaction:
    return change_segment(i, event.segment_id, wrap_up_until=event.until)


def segment_closed(i: Interaction, event: e.SegmentClosed) -> Interaction:
    return change_segment(i, event.segment_id, phase=Phase.CLOSED, closed_at=event.at)


def disposed(i: Interaction, event: e.Disposed) -> Interaction:
    return change_segment(i, event.segment_id, disposition=event.code, notes=event.notes)


# --- others come in --------------------------------------------------------------------------------


def transferred(i: Interaction, event: e.Transferred) -> Interaction:
    return refused_by(i, event.agent, event.at, event.retry_at)


def consult_started(i: Interaction, event: e.ConsultStarted) -> Interaction:
    consult = Consult(
        id=event.consult_id,
        by=event.segment_id,
        kind=event.kind,
        party=event.party,
        leg=event.leg,
        units=event.units,
        phase=ConsultPhase.RINGING,
        started_at=event.at,
        held_before=event.held_before,
        line=event.line,
    )
    role = LegRole.AGENT if event.kind is Party.AGENT else LegRole.OUTSIDE
    leg = Leg(id=event.leg, role=role, party=event.party, started_at=event.at)
    legs = (*i.legs, leg)
    if event.line is not None:
        line = Leg(id=event.line, role=LegRole.AGENT, party=event.agent, started_at=event.at)
        legs = (*i.legs, line, leg)
    return replace(i, consult=consult, legs=legs)


def _in_phase(i: Interaction, phase: ConsultPhase) -> Interaction:
    return i if i.consult is None else replace(i, consult=replace(i.consult, phase=phase))


def consult_answered(i: Interaction, event: e.ConsultAnswered) -> Interaction:
    i = _in_phase(i, ConsultPhase.TALKING)
    if i.consult is None or i.consult.kind is not Party.AGENT:
        return i
    segment = new_segment(
        i, event.consult_id, i.consult.party, event.leg, Phase.CONSULTED, event.at
    )
    return replace(i, segments=(*i.segments, segment))


def consult_swapped(i: Interaction, event: e.ConsultSwapped) -> Interaction:
    """Of three who talked, the consulted one is by himself when the phone of the agent is lost."""
    third = i.find_segment(event.consult_id)
    if third is not None and third.open:
        i = change_segment(i, third.id, phase=Phase.CONSULTED)
    return _in_phase(i, ConsultPhase.ASIDE if event.aside else ConsultPhase.TALKING)


def consult_joined(i: Interaction, event: e.ConsultJoined) -> Interaction:
    i = change_segment(i, event.consult_id, phase=Phase.TALKING, connected_at=event.at)
    return _in_phase(i, ConsultPhase.JOINED)


def consult_ended(i: Interaction, event: e.ConsultEnded) -> Interaction:
    return replace(i, consult=None)


def handed_over(i: Interaction, event: e.HandedOver) -> Interaction:
    """To a consulted agent, who has his segment; to a supervisor, who gets one; or outside."""
    if event.segment_id is None or event.agent is None:
        return replace(i, state=State.DIVERTED, diverted_leg=event.leg, diverted_at=None)
    i = replace(i, state=State.CONNECTING)
    if i.find_segment(event.segment_id) is not None:
        return change_segment(i, event.segment_id, phase=Phase.CONNECTING)
    segment = new_segment(i, event.segment_id, event.agent, event.leg, Phase.CONNECTING, event.at)
    return replace(i, segments=(*i.segments, segment))


def monitor_started(i: Interaction, event: e.MonitorStarted) -> Interaction:
    monitor = Monitor(
        id=event.monitor_id,
        segment=event.segment_id,
        supervisor=event.supervisor,
        leg=event.leg,
        mode=event.mode,
        started_at=event.at,
    )
    leg = Leg(id=event.leg, role=LegRole.SUPERVISOR, party=event.supervisor, started_at=event.at)
    return replace(i, monitors=(*i.monitors, monitor), legs=(*i.legs, leg))


def _change_monitor(i: Interaction, monitor_id: str, **changes: Any) -> Interaction:
    monitors = tuple(replace(m, **changes) if m.id == monitor_id else m for m in i.monitors)
    return replace(i, monitors=monitors)


def monitor_answered(i: Interaction, event: e.MonitorAnswered) -> Interaction:
    return _change_monitor(i, event.monitor_id, listening=True)


def monitor_changed(i: Interaction, event: e.MonitorChanged) -> Interaction:
    return _change_monitor(i, event.monitor_id, mode=event.mode)


def monitor_ended(i: Interaction, event: e.MonitorEnded) -> Interaction:
    return replace(i, monitors=tuple(m for m in i.monitors if m.id != event.monitor_id))
