"""Single moments of the index; test_matching.py has it against the rules."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.agent import Status
from controller.domain.matching import Matcher
from controller.domain.model import Place, Refusal, Terms
from controller.domain.pools import IDLE_POOLS
from controller.domain.routing import (
    WHY_LIMIT,
    Candidate,
    Waiting,
    order_key,
)

T0 = 1000.0


def place(**given: object) -> Place:
    return Place(**{"queue": "sales", "since": T0, "entered_at": T0, **given})


def free(agent_id: str, **given: object) -> Candidate:
    fields = {"status": Status.AVAILABLE, "idle_since": 0.0, "free": 100, "queues": ("sales",)}
    return Candidate(id=agent_id, **{**fields, **given})


@given(
    first=st.tuples(st.floats(0, 3600), st.integers(-5, 5), st.floats(1, 600)),
    second=st.tuples(st.floats(0, 3600), st.integers(-5, 5), st.floats(1, 600)),
)
def test_nobody_is_overtaken_from_beyond_the_bound(first, second):
    """Who joins later than the difference of targets and of priorities (a minute each) stays behind."""
    (since, priority, target), (later, higher, shorter) = first, second
    bound = (target - shorter) + 60.0 * (higher - priority)
    before = Waiting(
        id="b", place=place(since=since, priority=priority, terms=Terms(target_s=target))
    )
    after = Waiting(
        id="a", place=place(since=later, priority=higher, terms=Terms(target_s=shorter))
    )
    if later - since > bound + 1e-6:
        assert order_key(before) < order_key(after)
    elif later - since < bound - 1e-6:
        assert order_key(after) < order_key(before)


def test_the_stored_reason_is_cut_and_its_counts_are_whole():
    matcher = Matcher()
    for n in range(200):
        matcher.put_agent(free(f"f{n:03}", idle_since=float(n)), T0)
        matcher.put_agent(free(f"t{n:03}", free=0, busy_with="on a contact"), T0)
    for n in range(30):
        matcher.put_agent(free(f"b{n:03}", status=Status.ON_BREAK), T0)
    matcher.put(Waiting(id="c", place=place()), T0)
    match = matcher.next_match(T0)
    assert match is not None
    assert match.agents[:2] == ("f000", "f001") and len(match.agents) == WHY_LIMIT
    assert (match.why.eligible_count, match.why.passed_over_count) == (200, 230)
    assert match.why.reasons == {"on a contact": 200, "on_break": 30}
    assert len(match.why.passed_over) == WHY_LIMIT


@pytest.mark.parametrize("agents_first", [True, False])
def test_a_whole_shift_that_comes_at_once_takes_all_who_wait(agents_first):
    matcher = Matcher()
    shift = {f"a{n}": free(f"a{n}") for n in range(5)}
    callers = [Waiting(id=f"c{n}", place=place(since=T0 + n)) for n in range(5)]
    if agents_first:
        for agent in shift.values():
            matcher.put_agent(agent, T0)
    for caller in callers:
        matcher.put(caller, T0)
    matcher.next_match(T0)
    for agent in shift.values():
        matcher.put_agent(agent, T0)
    taken = {}
    while (match := matcher.next_match(T0)) is not None:
        taken[match.waiting.id] = match.agents[0]
        matcher.remove(match.waiting.id)
        matcher.put_agent(replace(shift[match.agents[0]], free=0), T0)
    assert taken == {f"c{n}": f"a{n}" for n in range(5)}


def test_channels_that_are_not_ready_hold_up_nobody_else():
    matcher = Matcher()
    matcher.put_agent(free("a"), T0)
    matcher.put(Waiting(id="call", place=place()), T0)
    matcher.put(Waiting(id="chat", place=place(since=T0 + 1), channel="chat"), T0)
    match = matcher.next_match(T0, lambda channel: channel == "chat")
    assert match is not None and match.waiting.id == "chat"


def test_pools_nobody_asks_for_any_more_are_not_kept_for_ever():
    matcher = Matcher()
    matcher.put_agent(free("a", skills={f"s{n}": 1 for n in range(200)}), T0)
    for n in range(200):
        matcher.put(Waiting(id="c", place=place(skills={f"s{n}": 1})), T0)
        assert matcher.next_match(T0) is not None
        matcher.remove("c")
    assert len(matcher._floors["sales"].pools) == IDLE_POOLS


def test_a_pool_that_has_missed_many_changes_knows_them_all():
    matcher = Matcher()
    matcher.put_agent(free("a"), T0)
    matcher.put(Waiting(id="c1", place=place()), T0)
    assert matcher.next_match(T0).agents == ("a",)
    matcher.remove("c1")
    matcher.put_agent(free("a", free=0), T0)
    for n in range(200):
        matcher.put_agent(free("b", free=100 * (n % 2)), T0)
    matcher.put(Waiting(id="c2", place=place()), T0)
    assert matcher.next_match(T0).agents == ("b",)


def test_an_agent_for_whom_somebody_is_kept_is_matched_when_he_is_free_and_not_before():
    matcher = Matcher()
    matcher.put_agent(free("a", free=0, queues=()), T0)
    matcher.put_agent(free("b"), T0)
    kept = place(preferred="a", preferred_until=T0 + 10)
    matcher.put(Waiting(id="c", place=kept), T0)
    assert matcher.next_match(T0) is None
    matcher.put_agent(free("a", queues=()), T0 + 1)
    assert matcher.next_match(T0 + 1).agents == ("a",)
    matcher.put_agent(free("a", free=0, queues=()), T0 + 2)
    assert matcher.next_match(T0 + 2) is None
    matcher.pass_time(T0 + 10)
    assert matcher.next_match(T0 + 10).agents == ("b",)


def test_a_clock_put_back_has_everybody_looked_at_anew():
    matcher = Matcher()
    matcher.put_agent(free("a", queues=(), free=0), T0)
    matcher.put_agent(free("b"), T0)
    kept = place(preferred="a", preferred_since=T0, preferred_until=T0 + 10)
    matcher.put(Waiting(id="kept", place=kept), T0)
    refusal = Refusal(agent="b", since=T0, until=T0 + 15)
    matcher.put(Waiting(id="refused", place=place(), refusals=(refusal,)), T0)
    matcher.pass_time(T0 + 1)
    assert matcher.next_match(T0 + 1) is None
    back = T0 - 3600
    matcher.pass_time(back)
    assert matcher.next_match(back).waiting.id == "kept"
    matcher.remove("kept")
    assert matcher.next_match(back).waiting.id == "refused"


def test_time_passed_for_those_who_have_gone_is_forgotten():
    matcher = Matcher()
    for n in range(1000):
        matcher.put(Waiting(id=f"c{n}", place=place(terms=Terms(rings=((600.0, {}),)))), T0)
        matcher.remove(f"c{n}")
    assert len(matcher._due) < 100
    assert matcher.next_change() is None
