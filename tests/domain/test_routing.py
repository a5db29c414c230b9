from dataclasses import replace

import pytest

from controller.domain import commands as c
from controller.domain.agent import Status
from controller.domain.model import Place, Refusal, Terms
from controller.domain.routing import (
    STRATEGIES,
    WHY_LIMIT,
    Candidate,
    Waiting,
    demand_of,
    needs,
    next_change,
    order_key,
    survey,
    waiting_of,
    why_not,
    why_of,
)
from tests.domain.stories import Story


def waiting(id_="w", since=0.0, refusals=(), **place):
    fields = {"queue": "q", "since": since, "entered_at": since, "terms": Terms(), **place}
    return Waiting(id=id_, place=Place(**fields), refusals=refusals)


def agent(id_="anna", **changes):
    fields = {"status": Status.AVAILABLE, "idle_since": 0.0, "free": 100, **changes}
    return Candidate(id=id_, **fields)


def test_order_is_by_waiting_and_priority():
    first_come = waiting("b", since=10)
    priority = waiting("c", since=60, priority=1)  # counts as since 0
    later = waiting("a", since=20)
    returned = waiting("d", since=500, front=True)
    assert [w.id for w in sorted((later, first_come, priority, returned), key=order_key)] == [
        "d",
        "c",
        "b",
        "a",
    ]


def test_a_tie_is_broken_by_id():
    assert order_key(waiting("a")) < order_key(waiting("b"))


def reason(customer, who, now, preferred=None):
    return why_not(customer, demand_of(customer, preferred, now), who, now)


def names(customer, agents, now=100.0, preferred=None):
    return survey(customer, agents, preferred, now).eligible


def test_of_two_queues_the_one_with_less_slack_is_first():
    patient = waiting("patient", since=0, terms=Terms(target_s=120))
    urgent = waiting("urgent", since=50, queue="other", terms=Terms(target_s=20))
    assert order_key(urgent) < order_key(patient)
    later = waiting("later", since=101, queue="other", terms=Terms(target_s=20))
    assert order_key(patient) < order_key(later)


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (agent(), None),
        (agent(status=Status.ON_BREAK), "on_break"),
        (agent(status=Status.NOT_RESPONDING), "not_responding"),
        (agent(free=99), "at capacity"),
        (agent(free=50, capacity=50), "needs 100 units, has 50"),
        (agent(free=0, busy_with="in wrap-up"), "in wrap-up"),
        (agent(room={"voice": 0}), "no more voice at once"),
        (agent(room={"voice": 1, "chat": 0}), None),
        (agent(holds=frozenset({"w"})), "has this contact already"),
        (agent(holds=frozenset({"other"})), None),
        (agent(skills={"refunds": 2}), None),
    ],
)
def test_why_not(who, why):
    assert reason(waiting(), who, 100.0) == why


@pytest.mark.parametrize(
    ("skills", "why"),
    [
        ({}, "needs refunds 3, has 0"),
        ({"refunds": 2}, "needs refunds 3, has 2"),
        ({"refunds": 3}, None),
    ],
)
def test_skills_have_levels(skills, why):
    assert reason(waiting(skills={"refunds": 3}), agent(skills=skills), 0.0) == why


def test_a_refusal_lasts_until_its_time():
    customer = waiting(refusals=(Refusal(agent="anna", until=50.0),))
    assert reason(customer, agent(), 49.9) == "had this offer a moment ago"
    assert reason(customer, agent(), 50.0) is None
    assert reason(customer, agent("bo"), 0.0) is None


@pytest.mark.parametrize("now", [40.0, -3600.0])
def test_a_clock_put_back_makes_neither_refusal_nor_preference_longer(now):
    """By so much that it was not yet, it is over; else it ends at its time."""
    customer = waiting(
        preferred="anna",
        preferred_since=30.0,
        preferred_until=45.0,
        refusals=(Refusal(agent="bo", since=35.0, until=50.0),),
    )
    kept = now == 40.0
    assert names(customer, [agent("anna"), agent("cy")], now, agent("anna")) == (
        ("anna",) if kept else ("anna", "cy")
    )
    barred = reason(replace(customer, place=waiting().place), agent("bo"), now)
    assert (barred == "had this offer a moment ago") == kept


def test_by_ring_all_he_waits_for_one_more_while_phones_ring():
    s = Story().in_flow().queued(strategy="ring_all").offered(1, "anna")
    assert waiting_of(s.state).ringing == 1
    s.do(c.AcceptOffer, offer_id="o1")
    assert waiting_of(s.state) is None
    s.do(c.DeclineOffer, offer_id="o1", reason="no")
    assert waiting_of(s.state).ringing == 0
    assert waiting_of(Story().in_flow().queued().offered().state) is None


def test_rings_replace_the_requirement_as_he_waits():
    rings = ((20.0, {"refunds": 1}), (60.0, {}))
    place = waiting(since=100, skills={"refunds": 3}, terms=Terms(rings=rings)).place
    assert [needs(place, now) for now in (100, 119.9, 120, 159.9, 160)] == [
        {"refunds": 3},
        {"refunds": 3},
        {"refunds": 1},
        {"refunds": 1},
        {},
    ]


def test_time_alone_changes_rings_refusals_and_preferences():
    customer = waiting(
        since=100,
        terms=Terms(rings=((20.0, {}),)),
        preferred="anna",
        preferred_until=110.0,
        refusals=(Refusal(agent="bo", until=130.0),),
    )
    assert [next_change(customer, now) for now in (100, 110, 120, 130)] == [110, 120, 130, None]


PREFERRED = {"preferred": "anna", "preferred_until": 110.0, "skills": {"refunds": 3}}


def test_a_preferred_agent_alone_has_him_until_his_time():
    """Neither the queue nor its skills are asked of him."""
    customer = waiting(since=100, **PREFERRED)
    anna, bo = agent("anna"), agent("bo", skills={"refunds": 3})
    assert reason(customer, bo, 109.9, preferred=anna) == "kept for anna"
    assert names(customer, [bo], 109.9, anna) == ("anna",)
    assert names(customer, [bo], 110.0, anna) == ("bo",)
    assert names(customer, [bo], 109.9, agent("anna", free=0)) == ()


@pytest.mark.parametrize(
    ("anna", "refusals"),
    [
        (None, ()),
        (agent("anna", status=Status.OFFLINE), ()),
        (agent("anna", status=Status.ON_BREAK), ()),
        (agent("anna", free=0, pending=Status.ON_BREAK), ()),
        (agent("anna"), (Refusal(agent="anna", until=1.0),)),
    ],
)
def test_nobody_is_kept_for_an_agent_who_will_not_come(anna, refusals):
    customer = waiting(since=100, refusals=refusals, **PREFERRED)
    assert names(customer, [agent("bo", skills={"refunds": 3})], 101.0, anna) == ("bo",)


BY_STRATEGY = {
    "longest_idle": ("di", "anna", "bo", "cy"),
    "ring_all": ("di", "anna", "bo", "cy"),
    "last_agent": ("di", "anna", "bo", "cy"),
    "round_robin": ("cy", "di", "anna", "bo"),
    "best_skill": ("bo", "cy", "di", "anna"),
    "fewest_active": ("cy", "anna", "bo", "di"),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_best_by_each_strategy(strategy):
    there = [
        agent("bo", idle_since=5, turn=3, skills={"refunds": 5}, holds=frozenset({"x"})),
        agent("cy", idle_since=9, turn=1, skills={"refunds": 4}),
        agent("anna", idle_since=5, turn=3, skills={"refunds": 3}, holds=frozenset({"x"})),
        agent("di", idle_since=1, turn=2, skills={"refunds": 3}, holds=frozenset({"x", "y"})),
    ]
    customer = waiting(skills={"refunds": 2}, terms=Terms(strategy=strategy))
    assert names(customer, there) == BY_STRATEGY[strategy]


def test_best_skill_measures_by_what_was_asked_first():
    terms = Terms(strategy="best_skill", rings=((10.0, {}),))
    customer = waiting(skills={"refunds": 3, "chinese": 1}, terms=terms)
    there = [
        agent("anna", skills={"golf": 10}),
        agent("bo", skills={"refunds": 1, "chinese": 1}, idle_since=50),
        agent("cy", skills={"refunds": 1}),
    ]
    assert names(customer, there, now=10.0) == ("bo", "cy", "anna")


@pytest.mark.parametrize(
    ("strategy", "preferred", "rule"),
    [
        ("longest_idle", None, "longest_idle"),
        ("longest_idle", "anna", "preferred_agent"),
        ("last_agent", "anna", "last_agent"),
        ("last_agent", None, "longest_idle"),
        ("ring_all", None, "ring_all"),
    ],
)
def test_the_rule_is_named_for_the_record(strategy, preferred, rule):
    customer = waiting(preferred=preferred, preferred_until=10.0, terms=Terms(strategy=strategy))
    demand = demand_of(customer, agent("anna") if preferred else None, 0.0)
    assert demand.rule == rule
    assert (demand.offers > 1) == (rule == "ring_all")


def test_all_reasons_are_kept():
    customer = waiting(since=10.0, skills={"refunds": 1})
    there = [
        agent("bo", skills={"refunds": 1}),
        agent("cy", status=Status.ON_BREAK),
        agent("di", status=Status.OFFLINE),
    ]
    why = why_of(customer, survey(customer, there, None, 30.0), 30.0, ahead=2)
    assert (why.eligible, why.passed_over) == (("bo",), {"cy": "on_break"})
    assert (why.waited_s, why.ahead, why.eligible_count, why.passed_over_count) == (20.0, 2, 1, 1)
    assert (why.needs, why.slack_s, why.reasons) == ({"refunds": 1}, 10.0, {"on_break": 1})


def test_a_long_reason_is_cut_and_its_counts_are_whole():
    many = [agent(f"{n:04}") for n in range(200)]
    many += [agent(f"x{n:04}", free=0) for n in range(300)]
    why = why_of(waiting(), survey(waiting(), many, None, 1.0), 1.0)
    assert (len(why.eligible), len(why.passed_over)) == (WHY_LIMIT, WHY_LIMIT)
    assert (why.eligible_count, why.passed_over_count) == (200, 300)
    assert why.reasons == {"at capacity": 300}
