"""Command -> events, one function per command of the table in `interaction`.

Each takes the interaction (legal for the command: the table has seen to that), the command and the
time, and yields what happens. A `note_...` function yields nothing for what is old news.
"""

from collections.abc import Iterator

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.model import (
    EndedBy,
    Interaction,
    LegRole,
    Offer,
    Outcome,
    Phase,
    Segment,
    State,
)
from controller.errors import CommandOutdated, IllegalCommand

Events = Iterator[e.Event]

#: Hangup causes of an agent's leg by which the agent ended the contact himself. Any other cause
#: means that his phone or network went away, and then the customer is not hung up but queued again.
AGENT_ENDED = frozenset({"NORMAL_CLEARING", "NORMAL_UNSPECIFIED", "USER_BUSY", "CALL_REJECTED"})

#: Causes of a ringing leg's end that mean: it rang, and nobody came.
NOT_ANSWERED = frozenset(
    {"NO_ANSWER", "ALLOTTED_TIMEOUT", "ORIGINATOR_CANCEL", "NO_USER_RESPONSE", "PROGRESS_TIMEOUT"}
)

#: Causes of a ringing leg's end that are the agent's own no.
REFUSED = frozenset({"CALL_REJECTED", "USER_BUSY", "NORMAL_CLEARING"})

#: Causes of a leg's end that are the switch's doing, neither the customer's nor the agent's.
SWITCH_FAULTS = frozenset({"SYSTEM_SHUTDOWN", "SWITCH_LOST", "SWITCH_RESTARTED", "MANAGER_REQUEST"})

#: Cause of a customer's end with us: the switch's fallback has him, and may serve him yet.
TO_FALLBACK = "FALLBACK"


def start_flow(i: Interaction, command: c.StartFlow, now: float) -> Events:
    yield e.FlowStarted(interaction_id=i.id, at=now, flow=command.flow)


def take_step(i: Interaction, command: c.TakeStep, now: float) -> Events:
    yield e.StepTaken(
        interaction_id=i.id,
        at=now,
        step=command.step,
        verb=command.verb,
        spent=command.spent,
        choice=command.choice,
        variables=command.variables,
    )


def enter_queue(i: Interaction, command: c.EnterQueue, now: float) -> Events:
    yield e.Queued(
        interaction_id=i.id,
        at=now,
        queue=command.queue,
        terms=command.terms,
        priority=command.priority,
        skills=command.skills,
        credit_s=command.credit_s,
        credit_for=command.credit_for,
        preferred=command.preferred,
        preferred_until=command.preferred_until,
        position=command.position,
        expected_s=command.expected_s,
    )


def leave_queue(i: Interaction, command: c.LeaveQueue, now: float) -> Events:
    yield from _withdraw(i, command.reason, now)
    if i.place is not None:
        yield e.LeftQueue(
            interaction_id=i.id,
            at=now,
            queue=i.place.queue,
            reason=command.reason,
            waited_s=max(0.0, now - i.place.entered_at),
            to=i.place.terms.overflow.get(command.reason),
        )


def turn_away(i: Interaction, command: c.TurnAway, now: float) -> Events:
    yield e.TurnedAway(
        interaction_id=i.id, at=now, queue=command.queue, reason=command.reason, to=command.to
    )


def divert(i: Interaction, command: c.Divert, now: float) -> Events:
    _refuse_known_leg(i, command.leg)
    yield e.Diverted(
        interaction_id=i.id,
        at=now,
        destination=command.destination,
        leg=command.leg,
        timeout_s=command.timeout_s,
    )


def note_voicemail(i: Interaction, command: c.NoteVoicemail, now: float) -> Events:
    if any(voicemail.path == command.path for voicemail in i.voicemails):
        return
    yield e.VoicemailLeft(
        interaction_id=i.id,
        at=now,
        path=command.path,
        mailbox=command.mailbox,
        length_s=command.length_s,
    )


def finish(i: Interaction, command: c.Finish, now: float) -> Events:
    outcome = Outcome.FAILED if command.failed else _flow_outcome(i)
    yield e.Ended(
        interaction_id=i.id, at=now, outcome=outcome, reason=command.reason, cause=command.cause
    )


def make_offer(i: Interaction, command: c.MakeOffer, now: float) -> Events:
    if i.place is None:
        raise CommandOutdated(f"interaction {i.id} is in no queue")
    _refuse_known_leg(i, command.leg)
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
    offer = _offer(i, command.offer_id)
    if not offer.accept_requested:
        yield e.AcceptRequested(interaction_id=i.id, at=now, offer_id=offer.id, agent=offer.agent)


def decline_offer(i: Interaction, command: c.DeclineOffer, now: float) -> Events:
    _offer(i, command.offer_id)
    yield from _decline(i, command.reason, now)


def expire_offer(i: Interaction, command: c.ExpireOffer, now: float) -> Events:
    _offer(i, command.offer_id)
    yield from _expire(i, now)


def hold(i: Interaction, command: c.Hold, now: float) -> Events:
    segment = _open_segment(i, command.segment_id)
    if segment.phase is Phase.TALKING:
        yield e.Held(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)


def resume(i: Interaction, command: c.Resume, now: float) -> Events:
    segment = _open_segment(i, command.segment_id)
    if segment.phase is not Phase.HELD:
        return
    if segment.held_by_phone:
        raise IllegalCommand("the agent's phone holds the customer; resume at the phone")
    yield e.Resumed(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)


def hang_up(i: Interaction, command: c.HangUp, now: float) -> Events:
    segment = _open_segment(i, command.segment_id)
    yield from _end_segment(i, segment, EndedBy.AGENT, now)
    yield e.Ended(interaction_id=i.id, at=now, outcome=Outcome.HANDLED, reason="agent hung up")


def dispose(i: Interaction, command: c.Dispose, now: float) -> Events:
    segment = i.find_segment(command.segment_id)
    if segment is None or segment.phase is Phase.CLOSED:
        raise CommandOutdated(f"segment {command.segment_id} is over, its disposition stays")
    yield e.Disposed(
        interaction_id=i.id,
        at=now,
        segment_id=segment.id,
        code=command.code,
        notes=command.notes,
    )


def end_wrap_up(i: Interaction, command: c.EndWrapUp, now: float) -> Events:
    segment = i.find_segment(command.segment_id)
    if segment is None or segment.phase is not Phase.WRAP_UP:
        raise CommandOutdated(f"segment {command.segment_id} is not in wrap-up")
    at = now
    if command.by == "limit" and segment.wrap_up_until is not None:
        at = min(now, segment.wrap_up_until)  # a limit that passed while nobody ran was kept
    yield e.SegmentClosed(
        interaction_id=i.id,
        at=at,
        segment_id=segment.id,
        agent=segment.agent,
        by=command.by,
    )


def note_leg_answered(i: Interaction, command: c.NoteLegAnswered, now: float) -> Events:
    leg = i.find_leg(command.leg)
    if leg is None or leg.answered_at is not None or leg.ended_at is not None:
        return
    yield e.LegAnswered(interaction_id=i.id, at=command.at, leg=leg.id)
    if leg.role is LegRole.CUSTOMER:
        return
    if i.state is State.OFFERED and i.offer is not None and i.offer.leg == leg.id:
        yield e.OfferAccepted(
            interaction_id=i.id,
            at=command.at,
            offer_id=i.offer.id,
            agent=i.offer.agent,
            leg=leg.id,
        )
    elif i.state is State.DIVERTED and i.diverted_leg == leg.id:
        yield e.DivertAnswered(interaction_id=i.id, at=command.at, leg=leg.id)
    else:
        yield e.LegUnwanted(interaction_id=i.id, at=now, leg=leg.id)


def note_connected(i: Interaction, command: c.NoteConnected, now: float) -> Events:
    segment = i.segment
    if segment is None or segment.leg != command.leg or segment.phase is not Phase.CONNECTING:
        return
    yield e.Connected(
        interaction_id=i.id, at=command.at, segment_id=segment.id, agent=segment.agent
    )


def note_connect_failed(i: Interaction, command: c.NoteConnectFailed, now: float) -> Events:
    segment = i.segment
    if segment is not None and segment.leg == command.leg and segment.phase is Phase.CONNECTING:
        yield from _lose_agent(i, segment, EndedBy.FAILED, command.reason, now)
    elif i.state is State.DIVERTED and i.diverted_leg == command.leg:
        yield e.DivertFailed(interaction_id=i.id, at=now, leg=command.leg, cause=command.reason)


def note_held(i: Interaction, command: c.NoteHeld, now: float) -> Events:
    segment = i.segment
    if segment is not None and segment.leg == command.leg and segment.phase is Phase.TALKING:
        yield e.Held(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=True)


def note_resumed(i: Interaction, command: c.NoteResumed, now: float) -> Events:
    segment = i.segment
    if segment is not None and segment.leg == command.leg and segment.held_by_phone:
        yield e.Resumed(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=True)


def note_recording_started(i: Interaction, command: c.NoteRecordingStarted, now: float) -> Events:
    if _is_new_recording(i, command.recording_id, command.segment_id):
        yield e.RecordingStarted(
            interaction_id=i.id,
            at=command.at,
            recording_id=command.recording_id,
            segment_id=command.segment_id,
            path=command.path,
        )


def note_recording_stopped(i: Interaction, command: c.NoteRecordingStopped, now: float) -> Events:
    recording = i.find_recording(command.recording_id)
    if recording is not None and recording.ended_at is None:
        yield e.RecordingStopped(
            interaction_id=i.id,
            at=command.at,
            recording_id=recording.id,
            length_s=command.length_s,
            sha256=command.sha256,
            error=command.error,
        )


def note_recording_failed(i: Interaction, command: c.NoteRecordingFailed, now: float) -> Events:
    if _is_new_recording(i, command.recording_id, command.segment_id):
        yield e.RecordingFailed(
            interaction_id=i.id,
            at=now,
            recording_id=command.recording_id,
            segment_id=command.segment_id,
            path=command.path,
            error=command.error,
        )


def note_leg_ended(i: Interaction, command: c.NoteLegEnded, now: float) -> Events:
    leg = i.find_leg(command.leg)
    if leg is None or leg.ended_at is not None:
        return
    yield e.LegEnded(interaction_id=i.id, at=command.at, leg=leg.id, cause=command.cause)
    if leg.role is LegRole.CUSTOMER:
        yield from _customer_left(i, command)
    elif leg.role is LegRole.AGENT:
        yield from _agent_leg_ended(i, command)
    elif i.state is State.DIVERTED and i.diverted_leg == leg.id:
        yield from _outside_leg_ended(i, leg.answered_at is not None, command)


def _customer_left(i: Interaction, command: c.NoteLegEnded) -> Events:
    if i.state is State.ENDED:
        return
    yield from _withdraw(i, "customer left", command.at)
    segment = i.segment
    if segment is not None:
        yield from _end_segment(i, segment, EndedBy.CUSTOMER, command.at)
    outcome, reason = _outcome_of_leaving(i), "customer hung up"
    if command.cause in SWITCH_FAULTS:
        reason = f"switch: {command.cause}"
        outcome = Outcome.HANDLED if i.state is State.CONNECTED else Outcome.FAILED
    elif command.cause == TO_FALLBACK:
        reason = "went to the fallback"
        outcome = Outcome.HANDLED if i.state is State.CONNECTED else Outcome.OVERFLOWED
    yield e.Ended(interaction_id=i.id, at=command.at, outcome=outcome, reason=reason)


def _outcome_of_leaving(i: Interaction) -> Outcome:
    if i.state is State.CONNECTED:
        return Outcome.HANDLED
    if i.state in (State.QUEUED, State.OFFERED, State.CONNECTING):
        return Outcome.ABANDONED
    return _flow_outcome(i)


def _flow_outcome(i: Interaction) -> Outcome:
    """A contact that ends in its flow: it had left a queue for something else, or never needed one."""
    return Outcome.OVERFLOWED if i.overflowed else Outcome.SELF_SERVED


def _agent_leg_ended(i: Interaction, command: c.NoteLegEnded) -> Events:
    if i.state is State.OFFERED and i.offer is not None and i.offer.leg == command.leg:
        if command.cause in NOT_ANSWERED:
            yield from _expire(i, command.at)
        else:
            unreachable = command.cause not in REFUSED | SWITCH_FAULTS
            yield from _decline(i, command.cause, command.at, unreachable=unreachable)
        return
    segment = i.segment
    if segment is None or segment.leg != command.leg:
        return
    if i.state is State.CONNECTED and command.cause in AGENT_ENDED:
        yield from _end_segment(i, segment, EndedBy.AGENT, command.at)
        yield e.Ended(
            interaction_id=i.id, at=command.at, outcome=Outcome.HANDLED, reason="agent hung up"
        )
    else:
        yield from _lose_agent(i, segment, EndedBy.LOST, command.cause, command.at)


def _outside_leg_ended(i: Interaction, answered: bool, command: c.NoteLegEnded) -> Events:
    if answered:
        yield e.Ended(
            interaction_id=i.id,
            at=command.at,
            outcome=_flow_outcome(i),
            reason="outside party hung up",
        )
    else:
        yield e.DivertFailed(
            interaction_id=i.id, at=command.at, leg=command.leg, cause=command.cause
        )


def _lose_agent(i: Interaction, segment: Segment, by: EndedBy, reason: str, at: float) -> Events:
    """The agent is gone, the customer is not: back to the front with his time."""
    yield from _end_segment(i, segment, by, at)
    retry_after_s = 0.0 if i.place is None else i.place.terms.retry_after_s
    yield e.Requeued(
        interaction_id=i.id,
        at=at,
        queue=segment.queue,
        agent=segment.agent,
        reason=reason,
        retry_at=at + retry_after_s,
    )


def _end_segment(i: Interaction, segment: Segment, by: EndedBy, at: float) -> Events:
    yield e.SegmentEnded(
        interaction_id=i.id,
        at=at,
        segment_id=segment.id,
        agent=segment.agent,
        leg=segment.leg,
        by=by,
    )
    if segment.connected_at is not None and segment.wrap_up_s > 0:
        yield e.WrapUpStarted(
            interaction_id=i.id,
            at=at,
            segment_id=segment.id,
            agent=segment.agent,
            until=at + segment.wrap_up_s,
        )
    else:
        yield e.SegmentClosed(
            interaction_id=i.id, at=at, segment_id=segment.id, agent=segment.agent, by="none"
        )


def _withdraw(i: Interaction, reason: str, at: float) -> Events:
    if i.offer is not None:
        yield e.OfferWithdrawn(
            interaction_id=i.id,
            at=at,
            offer_id=i.offer.id,
            agent=i.offer.agent,
            leg=i.offer.leg,
            reason=reason,
        )


def _decline(i: Interaction, reason: str, at: float, unreachable: bool = False) -> Events:
    assert i.offer is not None and i.place is not None
    yield e.OfferDeclined(
        interaction_id=i.id,
        at=at,
        offer_id=i.offer.id,
        agent=i.offer.agent,
        leg=i.offer.leg,
        reason=reason,
        retry_at=at + i.place.terms.retry_after_s,
        unreachable=unreachable,
    )


def _expire(i: Interaction, at: float) -> Events:
    assert i.offer is not None and i.place is not None
    yield e.OfferExpired(
        interaction_id=i.id,
        at=at,
        offer_id=i.offer.id,
        agent=i.offer.agent,
        leg=i.offer.leg,
        retry_at=at + i.place.terms.retry_after_s,
    )


def _refuse_known_leg(i: Interaction, leg_id: str) -> None:
    if i.find_leg(leg_id) is not None:
        raise CommandOutdated(f"leg {leg_id} was used before; choose a new id for a new leg")


def _is_new_recording(i: Interaction, recording_id: str, segment_id: str) -> bool:
    return i.find_recording(recording_id) is None and i.find_segment(segment_id) is not None


def _offer(i: Interaction, offer_id: str) -> Offer:
    if i.offer is None or i.offer.id != offer_id:
        raise CommandOutdated(f"offer {offer_id} is no longer open")
    return i.offer


def _open_segment(i: Interaction, segment_id: str) -> Segment:
    segment = i.segment
    if segment is None or segment.id != segment_id:
        raise CommandOutdated(f"segment {segment_id} is over")
    return segment
