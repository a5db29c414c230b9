"""Who gets whom, and when: the distributor over memory twins."""

from dataclasses import replace

import gevent
import pytest
from gevent.event import Event

from controller import distributor
from controller.adapters.timers import SystemClock
from controller.distributor import Distributor
from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import SetStatus, SignOut, Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.words import State
from controller.ports import Published
from tests.controller.queueing import offered_to, queue


def test_first_come_first_served(world):
    for name in ("a", "b", "c"):
        world.arrive(name)
        world.pass_(1)
    assert world.distributor.waiting_in("sales") == ["a", "b", "c"]
    world.agent("1001")
    world.settle()
    assert offered_to(world, "a") == "1001"
    assert world.distributor.waiting_in("sales") == ["b", "c"]


@pytest.mark.parametrize(("later_s", "first"), [(59, "urgent"), (61, "plain")])
def test_a_priority_point_is_a_minute(world, later_s, first):
    world.arrive("plain")
    queue(world, "sales", priority=1)
    world.pass_(later_s)
    world.arrive("urgent")
    world.agent("1001")
    world.settle()
    assert offered_to(world, first) == "1001"


def test_who_comes_back_from_an_agent_stands_before_all(world):
    world.agent("1001")
    world.arrive("was_talking")
    world.medium.answer(world.now("was_talking").offer.leg)
    world.settle()
    queue(world, "sales", priority=9)
    world.arrive("important")
    leg = world.now("was_talking").segments[0].leg
    world.medium.hang_up(leg, "MEDIA_TIMEOUT")
    world.settle()
    assert world.distributor.waiting_in("sales") == ["was_talking", "important"]


def test_skills_are_needed_and_the_reason_is_kept(world):
    world.agent("1001", skills={"english": 1})
    world.pass_(1)
    world.agent("1002", skills={"english": 3})
    queue(world, "sales", skills={"english": 2})
    world.arrive("call")
    assert offered_to(world, "call") == "1002"
    why = world.now("call").offer.why
    assert why.passed_over == {"1001": "needs english 2, has 1"}
    assert (why.eligible, why.eligible_count, why.passed_over_count) == (("1002",), 1, 1)


def test_a_customer_nobody_fits_does_not_hold_up_those_behind(world):
    queue(world, "sales", skills={"chinese": 1})
    world.arrive("chinese")
    world.pass_(1)
    queue(world, "sales")
    world.arrive("anybody")
    world.agent("1001")
    world.settle()
    assert offered_to(world, "chinese") is None
    assert offered_to(world, "anybody") == "1001"
    assert world.now("anybody").offer.why.ahead == 1


def test_units_are_shared_out_and_never_more_than_there_are(world):
    queue(world, "sales", units=40)
    world.agent("1001", capacity=100)
    for name in ("a", "b", "c"):
        world.arrive(name)
    assert [offered_to(world, name) for name in ("a", "b", "c")] == ["1001", "1001", None]
    assert world.agents.candidate("1001").free == 20
    world.profile("1001", capacity=120)
    world.settle()
    assert offered_to(world, "c") == "1001"


def test_the_longest_idle_is_first_and_ties_go_by_id(world):
    for agent in ("1003", "1001", "1002"):
        world.agent(agent)
    world.arrive("a")
    assert offered_to(world, "a") == "1001"
    world.medium.answer(world.now("a").offer.leg)
    world.settle()
    world.pass_(5)
    world.medium.hang_up("a")
    world.pass_(30)
    world.arrive("b")
    assert world.now("b").offer.why.eligible == ("1002", "1003", "1001")


def test_an_agent_of_two_queues_serves_whoever_waited_longest(world):
    queue(world, "support")
    for number in range(6):
        world.arrive(f"call{number}", dialled="support" if number % 2 else "sales")
        world.pass_(1)
    world.agent("1001", queues=("sales", "support"))
    served = []
    for _ in range(6):
        world.settle()
        [call] = [i for i in world.engine.live() if i.offer is not None]
        served.append(call.id)
        world.medium.hang_up(call.id)
    assert served == [f"call{number}" for number in range(6)]


def test_an_agent_serves_only_his_queues(world):
    queue(world, "support")
    world.agent("1001", queues=("support",))
    world.arrive("call")
    assert offered_to(world, "call") is None


def test_a_profile_edit_finds_somebody_who_waits(world):
    queue(world, "support")
    world.agent("1001", queues=("support",))
    world.arrive("call")
    world.profile("1001", queues=("support", "sales"))
    world.settle()
    assert offered_to(world, "call") == "1001"


def test_a_removed_agent_gets_nothing_and_one_who_is_put_back_is_as_he_was(world):
    world.agent("1001")
    world.catalogue.remove(AgentProfile, "1001")
    world.arrive("call")
    assert offered_to(world, "call") is None
    world.profile("1001")
    world.settle()
    assert offered_to(world, "call") == "1001"


def test_an_agent_who_is_disabled_while_he_rings_is_full_again_afterwards(world):
    world.agent("1001")
    world.arrive("call")
    world.profile("1001", enabled=False)
    assert world.agents.candidate("1001") is None
    world.medium.hang_up("call")
    world.settle()
    world.profile("1001")
    assert world.agents.candidate("1001").free == 100


def test_a_queue_that_is_removed_still_serves_those_in_it(world):
    queue(world, "support")
    world.arrive("call", dialled="support")
    world.catalogue.remove(QueueSettings, "support")
    world.agent("1001", queues=("support",))
    world.settle()
    assert offered_to(world, "call") == "1001"


def test_signing_out_and_breaks_end_offers_to_come(world):
    world.agent("1001")
    world.engine.handle(SetStatus(agent_id="1001", status=Status.ON_BREAK, reason="lunch"))
    world.arrive("call")
    assert offered_to(world, "call") is None
    world.engine.handle(SetStatus(agent_id="1001", status=Status.AVAILABLE))
    world.settle()
    assert offered_to(world, "call") == "1001"
    world.engine.handle(SignOut(agent_id="1001"))
    world.arrive("next")
    assert offered_to(world, "next") is None


def test_while_the_channel_is_not_ready_nothing_is_offered(world):
    world.medium.ready = False
    world.agent("1001")
    world.arrive("call")
    assert world.now("call").state is State.QUEUED
    assert world.agents.candidate("1001").free == 100
    world.medium.ready = True
    world.distributor.look()
    world.settle()
    assert offered_to(world, "call") == "1001"


def test_a_refused_offer_gives_the_reservation_back(world):
    world.agent("1001")
    world.arrive("call")
    world.medium.answer(world.now("call").offer.leg)
    world.settle()
    world.medium.hang_up("call")
    world.agent("1002")
    world.settle()
    in_wrap_up = world.now("call")
    # News from when the caller waited, come late: the picture is wrong for a moment.
    late = replace(in_wrap_up, state=State.QUEUED)
    world.distributor.notice(Published(after=late, events=()))
    assert world.distributor.waiting_in("sales") == ["call"]
    world.settle()
    assert world.agents.candidate("1002").free == 100
    assert world.distributor.waiting_in("sales") == []
    assert world.names("call").count("Offered") == 1


def test_who_refused_is_asked_again_when_his_time_has_come(world):
    """Without any news: the distributor wakes by itself."""
    world.distributor.stop()
    clock = SystemClock()
    world.engine._clock = clock
    distributor = Distributor(engine=world.engine, agents=world.agents, clock=clock)
    offers: list[float] = []
    asked = Event()

    def take(news: Published) -> None:
        for event in news.events:
            if isinstance(event, e.Offered):
                offers.append(event.at)
                asked.set()

    world.publisher.subscribe("distributor", distributor.notice)
    world.publisher.subscribe("test", take)
    distributor.start()
    queue(world, "sales", retry_after_s=0.3)
    world.agent("1001")
    world.arrive("call")
    assert asked.wait(10)
    asked.clear()
    offer = world.now("call").offer
    world.engine.handle(c.DeclineOffer(interaction_id="call", offer_id=offer.id, reason="busy"))
    assert asked.wait(10)
    distributor.stop()
    declined = next(
        x.at for x in world.store.events("interaction:call") if isinstance(x, e.OfferDeclined)
    )
    assert offers[1] - declined >= 0.3


def test_a_refusal_that_lapses_while_others_are_served_is_not_forgotten(world):
    queue(world, "support")
    world.agent("1001")
    world.arrive("call")
    offer = world.now("call").offer
    world.engine.handle(c.DeclineOffer(interaction_id="call", offer_id=offer.id, reason="busy"))
    world.settle()
    # News of another queue comes in the moment in which the refusal lapses.
    world.clock.pass_(15)
    world.arrive("other", dialled="support")
    assert offered_to(world, "call") == "1001"


def test_what_waited_before_a_restart_is_served(world):
    world.arrive("call")
    world.distributor.stop()
    world.agent("1001")
    second = Distributor(engine=world.engine, agents=world.agents, clock=world.clock)
    second.start(world.engine.live())
    world.settle()
    assert offered_to(world, "call") == "1001"
    second.stop()


def test_a_thousand_wait_and_two_hundred_agents_come(world):
    """No agent over capacity; nobody waits while somebody who fits is free."""
    skills = ("english", "chinese", "refunds")
    for number in range(1000):
        queue(
            world,
            "sales",
            units=(100, 50, 30)[number % 3],
            skills={skills[number % 3]: number % 4} if number % 4 else {},
        )
        _post(world, f"call{number:04d}")
    world.settle()
    gevent.sleep(0)
    for number in range(200):
        world.agent(
            f"a{number:03d}",
            skills={skills[number % 3]: number % 5, skills[(number + 1) % 3]: 2},
        )
    for _ in range(20):
        world.settle()
    busy = [i for i in world.engine.live() if i.offer is not None]
    waiting = [i for i in world.engine.live() if i.state is State.QUEUED]
    assert len(busy) + len(waiting) == 1000 and len(busy) >= 200
    held: dict[str, int] = {}
    for interaction in busy:
        held[interaction.offer.agent] = (
            held.get(interaction.offer.agent, 0) + interaction.offer.units
        )
    assert max(held.values()) <= 100
    candidates = world.agents.candidates("sales")
    assert {a.id: a.free for a in candidates} == {a.id: 100 - held.get(a.id, 0) for a in candidates}
    for interaction in waiting:
        place = interaction.place
        for agent in candidates:
            fits = all(agent.skills.get(s, 0) >= level for s, level in place.skills.items())
            assert not (fits and agent.free >= place.terms.units), (interaction.id, agent)


def _post(world, interaction_id: str) -> None:
    """As `arrive`, which would let everybody have his turn a thousand times."""
    world.engine.handle(
        c.Arrive(
            interaction_id=interaction_id,
            channel="voice",
            leg=interaction_id,
            address="+4930123",
            name="A",
            dialled="5000",
            arrived_at=world.clock.now(),
        )
    )
    world.engine.submit(c.StartFlow(interaction_id=interaction_id, flow="any"))
    while world.now(interaction_id).state is not State.QUEUED:
        gevent.sleep(0)


def test_no_more_offers_are_on_their_way_than_can_be_seen_to_arrive(world, monkeypatch):
    monkeypatch.setattr(distributor, "UNSAVED", 2)
    held, submit = [], world.engine.submit

    def hold(command, **more):
        if isinstance(command, c.MakeOffer):
            held.append((command, more))
        else:
            submit(command, **more)

    monkeypatch.setattr(world.engine, "submit", hold)
    names = ("a", "b", "c", "d", "e")
    for name in names:
        world.arrive(name)
    for extension in range(1001, 1006):
        world.agent(str(extension))
    for offered in range(5):
        world.settle()
        assert len(held) == min(2, 5 - offered)
        command, more = held.pop(0)
        submit(command, **more)
    world.settle()
    assert not held
    assert len({offered_to(world, name) for name in names}) == 5


def test_a_reservation_is_for_one_distributor_only(world):
    """Two at once are slow, never wrong."""
    second = Distributor(engine=world.engine, agents=world.agents, clock=world.clock)
    world.publisher.subscribe("second", second.notice)
    second.start()
    world.agent("1001")
    world.agent("1002")
    for name in ("a", "b", "c"):
        world.arrive(name)
    assert sorted(str(offered_to(world, name)) for name in ("a", "b", "c")) == [
        "1001", "1002", "None"
    ]  # fmt: skip
    assert [world.agents.candidate(a).free for a in ("1001", "1002")] == [0, 0]
    second.stop()
