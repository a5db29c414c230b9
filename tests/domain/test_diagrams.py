"""docs/states.md is what the tables say, and the tables' drawing is what interactions do."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from controller.domain import commands as c

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "diagrams"


def _load() -> ModuleType:
    loader = SourceFileLoader("diagrams", str(SCRIPT))
    spec = spec_from_loader("diagrams", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


diagrams = _load()


@pytest.fixture(scope="module")
def drawn():
    """Not made on import: every test process imports this file, and it takes ten seconds."""
    return diagrams.walk(1, diagrams.STORIES)


def test_the_page_is_up_to_date():
    assert diagrams.main(["--check"]) == 0


def test_an_old_page_is_told_from_a_new_one(tmp_path, capsys):
    file = tmp_path / "states.md"
    assert diagrams.main(["--check", str(file)]) == 1
    assert diagrams.main(["--write", str(file)]) == 0
    assert diagrams.main(["--check", str(file)]) == 0
    file.write_text(file.read_text().replace("StartFlow", "BeginFlow"))
    capsys.readouterr()
    assert diagrams.main(["--check", str(file)]) == 1
    assert "scripts/diagrams --write" in capsys.readouterr().out


def test_other_stories_do_nothing_that_is_not_drawn(drawn):
    """Else the drawing would lack what is rare."""
    other = diagrams.walk(2, 400)
    assert other.arrows <= drawn.arrows
    for command, events in other.events.items():
        assert events <= drawn.events[command], command


def test_an_agents_arrows_name_commands_and_statuses():
    arrows = {(was.value, command, then.value) for was, command, then in diagrams.agent_arrows()}
    assert ("available", "MarkNotResponding", "not_responding") in arrows
    assert ("offline", "SetStatus", "available") not in arrows
    assert not any(command == "SetStatus" and then == "offline" for _, command, then in arrows)


def test_every_command_but_the_first_is_in_the_table(drawn):
    known = {kind.__name__ for kind in c.Command.__subclasses__()}
    assert known - set(drawn.events) == {"Arrive", "PlaceCall"}
