"""What the switch reports of its legs: answered, ended, connected, held."""

from dataclasses import replace
from typing import TypeVar

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide import reconnect
from controller.domain.decide.offers import decline, expire
from controller.domain.decide.parts import (
    AGENT_ENDED,
    NOT_ANSWERED,
    REFUSED,
    SWITCH_FAULTS,
    TO_FALLBACK,
    Events,
    back_to_customer,
    consult_ended,
    dismiss,
    end_contact,
    end_segment,
    flow_outcome,
    hand_over,
    lose_agent,
    monitor_ended,
    requeue,
    withdraw_offers,
)
from controller.domain.model import Consult, Interaction, Leg, Segment
from controller.domain.words import ConsultPhase, EndedBy, LegRole, Outcome, Phase, State

#: The customer has been with an agent, and is still his.
_SERVED = frozenset({State.CONNECTED, State.RECONNECTING})

Seen = TypeVar("Seen", c.NoteLegAnswered, c.NoteConnected, c.NoteLegEnded)


def _no_later(command: Seen, now: float) -> Seen:
    """The switch has a clock of its own, which does not follow ours when that is put back; what it
    saw later than now would keep an agent in wrap-up until our clock gets there."""
    return command if command.at <= now else replace(command, at=now)


# --- answered --------------------------------------------------------------------------------------


def note_leg_answered(i: Interaction, command: c.NoteLegAnswered, now: float) -> Events:
    command = _no_later(command, now)
    leg = i.find_leg(command.leg)
    if leg is None or leg.answered_at is not None or leg.ended_at is not None:
        return
    yield e.LegAnswered(interaction_id=i.id, at=command.at, leg=leg.id, page=command.page)
    if leg.role is LegRole.CUSTOMER:
        if i.state is State.DIALLING:
            yield e.CustomerReached(interaction_id=i.id, at=command.at, leg=leg.id)
        return
    yield from _purpose_of(i, leg, command.at, now)


def _purpose_of(i: Interaction, leg: Leg, at: float, now: float) -> Events:
    """What it means that this leg was answered; a leg without a purpose must go."""
    offer = next((offer for offer in i.offers if offer.leg == leg.id), None)
    monitor = next((m for m in i.monitors if m.leg == leg.id), None)
    segment = i.segment
    if offer is not None:
        yield from withdraw_offers(i, "another agent answered", at, but=offer.id)
        yield e.OfferAccepted(
            interaction_id=i.id, at=at, offer_id=offer.id, agent=offer.agent, leg=leg.id
        )
    elif i.consult is not None and i.consult.leg == leg.id:
        yield e.ConsultAnswered(interaction_id=i.id, at=at, consult_id=i.consult.id, leg=leg.id)
    elif i.consult is not None and i.consult.line == leg.id:
        pass  # the agent's phone hears us now, and whom it asks is rung
    elif i.reconnecting is not None and i.reconnecting.leg == leg.id and segment is not None:
        yield e.ReconnectAnswered(
            interaction_id=i.id,
            at=at,
            segment_id=segment.id,
            agent=segment.agent,
            leg=leg.id,
            held=i.reconnecting.held,
        )
    elif monitor is not None:
        yield e.MonitorAnswered(interaction_id=i.id, at=at, monitor_id=monitor.id)
    elif i.state is State.DIVERTED and i.diverted_leg == leg.id:
        yield e.DivertAnswered(interaction_id=i.id, at=at, leg=leg.id)
    elif i.state is State.DIALLING and segment is not None and segment.leg == leg.id:
        yield e.CustomerDialled(interaction_id=i.id, at=at, leg=i.leg)
    else:
        yield e.LegUnwanted(interaction_id=i.id, at=now, leg=leg.id)


# --- connected, or not -----------------------------------------------------------------------------


def note_connected(i: Interaction, command: c.NoteConnected, now: float) -> Events:
    command = _no_later(command, now)
    segment = i.segment
    if i.state is State.DIVERTED and i.diverted_leg == command.leg:
        if i.diverted_at is None:
            yield e.DivertConnected(interaction_id=i.id, at=command.at, leg=command.leg)
    elif i.state is State.CONNECTING and segment is not None and segment.leg == command.leg:
        yield e.Connected(
            interaction_id=i.id, at=command.at, segment_id=segment.id, agent=segment.agent
        )


def note_connect_failed(i: Interaction, command: c.NoteConnectFailed, now: float) -> Events:
    segment = i.segment
    if i.consult is not None and i.consult.leg == command.leg:
        yield from dismiss(i, i.consult, command.reason, now)
        yield from back_to_customer(i, i.consult, now)
    elif i.state is State.DIVERTED and i.diverted_leg == command.leg:
        yield from _divert_failed(i, command.reason, now)
    elif i.state is State.CONNECTING and segment is not None and segment.leg == command.leg:
        yield from lose_agent(i, segment, EndedBy.FAILED, command.reason, now)


def _divert_failed(i: Interaction, reason: str, at: float) -> Events:
    """Back to the flow, or, if an agent sent him there, to the front of that agent's queue."""
    assert i.diverted_leg is not None
    yield e.DivertFailed(interaction_id=i.id, at=at, leg=i.diverted_leg, cause=reason)
    if i.place is not None and i.segments:
        yield from requeue(i, i.segments[-1], f"outside number: {reason}", at)


def note_held(i: Interaction, command: c.NoteHeld, now: float) -> Events:
    segment = i.segment
    if segment is not None and segment.leg == command.leg and segment.phase is Phase.TALKING:
        yield e.Held(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=True)


def note_resumed(i: Interaction, command: c.NoteResumed, now: float) -> Events:
    segment = i.segment
    if segment is not None and segment.leg == command.leg and segment.held_by_phone:
        yield e.Resumed(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=True)


# --- ended -----------------------------------------------------------------------------------------


def note_leg_ended(i: Interaction, command: c.NoteLegEnded, now: float) -> Events:
    command = _no_later(command, now)
    leg = i.find_leg(command.leg)
    if leg is None or leg.ended_at is not None:
        return
    yield e.LegEnded(interaction_id=i.id, at=command.at, leg=leg.id, cause=command.cause)
    if i.state is State.ENDED:
        return
    if leg.role is LegRole.CUSTOMER:
        yield from _customer_left(i, command)
    else:
        yield from _other_left(i, command)


def _customer_left(i: Interaction, command: c.NoteLegEnded) -> Events:
    yield from withdraw_offers(i, "customer left", command.at)
    yield from end_contact(i, EndedBy.CUSTOMER, command.at)
    outcome, reason = _outcome_of_leaving(i), "customer hung up"
    if i.state is State.DIALLING:
        reason = f"customer not reached: {command.cause}"
    elif command.cause in SWITCH_FAULTS:
        reason = f"switch: {command.cause}"
        outcome = Outcome.HANDLED if i.state in _SERVED else Outcome.FAILED
    elif command.cause == TO_FALLBACK:
        reason = "went to the fallback"
        outcome = Outcome.HANDLED if i.state in _SERVED else Outcome.OVERFLOWED
    yield e.Ended(interaction_id=i.id, at=command.at, outcome=outcome, reason=reason)


def _outcome_of_leaving(i: Interaction) -> Outcome:
    if i.state in _SERVED or _handed_over(i):
        return Outcome.HANDLED
    if i.state is State.DIALLING:
        return Outcome.FAILED
    if i.state in (State.QUEUED, State.OFFERED, State.CONNECTING):
        return Outcome.ABANDONED
    return flow_outcome(i)


def _handed_over(i: Interaction) -> bool:
    """On the way from one agent to the next, with no queue between: his wait had been answered."""
    place = i.place
    return (
        i.state is State.CONNECTING
        and place is not None
        and any(
            s.connected_at is not None and s.connected_at > place.entered_at for s in i.segments
        )
    )


def _other_left(i: Interaction, command: c.NoteLegEnded) -> Events:
    at, cause = command.at, command.cause
    offer = next((offer for offer in i.offers if offer.leg == command.leg), None)
    monitor = next((m for m in i.monitors if m.leg == command.leg), None)
    segment = i.segment
    if offer is not None:
        if cause in NOT_ANSWERED:
            yield from expire(i, offer, at)
        else:
            unreachable = cause not in REFUSED | SWITCH_FAULTS
            yield from decline(i, offer, cause, at, unreachable=unreachable)
    elif monitor is not None:
        yield monitor_ended(i, monitor, cause, at)
    elif i.consult is not None and i.consult.leg == command.leg:
        yield from _consulted_left(i, i.consult, cause, at)
    elif i.consult is not None and i.consult.line == command.leg:
        yield from dismiss(i, i.consult, "left", at)
    elif i.state is State.DIVERTED and i.diverted_leg == command.leg:
        yield from _outside_left(i, command)
    elif i.reconnecting is not None:
        yield from reconnect.note_ring_ended(i, i.reconnecting, command.leg, cause, at)
    elif segment is not None and segment.leg == command.leg:
        yield from _agent_left(i, segment, cause, at)


def _consulted_left(i: Interaction, consult: Consult, cause: str, at: float) -> Events:
    """Before he answered, while they talked, or while all three did: customer and agent go on."""
    by = EndedBy.AGENT if cause in AGENT_ENDED else EndedBy.LOST
    reason = cause if consult.phase is ConsultPhase.RINGING else "left"
    yield consult_ended(i, consult, reason, at)
    segment = i.find_segment(consult.id)
    if segment is not None:
        yield from end_segment(i, segment, by, at)
    yield from back_to_customer(i, consult, at)


def _outside_left(i: Interaction, command: c.NoteLegEnded) -> Events:
    leg = i.find_leg(command.leg)
    if leg is not None and leg.answered_at is not None:
        yield e.Ended(
            interaction_id=i.id,
            at=command.at,
            outcome=flow_outcome(i),
            reason="outside party hung up",
        )
    else:
        yield from _divert_failed(i, command.cause, command.at)


def _agent_left(i: Interaction, segment: Segment, cause: str, at: float) -> Events:
    consult = i.consult
    # Of two lines he has hung up that of the customer: it means that, and no more.
    done = cause in AGENT_ENDED and (consult is None or consult.line is not None)
    if i.state is State.DIALLING:
        yield from end_segment(i, segment, EndedBy.AGENT, at)
        yield e.Ended(
            interaction_id=i.id, at=at, outcome=Outcome.FAILED, reason=f"agent's phone: {cause}"
        )
    elif reconnect.may_come_back(i, segment, cause):
        yield from reconnect.begin(i, segment, cause, at)
    elif i.state is State.CONNECTED and done:
        yield from end_contact(i, EndedBy.AGENT, at)
        yield e.Ended(interaction_id=i.id, at=at, outcome=Outcome.HANDLED, reason="agent hung up")
    elif consult is not None and consult.phase is not ConsultPhase.RINGING:
        # As desk phones do it: who hangs up in a consult has brought the two others together.
        by = EndedBy.TRANSFER if cause in AGENT_ENDED else EndedBy.LOST
        yield from hand_over(i, consult, by, at)
    else:
        yield from lose_agent(i, segment, EndedBy.LOST, cause, at)
