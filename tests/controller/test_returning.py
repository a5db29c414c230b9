"""Who comes again: his place after giving up, and the agent who knows him."""

import pytest

from controller.domain import events as e
from controller.domain.agent import SignOut
from controller.domain.catalogue import QueueSettings
from controller.domain.returning import is_known
from controller.domain.words import State
from controller.errors import StoreUnavailable

ANN, BOB = "+49301", "+49302"


def queue(world, queue_id="sales", **settings):
    world.catalogue.put(QueueSettings(id=queue_id, name=queue_id, **settings))


def queued(world, interaction_id):
    return newest(world, interaction_id, e.Queued)


def offer(world, interaction_id):
    return newest(world, interaction_id, e.Offered)


def newest(world, interaction_id, kind):
    stream = world.store.events(f"interaction:{interaction_id}")
    return [event for event in stream if isinstance(event, kind)][-1]


def give_up(world, interaction_id):
    world.medium.hang_up(interaction_id)
    world.settle()


def talk(world, interaction_id, agent):
    """He is offered to the agent, talks for a minute, and goes; the agent is free again."""
    offered = offer(world, interaction_id)
    assert offered.agent == agent
    world.medium.answer(offered.leg)
    world.settle()
    world.pass_(60)
    give_up(world, interaction_id)
    world.pass_(30)


def test_a_redialler_has_his_place_back(world):
    queue(world, redial_s=120)
    world.arrive("ann", address=ANN)
    world.pass_(50)
    world.arrive("bob", address=BOB)
    world.pass_(30)
    give_up(world, "ann")
    world.pass_(1)
    world.arrive("ann again", address=ANN)
    assert (queued(world, "ann again").credit_s, queued(world, "ann again").credit_for) == (
        80,
        "redial",
    )
    assert world.distributor.waiting_in("sales") == ["ann again", "bob"]


def test_all_the_time_of_several_tries_counts(world):
    queue(world, redial_s=120)
    for number in range(3):
        world.arrive(f"try {number}", address=ANN)
        world.pass_(40)
        give_up(world, f"try {number}")
        world.pass_(5)
    assert queued(world, "try 2").credit_s == 80


@pytest.mark.parametrize("address", ["", "anonymous", "Anonymous", "unknown"])
def test_a_withheld_number_is_nobody(world, address):
    assert not is_known(address)
    queue(world, redial_s=120)
    world.arrive("one", address=address)
    world.pass_(40)
    give_up(world, "one")
    world.arrive("two", address=address)
    assert queued(world, "two").credit_s == 0


def test_too_late_or_another_queue_or_none_asked_for_it_is_no_redial(world):
    queue(world, redial_s=60)
    queue(world, "support", redial_s=60)
    queue(world, "plain")
    for dialled in ("sales", "plain"):
        world.arrive(f"{dialled} 1", dialled, address=ANN)
        world.pass_(10)
        give_up(world, f"{dialled} 1")
    world.arrive("support 1", "support", address=ANN)
    assert queued(world, "support 1").credit_s == 0
    world.arrive("plain 2", "plain", address=ANN)
    assert queued(world, "plain 2").credit_s == 0
    world.pass_(51)
    world.arrive("sales 2", "sales", address=ANN)
    assert queued(world, "sales 2").credit_s == 0


def test_a_place_is_given_back_once(world):
    queue(world, redial_s=600)
    world.arrive("one", address=ANN)
    world.pass_(40)
    give_up(world, "one")
    world.arrive("two", address=ANN)
    world.arrive("three", address=ANN)
    assert queued(world, "two").credit_s == 40
    assert queued(world, "three").credit_s == 0


def test_who_has_been_served_since_begins_anew(world):
    queue(world, redial_s=600)
    world.arrive("one", address=ANN)
    world.pass_(40)
    give_up(world, "one")
    world.agent("1001")
    world.arrive("two", address=ANN)
    talk(world, "two", "1001")
    world.engine.handle(SignOut(agent_id="1001"))
    world.arrive("three", address=ANN)
    assert queued(world, "three").credit_s == 0


def test_he_is_kept_for_the_agent_who_talked_with_him_last(world):
    queue(world, strategy="last_agent", last_agent_s=30)
    world.agent("1001")
    world.arrive("one", address=ANN)
    talk(world, "one", "1001")
    world.agent("1002")
    world.arrive("other", address=BOB)  # 1001 has been idle for longer
    assert offer(world, "other").agent == "1001"
    world.arrive("two", address=ANN)
    kept = queued(world, "two")
    assert (kept.preferred, kept.preferred_until - kept.at) == ("1001", 30)
    assert world.now("two").state is State.QUEUED
    world.clock.pass_(30)
    world.distributor.look()
    world.settle()
    assert offer(world, "two").agent == "1002"


def test_nobody_waits_for_an_agent_who_is_not_there_or_serves_another_queue(world):
    queue(world, strategy="last_agent")
    world.agent("1001")
    world.arrive("one", address=ANN)
    talk(world, "one", "1001")
    world.engine.handle(SignOut(agent_id="1001"))
    world.arrive("two", address=ANN)
    assert queued(world, "two").preferred is None
    give_up(world, "two")
    world.agent("1001", queues=("other",))
    world.arrive("three", address=ANN)
    assert queued(world, "three").preferred is None


def test_a_talk_of_long_ago_is_forgotten(world):
    queue(world, strategy="last_agent", last_agent_days=1)
    world.agent("1001")
    world.arrive("one", address=ANN)
    talk(world, "one", "1001")
    world.pass_(86_400)
    world.arrive("two", address=ANN)
    assert queued(world, "two").preferred is None


def test_a_database_that_is_away_keeps_nobody_out(world, monkeypatch):
    def away(wanted):
        raise StoreUnavailable("no database")

    queue(world, redial_s=60)
    monkeypatch.setattr(world.store, "interactions", away)
    world.arrive("one", address=ANN)
    assert world.now("one").state is State.QUEUED
