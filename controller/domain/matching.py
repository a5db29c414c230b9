"""The index of who waits and who is free, kept up one change at a time, and asked for the next match.

Its answers are those of `routing`, whose rules it uses: the first customer, by order_key over all
queues, who can be taken by anybody is matched with the best of those who can take him. Only what has
changed since is asked again: a pool with a new customer; for an agent who is free, the pools of his
queues in the order of their first customers, until he fits.

Nothing here tells the time. What time alone changes (`next_change`) waits in a heap for `pass_time`.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import islice

from controller.domain.model import Why
from controller.domain.pools import Floor, Pool, take_out
from controller.domain.routing import (
    WHY_LIMIT,
    Candidate,
    Demand,
    OrderKey,
    Waiting,
    barred,
    closed,
    deadline,
    demand_of,
    next_change,
    order_key,
    stays,
    unfit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A customer and the agents who can take him, best first (at most WHY_LIMIT).

    `offers`: how many of them he is to be offered to now.
    """

    waiting: Waiting
    agents: tuple[str, ...]
    offers: int
    why: Why


@dataclass(slots=True)
class _Placed:
    waiting: Waiting
    key: OrderKey
    pool: Pool
    due: float | None = None


class Matcher:
    """See the module's first lines. Bring it what has changed, then ask `next_match` until None."""

    def __init__(self) -> None:
        self._placed: dict[str, _Placed] = {}
        self._floors: dict[str, Floor] = {}
        self._agents: dict[str, Candidate] = {}
        self._holders: dict[str, set[str]] = {}
        self._kept: dict[str, dict[Demand, Pool]] = {}
        self._preferring: dict[str, set[str]] = {}
        self._ask: set[Pool] = set()
        self._ask_for: set[str] = set()
        self._due: list[tuple[float, str]] = []
        self._passed = 0.0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._placed)

    def __contains__(self, interaction_id: str) -> bool:
        return interaction_id in self._placed

    # --- customers -------------------------------------------------------------------------------

    def put(self, waiting: Waiting, now: float) -> None:
        """A customer waits, or something about him has changed."""
        self.remove(waiting.id)
        key = order_key(waiting)
        insort(self._floor(waiting.place.queue).order, key)
        pool = self._pool(demand_of(waiting, self._preferred(waiting), now))
        placed = self._placed[waiting.id] = _Placed(waiting=waiting, key=key, pool=pool)
        self._enter(placed)
        if waiting.place.preferred is not None:
            self._preferring.setdefault(waiting.place.preferred, set()).add(waiting.id)
        self._schedule(placed, now)

    def remove(self, interaction_id: str) -> None:
        """He waits no more; nothing happens if he did not."""
        placed = self._placed.pop(interaction_id, None)
        if placed is None:
            return
        take_out(self._floor(placed.waiting.place.queue).order, placed.key)
        self._quit(placed)
        preferred = placed.waiting.place.preferred
        if preferred is not None:
            _discard(self._preferring, preferred, interaction_id)

    def waiting_in(self, queue: str) -> list[str]:
        """Ids, first first."""
        floor = self._floors.get(queue)
        return [] if floor is None else [key[-1] for key in floor.order]

    def ahead_of(self, interaction_id: str) -> int:
        """How many of his queue stand before him. Raises KeyError when he does not wait."""
        placed = self._placed[interaction_id]
        return bisect_left(self._floors[placed.waiting.place.queue].order, placed.key)

    # --- agents ----------------------------------------------------------------------------------

    def put_agent(self, agent: Candidate, now: float) -> None:
        """An agent is there, or something about him has changed."""
        self._exchange(agent.id, agent, now)

    def remove_agent(self, agent_id: str, now: float) -> None:
        self._exchange(agent_id, None, now)

    def _exchange(self, agent_id: str, new: Candidate | None, now: float) -> None:
        old = self._agents.get(agent_id)
        if new == old:
            return
        if new is not None:
            self._agents[agent_id] = new
        else:
            self._agents.pop(agent_id, None)
        had = old.holds if old else frozenset()
        has = new.holds if new else frozenset()
        for interaction_id in had - has:
            _discard(self._holders, interaction_id, agent_id)
        for interaction_id in has - had:
            self._holders.setdefault(interaction_id, set()).add(agent_id)
        self._rejudge(agent_id, old, new)
        if _stays(old) != _stays(new):
            for interaction_id in list(self._preferring.get(agent_id, ())):
                self._settle(self._placed[interaction_id], now)

    def _rejudge(self, agent_id: str, old: Candidate | None, new: Candidate | None) -> None:
        after = new.queues if new else ()
        for queue in old.queues if old else ():
            if queue not in after:
                self._floor(queue).leave(agent_id)
        kept = self._kept.get(agent_id, {}).values()
        if new is None or closed(new) is not None:
            for pool in kept:
                pool.forget(agent_id)
        else:
            for pool in kept:
                pool.judge(new)
            self._ask.update(kept)
            self._ask_for.add(agent_id)
        if new is not None:
            for queue in after:
                self._floor(queue).take_in(new)

    # --- time ------------------------------------------------------------------------------------

    def next_change(self) -> float | None:
        """When `pass_time` is due (epoch seconds); None: time changes nothing at present."""
        while self._due and not self._is_due(*self._due[0]):
            heappop(self._due)
        return self._due[0][0] if self._due else None

    def pass_time(self, now: float) -> None:
        """Rings, preferences and refusals: take in what has become of those whose time has come.

        A clock that was put back: of everybody.
        """
        if now < self._passed:
            for placed in self._placed.values():
                self._renew(placed, now)
        self._passed = now
        while self._due and self._due[0][0] <= now:
            due = heappop(self._due)
            if self._is_due(*due):
                self._renew(self._placed[due[1]], now)

    def _renew(self, placed: _Placed, now: float) -> None:
        self._settle(placed, now)
        self._ask.add(placed.pool)
        self._schedule(placed, now)

    def _is_due(self, time: float, interaction_id: str) -> bool:
        placed = self._placed.get(interaction_id)
        return placed is not None and placed.due == time

    def _schedule(self, placed: _Placed, now: float) -> None:
        self._passed = max(self._passed, now)
        placed.due = next_change(placed.waiting, now)
        if placed.due is None:
            return
        if len(self._due) > 64 + 4 * len(self._placed):  # mostly of people who have gone
            self._due = [due for due in self._due if self._is_due(*due)]
            heapify(self._due)
        heappush(self._due, (placed.due, placed.waiting.id))

    # --- matches ---------------------------------------------------------------------------------

    def next_match(
        self, now: float, ready: Callable[[str], bool] = lambda channel: True
    ) -> Match | None:
        """The next customer to offer, of channels that are `ready`; None: nobody can be taken now.

        Asked again without a change, it gives the same.
        """
        best = None
        for pool in list(self._ask):
            if ready(pool.demand.channel):
                first = self._first(pool, now)
                if first is None:
                    self._ask.discard(pool)
                elif best is None or first.key < best.key:
                    best = first
        for agent_id in list(self._ask_for):
            agent = self._agents.get(agent_id)
            if agent is None or closed(agent) is not None:
                self._ask_for.discard(agent_id)
            else:
                best = self._first_for(agent, best, now, ready)
        return None if best is None else self._match(best, now)

    def _first_for(
        self, agent: Candidate, best: _Placed | None, now: float, ready: Callable[[str], bool]
    ) -> _Placed | None:
        """The first whom the agent can take, of those kept for nobody, if he is before `best`."""
        nobody = True
        for queue in agent.queues:
            for key, pool in self._floor(queue).heads:
                if best is not None and best.key <= key:
                    nobody = False  # or we do not know
                    break
                if unfit(pool.demand, agent) is not None:
                    continue
                nobody &= ready(pool.demand.channel)
                if ready(pool.demand.channel):
                    placed = self._unbarred(pool, agent, now)
                    if placed is not None:
                        nobody = False
                        if best is None or placed.key < best.key:
                            best = placed
        if nobody:
            self._ask_for.discard(agent.id)
        return best

    def _unbarred(self, pool: Pool, agent: Candidate, now: float) -> _Placed | None:
        """The pool's first customer who may have this agent."""
        for key in pool.waiting:
            placed = self._placed[key[-1]]
            if barred(placed.waiting, agent, now) is None:
                return placed
        return None

    def _first(self, pool: Pool, now: float) -> _Placed | None:
        """The first of the pool who can be taken."""
        self._update(pool)
        if pool.eligible:
            for key in pool.waiting:
                placed = self._placed[key[-1]]
                if next(self._eligible(placed, now), None) is not None:
                    return placed
        return None

    def _update(self, pool: Pool) -> None:
        if pool.demand.only is None:  # else it was told at once
            self._floor(pool.demand.queue).update(pool)

    def _eligible(self, placed: _Placed, now: float) -> Iterator[str]:
        out = self._barred(placed, now)
        return (rank[-1] for rank in placed.pool.eligible if rank[-1] not in out)

    def _barred(self, placed: _Placed, now: float) -> dict[str, str]:
        """Agents who could take customers like him, but not him: id to reason."""
        waiting, out = placed.waiting, dict[str, str]()
        suspects = [refusal.agent for refusal in waiting.refusals]
        suspects += self._holders.get(waiting.id, ())
        for agent_id in suspects:
            reason = None
            if placed.pool.can(agent_id):
                reason = barred(waiting, self._agents[agent_id], now)
            if reason is not None:
                out[agent_id] = reason
        return out

    def _match(self, placed: _Placed, now: float) -> Match:
        self._update(placed.pool)
        names = tuple(islice(self._eligible(placed, now), WHY_LIMIT))
        return Match(
            waiting=placed.waiting,
            agents=names,
            offers=max(1, placed.pool.demand.offers - placed.waiting.ringing),
            why=self._why(placed, names, now),
        )

    def _why(self, placed: _Placed, names: tuple[str, ...], now: float) -> Why:
        """As `routing.why_of` would say it, from what is counted already."""
        waiting, pool, demand = placed.waiting, placed.pool, placed.pool.demand
        out = self._barred(placed, now)
        groups: list[tuple[str, Collection[str]]] = [(out[agent], (agent,)) for agent in out]
        groups += self._others(demand, pool)
        reasons = Counter[str]()
        for reason, agents in groups:
            reasons[reason] += len(agents)
        each = ((agent_id, reason) for reason, agents in groups for agent_id in agents)
        return Why(
            rule=demand.rule,
            waited_s=now - waiting.place.since,
            slack_s=deadline(waiting.place) - now,
            needs=dict(demand.needs),
            eligible=names,
            passed_over=dict(islice(each, WHY_LIMIT)),
            reasons=dict(+reasons),
            eligible_count=len(pool.eligible) - len(out),
            passed_over_count=reasons.total(),
            ahead=self.ahead_of(waiting.id),
        )

    def _others(self, demand: Demand, pool: Pool) -> Iterator[tuple[str, Collection[str]]]:
        """The agents who can take nobody of this demand, by reason."""
        floor = self._floor(demand.queue)
        if demand.only is None:
            yield from pool.unfit.items()
        else:
            yield f"kept for {demand.only}", [a for a in floor.open if a != demand.only]
        yield from floor.closed.items()

    # --- pools -----------------------------------------------------------------------------------

    def _floor(self, queue: str) -> Floor:
        floor = self._floors.get(queue)
        if floor is None:
            floor = self._floors[queue] = Floor()
        return floor

    def _preferred(self, waiting: Waiting) -> Candidate | None:
        preferred = waiting.place.preferred
        return None if preferred is None else self._agents.get(preferred)

    def _pool(self, demand: Demand) -> Pool:
        if demand.only is None:
            return self._floor(demand.queue).pool(demand)
        kept = self._kept.setdefault(demand.only, {})
        if demand not in kept:
            pool = kept[demand] = Pool(demand)
            agent = self._agents[demand.only]
            if closed(agent) is None:
                pool.judge(agent)
        return kept[demand]

    def _settle(self, placed: _Placed, now: float) -> None:
        """Time or his preferred agent may have changed what he asks."""
        self._passed = max(self._passed, now)  # a clock put back since is noticed by it
        demand = demand_of(placed.waiting, self._preferred(placed.waiting), now)
        if demand != placed.pool.demand:
            self._quit(placed)
            placed.pool = self._pool(demand)
            self._enter(placed)

    def _enter(self, placed: _Placed) -> None:
        pool = placed.pool
        if pool.demand.only is None:
            self._floor(pool.demand.queue).enter(pool, placed.key)
        else:
            insort(pool.waiting, placed.key)
        self._ask.add(pool)

    def _quit(self, placed: _Placed) -> None:
        pool = placed.pool
        if pool.demand.only is None:
            self._floor(pool.demand.queue).quit(pool, placed.key)
        else:
            take_out(pool.waiting, placed.key)
            if not pool.waiting:
                kept = self._kept[pool.demand.only]
                del kept[pool.demand]
                if not kept:
                    del self._kept[pool.demand.only]
        if not pool.waiting:
            self._ask.discard(pool)


def _stays(agent: Candidate | None) -> bool:
    return agent is not None and stays(agent)


def _discard(sets: dict[str, set[str]], key: str, value: str) -> None:
    members = sets.get(key)
    if members is not None:
        members.discard(value)
        if not members:
            del sets[key]
