"""Whom a queue's strategy picks, for whom a requirement relaxes, and an agent who is waited for."""

import pytest
from gevent.event import Event

from controller.adapters.timers import SystemClock
from controller.distributor import Distributor
from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import SetStatus, Status
from controller.ports import Published
from tests.controller.queueing import offered_to, queue, served


def test_round_robin_goes_round_whoever_is_idle_longest(world):
    queue(world, "sales", strategy="round_robin", wrap_up_s=0)
    for agent in ("1001", "1002", "1003"):
        world.agent(agent)
    turns = []
    for number in range(6):
        world.arrive(f"call{number}")
        turns.append(served(world, f"call{number}", talk_s=100.0 if number == 0 else 1.0))
    assert turns == ["1001", "1002", "1003"] * 2


def test_best_skill_takes_the_best_and_then_the_next(world):
    queue(world, "sales", strategy="best_skill", skills={"english": 1})
    world.agent("1001", skills={"english": 2})
    world.pass_(5)
    world.agent("1002", skills={"english": 9, "golf": 1})
    for call, agent in (("a", "1002"), ("b", "1001")):
        world.arrive(call)
        assert offered_to(world, call) == agent
    assert world.now("a").offer.why.rule == "best_skill"


def test_the_fewest_contacts_come_first(world):
    queue(world, "sales", strategy="fewest_active", units=30)
    world.agent("1001")
    world.pass_(5)
    world.agent("1002")
    for name in ("a", "b", "c", "d"):
        world.arrive(name)
    assert [offered_to(world, name) for name in "abcd"] == ["1001", "1002", "1001", "1002"]


def test_a_ceiling_of_a_channel_leaves_units_for_others(world):
    queue(world, "sales", units=30)
    world.agent("1001", ceilings={"voice": 1})
    world.arrive("a")
    world.arrive("b")
    assert [offered_to(world, name) for name in "ab"] == ["1001", None]
    served(world, "a")
    world.pass_(30)
    assert offered_to(world, "b") == "1001"


def test_least_slack_serves_the_queue_that_promised_more_first(world):
    queue(world, "sales", target_s=120)
    queue(world, "support", target_s=20)
    world.arrive("patient")
    world.pass_(50)
    world.arrive("urgent", dialled="support")
    world.agent("1001", queues=("sales", "support"))
    world.settle()
    assert offered_to(world, "urgent") == "1001"
    assert world.now("urgent").offer.why.slack_s == pytest.approx(20)


def test_a_ring_lets_others_in_without_any_news(world):
    """The distributor wakes by itself when the requirement relaxes."""
    world.distributor.stop()
    clock = SystemClock()
    world.engine._clock = clock
    distributor = Distributor(engine=world.engine, agents=world.agents, clock=clock)
    offered: list[e.Offered] = []
    asked = Event()

    def take(news: Published) -> None:
        found = [event for event in news.events if isinstance(event, e.Offered)]
        offered.extend(found)
        if found:
            asked.set()

    world.publisher.subscribe("distributor", distributor.notice)
    world.publisher.subscribe("test", take)
    distributor.start()
    queue(world, "sales", skills={"english": 3}, rings=((0.3, {"english": 1}),))
    world.agent("1001", skills={"english": 1})
    world.arrive("call")
    assert asked.wait(10)
    distributor.stop()
    [event] = offered
    assert event.at - world.now("call").place.since >= 0.3
    assert event.why.needs == {"english": 1}


def known_to_1001_who_talks(world, last_agent_s: float) -> None:
    """A customer who has talked with 1001 comes again; 1001 talks with another, 1002 is free."""
    queue(world, "sales", strategy="last_agent", wrap_up_s=0, last_agent_s=last_agent_s)
    world.agent("1001")
    world.arrive("before")
    assert served(world, "before") == "1001"
    world.arrive("other")
    world.medium.answer(world.now("other").offer.leg)
    world.settle()
    world.agent("1002")
    world.arrive("known")
    assert world.now("known").place.preferred == "1001"


def test_the_last_agent_is_waited_for_and_then_anybody_has_him(world):
    known_to_1001_who_talks(world, last_agent_s=20)
    world.pass_(19)
    assert offered_to(world, "known") is None
    world.pass_(1)
    world.distributor.look()
    world.settle()
    assert offered_to(world, "known") == "1002"
    assert world.now("known").offer.why.rule == "longest_idle"


def test_the_last_agent_gets_him_as_soon_as_he_is_free(world):
    known_to_1001_who_talks(world, last_agent_s=20)
    world.medium.hang_up("other")
    world.settle()
    assert offered_to(world, "known") == "1001"
    why = world.now("known").offer.why
    assert (why.rule, why.passed_over) == ("last_agent", {"1002": "kept for 1001"})


def test_nobody_is_kept_for_an_agent_who_goes(world):
    known_to_1001_who_talks(world, last_agent_s=600)
    assert offered_to(world, "known") is None
    world.engine.handle(SetStatus(agent_id="1001", status=Status.ON_BREAK))
    world.settle()
    assert offered_to(world, "known") == "1002"


def test_a_clock_put_back_does_not_keep_an_agent_from_him(world):
    world.agent("1001")
    world.arrive("call")
    offer = world.now("call").offer
    world.engine.handle(c.DeclineOffer(interaction_id="call", offer_id=offer.id, reason="no"))
    world.settle()
    assert offered_to(world, "call") is None
    world.clock.pass_(-3600)
    world.distributor.look()  # as it does at the latest when the pause would have been over
    world.settle()
    assert offered_to(world, "call") == "1001"
