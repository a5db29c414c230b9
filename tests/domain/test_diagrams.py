"""docs/states.md is what the tables say, and the tables' drawing is what interactions do."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings

from controller.domain import commands as c
from controller.errors import IllegalCommand
from tests.domain.stories import STEPS, Story, next_command

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "diagrams"


def _load() -> ModuleType:
    loader = SourceFileLoader("diagrams", str(SCRIPT))
    spec = spec_from_loader("diagrams", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


diagrams = _load()
POSSIBLE = diagrams.possibilities()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )


def steps_of(story: Story, steps) -> list[tuple]:
    """(state, command, names of the events, next state) of every step that is not refused."""
    seen = []
    for pick, seconds, variant in steps:
        story.now += seconds
        before, command = story.state.state, next_command(story, pick, variant)
        try:
            events = story.tell(command)
        except IllegalCommand:
            continue
        names = tuple(type(event).__name__ for event in events)
        seen.append((before, type(command).__name__, names, story.state.state))
    return seen


def test_the_page_is_up_to_date():
    checked = run("--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_an_old_page_is_told_from_a_new_one(tmp_path):
    file = tmp_path / "states.md"
    assert run("--check", str(file)).returncode == 1
    assert run("--write", str(file)).returncode == 0
    assert run("--check", str(file)).returncode == 0
    file.write_text(file.read_text().replace("StartFlow", "BeginFlow"))
    stale = run("--check", str(file))
    assert stale.returncode == 1
    assert "scripts/diagrams --write" in stale.stdout


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_whatever_happens_is_drawn(steps):
    for state, command, events, then in steps_of(Story(), steps):
        assert events in POSSIBLE[state, command]
        assert diagrams.after(state, events) is then


def test_every_arrow_that_is_drawn_can_be_walked():
    chance, walked = Random(1), set()
    for _ in range(1500):
        steps = [(chance.randrange(100), 1.0, chance.randrange(6)) for _ in range(20)]
        for state, command, _events, then in steps_of(Story(), steps):
            if then is not state:
                walked.add((state, command, then))
    assert walked == diagrams.arrows()


def test_an_agents_arrows_name_commands_and_statuses():
    drawn = {(was.value, command, then.value) for was, command, then in diagrams.agent_arrows()}
    assert ("available", "MarkNotResponding", "not_responding") in drawn
    assert ("offline", "SetStatus", "available") not in drawn
    assert not any(command == "SetStatus" and then == "offline" for _, command, then in drawn)


def test_what_cannot_be_read_is_an_error_and_no_wrong_drawing(monkeypatch):
    source = "def wait(i, command, now):\n    while True:\n        yield e.Queued(at=now)\n"
    monkeypatch.setitem(diagrams.DECIDE, "wait", diagrams.ast.parse(source).body[0])
    with pytest.raises(NotImplementedError, match=r"decide\.wait, line 2"):
        diagrams.Walk("wait", diagrams.State.IN_FLOW, {}).yields()


def test_every_command_but_the_first_is_in_the_table():
    drawn = {command for _, command in POSSIBLE}
    known = {kind.__name__ for kind in c.Command.__subclasses__()}
    assert known - drawn == {"Arrive"}
