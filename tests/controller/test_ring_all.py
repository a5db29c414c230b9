"""All phones ring, and who answers has him."""

from controller.domain import commands as c
from controller.domain.routing import RING_ALL_LIMIT
from tests.controller.queueing import queue


def ringing(world, interaction_id: str) -> list[str]:
    return sorted(offer.agent for offer in world.now(interaction_id).offers)


def ring_all(world, agents: int) -> list[str]:
    queue(world, "sales", strategy="ring_all", wrap_up_s=0)
    names = [f"{1001 + n}" for n in range(agents)]
    for name in names:
        world.agent(name)
    world.arrive("call")
    return names


def test_all_phones_ring_and_who_answers_has_him(world):
    names = ring_all(world, 3)
    assert ringing(world, "call") == names
    assert len(world.medium.ringing) == 3
    assert world.now("call").offers[0].why.rule == "ring_all"
    leg = next(o.leg for o in world.now("call").offers if o.agent == "1002")
    world.medium.answer(leg)
    world.settle()
    assert [s.agent for s in world.now("call").segments] == ["1002"]
    assert world.medium.ringing == {}
    assert [world.agents.candidate(a).free for a in names] == [100, 0, 100]


def test_not_more_phones_ring_than_may(world):
    ring_all(world, RING_ALL_LIMIT + 2)
    assert len(ringing(world, "call")) == RING_ALL_LIMIT
    assert world.names("call").count("Offered") == RING_ALL_LIMIT
    assert world.distributor._asked == {}
    world.medium.hang_up("call")
    world.settle()
    free = [a.free for a in world.agents.candidates("sales")]
    assert free == [100] * (RING_ALL_LIMIT + 2)


def test_who_becomes_free_while_phones_ring_is_rung_too(world):
    ring_all(world, 1)
    world.arrive("next")
    world.agent("1002")
    world.settle()
    assert ringing(world, "call") == ["1001", "1002"]  # not for the next one, who came later
    late = world.now("call").offers[1]
    assert (late.why.rule, late.why.eligible) == ("ring_all", ("1002",))
    assert late.why.passed_over == {"1001": "offered a contact"}
    world.medium.answer(late.leg)
    world.settle()
    assert [s.agent for s in world.now("call").segments] == ["1002"]
    assert ringing(world, "next") == ["1001"]


def test_nobody_is_added_once_somebody_has_said_that_he_takes_him(world):
    ring_all(world, 1)
    offer = world.now("call").offer
    world.engine.handle(c.AcceptOffer(interaction_id="call", offer_id=offer.id))
    world.agent("1002")
    world.settle()
    assert world.names("call").count("Offered") == 1
    assert [s.agent for s in world.now("call").segments] == ["1001"]


def test_who_becomes_free_is_not_added_beyond_the_limit(world):
    ring_all(world, RING_ALL_LIMIT - 1)
    for name in ("2001", "2002"):
        world.agent(name)
    world.settle()
    assert len(ringing(world, "call")) == RING_ALL_LIMIT


def test_by_another_strategy_one_phone_rings(world):
    world.agent("1001")
    world.arrive("call")
    world.agent("1002")
    world.settle()
    assert ringing(world, "call") == ["1001"]


def test_one_who_declines_leaves_the_others_ringing_and_serves_the_next(world):
    ring_all(world, 2)
    offer = next(o for o in world.now("call").offers if o.agent == "1001")
    world.engine.handle(c.DeclineOffer(interaction_id="call", offer_id=offer.id, reason="busy"))
    world.settle()
    assert ringing(world, "call") == ["1002"]
    world.arrive("next")
    assert ringing(world, "next") == ["1001"]


def test_when_nobody_answers_he_is_back_in_the_queue_before_the_others(world):
    ring_all(world, 2)
    world.arrive("next")
    for offer in world.now("call").offers:
        world.engine.handle(c.DeclineOffer(interaction_id="call", offer_id=offer.id, reason="no"))
    world.settle()
    assert ringing(world, "next") == ["1001", "1002"]  # the second joins in when he is free
    assert world.distributor.waiting_in("sales") == ["call", "next"]
    world.medium.hang_up("next")
    world.pass_(15)
    world.distributor.look()
    world.settle()
    assert ringing(world, "call") == ["1001", "1002"]
