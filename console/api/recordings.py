"""Recordings of an interaction: the list, and the sound itself."""

from pathlib import Path

import structlog
from flask import Response, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from console.api.answers import answer
from console.api.auditing import note_hidden
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.stretches import RecordingList, recording_view
from console.api.schemas.values import IdPath
from console.api.visible import find_interaction, sight_of
from console.services import here
from controller.errors import IllegalCommand, NotFound, say

_log = structlog.get_logger(__name__)

_MEDIA_TYPES = {
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
}

recordings = APIBlueprint(
    "recordings",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="recordings", description="What was said.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={**COMMON, **responses(404)},
)


class RecordingPath(BaseModel):
    id: str = Field(max_length=128, description="The interaction's id.")
    recording_id: str = Field(max_length=128)


@recordings.get("/<id>/recordings", summary="Its recordings", responses={200: RecordingList})
def list_recordings(path: IdPath) -> Response:
    interaction, sight = find_interaction(path.id), sight_of(caller())
    found = [r for r in interaction.recordings if sight.hears(interaction, r)]
    return answer(RecordingList(items=[recording_view(recording) for recording in found]))


@recordings.get(
    "/<id>/recordings/<recording_id>",
    summary="The sound",
    responses={
        200: {
            "description": "The file: customer left, agent right. Ranges are served.",
            "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(409),
    },
)
def play_recording(path: RecordingPath) -> Response:
    """Who listened to what is in the log and in the audit."""
    interaction = find_interaction(path.id)
    recording = interaction.find_recording(path.recording_id)
    if recording is not None and not sight_of(caller()).hears(interaction, recording):
        note_hidden()
        recording = None
    if recording is None:
        raise NotFound(
            say(
                "recording_unknown",
                "interaction {contact} has no recording {recording}",
                contact=path.id,
                recording=path.recording_id,
            )
        )
    if recording.ended_at is None:
        raise IllegalCommand(
            say(
                "recording_runs",
                "recording {recording} is still being made; ask again later",
                recording=recording.id,
            )
        )
    file = _inside(here().recordings_dir, recording.path)
    if file is None or not file.is_file():
        why = recording.error or "it was moved or deleted after its time"
        raise NotFound(
            say(
                "recording_gone",
                "recording {recording} has no file: {why}",
                recording=recording.id,
                why=why,
            )
        )
    _log.info(
        "recording_served",
        interaction_id=path.id,
        recording_id=recording.id,
        by=caller().name,
    )
    return send_file(
        file,
        mimetype=_MEDIA_TYPES.get(file.suffix.lower(), "application/octet-stream"),
        download_name=f"{path.id}-{recording.id}{file.suffix}",
        conditional=True,
    )


def _inside(root: Path, stored: str) -> Path | None:
    """The file, links resolved, if it lies in the recordings' directory."""
    root = root.resolve()
    file = (root / stored).resolve()
    return file if stored and file.is_relative_to(root) else None
