"""The index against the rules: whatever happens in whatever order, `Matcher` answers as somebody would
who looks at everybody."""

from dataclasses import replace

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from controller.domain.agent import Status
from controller.domain.matching import Match, Matcher
from controller.domain.model import Place, Refusal, Terms
from controller.domain.pools import IDLE_POOLS
from controller.domain.routing import (
    STRATEGIES,
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
