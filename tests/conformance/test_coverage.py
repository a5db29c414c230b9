"""The lab does what the table claims, no less and no more, and the suite touches all of it."""

import re
from pathlib import Path

from controller.lab import LabSwitch
from tests.conformance.coverage import APPLICATIONS, COMMANDS, EVENTS

_HERE = Path(__file__).parent
_LAB = _HERE.parents[1] / "controller" / "lab"
_FIRED = re.compile(r"""(?:emit|fire)\(\s*(?:self\.)?"([A-Z_]+)\"""")


def suite_text() -> str:
    return "\n".join(
        path.read_text() for path in _HERE.glob("test_*.py") if path.name != Path(__file__).name
    )


def test_the_commands_are_those_named():
    assert set(LabSwitch().commands.table) == COMMANDS


def test_the_applications_are_those_named():
    assert set(LabSwitch().core.applications) == APPLICATIONS


def test_the_events_are_those_named():
    fired = {name for path in _LAB.glob("*.py") for name in _FIRED.findall(path.read_text())}
    from_loops = {"CHANNEL_OUTGOING", "CHANNEL_CREATE", "CHANNEL_ORIGINATE"}
    assert fired | from_loops == EVENTS


def test_every_command_and_application_is_used_by_a_test():
    text = suite_text()
    assert [name for name in sorted(COMMANDS | APPLICATIONS) if name not in text] == []


def test_every_event_is_looked_at_by_a_test():
    text = suite_text()
    short = {name: name.removeprefix("CHANNEL_") for name in EVENTS - {"HEARTBEAT", "CALL_UPDATE"}}
    assert [name for name, word in sorted(short.items()) if word not in text] == []
