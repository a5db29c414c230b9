"""How long one routing decision takes, alone: no switch, no store, only the matcher and its rules.

Two regimes: everybody is on a contact and thousands wait; or nobody waits and nine of ten agents are
free. One agent after the other is done and gets whom the matcher gives him, customers join, give up,
and come to their rings. A decision is everything from a change until its match is known and taken,
the agent's changes of state included. At the end the plain rules, which look at everybody, decide a few
times too; `agrees` counts how often both came to the same.
"""

import gc
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from time import perf_counter, thread_time
from typing import Any

import click

from controller.domain.agent import Status
from controller.domain.matching import Match, Matcher
from controller.domain.model import Place, Terms
from controller.domain.routing import Candidate, Waiting, order_key, survey

AGENTS = 1_500
WAITING = 10_000
QUEUES = 20
DECISIONS = 4_000
NAIVE = 10
TARGET_MS = 2.0

SKILLS = ("english", "german", "chinese", "refunds", "billing", "hardware")
STRATEGIES = ("longest_idle", "round_robin", "best_skill", "last_agent", "fewest_active")

#: Seconds between two contacts that end, of 1,500 agents who talk three minutes each.
STEP_S = 180.0 / AGENTS


@dataclass
class Centre:
    """A centre of a size, in the matcher and once more in plain dicts for the plain rules."""

    agents_there: int
    waiting_there: int
    chance: Random = field(default_factory=lambda: Random(3))  # the same centre each time
    now: float = 1_000_000.0
    joined: int = 0
    matcher: Matcher = field(default_factory=Matcher)
    agents: dict[str, Candidate] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    talking: deque[str] = field(default_factory=deque)

    def fill(self, *, busy: bool) -> None:
        for n in range(self.agents_there):
            self.put_agent(self._new_agent(f"a{n:06}", free=0 if busy else 100))
            if busy:
                self.talking.append(f"a{n:06}")
        for _ in range(self.waiting_there if busy else 0):
            self.put(self.new_customer(self.chance.uniform(0, 1200)))

    def new_customer(self, ago: float = 0.0) -> Waiting:
        self.joined += 1
        skills = {s: self.chance.randint(1, 3) for s in self.chance.sample(SKILLS, self.joined % 3)}
        queue = self.chance.randrange(QUEUES)
        rings = ((30.0, dict(list(skills.items())[:1])), (600.0, {})) if self.joined % 2 else ()
        preferred = f"a{self.chance.randrange(self.agents_there):06}"
        place = Place(
            queue=f"q{queue:02}",
            since=self.now - ago,
            entered_at=self.now - ago,
            priority=self.chance.randrange(3),
            skills=skills,
            preferred=preferred if self.joined % 10 == 0 else None,
            preferred_until=self.now + 20.0 if self.joined % 10 == 0 else None,
            terms=Terms(
                strategy=STRATEGIES[queue % len(STRATEGIES)],
                target_s=(20.0, 60.0, 300.0)[queue % 3],
                rings=rings,
            ),
        )
        return Waiting(id=f"c{self.joined:08}", place=place)

    def _new_agent(self, agent_id: str, free: int) -> Candidate:
        queues = self.chance.sample(range(QUEUES), self.chance.randint(1, 4))
        return Candidate(
            id=agent_id,
            status=Status.AVAILABLE,
            idle_since=self.now - self.chance.uniform(0, 600),
            free=free,
            queues=tuple(f"q{queue:02}" for queue in queues),
            skills={s: self.chance.randint(1, 5) for s in self.chance.sample(SKILLS, 3)},
            busy_with="" if free else "on a contact",
        )

    def put(self, waiting: Waiting) -> None:
        self.waiting[waiting.id] = waiting
        self.matcher.put(waiting, self.now)

    def leave(self, waiting_id: str) -> None:
        del self.waiting[waiting_id]
        self.matcher.remove(waiting_id)

    def put_agent(self, agent: Candidate) -> None:
        if agent.id not in self.agents:
            for queue in agent.queues:
                self.members.setdefault(queue, set()).add(agent.id)
        self.agents[agent.id] = agent
        self.matcher.put_agent(agent, self.now)

    def be(self, agent_id: str, free: int, busy_with: str) -> None:
        """As the directory tells it: one change of one agent."""
        agent = self.agents[agent_id]
        idle_since = self.now if free and not agent.free else agent.idle_since
        self.put_agent(replace(agent, free=free, busy_with=busy_with, idle_since=idle_since))

    def take(self, match: Match) -> None:
        """What the distributor does with a match, and what becomes of the agent."""
        self.leave(match.waiting.id)
        self.be(match.agents[0], 0, "offered a contact")
        self.be(match.agents[0], 0, "on a contact")
        self.talking.append(match.agents[0])

    def decide(self) -> None:
        while match := self.matcher.next_match(self.now):
            self.take(match)

    def naive(self) -> tuple[str, str] | None:
        """The same by the plain rules: everybody, one after the other."""
        for waiting in sorted(self.waiting.values(), key=order_key):
            there = [self.agents[a] for a in self.members.get(waiting.place.queue, ())]
            preferred = self.agents.get(waiting.place.preferred or "")
            found = survey(waiting, there, preferred, self.now)
            if found.eligible:
                return waiting.id, found.eligible[0]
        return None


def run(as_json: bool, decisions: int = DECISIONS, naive: int = NAIVE, scale: int = 1) -> None:
    """A row a regime and size; the last line is one JSON object when asked. `scale` divides the sizes."""
    rows = []
    for factor in (1, 10):
        for busy in (True, False):
            centre = Centre(
                agents_there=AGENTS * factor // scale, waiting_there=WAITING * factor // scale
            )
            centre.fill(busy=busy)
            rows.append(_row(centre, busy, decisions, naive if factor == 1 else max(1, naive // 5)))
            _show(rows[-1])
    small, _, large, _ = rows
    result = {
        "p50_ms": small["p50_ms"],
        "p99_ms": small["p99_ms"],
        "target_p99_ms": TARGET_MS,
        "p50_growth_at_10x": large["cpu_p50_ms"] / small["cpu_p50_ms"],
        "p99_growth_at_10x": large["cpu_p99_ms"] / small["cpu_p99_ms"],
        "naive_over_p50": small["naive_ms"] / small["p50_ms"],
        "rows": rows,
    }
    click.echo(
        f"p99 {result['p99_ms']:.2f} ms (target {TARGET_MS:g}); at ten times the size the CPU of the "
        f"p50 is {result['p50_growth_at_10x']:.1f} times, of the p99 "
        f"{result['p99_growth_at_10x']:.1f} times that; looking at everybody takes "
        f"{result['naive_over_p50']:.0f} times the p50"
    )
    if as_json:
        click.echo(json.dumps({"routing": result}))


def _show(row: Mapping[str, Any]) -> None:
    click.echo(
        f"{row['agents']:6} agents, {row['waiting']:6} waiting: "
        f"p50 {row['p50_ms']:.3f} ms, p99 {row['p99_ms']:.3f} ms "
        f"(CPU {row['cpu_p50_ms']:.3f} and {row['cpu_p99_ms']:.3f}), "
        f"an agent who is free p99 {row['freed_p99_ms']:.3f} ms; looking at everybody "
        f"{row['naive_ms']:.1f} ms ({row['agrees']} of {row['compared']} the same)"
    )


def _row(centre: Centre, busy: bool, decisions: int, naive: int) -> dict[str, Any]:
    centre.decide()
    waiting = len(centre.waiting)
    gc.collect()  # what filling left behind is not the decisions' doing
    spans: list[Span] = []
    while len(spans) < decisions:
        spans += _step(centre, busy)
    wall, cpu = sorted(s.wall_s for s in spans), sorted(s.cpu_s for s in spans)
    freed = sorted(s.wall_s for s in spans if s.kind == "freed")
    naive_ms, agrees = _compare(centre, naive)
    return {
        "agents": centre.agents_there,
        "waiting": waiting,
        "decisions": len(spans),
        "p50_ms": _share(wall, 0.50) * 1000,
        "p99_ms": _share(wall, 0.99) * 1000,
        "max_ms": wall[-1] * 1000,
        "cpu_p50_ms": _share(cpu, 0.50) * 1000,
        "cpu_p99_ms": _share(cpu, 0.99) * 1000,
        "freed_p99_ms": _share(freed, 0.99) * 1000,
        "naive_ms": naive_ms,
        "compared": naive,
        "agrees": agrees,
    }


@dataclass(frozen=True, slots=True)
class Span:
    """One decision: what brought it about, and how long it took."""

    kind: str
    wall_s: float
    cpu_s: float


def _step(centre: Centre, busy: bool) -> list[Span]:
    """Time passes; the agent who has talked longest is done; somebody joins; one of many gives up."""
    centre.now += STEP_S * AGENTS / centre.agents_there
    spans = []
    due = centre.matcher.next_change()
    if due is not None and due <= centre.now:
        spans.append(_timed(centre, "relaxed", lambda: centre.matcher.pass_time(centre.now)))
    if centre.talking and (busy or len(centre.talking) > centre.agents_there // 10):
        agent = centre.talking.popleft()
        centre.be(agent, 0, "in wrap-up")
        spans.append(_timed(centre, "freed", lambda: centre.be(agent, 100, "")))
    customer = centre.new_customer()
    spans.append(_timed(centre, "joined", lambda: centre.put(customer)))
    there = centre.matcher.waiting_in(f"q{centre.joined // 4 % QUEUES:02}")
    if centre.joined % 4 == 0 and there:
        gone = centre.chance.choice(there)
        spans.append(_timed(centre, "left", lambda: centre.leave(gone)))
        if busy:
            centre.put(centre.new_customer())
            centre.decide()
    return spans


def _timed(centre: Centre, kind: str, change: Callable[[], None]) -> Span:
    begun, cpu = perf_counter(), thread_time()
    change()
    centre.decide()
    return Span(kind, perf_counter() - begun, thread_time() - cpu)


def _compare(centre: Centre, times: int) -> tuple[float, int]:
    """Mean milliseconds of the plain rules for one decision, and how often both were of one mind."""
    spent, agrees = 0.0, 0
    for _ in range(times):
        centre.put(centre.new_customer())
        if centre.talking:
            centre.be(centre.talking.popleft(), 100, "")
        begun = perf_counter()
        plain = centre.naive()
        spent += perf_counter() - begun
        match = centre.matcher.next_match(centre.now)
        agrees += plain == (None if match is None else (match.waiting.id, match.agents[0]))
        centre.decide()
    return spent / times * 1000, agrees


def _share(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]
