"""Together: an agent calls, holds, hangs up, pauses the recording, and wraps up."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import (
    Events,
    back_to_customer,
    dismiss,
    end_contact,
    hand_over,
    open_segment,
    running_recording,
)
from controller.domain.model import Interaction, Recording, Segment
from controller.domain.words import ConsultPhase, EndedBy, Outcome, Phase, State
from controller.errors import CommandOutdated, IllegalCommand, say

#: A pause that the switch has not confirmed for so long may be asked for again.
ASK_AGAIN_S = 5.0


def hold(i: Interaction, command: c.Hold, now: float) -> Events:
    segment = open_segment(i, command.segment_id)
    if i.consult is not None and i.consult.phase is not ConsultPhase.ASIDE:
        raise IllegalCommand(
            say("consult_open", "a consult is going on; complete or cancel it first")
        )
    if segment.phase is Phase.TALKING:
        yield e.Held(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)


def resume(i: Interaction, command: c.Resume, now: float) -> Events:
    segment = open_segment(i, command.segment_id)
    if segment.phase is not Phase.HELD:
        return
    if segment.held_by_phone:
        raise IllegalCommand(
            say("held_at_phone", "the agent's phone holds the customer; resume at the phone")
        )
    if i.consult is not None and i.consult.phase is not ConsultPhase.ASIDE:
        raise IllegalCommand(
            say("consult_open_swap", "a consult is going on; swap, complete or cancel it")
        )
    yield e.Resumed(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)


def hang_up(i: Interaction, command: c.HangUp, now: float) -> Events:
    """Who hangs up with a third party there leaves the others to each other."""
    consult = i.consult
    if consult is not None and consult.id == command.segment_id:
        yield from dismiss(i, consult, "left", now)
        yield from back_to_customer(i, consult, now)
        return
    open_segment(i, command.segment_id)
    if consult is not None and i.state is not State.RECONNECTING:
        if consult.phase is not ConsultPhase.JOINED:
            raise IllegalCommand(
                say("consult_open", "a consult is going on; complete or cancel it first")
            )
        yield from hand_over(i, consult, EndedBy.AGENT, now)
        return
    yield from end_contact(i, EndedBy.AGENT, now)
    reached = i.state is not State.DIALLING
    outcome = Outcome.HANDLED if reached else Outcome.FAILED
    yield e.Ended(interaction_id=i.id, at=now, outcome=outcome, reason="agent hung up")


def dispose(i: Interaction, command: c.Dispose, now: float) -> Events:
    segment = i.find_segment(command.segment_id)
    if segment is None or segment.phase is Phase.CLOSED:
        raise CommandOutdated(
            say(
                "disposition_final",
                "segment {segment} is over, its disposition stays",
                segment=command.segment_id,
            )
        )
    if (segment.disposition, segment.notes) == (command.code, command.notes):
        return
    yield e.Disposed(
        interaction_id=i.id,
        at=now,
        segment_id=segment.id,
        code=command.code,
        notes=command.notes,
    )


def extend_wrap_up(i: Interaction, command: c.ExtendWrapUp, now: float) -> Events:
    segment = _in_wrap_up(i, command.segment_id)
    assert segment.ended_at is not None and segment.wrap_up_until is not None
    latest = segment.ended_at + segment.wrap_up_limit_s
    until = min(segment.wrap_up_until + command.by_s, latest)
    if command.by_s <= 0 or until <= segment.wrap_up_until:
        raise IllegalCommand(
            say(
                "wrap_up_longest",
                "this wrap-up may last {limit:g} s at most, and does already",
                limit=segment.wrap_up_limit_s,
            )
        )
    yield e.WrapUpExtended(interaction_id=i.id, at=now, segment_id=segment.id, until=until)


def end_wrap_up(i: Interaction, command: c.EndWrapUp, now: float) -> Events:
    segment = _in_wrap_up(i, command.segment_id)
    at = now
    if command.by == "limit":
        if segment.wrap_up_until is not None:
            # Not by `now`: a wall clock put back would say "not yet", and nobody would ask again.
            if command.until is not None and command.until < segment.wrap_up_until:
                return  # it was extended meanwhile
            at = segment.wrap_up_until  # a limit that passed while nobody ran was kept
    elif segment.disposition_required and segment.disposition is None:
        raise IllegalCommand(
            say("disposition_missing", "say how it went first: this queue wants a disposition")
        )
    yield e.SegmentClosed(
        interaction_id=i.id,
        at=at,
        segment_id=segment.id,
        agent=segment.agent,
        by=command.by,
    )


def _in_wrap_up(i: Interaction, segment_id: str) -> Segment:
    segment = i.find_segment(segment_id)
    if segment is None or segment.phase is not Phase.WRAP_UP:
        raise CommandOutdated(
            say("not_in_wrap_up", "segment {segment} is not in wrap-up", segment=segment_id)
        )
    return segment


# --- the recording ---------------------------------------------------------------------------------


def pause_recording(i: Interaction, command: c.PauseRecording, now: float) -> Events:
    recording = _recording(i, command.segment_id)
    if not _is_silent(recording, now):
        yield e.RecordingPauseAsked(interaction_id=i.id, at=now, recording_id=recording.id)


def resume_recording(i: Interaction, command: c.ResumeRecording, now: float) -> Events:
    recording = _recording(i, command.segment_id)
    if _is_silent(recording, now):
        yield e.RecordingResumeAsked(interaction_id=i.id, at=now, recording_id=recording.id)


def _is_silent(recording: Recording, now: float) -> bool:
    """It is paused, or is about to be. What the switch has not confirmed for a while is as it was."""
    asked_at = recording.asked_at
    if asked_at is not None and asked_at <= now < asked_at + ASK_AGAIN_S:
        return recording.pause_asked
    return recording.paused


def _recording(i: Interaction, segment_id: str) -> Recording:
    recording = running_recording(i, open_segment(i, segment_id).id)
    if recording is None:
        raise IllegalCommand(say("not_recorded", "this contact is not being recorded"))
    return recording


def note_recording_paused(i: Interaction, command: c.NoteRecordingPaused, now: float) -> Events:
    recording = i.find_recording(command.recording_id)
    if recording is not None and recording.ended_at is None and not recording.paused:
        yield e.RecordingPaused(interaction_id=i.id, at=command.at, recording_id=recording.id)


def note_recording_resumed(i: Interaction, command: c.NoteRecordingResumed, now: float) -> Events:
    recording = i.find_recording(command.recording_id)
    if recording is not None and recording.ended_at is None and recording.paused:
        yield e.RecordingResumed(interaction_id=i.id, at=command.at, recording_id=recording.id)


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
    """Of a recording whose beginning was not heard, that is told first: its file must have a name."""
    recording_id = command.recording_id
    recording = i.find_recording(recording_id)
    unheard = command.path is not None and _is_new_recording(i, recording_id, recording_id)
    if command.path is not None and unheard:
        yield e.RecordingStarted(
            interaction_id=i.id,
            at=command.at - command.length_s,
            recording_id=recording_id,
            segment_id=recording_id,
            path=command.path,
        )
    if unheard or (recording is not None and recording.ended_at is None):
        yield e.RecordingStopped(
            interaction_id=i.id,
            at=command.at,
            recording_id=recording_id,
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


def _is_new_recording(i: Interaction, recording_id: str, of: str) -> bool:
    known = i.find_segment(of) is not None or i.find_leg(of) is not None
    return known and i.find_recording(recording_id) is None
