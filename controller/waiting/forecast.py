"""Positions and expected waits, kept from what agents and contacts do: asked for, nothing is scanned."""

from collections.abc import Callable
from dataclasses import dataclass

from controller.domain.agent import Status
from controller.domain.catalogue import QueueSettings
from controller.domain.estimate import HANDLED_MOST, HANDLED_S, HandlingTimes, expected_wait
from controller.domain.events import SegmentClosed
from controller.domain.model import Interaction, Place, Segment
from controller.ports import (
    AgentDirectory,
    Catalogue,
    Clock,
    InteractionFilter,
    Outlook,
    Published,
    Store,
)
from controller.waiting.room import WaitingRoom


@dataclass(slots=True)
class _Crew:
    """Who is at work in a queue: how many, what they count together, how many could take somebody."""

    agents: int = 0
    effective: float = 0.0
    free: int = 0

    def add(self, share: float, free: int) -> None:
        self.agents += 1
        self.effective += share
        self.free += free

    def remove(self, share: float, free: int) -> None:
        self.agents -= 1
        self.effective = self.effective - share if self.agents else 0.0  # no dust of many sums
        self.free -= free


class Forecast:
    """Subscribe `notice` to the publisher, then `learn` what was before the start."""

    def __init__(
        self, *, catalogue: Catalogue, agents: AgentDirectory, clock: Clock, room: WaitingRoom
    ) -> None:
        self._catalogue = catalogue
        self._agents = agents
        self._clock = clock
        self._room = room
        self._crews: dict[str, _Crew] = {}
        self._at_work: dict[str, tuple[tuple[str, float, int], ...]] = {}
        self._taken: dict[str, HandlingTimes] = {}
        self._subscribers: list[Callable[[str], None]] = []
        agents.subscribe(self._on_agent)

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Called with a queue after each change of what is expected there; for what time alone changes see
        `holds_until`. It must return at once."""
        self._subscribers.append(callback)
        self._room.subscribe(callback)

    def learn(self, store: Store) -> None:
        """Read the newest contacts of each queue. Raises StoreError."""
        for queue in self._catalogue.all(QueueSettings):
            wanted = InteractionFilter(
                queue=queue.id,
                since=self._clock.now() - HANDLED_S,
                newest_first=True,
                limit=HANDLED_MOST,
            )
            for interaction in store.interactions(wanted):
                for segment in interaction.segments:
                    if segment.queue == queue.id:
                        self._count(segment)

    def notice(self, published: Published) -> None:
        for event in published.events:
            if isinstance(event, SegmentClosed) and isinstance(published.after, Interaction):
                segment = published.after.find_segment(event.segment_id)
                if segment is not None:
                    self._count(segment)

    # --- asked -----------------------------------------------------------------------------------

    def joining(self, interaction_id: str, place: Place) -> Outlook:
        """For one who is about to take this place."""
        return self._outlook(place.queue, self._room.position_for(interaction_id, place))

    def waiting(self, interaction_id: str) -> Outlook | None:
        place = self._room.place(interaction_id)
        if place is None:
            return None
        return self._outlook(place.queue, self._room.position_for(interaction_id, place))

    def next_in(self, queue: str) -> Outlook:
        return self._outlook(queue, self._room.length(queue) + 1)

    def holds_until(self, queue: str) -> float | None:
        """When time alone changes what is expected in the queue, unless something else does before."""
        return self._taken.get(queue, HandlingTimes()).holds_until

    def _outlook(self, queue: str, position: int) -> Outlook:
        crew = self._crews.get(queue, _Crew())
        settings = self._catalogue.find(QueueSettings, queue)
        assumed = settings.handling_s if settings is not None else 0.0
        handling_s = self._taken.get(queue, HandlingTimes()).mean(self._clock.now(), assumed)
        return Outlook(
            queue=queue,
            position=position,
            waiting=self._room.length(queue),
            expected_s=expected_wait(position, handling_s, crew.effective, crew.free),
            handling_s=handling_s,
            agents=crew.effective,
        )

    # --- the picture -----------------------------------------------------------------------------

    def _count(self, segment: Segment) -> None:
        if segment.connected_at is not None and segment.closed_at is not None:
            seconds = segment.talk_s + segment.held_s + segment.wrap_up_taken_s
            taken = self._taken.setdefault(segment.queue, HandlingTimes())
            taken.add(segment.closed_at, seconds)
            self._tell(segment.queue)

    def _tell(self, queue: str) -> None:
        for subscriber in self._subscribers:
            subscriber(queue)

    def _on_agent(self, agent_id: str) -> None:
        before = self._at_work.pop(agent_id, ())
        for queue, share, free in before:
            self._crews[queue].remove(share, free)
        work = self._work_of(agent_id)
        if work:
            self._at_work[agent_id] = work
        for queue, share, free in work:
            self._crews.setdefault(queue, _Crew()).add(share, free)
        if work != before:
            for queue in dict.fromkeys(queue for queue, _, _ in (*before, *work)):
                self._tell(queue)

    def _work_of(self, agent_id: str) -> tuple[tuple[str, float, int], ...]:
        """(queue, what he counts there, whether he could take somebody) of an agent at work."""
        agent = self._agents.candidate(agent_id)
        if agent is None or agent.status is not Status.AVAILABLE:
            return ()
        return tuple(
            (queue, 1 / len(agent.queues), int(agent.free >= self._units(queue)))
            for queue in agent.queues
        )

    def _units(self, queue: str) -> int:
        settings = self._catalogue.find(QueueSettings, queue)
        return settings.units if settings is not None else 1
