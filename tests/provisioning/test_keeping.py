"""The phones' directory follows the agents, through failures of folder and switch."""

from dataclasses import replace

import gevent
import pytest
from gevent.event import Event

from controller.errors import LinkLost
from controller.provisioning import keeping
from controller.provisioning.directory import DirectoryEntry, a1_hash
from controller.provisioning.keeping import DirectoryKeeper
from controller.provisioning.settings import load_settings


class Switch:
    """Counts how often it was told; may be out of reach."""

    def __init__(self) -> None:
        self.tries = self.told = 0
        self.away = False
        self.forgotten: list[str] = []
        self.asked = Event()

    def reload(self) -> None:
        self.tries += 1
        self.asked.set()
        if self.away:
            raise LinkLost("no link")
        self.told += 1

    def wait(self) -> None:
        assert self.asked.wait(5)
        self.asked.clear()


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "SETTLE_S", 0.02)
    monkeypatch.setattr(keeping, "RETRY_S", 0.05)
    return tmp_path


@pytest.fixture
def entries():
    return [entry("1001")]


def entry(extension: str) -> DirectoryEntry:
    return DirectoryEntry(
        extension=extension,
        a1_hash=a1_hash(extension, "tandem", "secret"),
        name=f"Agent {extension}",
    )


@pytest.fixture
def switch():
    return Switch()


@pytest.fixture
def keeper(place, entries, switch):
    settings = load_settings(
        {
            "recordings_dir": str(place / "recordings"),
            "run_dir": str(place / "run"),
            "log": {"dir": str(place / "log")},
        }
    )
    keeper = DirectoryKeeper(
        settings=settings,
        entries=lambda: entries,
        out=place / "conf",
        reload=switch.reload,
        forget=switch.forgotten.append,
    )
    keeper.start()
    yield keeper
    keeper.stop()


def directory(place) -> str:
    return "".join(path.read_text() for path in sorted((place / "conf/directory").rglob("*.xml")))


def test_many_changes_are_one_rendering_and_one_reload(keeper, switch, entries, place):
    for number in range(5):
        entries.append(entry(f"200{number}"))
        keeper.changed()
    switch.wait()
    assert all(f"200{number}" in directory(place) for number in range(5))
    gevent.sleep(0.1)  # nothing more may come
    assert switch.told == 1


def test_no_change_is_no_reload(keeper, switch, entries, place):
    keeper.changed()
    switch.wait()
    keeper.changed()
    gevent.sleep(0.15)  # nothing may come
    assert switch.told == 1


def test_a_switch_that_was_away_is_told_later_though_nothing_is_written_again(keeper, switch):
    switch.away = True
    keeper.changed()
    switch.wait()
    switch.wait()
    switch.away = False
    switch.wait()
    assert switch.told == 1 and switch.tries == 3


def test_a_folder_that_was_in_the_way_is_written_later(keeper, switch, place):
    (place / "conf").write_text("a file where the folder must go")
    keeper.changed()
    gevent.sleep(0.1)
    assert switch.tries == 0
    (place / "conf").unlink()
    switch.wait()
    assert "1001" in directory(place)


def test_phones_of_a_password_that_ended_are_forgotten_and_no_others(keeper, switch, entries):
    entries += [entry("2001"), entry("2002")]
    keeper.changed()
    switch.wait()
    assert switch.forgotten == []
    entries[1:] = [replace(entries[1], a1_hash=a1_hash("2001", "tandem", "another"))]
    switch.away = True
    keeper.changed()
    switch.wait()
    assert switch.forgotten == []  # it would come in again with the old one
    switch.away = False
    switch.wait()
    gevent.idle()
    assert switch.forgotten == ["2001", "2002"]
