import pytest

from controller.domain.agent import Status
from controller.domain.model import Place, Refusal, Terms
from controller.domain.routing import (
    WHY_LIMIT,
    Candidate,
    Waiting,
    longest_idle,
    order_key,
    why_not,
)


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


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (agent(), None),
        (agent(status=Status.ON_BREAK), "on_break"),
        (agent(status=Status.NOT_RESPONDING), "not_responding"),
        (agent(free=99), "at capacity"),
        (agent(free=0, busy_with="in wrap-up"), "in wrap-up"),
        (agent(skills={"refunds": 2}), None),
    ],
)
def test_why_not(who, reason):
    assert why_not(waiting(), who, 100.0) == reason


@pytest.mark.parametrize(
    ("skills", "reason"),
    [
        ({}, "needs refunds 3, has 0"),
        ({"refunds": 2}, "needs refunds 3, has 2"),
        ({"refunds": 3}, None),
    ],
)
def test_skills_have_levels(skills, reason):
    assert why_not(waiting(skills={"refunds": 3}), agent(skills=skills), 0.0) == reason


def test_a_refusal_lasts_until_its_time():
    customer = waiting(refusals=(Refusal(agent="anna", until=50.0),))
    assert why_not(customer, agent(), 49.9) == "had this offer a moment ago"
    assert why_not(customer, agent(), 50.0) is None
    assert why_not(customer, agent("bo"), 0.0) is None


def test_the_longest_idle_comes_first_and_all_reasons_are_kept():
    names, why = longest_idle(
        waiting(since=10.0),
        [
            agent("bo", idle_since=5.0),
            agent("cy", status=Status.ON_BREAK),
            agent("anna", idle_since=5.0),
            agent("di", idle_since=1.0),
        ],
        now=30.0,
        ahead=2,
    )
    assert names == ("di", "anna", "bo")
    assert (why.eligible, why.passed_over) == (names, {"cy": "on_break"})
    assert (why.waited_s, why.ahead, why.eligible_count, why.passed_over_count) == (20.0, 2, 3, 1)


def test_a_long_reason_is_cut_and_its_counts_are_whole():
    many = [agent(f"{n:04}") for n in range(200)]
    many += [agent(f"x{n:04}", free=0) for n in range(300)]
    names, why = longest_idle(waiting(), many, now=1.0)
    assert len(names) == 200
    assert (len(why.eligible), len(why.passed_over)) == (WHY_LIMIT, WHY_LIMIT)
    assert (why.eligible_count, why.passed_over_count) == (200, 300)
