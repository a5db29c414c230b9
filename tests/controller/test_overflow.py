"""What a queue does with whom it cannot or may not keep: by length, by wait, by hours, by nobody there."""

from datetime import datetime

import pytest

from controller.adapters.memory.time import ManualClock
from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import SignIn, SignOut, Status
from controller.domain.catalogue import QueueSettings
from controller.domain.schedule import Schedule
from controller.domain.words import Outcome, State
from tests.controller.world import World

#: A Monday, ten to five in the afternoon.
TEN_TO_FIVE = datetime.fromisoformat("2026-03-02T16:50:00+00:00").timestamp()


def queue(world: World, queue_id: str = "sales", **settings: object) -> None:
    world.catalogue.put(QueueSettings(id=queue_id, name=queue_id, **settings))


def office(world: World) -> None:
    world.catalogue.put(Schedule(id="office", week={"mon": (("09:00", "17:00"),)}))


def events(world: World, interaction_id: str, kind: type) -> list:
    stream = world.store.events(f"interaction:{interaction_id}")
    return [event for event in stream if isinstance(event, kind)]


@pytest.fixture
def late_world():
    world = World(clock=ManualClock(TEN_TO_FIVE))
    office(world)
    world.start()
    yield world
    world.stop()


def test_a_full_queue_turns_the_next_one_away(world):
    queue(world, max_length=2)
    for name in ("a", "b", "c"):
        world.arrive(name)
    assert [world.now(name).state for name in ("a", "b")] == [State.QUEUED, State.QUEUED]
    turned = world.now("c")
    assert (turned.outcome, turned.reason) == (Outcome.OVERFLOWED, "full")
    [event] = events(world, "c", e.TurnedAway)
    assert (event.queue, event.reason, event.to) == ("sales", "full", None)
    world.medium.hang_up("a")
    world.settle()
    world.arrive("d")
    assert world.now("d").state is State.QUEUED


def test_who_is_being_offered_waits_too(world):
    queue(world, max_length=1)
    world.agent("1001")
    world.arrive("a")
    assert world.now("a").state is State.OFFERED
    world.arrive("b")
    assert world.now("b").reason == "full"


def test_a_crowd_of_one_moment_does_not_overfill_a_queue(world):
    queue(world, max_length=3)
    for number in range(10):
        world.arrive_soon(f"c{number}")
    world.settle()
    states = [world.now(f"c{number}").state for number in range(10)]
    assert states.count(State.QUEUED) == 3


def test_he_is_moved_to_the_queue_that_has_such_customers_with_the_time_he_waited(world):
    queue(world, "support")
    queue(world, max_wait_s=30, overflow={"waited": "support"})
    world.arrive("call")
    since = world.now("call").place.since
    world.pass_(30)
    moved = world.now("call")
    assert (moved.state, moved.place.queue) == (State.QUEUED, "support")
    assert moved.place.since == since and moved.place.entered_at == since + 30
    [left] = events(world, "call", e.LeftQueue)
    assert (left.reason, left.to, left.waited_s) == ("waited", "support", 30)
    second = events(world, "call", e.Queued)[1]
    assert (second.credit_s, second.credit_for) == (30, "moved")
    world.pass_(3600)
    assert world.now("call").state is State.QUEUED  # the limit was the first queue's


def test_a_queue_that_cannot_have_him_either_is_asked_once(world):
    queue(world, "support", max_length=0, overflow={"full": "sales"})
    queue(world, max_length=0, overflow={"full": "support"})
    world.arrive("call")
    turned = events(world, "call", e.TurnedAway)
    assert [(t.queue, t.to) for t in turned] == [("sales", "support"), ("support", None)]
    assert world.now("call").outcome is Outcome.OVERFLOWED


def test_queues_that_overflow_into_each_other_have_him_once_each(world):
    queue(world, "sales", max_wait_s=1, overflow={"waited": "support"})
    queue(world, "support", max_wait_s=1, overflow={"waited": "third"})
    queue(world, "third", max_wait_s=1, overflow={"waited": "sales", "nobody": "support"})
    world.arrive("call")
    for _ in range(10):
        world.pass_(1)
    left = events(world, "call", e.LeftQueue)
    assert [(x.queue, x.to) for x in left] == [
        ("sales", "support"),
        ("support", "third"),
        ("third", None),
    ]
    assert (world.now("call").outcome, world.now("call").reason) == (Outcome.OVERFLOWED, "waited")


def test_who_was_turned_away_on_the_way_is_not_sent_back_there_either(world):
    queue(world, "support", max_length=0, overflow={"full": "third"})
    queue(world, "third", max_wait_s=1, overflow={"waited": "support"})
    queue(world, "sales", max_wait_s=1, overflow={"waited": "support"})
    world.arrive("call")
    world.pass_(1)
    assert world.now("call").place.overflowed_from == ("sales", "support")
    world.pass_(1)
    assert events(world, "call", e.LeftQueue)[-1].to is None


def test_once_an_agent_has_sent_him_there_a_queue_may_overflow_as_it_likes(world):
    queue(world, "sales", max_wait_s=1, overflow={"waited": "support"})
    queue(world, "support")
    world.profile("1001", queues=("support",))
    world.arrive("call")
    world.pass_(1)
    world.engine.handle(SignIn(agent_id="1001", status=Status.AVAILABLE))
    world.settle()
    world.medium.answer(world.now("call").offer.leg)
    world.settle()
    [segment] = world.now("call").segments
    terms = world.catalogue.get(QueueSettings, "sales").terms()
    world.engine.handle(
        c.TransferToQueue(interaction_id="call", segment_id=segment.id, queue="sales", terms=terms)
    )
    world.settle()
    assert world.now("call").place.overflowed_from == ()
    world.pass_(1)
    assert world.now("call").place.queue == "support"


def test_a_closed_queue_takes_nobody(late_world):
    world = late_world
    queue(world, schedule="office")
    world.arrive("early")
    world.pass_(600)
    world.arrive("late")
    assert world.now("late").reason == "closed"
    assert world.now("early").state is State.QUEUED  # who is in may stay


def test_a_queue_that_says_so_lets_nobody_wait_after_closing_time(late_world):
    world = late_world
    queue(world, schedule="office", closing_ends_waits=True)
    world.arrive("call")
    world.pass_(599)
    assert world.now("call").state is State.QUEUED
    world.pass_(1)
    [left] = events(world, "call", e.LeftQueue)
    assert (left.reason, left.waited_s) == ("closed", 600)
    assert world.now("call").outcome is Outcome.OVERFLOWED


def test_who_comes_back_from_a_lost_agent_after_closing_time_is_kept(late_world):
    world = late_world
    queue(world, schedule="office", closing_ends_waits=True)
    world.agent("1001")
    world.arrive("call")
    leg = world.now("call").offer.leg
    world.medium.answer(leg)
    world.settle()
    world.pass_(900)
    world.medium.hang_up(leg, "MEDIA_TIMEOUT")
    world.settle()
    assert world.now("call").state is State.QUEUED


def test_a_queue_that_nobody_serves_takes_nobody(world):
    queue(world, nobody_s=0)
    world.arrive("a")
    assert world.now("a").reason == "nobody"
    world.profile("1001")
    world.engine.handle(SignIn(agent_id="1001", status=Status.ON_BREAK))
    world.arrive("b")
    assert world.now("b").state is State.QUEUED


def test_the_last_agent_to_sign_out_ends_the_wait_after_a_while(world):
    queue(world, nobody_s=60)
    for agent in ("1001", "1002"):
        world.profile(agent)
        world.engine.handle(SignIn(agent_id=agent, status=Status.ON_BREAK))
    world.arrive("call")
    world.engine.handle(SignOut(agent_id="1001"))
    world.pass_(100)
    world.engine.handle(SignOut(agent_id="1002"))
    world.pass_(59)
    assert world.now("call").state is State.QUEUED
    world.arrive("later")  # for a minute one may still come
    world.pass_(1)
    assert events(world, "call", e.LeftQueue)[0].reason == "nobody"
    assert events(world, "later", e.LeftQueue)[0].waited_s == 1
    world.arrive("too late")
    assert events(world, "too late", e.TurnedAway)[0].reason == "nobody"


def test_an_agent_who_signs_in_keeps_those_who_wait(world):
    queue(world, nobody_s=60)
    world.profile("1001")
    world.engine.handle(SignIn(agent_id="1001", status=Status.ON_BREAK))
    world.arrive("call")
    world.engine.handle(SignOut(agent_id="1001"))
    world.pass_(59)
    world.engine.handle(SignIn(agent_id="1001", status=Status.ON_BREAK))
    world.settle()
    world.pass_(600)
    assert world.now("call").state is State.QUEUED


def test_after_a_restart_the_same_timers_stand(late_world):
    world = late_world
    queue(world, schedule="office", closing_ends_waits=True, nobody_s=60)
    queue(world, "patient", max_wait_s=100)
    world.profile("1001", queues=("sales", "patient"))
    world.engine.handle(SignIn(agent_id="1001", status=Status.ON_BREAK))
    world.arrive("closing")
    world.arrive("waited", "patient")
    world.settle()
    before = dict(world.timers._timers)
    world.stop()
    second = world.successor()
    second.start()
    assert second.timers._timers == before
    second.engine.handle(SignOut(agent_id="1001"))
    second.settle()
    standing = dict(second.timers._timers)
    assert "nobody:closing" in standing and "nobody:waited" not in standing
    second.stop()
    third = second.successor()
    third.start()
    assert third.timers._timers == standing
    third.pass_(60)
    assert events(third, "closing", e.LeftQueue)[0].reason == "nobody"
    assert third.now("waited").state is State.QUEUED
    third.pass_(40)
    assert third.now("waited").outcome is Outcome.OVERFLOWED
    third.stop()


def test_killed_when_the_queue_has_given_him_back_he_does_not_wait_again(world):
    queue(world, max_wait_s=30)
    world.arrive("call")
    world.clock.pass_(30)
    world.flows.resume = lambda interaction, reason: None  # as if killed right there
    world.timers.fire_due()
    world.settle()
    assert world.now("call").flow.given_back.reason == "waited"
    assert world.now("call").state is State.IN_FLOW
