"""The parts of the matcher's index: customers who ask the same, and the agents of one queue.

Both are changed by one agent or one customer at a time, and keep sorted what is asked for sorted.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from controller.domain.agent import Status
from controller.domain.routing import Candidate, Demand, OrderKey, Rank, closed, rank, unfit

Key = TypeVar("Key", OrderKey, Rank)

#: Pools without customers that a queue keeps, so that the next one need not judge every agent anew.
IDLE_POOLS = 32


class Pool:
    """The customers of one demand in their order, and the agents who can take them, best first.

    `unfit`: reason to the agents who have units left, but not for this demand.
    """

    __slots__ = ("_verdicts", "demand", "eligible", "unfit", "waiting")

    def __init__(self, demand: Demand, agents: Iterable[Candidate]) -> None:
        self.demand = demand
        self.waiting: list[OrderKey] = []
        self.eligible: list[Rank] = []
        self.unfit: dict[str, dict[str, None]] = {}
        self._verdicts: dict[str, Rank | str] = {}
        for agent in agents:
            self.judge(agent)

    @property
    def hot(self) -> bool:
        """Somebody waits whom somebody could take, unless he is barred."""
        return bool(self.waiting and self.eligible)

    def judge(self, agent: Candidate) -> None:
        """Take in an agent who is not closed, or what has become of him."""
        reason = unfit(self.demand, agent)
        verdict = rank(self.demand, agent) if reason is None else reason
        if self._verdicts.get(agent.id) == verdict:
            return
        self.forget(agent.id)
        self._verdicts[agent.id] = verdict
        if isinstance(verdict, str):
            self.unfit.setdefault(verdict, {})[agent.id] = None
        else:
            insort(self.eligible, verdict)

    def forget(self, agent_id: str) -> None:
        verdict = self._verdicts.pop(agent_id, None)
        if verdict is None:
            return
        if isinstance(verdict, str):
            self.unfit[verdict].pop(agent_id)
            if not self.unfit[verdict]:
                del self.unfit[verdict]
        else:
            _take_out(self.eligible, verdict)

    def can(self, agent_id: str) -> bool:
        return isinstance(self._verdicts.get(agent_id), tuple)

    def add(self, key: OrderKey) -> None:
        insort(self.waiting, key)

    def discard(self, key: OrderKey) -> None:
        _take_out(self.waiting, key)


@dataclass(slots=True)
class Floor:
    """One queue: its agents, its customers in their order, its pools.

    `closed`: reason to the agents who can take nothing at all. They are in no pool, so that the many
    who come and go between contacts cost nothing there.
    """

    open: dict[str, Candidate] = field(default_factory=dict)
    closed: dict[str, dict[str, None]] = field(default_factory=dict)
    order: list[OrderKey] = field(default_factory=list)
    pools: dict[Demand, Pool] = field(default_factory=dict)
    _reasons: dict[str, str] = field(default_factory=dict)
    _idle: dict[Demand, None] = field(default_factory=dict)

    def take_in(self, agent: Candidate) -> Iterator[Pool]:
        """An agent of the queue has changed. Yields the pools that have changed with him."""
        reason = closed(agent)
        if reason is None:
            self._reopen(agent.id)
            self.open[agent.id] = agent
            for pool in self.pools.values():
                pool.judge(agent)
                yield pool
            return
        yield from self.leave(agent.id)
        if agent.status is not Status.OFFLINE:
            self._reasons[agent.id] = reason
            self.closed.setdefault(reason, {})[agent.id] = None

    def leave(self, agent_id: str) -> Iterator[Pool]:
        """He is not of the queue, or not there."""
        self._reopen(agent_id)
        if self.open.pop(agent_id, None) is not None:
            for pool in self.pools.values():
                pool.forget(agent_id)
                yield pool

    def _reopen(self, agent_id: str) -> None:
        reason = self._reasons.pop(agent_id, None)
        if reason is not None:
            self.closed[reason].pop(agent_id)
            if not self.closed[reason]:
                del self.closed[reason]

    def pool(self, demand: Demand) -> Pool:
        pool = self.pools.get(demand)
        if pool is None:
            pool = self.pools[demand] = Pool(demand, self.open.values())
        self._idle.pop(demand, None)
        return pool

    def rest(self, pool: Pool) -> None:
        """The pool has no customers; it is kept a while, for others will ask the same."""
        self._idle[pool.demand] = None
        if len(self._idle) > IDLE_POOLS:
            oldest = next(iter(self._idle))
            del self._idle[oldest], self.pools[oldest]

    def add(self, key: OrderKey) -> None:
        insort(self.order, key)

    def discard(self, key: OrderKey) -> None:
        _take_out(self.order, key)


def _take_out(values: list[Key], value: Key) -> None:
    del values[bisect_left(values, value)]
