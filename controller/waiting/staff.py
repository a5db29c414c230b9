"""Who of each queue is signed in, from agents' statuses and profiles. Bookkeeping, no effects."""

from collections.abc import Iterable

from controller.domain.agent import Agent, Status
from controller.domain.catalogue import AgentProfile
from controller.ports import Catalogue

#: Nobody was ever seen to be signed in.
NEVER = float("-inf")


class Staff:
    """`declare` each agent's status; `reload` when profiles have changed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._agents: dict[str, Agent] = {}
        self._queues: dict[str, tuple[str, ...]] = {}
        self._signed_in: dict[str, set[str]] = {}
        self._emptied: dict[str, float] = {}
        self.reload()

    def reload(self) -> None:
        """Take over who serves which queue. A queue's emptiness counts from the last sign-out of one
        who serves it."""
        self._queues = {
            profile.id: tuple(dict.fromkeys(profile.queues))
            for profile in self._catalogue.all(AgentProfile)
            if profile.enabled
        }
        self._signed_in, self._emptied = {}, {}
        for agent in self._agents.values():
            self._count(agent)

    def start(self, agents: Iterable[Agent]) -> None:
        for agent in agents:
            self.declare(agent)

    def declare(self, agent: Agent) -> tuple[str, ...]:
        """Take over a status; the queues that it may have filled or emptied."""
        self._agents[agent.id] = agent
        return self._count(agent)

    def _count(self, agent: Agent) -> tuple[str, ...]:
        queues = self._queues.get(agent.id, ())
        for queue in queues:
            signed_in = self._signed_in.setdefault(queue, set())
            if agent.status is not Status.OFFLINE:
                signed_in.add(agent.id)
            else:
                signed_in.discard(agent.id)
                self._emptied[queue] = max(self._emptied.get(queue, NEVER), agent.since)
        return queues

    def empty_since(self, queue: str) -> float | None:
        """When the last agent of the queue signed out; NEVER when none was in; None: one is."""
        if self._signed_in.get(queue):
            return None
        return self._emptied.get(queue, NEVER)
