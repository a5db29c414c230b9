"""Compares recordings with their manifests: each still there, each unchanged."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.adapters.recordings.inspect import inspect_recording
from controller.adapters.recordings.paths import MANIFEST, find_interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One recording, or a manifest as a whole (`file` is then its name). `problem` None: as it was.

    `known_error`: what the manifest itself says is wrong with the recording.
    """

    interaction: str
    file: str
    length_s: float | None = None
    agent: str | None = None
    start: str | None = None
    problem: str | None = None
    known_error: str | None = None


def verify(root: Path, interaction_id: str) -> tuple[Verdict, ...]:
    """Recompute each hash. Reads whole files. Raises Invalid for an id that cannot name a folder."""
    folder = find_interaction(root, interaction_id)
    if folder is None:
        return (_whole(interaction_id, "there is no folder of this interaction"),)
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        entries = [dict(entry) for entry in manifest["recordings"]]
    except FileNotFoundError:
        return (_whole(interaction_id, "there is no manifest"),)
    except OSError as error:
        return (_whole(interaction_id, f"the manifest cannot be read: {error.strerror}"),)
    except (ValueError, KeyError, TypeError, RecursionError):
        return (_whole(interaction_id, "the manifest is damaged; restore it from a backup"),)
    listed = tuple(_verify_entry(folder, interaction_id, entry) for entry in entries)
    return listed + _unlisted(folder, interaction_id, entries)


def _whole(interaction_id: str, problem: str) -> Verdict:
    return Verdict(interaction=interaction_id, file=MANIFEST, problem=problem)


def _verify_entry(folder: Path, interaction_id: str, entry: dict[str, Any]) -> Verdict:
    length = entry.get("length_s")
    return Verdict(
        interaction=interaction_id,
        file=str(entry.get("file")),
        length_s=float(length) if isinstance(length, int | float) else None,
        agent=_text(entry.get("agent")),
        start=_text(entry.get("start")),
        known_error=_text(entry.get("error")),
        problem=_problem(folder, entry),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _problem(folder: Path, entry: dict[str, Any]) -> str | None:
    name, expected = entry.get("file"), entry.get("sha256")
    if not isinstance(name, str) or name in ("", "..") or Path(name).name != name:
        return "the manifest names a file outside its folder"
    if expected is None:
        # It never had a hash: either the manifest says why, or it is still being recorded.
        return None if entry.get("error") else "not finished: the manifest has no hash yet"
    path = folder / name
    if path.is_symlink():
        return "the file was replaced by a link"
    found = inspect_recording(path)
    if found.sha256 is None:
        return found.error
    return None if found.sha256 == expected else "the file was changed: its hash differs"


def _unlisted(
    folder: Path, interaction_id: str, entries: list[dict[str, Any]]
) -> tuple[Verdict, ...]:
    """Sound that no manifest speaks for."""
    known = {entry.get("file") for entry in entries}
    return tuple(
        Verdict(interaction=interaction_id, file=path.name, problem="not in the manifest")
        for path in sorted(folder.glob("*.wav"))
        if path.name not in known
    )
