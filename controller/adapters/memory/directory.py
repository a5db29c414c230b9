"""The agent directory of one process: statuses and units, indexed by queue."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from controller.domain.agent import Agent, Status
from controller.domain.catalogue import AgentProfile
from controller.domain.channels import VOICE
from controller.domain.routing import Candidate, in_reach
from controller.domain.words import PhoneState
from controller.ports import Catalogue


@dataclass(frozen=True, slots=True)
class _Held:
    units: int
    channel: str
    busy_with: str


@dataclass(slots=True)
class _Entry:
    """One agent. It outlives his profile: what he declared and holds is not the profile's affair."""

    profile: AgentProfile
    known: bool = True
    status: Status = Status.OFFLINE
    phone: PhoneState = PhoneState.UNKNOWN
    pending: Status | None = None
    idle_since: float = 0.0
    turn: int = 0
    held: dict[str, _Held] = field(default_factory=dict)
    candidate: Candidate | None = None

    @property
    def free(self) -> int:
        return self.profile.capacity - sum(held.units for held in self.held.values())

    def room(self) -> dict[str, int]:
        """By channel that has a ceiling: how many contacts more of it he may have."""
        if not self.profile.ceilings:
            return {}
        has = Counter(held.channel for held in self.held.values())
        return {channel: most - has[channel] for channel, most in self.profile.ceilings.items()}

    @property
    def signed_in(self) -> bool:
        return self.status is not Status.OFFLINE

    def offered(self, channel: str) -> bool:
        """Whether anything new may be offered to him; not before a break that he asked for, nor a call while
        his phone cannot be rung."""
        willing = self.status is Status.AVAILABLE and self.pending in (None, Status.AVAILABLE)
        return willing and (channel != VOICE or in_reach(self.view()))

    def view(self) -> Candidate:
        """Made anew only after a change: it is read far more often than it changes."""
        if self.candidate is None:
            self.candidate = Candidate(
                id=self.profile.id,
                status=self.status,
                phone=self.phone,
                pending=self.pending,
                idle_since=self.idle_since,
                free=self.free,
                capacity=self.profile.capacity,
                queues=self.profile.queues,
                skills=self.profile.skills,
                room=self.room(),
                holds=frozenset(self.held),
                turn=self.turn,
                busy_with=next(iter(self.held.values())).busy_with if self.held else "",
            )
        return self.candidate


class MemoryDirectory:
    """AgentDirectory. Atomic because nothing in it yields to another greenlet."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entries: dict[str, _Entry] = {}
        self._by_queue: dict[str, dict[str, _Entry]] = {}
        self._subscribers: list[Callable[[str], None]] = []
        self._turns = 0
        for profile in catalogue.all(AgentProfile):
            self._take_over(profile)
        catalogue.subscribe(self._on_change)

    def _on_change(self, kind: str, entry_id: str) -> None:
        """Take over one agent's profile; his status and units stay."""
        if kind != "agent":
            return
        entry = self._entries.get(entry_id)
        if entry is not None and entry.known:
            entry.known = False
            for queue in entry.profile.queues:
                self._by_queue[queue].pop(entry_id, None)
        profile = self._catalogue.find(AgentProfile, entry_id)
        if profile is not None:
            self._take_over(profile)
        self._changed(self._entry(entry_id))

    def _take_over(self, profile: AgentProfile) -> None:
        if not profile.enabled:
            return
        entry = self._entry(profile.id)
        entry.profile, entry.known = profile, True
        for queue in profile.queues:
            self._by_queue.setdefault(queue, {})[profile.id] = entry

    def _entry(self, agent_id: str) -> _Entry:
        entry = self._entries.get(agent_id)
        if entry is None:
            unknown = AgentProfile(id=agent_id, name="", extension="", enabled=False)
            entry = self._entries[agent_id] = _Entry(profile=unknown, known=False)
        return entry

    def _changed(self, entry: _Entry) -> None:
        entry.candidate = None
        for subscriber in self._subscribers:
            subscriber(entry.profile.id)

    def subscribe(self, callback: Callable[[str], None]) -> None:
        self._subscribers.append(callback)
        for agent_id in self._entries:
            callback(agent_id)

    def declare(self, agent: Agent) -> None:
        entry = self._entry(agent.id)
        if agent.status is Status.AVAILABLE and entry.status is not Status.AVAILABLE:
            entry.idle_since = max(entry.idle_since, agent.since)
        entry.status, entry.pending = agent.status, agent.pending
        self._changed(entry)

    def note_phone(self, agent_id: str, phone: PhoneState) -> None:
        entry = self._entry(agent_id)
        if entry.phone is not phone:
            entry.phone = phone
            self._changed(entry)

    def distrust(self, agent_id: str) -> None:
        entry = self._entries.get(agent_id)
        if entry is not None and entry.status is Status.AVAILABLE:
            entry.status = Status.NOT_RESPONDING
            self._changed(entry)

    def reserve(
        self,
        agent_id: str,
        interaction_id: str,
        units: int,
        channel: str,
        *,
        own: bool = False,
    ) -> bool:
        entry = self._entries.get(agent_id)
        if (
            entry is None
            or not entry.known
            or not (entry.signed_in if own else entry.offered(channel))
            or entry.free < units
            or entry.room().get(channel, 1) < 1
            or interaction_id in entry.held
        ):
            return False
        entry.held[interaction_id] = _Held(units, channel, "offered a contact")
        self._turns += 1
        entry.turn = self._turns
        self._changed(entry)
        return True

    def hold_units(
        self, agent_id: str, interaction_id: str, units: int, busy_with: str, channel: str
    ) -> None:
        entry = self._entry(agent_id)
        entry.held[interaction_id] = _Held(units, channel, busy_with)
        self._changed(entry)

    def release(self, agent_id: str, interaction_id: str, idle_from: float | None = None) -> bool:
        entry = self._entries.get(agent_id)
        if entry is None:
            return False
        entry.held.pop(interaction_id, None)
        if idle_from is not None:
            entry.idle_since = max(entry.idle_since, idle_from)
        self._changed(entry)
        return entry.pending is not None and not entry.held

    def candidates(self, queue: str) -> Sequence[Candidate]:
        return [
            entry.view()
            for entry in self._by_queue.get(queue, {}).values()
            if entry.status is not Status.OFFLINE
        ]

    def candidate(self, agent_id: str) -> Candidate | None:
        entry = self._entries.get(agent_id)
        return None if entry is None or not entry.known else entry.view()
