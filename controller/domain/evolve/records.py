"""What is kept: legs, recordings, the end."""

from typing import Any

from controller.domain import events as e
from controller.domain.evolve.replacing import replace
from controller.domain.model import Interaction, Pause, Recording
from controller.domain.words import State


def leg_answered(i: Interaction, event: e.LegAnswered) -> Interaction:
    legs = tuple(
        replace(g, answered_at=event.at, page=event.page) if g.id == event.leg else g
        for g in i.legs
    )
    return replace(i, legs=legs)


def leg_ended(i: Interaction, event: e.LegEnded) -> Interaction:
    legs = tuple(
        replace(g, ended_at=event.at, cause=event.cause) if g.id == event.leg else g for g in i.legs
    )
    return replace(i, legs=legs)


def recording_started(i: Interaction, event: e.RecordingStarted) -> Interaction:
    recording = Recording(
        id=event.recording_id, segment=event.segment_id, path=event.path, started_at=event.at
    )
    return replace(i, recordings=(*i.recordings, recording))


def _change_recording(i: Interaction, recording_id: str, **changes: Any) -> Interaction:
    recordings = tuple(replace(r, **changes) if r.id == recording_id else r for r in i.recordings)
    return replace(i, recordings=recordings)


def recording_asked(
    i: Interaction, event: e.RecordingPauseAsked | e.RecordingResumeAsked
) -> Interaction:
    pause = isinstance(event, e.RecordingPauseAsked)
    return _change_recording(i, event.recording_id, pause_asked=pause, asked_at=event.at)


def recording_paused(i: Interaction, event: e.RecordingPaused) -> Interaction:
    recording = i.find_recording(event.recording_id)
    pauses = () if recording is None else (*recording.pauses, Pause(since=event.at))
    return _change_recording(i, event.recording_id, pauses=pauses)


def recording_resumed(i: Interaction, event: e.RecordingResumed) -> Interaction:
    recording = i.find_recording(event.recording_id)
    if recording is None or not recording.pauses:
        return i
    last = replace(recording.pauses[-1], until=event.at)
    return _change_recording(i, event.recording_id, pauses=(*recording.pauses[:-1], last))


def recording_stopped(i: Interaction, event: e.RecordingStopped) -> Interaction:
    return _change_recording(
        i,
        event.recording_id,
        ended_at=event.at,
        length_s=event.length_s,
        sha256=event.sha256,
        error=event.error,
    )


def recording_failed(i: Interaction, event: e.RecordingFailed) -> Interaction:
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


def ended(i: Interaction, event: e.Ended) -> Interaction:
    waited = 0.0
    if i.state in (State.QUEUED, State.OFFERED) and i.place is not None:
        waited = max(0.0, event.at - i.place.entered_at)
    return replace(
        i,
        state=State.ENDED,
        offers=(),
        outcome=event.outcome,
        reason=event.reason,
        ended_at=event.at,
        queued_s=i.queued_s + waited,
    )
