"""The agent directory of one process: statuses and units, indexed by queue."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from controller.domain.agent import Agent, Status
from controller.domain.catalogue import AgentProfile
from controller.domain.routing import Candidate
from controller.ports import Catalogue


@dataclass(slots=True)
class _Entry:
    """One agent. It outlives his profile: what he declared and holds is not the profile's affair."""

    profile: AgentProfile
    known: bool = True
    status: Status = Status.OFFLINE
    idle_since: float = 0.0
    held: dict[str, tuple[int, str]] = field(default_factory=dict)
    candidate: Candidate | None = None

    @property
    def free(self) -> int:
        return self.profile.capacity - sum(units for units, _ in self.held.values())

    def view(self) -> Candidate:
        """Made anew only after a change: routing reads it far more often than it changes."""
        if self.candidate is None:
            self.candidate = Candidate(
                id=self.profile.id,
                status=self.status,
                idle_since=self.idle_since,
                free=self.free,
                skills=self.profile.skills,
                busy_with=next(iter(self.held.values()))[1] if self.held else "",
            )
        return self.candidate


class MemoryDirectory:
    """AgentDirectory. Atomic because nothing in it yields to another greenlet."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entries: dict[str, _Entry] = {}
        self._by_queue: dict[str, list[_Entry]] = {}
        self.reload()
        catalogue.subscribe(self._on_change)

    def _on_change(self, kind: str, entry_id: str) -> None:
        if kind == "agent":
            self.reload()

    def reload(self) -> None:
        """Take over the agents' profiles; statuses and units stay."""
        by_queue: dict[str, list[_Entry]] = {}
        for entry in self._entries.values():
            entry.known, entry.candidate = False, None
        for profile in self._catalogue.all(AgentProfile):
            if not profile.enabled:
                continue
            entry = self._entry(profile.id)
            entry.profile, entry.known = profile, True
            for queue in dict.fromkeys(profile.queues):
                by_queue.setdefault(queue, []).append(entry)
        self._by_queue = by_queue

    def _entry(self, agent_id: str) -> _Entry:
        entry = self._entries.get(agent_id)
        if entry is None:
            unknown = AgentProfile(id=agent_id, name="", extension="", enabled=False)
            entry = self._entries[agent_id] = _Entry(profile=unknown, known=False)
        return entry

    def declare(self, agent: Agent) -> None:
        entry = self._entry(agent.id)
        if agent.status is Status.AVAILABLE and entry.status is not Status.AVAILABLE:
            entry.idle_since = max(entry.idle_since, agent.since)
        entry.status, entry.candidate = agent.status, None

    def distrust(self, agent_id: str) -> None:
        entry = self._entries.get(agent_id)
        if entry is not None and entry.status is Status.AVAILABLE:
            entry.status, entry.candidate = Status.NOT_RESPONDING, None

    def reserve(self, agent_id: str, interaction_id: str, units: int) -> bool:
        entry = self._entries.get(agent_id)
        if (
            entry is None
            or not entry.known
            or entry.status is not Status.AVAILABLE
            or entry.free < units
            or interaction_id in entry.held
        ):
            return False
        entry.held[interaction_id] = (units, "offered a contact")
        entry.candidate = None
        return True

    def hold_units(self, agent_id: str, interaction_id: str, units: int, busy_with: str) -> None:
        entry = self._entry(agent_id)
        entry.held[interaction_id] = (units, busy_with)
        entry.candidate = None

    def release(self, agent_id: str, interaction_id: str, idle_from: float | None = None) -> None:
        entry = self._entries.get(agent_id)
        if entry is None:
            return
        entry.held.pop(interaction_id, None)
        entry.candidate = None
        if idle_from is not None:
            entry.idle_since = max(entry.idle_since, idle_from)

    def candidates(self, queue: str) -> Sequence[Candidate]:
        return [
            entry.view()
            for entry in self._by_queue.get(queue, ())
            if entry.status is not Status.OFFLINE
        ]

    def candidate(self, agent_id: str) -> Candidate | None:
        entry = self._entries.get(agent_id)
        return None if entry is None or not entry.known else entry.view()
