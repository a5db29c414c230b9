"""The parts of the matcher's index: customers who ask the same, and the people of one queue.

An agent who changes costs a note in each of his queues. A pool takes the notes in when it is asked
who could take its customers, so that the many who come and go between contacts cost the pools nothing.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TypeVar

from controller.domain.agent import Status
from controller.domain.routing import Candidate, Demand, OrderKey, Rank, closed, rank, unfit

Sortable = TypeVar("Sortable", OrderKey, Rank, "tuple[OrderKey, Pool]")

#: Pools without customers that a queue keeps, so that the next one need not judge every agent anew.
IDLE_POOLS = 32


class Pool:
    """The customers of one demand in their order, and the agents who can take them, best first.

    `unfit`: reason to the agents who have units left, but not for this demand. `read` and `epoch`: how
    far its Floor's notes are taken in.
    """

    __slots__ = ("_verdicts", "demand", "eligible", "epoch", "read", "unfit", "waiting")

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self.waiting: list[OrderKey] = []
        self.read, self.epoch = 0, -1
        self.clear()

    def clear(self) -> None:
        """Know of no agent."""
        self.eligible: list[Rank] = []
        self.unfit: dict[str, dict[str, None]] = {}
        self._verdicts: dict[str, Rank | str] = {}

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
            take_out(self.eligible, verdict)

    def can(self, agent_id: str) -> bool:
        return isinstance(self._verdicts.get(agent_id), tuple)


@dataclass(slots=True)
class Floor:
    """One queue: its agents, its customers in their order, its pools.

    `open`: the agents who have units left; `closed`: reason to those who can take nothing at all.
    `heads`: the first customer of each pool that has any, in their order.
    """

    open: dict[str, Candidate] = field(default_factory=dict)
    closed: dict[str, dict[str, None]] = field(default_factory=dict)
    order: list[OrderKey] = field(default_factory=list)
    pools: dict[Demand, Pool] = field(default_factory=dict)
    heads: list[tuple[OrderKey, Pool]] = field(default_factory=list)
    _reasons: dict[str, str] = field(default_factory=dict)
    _idle: dict[Demand, None] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)
    _epoch: int = 0

    # --- agents ----------------------------------------------------------------------------------

    def take_in(self, agent: Candidate) -> None:
        """An agent of the queue is there, or has changed."""
        reason = closed(agent)
        if reason is None:
            self._no_more_closed(agent.id)
            self.open[agent.id] = agent
            self._note(agent.id)
            return
        self.leave(agent.id)
        if agent.status is not Status.OFFLINE:
            self._reasons[agent.id] = reason
            self.closed.setdefault(reason, {})[agent.id] = None

    def leave(self, agent_id: str) -> None:
        """He is not of the queue, or not there."""
        self._no_more_closed(agent_id)
        if self.open.pop(agent_id, None) is not None:
            self._note(agent_id)

    def _no_more_closed(self, agent_id: str) -> None:
        reason = self._reasons.pop(agent_id, None)
        if reason is not None:
            self.closed[reason].pop(agent_id)
            if not self.closed[reason]:
                del self.closed[reason]

    def _note(self, agent_id: str) -> None:
        self._notes.append(agent_id)
        if len(self._notes) > 64 + 2 * len(self.open):  # judging everybody anew is less work
            self._notes.clear()
            self._epoch += 1

    def update(self, pool: Pool) -> None:
        """Let the pool know of every change among the agents."""
        if pool.epoch != self._epoch:
            pool.clear()
            for agent in self.open.values():
                pool.judge(agent)
        elif pool.read < len(self._notes):
            for agent_id in dict.fromkeys(self._notes[pool.read :]):
                if agent_id in self.open:
                    pool.judge(self.open[agent_id])
                else:
                    pool.forget(agent_id)
        pool.read, pool.epoch = len(self._notes), self._epoch

    # --- customers -------------------------------------------------------------------------------

    def pool(self, demand: Demand) -> Pool:
        pool = self.pools.get(demand)
        if pool is None:
            pool = self.pools[demand] = Pool(demand)
        return pool

    def enter(self, pool: Pool, key: OrderKey) -> None:
        """A customer of this pool comes."""
        if pool.waiting:
            if key < pool.waiting[0]:
                take_out(self.heads, _head(pool))
                insort(self.heads, (key, pool))
        else:
            self._idle.pop(pool.demand, None)
            insort(self.heads, (key, pool))
        insort(pool.waiting, key)

    def quit(self, pool: Pool, key: OrderKey) -> None:
        """A customer of this pool goes. A pool without any is kept a while: others will ask the same."""
        if key == pool.waiting[0]:
            take_out(self.heads, _head(pool))
            del pool.waiting[0]
            if pool.waiting:
                insort(self.heads, _head(pool))
        else:
            take_out(pool.waiting, key)
        if not pool.waiting:
            self._idle[pool.demand] = None
            if len(self._idle) > IDLE_POOLS:
                oldest = next(iter(self._idle))
                del self._idle[oldest], self.pools[oldest]


def _head(pool: Pool) -> tuple[OrderKey, Pool]:
    return (pool.waiting[0], pool)  # no two keys are the same, so pools are never compared


def take_out(values: list[Sortable], value: Sortable) -> None:
    """Remove a value from a sorted list that has it."""
    del values[bisect_left(values, value)]
