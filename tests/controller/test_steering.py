"""A supervisor steers who waits: the distributor, the phones, the limits and what is told follow at once."""

import pytest

from controller.domain import commands as c
from controller.domain.agent import SetStatus, Status
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Why
from controller.domain.words import State
from tests.controller.test_announcer import TELLING, asked, pass_
from tests.controller.test_distributor import offered_to, queue
from tests.controller.world import World


def prioritise(world: World, interaction_id: str, priority: int) -> None:
    world.engine.handle(
        c.Prioritise(interaction_id=interaction_id, priority=priority, by="supervisor")
    )
    world.settle()


def move(world: World, interaction_id: str, to: str) -> None:
    settings = world.catalogue.get(QueueSettings, to)
    world.engine.handle(
        c.Move(
            interaction_id=interaction_id,
            queue=to,
            terms=settings.terms(),
            priority=settings.priority,
            skills=settings.skills,
            by="supervisor",
        )
    )
    world.settle()


def assign(world: World, interaction_id: str, agent: str, wait_s: float = 30.0) -> None:
    world.engine.handle(
        c.Assign(interaction_id=interaction_id, agent=agent, wait_s=wait_s, by="supervisor")
    )
    world.settle()


def busy(world: World, agent: str) -> str:
    """He talks; his contact's leg of him."""
    world.agent(agent)
    world.arrive(f"with {agent}")
    leg = world.now(f"with {agent}").offer.leg
    world.medium.answer(leg)
    world.settle()
    return leg


def done(world: World, agent: str) -> None:
    world.medium.hang_up(f"with {agent}")
    world.pass_(30)  # wrap-up


# --- priority ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("priority", "first"), [(1, "later"), (0, "earlier"), (-1, "earlier")])
def test_the_order_follows_a_new_priority(world, priority, first):
    world.arrive("earlier")
    world.pass_(50)
    world.arrive("later")
    prioritise(world, "later", priority)
    assert world.distributor.waiting_in("sales")[0] == first
    world.agent("1001")
    world.settle()
    assert offered_to(world, first) == "1001"


def test_forecast_and_announcements_follow(world):
    world.flows.telling = TELLING
    for name in ("one", "two"):
        world.arrive(name)
    prioritise(world, "two", 5)
    assert [world.lounge.forecast.waiting(name).position for name in ("one", "two")] == [2, 1]
    pass_(world, 20)
    assert sorted(asked(world)) == ["one 2 None", "two 1 None"]


def test_while_it_rings_the_priority_waits_for_his_return(world):
    world.agent("1001")
    world.arrive("one")
    world.arrive("two")
    prioritise(world, "one", 9)
    assert offered_to(world, "one") == "1001"
    assert world.names("one").count("Offered") == 1
    world.medium.hang_up(world.now("one").offer.leg, "CALL_REJECTED")
    world.settle()
    assert world.now("one").place.priority == 9
    assert world.distributor.waiting_in("sales")[0] == "one"


# --- another queue -------------------------------------------------------------------------------


def test_he_is_served_there_by_the_time_he_has_waited(world):
    queue(world, "support")
    world.arrive("moved")
    world.pass_(30)
    world.arrive("there", dialled="support")
    move(world, "moved", "support")
    assert world.distributor.waiting_in("sales") == []
    assert world.distributor.waiting_in("support") == ["moved", "there"]
    assert world.lounge.room.length("support") == 2
    world.agent("1002", queues=("support",))
    world.settle()
    assert offered_to(world, "moved") == "1002"
    assert world.now("moved").offer.why.waited_s == 30


def test_the_phone_that_rings_stops_and_its_agent_is_free_for_the_next(world):
    queue(world, "support")
    world.agent("1001")
    world.arrive("one")
    leg = world.now("one").offer.leg
    world.arrive("two")
    move(world, "one", "support")
    assert ("drop", leg) in world.medium.asked
    assert world.now("one").state is State.QUEUED
    assert offered_to(world, "two") == "1001"
    assert world.agents.candidate("1001").status is Status.AVAILABLE


def test_the_limits_of_the_queue_he_left_are_over_and_the_new_ones_begin(world):
    queue(world, "sales", max_wait_s=60)
    queue(world, "support", max_wait_s=100)
    world.arrive("one")
    world.pass_(50)
    move(world, "one", "support")
    world.pass_(99)
    assert world.now("one").state is State.QUEUED
    world.pass_(1)
    assert world.names("one")[-3] == "LeftQueue"
    assert world.now("one").queued_s == 150


def test_a_queue_without_limits_keeps_him(world):
    queue(world, "sales", max_wait_s=60, nobody_s=60)
    queue(world, "support")
    world.agent("1001")
    world.engine.handle(SetStatus(agent_id="1001", status=Status.ON_BREAK))
    world.arrive("one")
    move(world, "one", "support")
    world.pass_(3600)
    assert world.now("one").state is State.QUEUED


# --- an agent ------------------------------------------------------------------------------------


def test_a_free_agent_is_rung_at_once_whatever_his_queues_and_skills(world):
    queue(world, "sales", skills={"chinese": 3})
    world.agent("1001", queues=())
    world.arrive("one")
    assign(world, "one", "1001")
    assert offered_to(world, "one") == "1001"
    assert world.now("one").offer.why.rule == "preferred_agent"


def test_pulled_away_from_another_whose_phone_rings(world):
    world.agent("1001")
    world.arrive("one")
    ringing = world.now("one").offer.leg
    world.agent("1002")
    assign(world, "one", "1002")
    assert offered_to(world, "one") == "1002"
    assert ringing not in world.medium.ringing
    assert [o.agent for o in world.now("one").offers] == ["1002"]


def test_a_busy_agent_has_him_next_before_who_waits_longer(world):
    busy(world, "1001")
    world.arrive("longer")
    world.pass_(60)
    world.arrive("one")
    assign(world, "one", "1001", wait_s=600)
    done(world, "1001")
    assert offered_to(world, "one") == "1001"


def test_when_the_time_is_over_the_queue_goes_on_with_him_in_front(world):
    busy(world, "1001")
    world.arrive("longer")
    world.pass_(60)
    world.arrive("one")
    assign(world, "one", "1001", wait_s=20)
    world.pass_(10)
    world.agent("1002")
    world.settle()
    assert (offered_to(world, "one"), offered_to(world, "longer")) == (None, "1002")
    world.agent("1003")
    world.pass_(10)
    assert offered_to(world, "one") == "1003"


def test_an_agent_who_goes_meanwhile_is_not_waited_for(world):
    busy(world, "1001")
    world.arrive("one")
    assign(world, "one", "1001", wait_s=600)
    world.agent("1002")
    world.settle()
    assert offered_to(world, "one") is None
    world.engine.handle(SetStatus(agent_id="1001", status=Status.ON_BREAK, after_contact=True))
    world.settle()
    assert offered_to(world, "one") == "1002"


def test_an_offer_under_way_as_he_is_steered_is_not_made(world):
    """The distributor's offer comes to an interaction that has been moved since."""
    queue(world, "support")
    world.arrive("one")
    world.distributor.stop()
    world.settle()
    waiting = world.now("one")
    support = world.catalogue.get(QueueSettings, "support")
    steered = c.Move(interaction_id="one", queue="support", terms=support.terms(), by="supervisor")
    refused = []
    offer = c.MakeOffer(
        interaction_id="one",
        offer_id="o",
        agent="1001",
        leg="l",
        why=Why(rule="longest_idle", waited_s=0.0),
        place=waiting.place,
    )
    world.engine.submit(steered)
    world.engine.submit(offer, refused=refused.append)
    world.settle()
    assert "another place" in str(refused[0])
    assert world.now("one").place.queue == "support"


def test_after_a_restart_he_is_kept_for_the_agent_and_prioritised_still(world):
    busy(world, "1001")
    world.arrive("one")
    world.arrive("two")
    prioritise(world, "two", 3)
    assert world.distributor.waiting_in("sales") == ["two", "one"]
    assign(world, "one", "1001", wait_s=600)
    world.stop()
    second = world.successor()
    second.start()
    second.agent("1002")
    second.settle()
    assert (offered_to(second, "one"), offered_to(second, "two")) == (None, "1002")
    second.medium.answer(second.now("two").offer.leg)
    done(second, "1001")
    assert offered_to(second, "one") == "1001"
    second.stop()
