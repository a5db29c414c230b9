"""The manifest of an interaction's recordings: what it says, how it is written and read.

{"version": 1, "interaction": "...", "channel": "voice", "arrived": "2026-03-01T09:00:00.000Z",
 "channels": ["customer", "agent"],
 "recordings": [{"file": "<segment>.wav", "segment": "...", "agent": "...", "queue": "...",
                 "start": "...", "length_s": 12.3, "pauses": [{"from_s": 2.0, "until_s": 4.5}],
                 "sha256": "...", "error": null}]}

Pauses are silence that was asked for, in seconds of the recording; `until_s` null is to its end.
"""

import json
import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from controller.domain.model import Interaction, Pause, Recording

VERSION = 1


def rfc3339(at: float) -> str:
    """UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def manifest_of(interaction: Interaction, folder: Path) -> dict[str, Any]:
    """The manifest, with recordings in the order of their segments. `folder`: where it will lie."""
    order = {segment.id: number for number, segment in enumerate(interaction.segments)}
    recordings = sorted(
        interaction.recordings, key=lambda r: (order.get(r.segment, len(order)), r.started_at, r.id)
    )
    return {
        "version": VERSION,
        "interaction": interaction.id,
        "channel": interaction.channel,
        "arrived": rfc3339(interaction.arrived_at),
        "channels": ["customer", "agent"],
        "recordings": [_entry(interaction, r, folder) for r in recordings],
    }


def _entry(interaction: Interaction, recording: Recording, folder: Path) -> dict[str, Any]:
    segment = interaction.find_segment(recording.segment)
    path = Path(recording.path)
    return {
        "file": path.name if path.parent == folder else recording.path,
        "segment": recording.segment,
        "agent": segment.agent if segment else None,
        "queue": segment.queue if segment else None,
        "start": rfc3339(recording.started_at),
        "length_s": recording.length_s,
        "pauses": [_pause(pause, recording) for pause in recording.pauses],
        "sha256": recording.sha256,
        "error": recording.error,
    }


def _pause(pause: Pause, recording: Recording) -> dict[str, float | None]:
    def within(at: float) -> float:
        return round(max(0.0, at - recording.started_at), 3)

    return {
        "from_s": within(pause.since),
        "until_s": None if pause.until is None else within(pause.until),
    }


def encode(manifest: dict[str, Any]) -> bytes:
    """The same bytes for the same manifest, always."""
    return (json.dumps(manifest, indent=2, ensure_ascii=True) + "\n").encode("ascii")


def write_atomically(path: Path, content: bytes) -> bool:
    """Make `path` hold `content`, wholly or not at all, whatever is pulled. False: it did already.

    Raises OSError; then the old file, if any, is untouched.
    """
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return False
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".manifest-", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o640)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    """The rename itself must survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
