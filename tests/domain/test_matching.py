"""The index against the rules: whatever happens in whatever order, `Matcher` answers as somebody would
who looks at everybody."""

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from controller.domain.agent import Status
from controller.domain.matching import Match, Matcher
from controller.domain.model import Place, Refusal, Terms
from controller.domain.pools import IDLE_POOLS
from controller.domain.routing import (
    STRATEGIES,
    WHY_LIMIT,
    Candidate,
    Waiting,
    order_key,
    survey,
    why_of,
)

QUEUES = ("sales", "support")
AGENTS = tuple(f"a{n}" for n in range(5))
SKILLS = ("chinese", "refunds")
T0 = 1000.0

levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3), max_size=2)
seconds = st.sampled_from((0.0, 1.0, 5.0, 10.0, 30.0))


@st.composite
def rings(draw):
    times = sorted(draw(st.sets(st.sampled_from((1.0, 5.0, 10.0, 60.0)), max_size=3)))
    return tuple((time, draw(levels)) for time in times)


terms = st.builds(
    Terms,
    strategy=st.sampled_from(STRATEGIES),
    target_s=st.sampled_from((20.0, 40.0)),
    rings=rings(),
    units=st.sampled_from((30, 100)),
)
agents = st.builds(
    Candidate,
    id=st.sampled_from(AGENTS),
    status=st.sampled_from((Status.AVAILABLE, Status.AVAILABLE, Status.ON_BREAK, Status.OFFLINE)),
    pending=st.sampled_from((None, None, Status.AVAILABLE, Status.ON_BREAK)),
    idle_since=st.sampled_from((1.0, 2.0, 3.0)),
    free=st.sampled_from((0, 30, 70, 100)),
    queues=st.sampled_from((QUEUES, QUEUES[:1], QUEUES[1:], ())),
    skills=levels,
    room=st.dictionaries(st.just("voice"), st.integers(0, 2)),
    holds=st.frozensets(st.sampled_from(("c0", "c1", "x")), max_size=2),
    turn=st.integers(0, 3),
    busy_with=st.sampled_from(("", "on a contact")),
)


def everybody(agents: dict[str, Candidate], queue: str) -> list[Candidate]:
    return [agent for agent in agents.values() if queue in agent.queues]


class Rules:
    """The oracle: everybody is looked at, with nothing kept."""

    def __init__(self) -> None:
        self.waiting: dict[str, Waiting] = {}
        self.agents: dict[str, Candidate] = {}

    def survey(self, waiting: Waiting, now: float):
        preferred = self.agents.get(waiting.place.preferred or "")
        return survey(waiting, everybody(self.agents, waiting.place.queue), preferred, now)

    def next_match(self, now: float):
        for waiting in sorted(self.waiting.values(), key=order_key):
            found = self.survey(waiting, now)
            if found.eligible:
                return waiting, found
        return None

    def ahead_of(self, waiting: Waiting) -> int:
        return sum(
            other.place.queue == waiting.place.queue and order_key(other) < order_key(waiting)
            for other in self.waiting.values()
        )


class MatcherAsRules(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.now = T0
        self.joined = 0
        self.matcher, self.rules = Matcher(), Rules()

    @rule(
        terms=terms,
        queue=st.sampled_from(QUEUES),
        ago=seconds,
        priority=st.integers(-1, 2),
        skills=levels,
        preferred=st.none() | st.sampled_from((*AGENTS, "nobody")),
        preferred_s=seconds,
    )
    def join(self, terms, queue, ago, priority, skills, preferred, preferred_s) -> None:
        place = Place(
            queue=queue,
            since=self.now - ago,
            entered_at=self.now,
            priority=priority,
            skills=skills,
            preferred=preferred,
            preferred_since=self.now,
            preferred_until=None if preferred is None else self.now + preferred_s,
            terms=terms,
        )
        self._put(Waiting(id=f"c{self.joined}", place=place))
        self.joined += 1

    @precondition(lambda self: self.rules.waiting)
    @rule(data=st.data(), agent=st.sampled_from(AGENTS), for_s=seconds)
    def refuse(self, data, agent, for_s) -> None:
        waiting = self._one(data)
        refusal = Refusal(agent=agent, since=self.now, until=self.now + for_s)
        refusals = (*waiting.refusals, refusal)
        place = replace(waiting.place, front=True)
        self._put(replace(waiting, place=place, refusals=refusals))

    @precondition(lambda self: self.rules.waiting)
    @rule(data=st.data(), priority=st.integers(-1, 2))
    def prioritise(self, data, priority) -> None:
        waiting = self._one(data)
        self._put(replace(waiting, place=replace(waiting.place, priority=priority)))

    @precondition(lambda self: self.rules.waiting)
    @rule(data=st.data(), queue=st.sampled_from(QUEUES), terms=terms)
    def move(self, data, queue, terms) -> None:
        waiting = self._one(data)
        since = waiting.place.since
        place = Place(queue=queue, since=since, entered_at=self.now, terms=terms)
        self._put(replace(waiting, place=place))

    @precondition(lambda self: self.rules.waiting)
    @rule(data=st.data(), agent=st.sampled_from((*AGENTS, "nobody")), for_s=seconds)
    def assign(self, data, agent, for_s) -> None:
        waiting = self._one(data)
        place = replace(
            waiting.place,
            front=True,
            preferred=agent,
            preferred_since=self.now,
            preferred_until=self.now + for_s,
        )
        refusals = tuple(r for r in waiting.refusals if r.agent != agent)
        self._put(replace(waiting, place=place, refusals=refusals))

    @precondition(lambda self: self.rules.waiting)
    @rule(data=st.data())
    def leave(self, data) -> None:
        waiting = self._one(data)
        del self.rules.waiting[waiting.id]
        self.matcher.remove(waiting.id)

    @rule(agent=agents)
    def come(self, agent) -> None:
        self._put_agent(agent)

    @rule(shift=st.lists(agents, min_size=2, max_size=5, unique_by=lambda agent: agent.id))
    def come_together(self, shift) -> None:
        self.look()
        for agent in shift:
            self._put_agent(agent)
        self.serve()

    @precondition(lambda self: self.rules.agents)
    @rule(data=st.data())
    def go(self, data) -> None:
        agent = data.draw(st.sampled_from(sorted(self.rules.agents)))
        del self.rules.agents[agent]
        self.matcher.remove_agent(agent, self.now)

    @rule(passed=st.sampled_from((0.5, 1.0, 4.0, 30.0, -20.0)))
    def wait(self, passed) -> None:
        """Below 0: the clock is put back."""
        self.now += passed
        self.matcher.pass_time(self.now)

    @rule()
    def serve(self) -> None:
        """Until nobody can be served: then no one waits while somebody who can take him is free."""
        for _ in range(100):
            match = self.matcher.next_match(self.now)
            self._check(match)
            if match is None:
                break
            self._take(match)
        for waiting in self.rules.waiting.values():
            assert self.rules.survey(waiting, self.now).eligible == ()

    @rule()
    def look(self) -> None:
        """Not after each step: much may have changed since the last look. Nor does a look change anything."""
        for _ in range(2):
            self._check(self.matcher.next_match(self.now))

    @invariant()
    def the_order_is_that_of_the_rules(self) -> None:
        for queue in QUEUES:
            there = [w for w in self.rules.waiting.values() if w.place.queue == queue]
            assert self.matcher.waiting_in(queue) == [w.id for w in sorted(there, key=order_key)]

    @invariant()
    def nothing_is_kept_of_those_who_have_gone(self) -> None:
        assert len(self.matcher) == len(self.rules.waiting)
        assert len(self.matcher._due) <= 64 + 4 * len(self.rules.waiting) + 1
        if not self.rules.waiting:
            assert self.matcher._kept == {} and self.matcher._ask == set()
            assert self.matcher._preferring == {}
            for floor in self.matcher._floors.values():
                assert len(floor.pools) <= IDLE_POOLS and floor.heads == []

    def _check(self, match: Match | None) -> None:
        right = self.rules.next_match(self.now)
        assert (match is None) == (right is None)
        if match is None or right is None:
            return
        waiting, found = right
        why = why_of(waiting, found, self.now, self.rules.ahead_of(waiting))
        assert match.waiting == waiting
        assert match.agents == found.eligible
        assert match.why == why

    def _put(self, waiting: Waiting) -> None:
        self.rules.waiting[waiting.id] = waiting
        self.matcher.put(waiting, self.now)

    def _put_agent(self, agent: Candidate) -> None:
        self.rules.agents[agent.id] = agent
        self.matcher.put_agent(agent, self.now)

    def _take(self, match: Match) -> None:
        self.matcher.remove(match.waiting.id)
        del self.rules.waiting[match.waiting.id]
        units = match.waiting.place.terms.units
        for agent_id in match.agents[: match.offers]:
            agent = self.rules.agents[agent_id]
            holds = agent.holds | {match.waiting.id}
            room = {channel: most - 1 for channel, most in agent.room.items()}
            self._put_agent(replace(agent, free=agent.free - units, holds=holds, room=room))

    def _one(self, data) -> Waiting:
        return self.rules.waiting[data.draw(st.sampled_from(sorted(self.rules.waiting)))]


TestMatcherAsRules = MatcherAsRules.TestCase
TestMatcherAsRules.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    phases=(Phase.reuse, Phase.generate, Phase.shrink),  # explaining a failure takes minutes
)


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
