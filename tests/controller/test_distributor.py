"""Who gets whom, and when: the distributor over memory twins."""

from dataclasses import replace

import gevent
import pytest
from gevent.event import Event

from controller import committer
from controller.adapters.timers import SystemClock
from controller.distributor import NOT_SAVED_S, Distributor
from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import SetStatus, SignIn, SignOut, Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.routing import RING_ALL_LIMIT
from controller.domain.words import State
from controller.errors import StoreUnavailable
from controller.ports import Published


def queue(world, queue_id: str, **settings: object) -> None:
    world.catalogue.put(QueueSettings(id=queue_id, name=queue_id, **settings))


def offered_to(world, interaction_id: str) -> str | None:
    offer = world.now(interaction_id).offer
    return None if offer is None else offer.agent


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
    assert asked.wait(2)
    asked.clear()
    offer = world.now("call").offer
    world.engine.handle(c.DeclineOffer(interaction_id="call", offer_id=offer.id, reason="busy"))
    assert asked.wait(2)
    distributor.stop()
    declined = next(
        x.at for x in world.store.events("interaction:call") if isinstance(x, e.OfferDeclined)
    )
    assert 0.3 <= offers[1] - declined < 0.6


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


# --- strategies, rings, a preferred agent ----------------------------------------------------------


def served(world, interaction_id: str, talk_s: float = 1.0) -> str:
    """Let the contact be had and be over; the agent who had it."""
    offer = world.now(interaction_id).offer
    world.medium.answer(offer.leg)
    world.settle()
    world.pass_(talk_s)
    world.medium.hang_up(interaction_id)
    world.settle()
    return offer.agent


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
    assert asked.wait(2)
    distributor.stop()
    [event] = offered
    assert 0.3 <= event.at - world.now("call").place.since < 0.6
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


# --- ring_all --------------------------------------------------------------------------------------


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
