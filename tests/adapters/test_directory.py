"""The memory directory: statuses and units, whatever becomes of the profiles."""

import pytest

from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.directory import MemoryDirectory
from controller.domain.agent import Agent, Status
from controller.domain.catalogue import AgentProfile


def profile(**given: object) -> AgentProfile:
    return AgentProfile(
        **{"id": "1001", "name": "A", "extension": "1001", "queues": ("sales",), **given}
    )


def available(since: float = 10.0) -> Agent:
    return Agent(id="1001", status=Status.AVAILABLE, since=since, version=1)


@pytest.fixture
def catalogue():
    catalogue = MemoryCatalogue()
    catalogue.put(profile())
    return catalogue


@pytest.fixture
def directory(catalogue):
    return MemoryDirectory(catalogue)


def test_only_who_signed_in_is_a_candidate(directory):
    assert directory.candidates("sales") == []
    directory.declare(available())
    [candidate] = directory.candidates("sales")
    assert (candidate.id, candidate.free, candidate.idle_since) == ("1001", 100, 10.0)
    assert directory.candidates("support") == []


def test_reserve_takes_units_once_and_only_of_the_available(directory):
    assert not directory.reserve("1001", "call", 10, "voice")
    directory.declare(available())
    assert directory.reserve("1001", "call", 60, "voice")
    assert not directory.reserve("1001", "call", 10, "voice")
    assert not directory.reserve("1001", "other", 41, "voice")
    assert directory.reserve("1001", "other", 40, "voice")
    assert not directory.reserve("nobody", "call", 1, "voice")
    assert directory.candidate("1001").free == 0
    assert directory.candidate("1001").busy_with == "offered a contact"


def test_release_gives_back_and_starts_idle_time_anew(directory):
    directory.declare(available())
    directory.reserve("1001", "call", 100, "voice")
    directory.hold_units("1001", "call", 100, "on a contact", "voice")
    assert directory.candidate("1001").busy_with == "on a contact"
    directory.release("1001", "call", idle_from=99.0)
    directory.release("1001", "call")
    assert (directory.candidate("1001").free, directory.candidate("1001").idle_since) == (100, 99.0)


def test_a_reason_for_the_same_status_keeps_the_idle_time_and_a_break_ends_it(directory):
    directory.declare(available(since=10))
    directory.declare(available(since=50))
    assert directory.candidate("1001").idle_since == 10
    directory.declare(Agent(id="1001", status=Status.ON_BREAK, since=60))
    directory.declare(available(since=70))
    assert directory.candidate("1001").idle_since == 70


def test_who_is_distrusted_is_not_reserved_until_he_declares_again(directory):
    directory.declare(available())
    directory.distrust("1001")
    assert not directory.reserve("1001", "call", 1, "voice")
    assert directory.candidate("1001").status is Status.NOT_RESPONDING
    directory.declare(available())
    assert directory.reserve("1001", "call", 1, "voice")


def test_units_are_kept_when_they_exceed_a_capacity_cut_short(directory, catalogue):
    directory.declare(available())
    directory.reserve("1001", "call", 100, "voice")
    catalogue.put(profile(capacity=40))
    assert directory.candidate("1001").free == -60
    directory.release("1001", "call")
    assert directory.candidate("1001").free == 40


@pytest.mark.parametrize("how", ["disabled", "removed"])
def test_status_and_units_outlive_the_profile(directory, catalogue, how):
    directory.declare(available())
    directory.reserve("1001", "call", 30, "voice")
    if how == "disabled":
        catalogue.put(profile(enabled=False))
    else:
        catalogue.remove(AgentProfile, "1001")
    assert directory.candidate("1001") is None
    assert directory.candidates("sales") == []
    assert not directory.reserve("1001", "other", 1, "voice")
    catalogue.put(profile())
    assert directory.candidate("1001").status is Status.AVAILABLE
    assert directory.candidate("1001").free == 70


def test_a_status_declared_before_the_profile_counts_when_it_comes(catalogue, directory):
    directory.declare(Agent(id="1002", status=Status.AVAILABLE, since=5))
    assert directory.candidate("1002") is None
    catalogue.put(profile(id="1002", extension="1002", queues=("sales", "sales")))
    assert [c.id for c in directory.candidates("sales")] == ["1002"]


def test_a_ceiling_holds_whatever_the_units(directory, catalogue):
    directory.declare(available())
    catalogue.put(profile(ceilings={"chat": 2}))
    assert directory.reserve("1001", "a", 10, "chat")
    assert directory.reserve("1001", "b", 10, "chat")
    assert directory.candidate("1001").room == {"chat": 0}
    assert not directory.reserve("1001", "c", 10, "chat")
    assert directory.reserve("1001", "mail", 10, "email")
    directory.release("1001", "a")
    assert directory.reserve("1001", "c", 10, "chat")


def test_turns_tell_who_was_asked_last(directory, catalogue):
    catalogue.put(profile(id="1002", extension="1002"))
    for agent in ("1001", "1002"):
        directory.declare(Agent(id=agent, status=Status.AVAILABLE, since=5))
        assert directory.reserve(agent, "call", 10, "voice")
        directory.release(agent, "call")
    assert directory.candidate("1001").turn < directory.candidate("1002").turn
    assert not directory.reserve("1001", "call", 1000, "voice")
    assert directory.candidate("1001").turn < directory.candidate("1002").turn


def test_subscribers_hear_of_everybody_and_then_of_each_change(directory, catalogue):
    heard = []
    directory.subscribe(heard.append)
    assert heard == ["1001"]
    changes = (
        lambda: directory.declare(available()),
        lambda: directory.reserve("1001", "call", 10, "voice"),
        lambda: directory.hold_units("1001", "call", 10, "on a contact", "voice"),
        lambda: directory.release("1001", "call"),
        lambda: directory.distrust("1001"),
        lambda: catalogue.put(profile(skills={"english": 1})),
        lambda: catalogue.remove(AgentProfile, "1001"),
    )
    for change in changes:
        heard.clear()
        before = directory.candidate("1001")
        change()
        assert heard == ["1001"]
        assert directory.candidate("1001") != before
