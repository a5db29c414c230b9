"""Offers are saved with what leads to them; what is not saved is offered to nobody."""

import pytest
from gevent.event import Event

from controller import committer
from controller.distributor import NOT_SAVED_S
from controller.domain import events as e
from controller.domain.agent import SignIn, Status
from controller.errors import StoreUnavailable
from controller.ports import Published
from tests.controller.queueing import offered_to


def test_a_place_in_the_queue_and_its_offer_are_one_save(world):
    world.agent("1001")
    commit = world.store.commit
    saves: list[list[str]] = []

    def counted(changes):
        saves.append([type(event).__name__ for change in changes for event in change.events])
        commit(changes)

    world.store.commit = counted
    world.arrive("first")
    world.arrive("second")
    world.store.commit = commit
    both = [save for save in saves if "Queued" in save]
    assert [("Offered" in save) for save in both] == [True, False]
    assert list(world.medium.ringing.values()) == ["first"]
    assert world.distributor.waiting_in("sales") == ["second"]


def test_a_place_that_was_not_saved_is_offered_to_nobody(world):
    """What the distributor foresaw did not come about."""
    commit = world.store.commit

    def poisoned(changes):
        if any(isinstance(x, e.Queued) for change in changes for x in change.events):
            raise ValueError("cannot be encoded")
        commit(changes)

    world.store.commit = poisoned
    world.arrive("call")
    world.store.commit = commit
    world.agent("1001")
    world.settle()
    assert world.agents.candidate("1001").free == 100
    assert world.distributor.waiting_in("sales") == []
    world.arrive("other")
    assert offered_to(world, "other") == "1001"


def test_an_offer_that_cannot_be_saved_frees_the_agent_and_is_tried_again(world):
    world.agent("1001")
    commit = world.store.commit
    failed = Event()

    def poisoned(changes):
        if any(isinstance(x, e.Offered) for change in changes for x in change.events):
            failed.set()
            raise ValueError("cannot be encoded")
        commit(changes)

    world.store.commit = poisoned
    world.arrive("call")
    assert failed.is_set()
    assert "Queued" in world.names("call")  # it does not take the others with it
    assert world.agents.candidate("1001").free == 100
    failed.clear()
    world.settle()
    assert not failed.is_set()  # not tried again at once
    world.store.commit = commit
    offered = Event()
    world.publisher.subscribe("test", lambda news: offered.set() if _has(news, e.Offered) else None)
    assert offered.wait(NOT_SAVED_S + 2)
    assert offered_to(world, "call") == "1001"


@pytest.mark.parametrize("says_so", [True, False])
def test_without_a_database_no_agent_is_kept_for_an_offer_that_would_be_over(
    world, says_so, monkeypatch
):
    """He would be blamed for it when it is saved. A database may be away long before it says so."""
    world.agent("1001")
    commit, tried, back = world.store.commit, Event(), Event()

    def away(changes):
        tried.set()
        if says_so:
            raise StoreUnavailable("away")
        back.wait()
        commit(changes)

    world.store.commit = away
    monkeypatch.setattr(committer, "LATE_S", 0.0)
    world.engine.submit(SignIn(agent_id="1002"))
    assert tried.wait(5)
    world.arrive_soon("call")
    world.settle()
    assert world.agents.candidate("1001").free == 100
    world.clock.pass_(60)
    monkeypatch.undo()
    offered = Event()
    world.publisher.subscribe("test", lambda news: offered.set() if _has(news, e.Offered) else None)
    world.store.commit = commit
    back.set()
    assert offered.wait(5)
    world.settle()
    offer = world.now("call").offer
    assert (offer.agent, offer.made_at) == ("1001", world.clock.now())
    assert world.agents.candidate("1001").status is Status.AVAILABLE


def _has(news: Published, kind: type) -> bool:
    return any(isinstance(event, kind) for event in news.events)
