"""Where recordings lie: `<root>/YYYY/MM/DD/<interaction id>/<segment id>.wav`, beside `manifest.json`.

The day is the UTC day of the interaction's arrival, so that all files of one interaction share a
folder, and a day can be moved to an archive whole.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from controller.domain.model import Interaction
from controller.errors import Invalid

MANIFEST = "manifest.json"

#: What an id may be made of to become a file's name. No dot: no `..`, no hidden file, no other suffix.
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}", re.ASCII)


def safe_id(text: str) -> str:
    """`text` unchanged, if it can name a file. Raises Invalid."""
    if not _SAFE_ID.fullmatch(text):
        raise Invalid(
            f"{text[:140]!r} cannot name a recording; an id is 1 to 128 letters, digits, - and _"
        )
    return text


def interaction_folder(root: Path, interaction_id: str, arrived_at: float) -> Path:
    """Raises Invalid for an id that cannot name a folder."""
    day = datetime.fromtimestamp(arrived_at, UTC).date()
    return day_folder(root, day) / safe_id(interaction_id)


def recording_path(root: Path, interaction: Interaction, of: str) -> Path:
    """The file of the recording of this segment, or of the talk with this outside leg; creates nothing.

    Raises Invalid for an unsafe id.
    """
    folder = interaction_folder(root, interaction.id, interaction.arrived_at)
    return folder / f"{safe_id(of)}.wav"


def manifest_path(root: Path, interaction: Interaction) -> Path:
    """Raises Invalid for an unsafe id."""
    return interaction_folder(root, interaction.id, interaction.arrived_at) / MANIFEST


def day_folder(root: Path, day: date) -> Path:
    return root / f"{day.year:04}" / f"{day.month:02}" / f"{day.day:02}"


def find_interaction(root: Path, interaction_id: str) -> Path | None:
    """The folder of an interaction whose day is not known. Raises Invalid for an unsafe id."""
    found = root.glob(f"[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/{safe_id(interaction_id)}")
    return next(iter(sorted(found)), None)


def interactions_between(root: Path, first: date, last: date) -> Iterator[str]:
    """Ids of the interactions that have a folder, both days (UTC) included, in order of day and id."""
    day = first
    while day <= last:
        folder = day_folder(root, day)
        if folder.is_dir():
            names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
            yield from (name for name in names if _SAFE_ID.fullmatch(name))
        day += timedelta(days=1)
