"""What CONTRIBUTING tells a newcomer is so: its phone call is played, its names and links are looked up."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.domain import commands as c
from tests.domain.stories import CUSTOMER, ID, Story, terms, why

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "CONTRIBUTING.md"
ROW = re.compile(
    r"^\|(?P<cause>[^|]*)\| `(?P<command>\w+)` \| \[\w+\]\((?P<file>[\w/.]+)\) `(?P<function>\w+)` "
    r"\| (?P<events>[\w, ]+) \|",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    command: str
    file: Path
    function: str
    events: tuple[str, ...]


ROWS = [
    Row(
        command=row["command"],
        file=ROOT / row["file"],
        function=row["function"],
        events=tuple(row["events"].split(", ")),
    )
    for row in ROW.finditer(GUIDE.read_text(encoding="utf-8"))
]

#: The call of the guide: the fields of each command, in its order.
CALL = [
    (c.StartFlow, {"flow": "main"}),
    (c.TakeStep, {"step": "menu", "verb": "menu"}),
    (c.NoteLegAnswered, {"leg": CUSTOMER, "at": 1.0}),
    (c.EnterQueue, {"queue": "sales", "terms": terms()}),
    (c.MakeOffer, {"offer_id": "o1", "agent": "anna", "leg": "a1", "why": why()}),
    (c.NoteLegAnswered, {"leg": "a1", "at": 2.0}),
    (c.NoteConnected, {"leg": "a1", "at": 3.0}),
    (c.NoteRecordingStarted, {"recording_id": "o1", "segment_id": "o1", "path": "/r", "at": 3.0}),
    (c.NoteLegEnded, {"leg": CUSTOMER, "cause": "NORMAL_CLEARING", "at": 9.0}),
    (c.NoteLegEnded, {"leg": "a1", "cause": "NORMAL_CLEARING", "at": 9.0}),
    (
        c.NoteRecordingStopped,
        {"recording_id": "o1", "length_s": 6.0, "sha256": "0", "error": None, "at": 9.0},
    ),
    (c.EndWrapUp, {"segment_id": "o1", "by": "agent"}),
]


def test_the_call_of_the_guide_goes_as_it_says():
    story = Story()
    told = [("Arrive", ("Arrived",))]
    for kind, fields in CALL:
        events = story.tell(kind(interaction_id=ID, **fields))
        told.append((kind.__name__, tuple(type(event).__name__ for event in events)))
    assert [(row.command, row.events) for row in ROWS] == told
    assert story.state.closed


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.command}-{row.function}")
def test_each_command_is_made_where_the_guide_says(row):
    source = row.file.read_text(encoding="utf-8")
    assert f"def {row.function}(" in source
    assert re.search(rf"\b{row.command}\(", source)


@pytest.mark.parametrize(
    "page", [GUIDE, *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_links_to_files_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
