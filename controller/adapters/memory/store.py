"""The store in memory: forgets all at the end of the process. For the lab, for demos and for tests."""

from collections.abc import Iterable, Sequence
from itertools import islice

from controller.domain.agent import Agent
from controller.domain.events import Offered, Queued, TurnedAway
from controller.domain.model import Interaction
from controller.errors import StaleVersion, StoreUnavailable
from controller.ports import Aggregate, AnyEvent, Change, InteractionFilter


class MemoryStore:
    """`Store` whose commit is atomic because it never switches greenlets.

    What an agent had: the interactions that were offered to him. What a queue had: those that came to it.
    """

    def __init__(self) -> None:
        self._events: dict[str, list[AnyEvent]] = {}
        self._interactions: dict[str, Interaction] = {}
        self._agents: dict[str, Agent] = {}
        self._open: dict[str, Interaction] = {}
        self._had: dict[tuple[type[AnyEvent], str], set[str]] = {}
        self._closed = False

    def commit(self, changes: Sequence[Change]) -> None:
        self._check_usable()
        versions: dict[str, int] = {}
        for change in changes:
            if not change.events:
                raise ValueError(f"a change of {change.stream} has no events; nothing to save")
            version = versions.get(change.stream, len(self._events.get(change.stream, ())))
            if version != change.before_version:
                raise StaleVersion(change.stream)
            versions[change.stream] = change.after.version
        for change in changes:
            self._events.setdefault(change.stream, []).extend(change.events)
            self._keep(change.after)
            self._link(change.after.id, change.events)

    def holds(self, change: Change) -> bool:
        self._check_usable()
        stored = self._events.get(change.stream, [])[change.before_version : change.after.version]
        return tuple(stored) == change.events

    def interaction(self, interaction_id: str) -> Interaction | None:
        self._check_usable()
        return self._interactions.get(interaction_id)

    def agent(self, agent_id: str) -> Agent | None:
        self._check_usable()
        return self._agents.get(agent_id)

    def open_interactions(self) -> Sequence[Interaction]:
        self._check_usable()
        return sorted(self._open.values(), key=_by_arrival)

    def agents(self) -> Sequence[Agent]:
        self._check_usable()
        return [self._agents[agent_id] for agent_id in sorted(self._agents)]

    def events(self, stream: str) -> Sequence[AnyEvent]:
        self._check_usable()
        return list(self._events.get(stream, ()))

    def interactions(self, wanted: InteractionFilter) -> Sequence[Interaction]:
        self._check_usable()
        found: Iterable[Interaction] = sorted(
            self._interactions.values(), key=_by_arrival, reverse=wanted.newest_first
        )
        if wanted.address is not None:
            address = wanted.address
            found = (i for i in found if i.address == address)
        if wanted.since is not None:
            since = wanted.since
            found = (i for i in found if i.arrived_at >= since)
        if wanted.until is not None:
            until = wanted.until
            found = (i for i in found if i.arrived_at < until)
        if wanted.queue is not None:
            of_queue = self._had.get((Queued, wanted.queue), set())
            found = (i for i in found if i.id in of_queue)
        if wanted.agent is not None:
            of_agent = self._had.get((Offered, wanted.agent), set())
            found = (i for i in found if i.id in of_agent)
        return list(islice(found, wanted.limit))

    def prune(self, before: float) -> int:
        """Delete closed interactions that ended before a time (epoch seconds), with their events.

        Returns how many.
        """
        self._check_usable()
        old = [
            i.id
            for i in self._interactions.values()
            if i.closed and i.ended_at is not None and i.ended_at < before
        ]
        for interaction_id in old:
            del self._interactions[interaction_id]
            del self._events[f"interaction:{interaction_id}"]
        for had in self._had.values():
            had.difference_update(old)
        return len(old)

    def close(self) -> None:
        self._closed = True

    def _keep(self, after: Aggregate) -> None:
        match after:
            case Agent():
                self._agents[after.id] = after
            case Interaction():
                self._interactions[after.id] = after
                if after.closed:
                    self._open.pop(after.id, None)
                else:
                    self._open[after.id] = after

    def _link(self, interaction_id: str, events: Iterable[AnyEvent]) -> None:
        for event in events:
            match event:
                case Offered():
                    self._had.setdefault((Offered, event.agent), set()).add(interaction_id)
                case Queued() | TurnedAway():
                    self._had.setdefault((Queued, event.queue), set()).add(interaction_id)

    def _check_usable(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store was closed; nothing is saved after a shutdown")


def _by_arrival(interaction: Interaction) -> tuple[float, str]:
    return interaction.arrived_at, interaction.id
