"""What the middle asks of the outside, as small Protocols.

`adapters/memory` has a twin of each but CustomerLeg, of AgentDirectory and Publisher the only one so
far; Store, Catalogue and AuditLog have one test suite
for all. A call of `Medium`, `Flows` or `Timers` returns at
once; what comes of it arrives as a command at the engine.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from controller.domain.agent import Agent, AgentCommand, AgentEvent
from controller.domain.audit import AuditFilter, AuditRow, Deed
from controller.domain.catalogue import CatalogueEntry, QueueSettings
from controller.domain.commands import Command
from controller.domain.events import Event
from controller.domain.model import Interaction, Recording, Telling
from controller.domain.routing import Candidate
from controller.domain.words import LegRole, MonitorMode, PhoneState

AnyCommand = Command | AgentCommand
AnyEvent = Event | AgentEvent
Aggregate = Interaction | Agent
Entry = TypeVar("Entry", bound=CatalogueEntry)


def stream_of(subject: AnyCommand | AnyEvent | Aggregate) -> str:
    """The name of the stream of events that a command, event or aggregate belongs to."""
    match subject:
        case Command() | Event():
            return f"interaction:{subject.interaction_id}"
        case AgentCommand() | AgentEvent():
            return f"agent:{subject.agent_id}"
        case Interaction():
            return f"interaction:{subject.id}"
        case Agent():
            return f"agent:{subject.id}"


# --- what is saved -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of one stream: the new state, and the events (at least one) that led to it.

    The events' versions are `after.version - len(events) + 1` to `after.version`.
    """

    after: Aggregate
    events: tuple[AnyEvent, ...]

    @property
    def stream(self) -> str:
        return stream_of(self.after)

    @property
    def before_version(self) -> int:
        return self.after.version - len(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionFilter:
    """Which interactions are wanted. Times are epoch seconds of arrival, `since` <= t < `until`."""

    since: float | None = None
    until: float | None = None
    queue: str | None = None
    agent: str | None = None
    address: str | None = None
    newest_first: bool = False
    limit: int | None = None


class Store(Protocol):
    """Streams of events with their present state. Thread of control: any greenlet."""

    def commit(self, changes: Sequence[Change]) -> None:
        """Save all changes in one transaction, or none. Several may be of one stream, in order.

        Raises StaleVersion when a stream is not at `before_version`, StoreUnavailable when there is
        no database.
        """

    def holds(self, change: Change) -> bool:
        """Whether this very change was saved: after a commit of which nobody heard how it ended."""

    def interaction(self, interaction_id: str) -> Interaction | None: ...

    def agent(self, agent_id: str) -> Agent | None: ...

    def open_interactions(self) -> Sequence[Interaction]:
        """All that are not `closed`, by arrival."""

    def agents(self) -> Sequence[Agent]:
        """Every agent who ever had a status."""

    def events(self, stream: str) -> Sequence[AnyEvent]:
        """The whole history of one stream, oldest first."""

    def interactions(self, wanted: InteractionFilter) -> Sequence[Interaction]:
        """By arrival, oldest first unless the filter says otherwise."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """`wanted` in the place of `present`, of the same kind and id; None of them: no entry. Not both.

    `deed`: kept by the audit with the change, or neither is.
    """

    present: CatalogueEntry | None
    wanted: CatalogueEntry | None
    deed: Deed | None = None

    @property
    def entry(self) -> CatalogueEntry:
        """One of the two, for its kind and id."""
        entry = self.wanted if self.wanted is not None else self.present
        assert entry is not None
        return entry


class Catalogue(Protocol):
    """What admins set up. Reads are served from memory; a write is durable when it returns."""

    def get(self, kind: type[Entry], entry_id: str) -> Entry:
        """Raises NotFound."""

    def find(self, kind: type[Entry], entry_id: str) -> Entry | None: ...

    def all(self, kind: type[Entry]) -> Sequence[Entry]:
        """By id."""

    def put(self, entry: CatalogueEntry, deed: Deed | None = None) -> None:
        """`deed`: kept by the audit with the change, or neither is."""

    def remove(self, kind: type[CatalogueEntry], entry_id: str, deed: Deed | None = None) -> None:
        """As `put`. Raises NotFound."""

    def swap(
        self,
        present: CatalogueEntry | None,
        wanted: CatalogueEntry | None,
        deed: Deed | None = None,
    ) -> bool:
        """`swap_all` of one."""

    def swap_all(self, swaps: Sequence[Swap]) -> bool:
        """All of them in one transaction; subscribers hear of each when all are there.

        False, and nothing done: one of `present` is not (any more) what is there.
        """

    def subscribe(self, callback: Callable[[str, str], None]) -> None:
        """After each change, with the entry's kind (a key of CATALOGUE) and id."""


class AuditLog(Protocol):
    """Who did what. Nothing of it is ever changed."""

    def append(self, deeds: Sequence[Deed]) -> None:
        """Durable when it returns. Raises StoreUnavailable."""

    def search(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        """The last ones first."""

    def row(self, row_id: int) -> AuditRow | None: ...


# --- agents --------------------------------------------------------------------------------------


class AgentDirectory(Protocol):
    """Who could take something now. Only `reserve` takes units, and it is atomic."""

    def declare(self, agent: Agent) -> None:
        """The agent's status is this."""

    def distrust(self, agent_id: str) -> None:
        """Reserve nothing of this agent until his status is declared again."""

    def reserve(
        self,
        agent_id: str,
        interaction_id: str,
        units: int,
        channel: str,
        *,
        own: bool = False,
    ) -> bool:
        """Take `units` of an available agent for the interaction; if it is his `own` doing, a call of
        his, it is enough that he is signed in.

        False, and nothing taken: he is not available, has fewer units, has as much of the channel as
        he may, or is already at this one.
        """

    def note_phone(self, agent_id: str, phone: PhoneState) -> None:
        """What the switch knows of his phone: nothing is offered to him while it is not registered."""

    def hold_units(
        self, agent_id: str, interaction_id: str, units: int, busy_with: str, channel: str
    ) -> None:
        """The agent is at it whatever his status: a reservation becomes a contact, or one is found
        again after a restart."""

    def release(self, agent_id: str, interaction_id: str, idle_from: float | None = None) -> bool:
        """Give the units back. `idle_from`: the agent worked until then, his idle time starts anew.

        True: he is at nothing any more, and a status that he asked for waits for that.
        """

    def candidates(self, queue: str) -> Sequence[Candidate]:
        """The queue's agents who are signed in."""

    def candidate(self, agent_id: str) -> Candidate | None:
        """Any agent with an enabled profile."""

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Called with each agent's id now, and after each change of what `candidate` answers for him.

        It must return at once.
        """


# --- the outside -----------------------------------------------------------------------------------


class Medium(Protocol):
    """What the reactions ask of a channel. Legs are named by ids that the events chose."""

    @property
    def ready(self) -> bool:
        """Whether an offer made now could reach an agent."""

    # --- the customer

    def welcome(self, interaction: Interaction) -> None:
        """The customer is ours now: keep him safe from here on."""

    def wait(self, interaction: Interaction) -> None:
        """The customer is with nobody: let him hear so, and keep him safe while he is."""

    def tell_wait(self, interaction: Interaction, position: int, expected_s: float | None) -> None:
        """Let who waits know where he stands, as his place's `terms.telling` has it."""

    def end(self, interaction: Interaction, cause: str) -> None:
        """The interaction is over: let the customer go, and tell his side the cause."""

    # --- other legs

    def ring(
        self,
        interaction: Interaction,
        agent: str,
        leg: str,
        limit_s: float,
        role: LegRole,
        *,
        again: bool = False,
    ) -> None:
        """Ring an agent's phone: NoteLegAnswered or NoteLegEnded of `leg` will follow.

        `again`: it has lost this call, and is asked to answer by itself.
        """

    def call(self, interaction: Interaction, number: str, leg: str, limit_s: float) -> None:
        """Call an outside number, as `ring` does an agent. `leg` may be the customer's own."""

    def ringback(self, interaction: Interaction, leg: str) -> None:
        """Let a leg that waits for another hear that it rings there."""

    def pick_up(self, interaction: Interaction, leg: str) -> None:
        """The agent accepted in the console: answer for him."""

    def drop(self, interaction: Interaction, leg: str, cause: str) -> None:
        """End a leg at once, ringing or answered."""

    def let_go(self, interaction: Interaction, leg: str) -> None:
        """End a leg once everything asked before is done."""

    def abandon(self, interaction: Interaction, leg: str) -> None:
        """As `let_go`, of a leg whose phone is not there any more, or has forgotten it."""

    # --- together

    def connect(self, interaction: Interaction, leg: str) -> None:
        """Let customer and `leg` hear each other: NoteConnected, or NoteConnectFailed."""

    def hold(self, interaction: Interaction, leg: str) -> None:
        """Part customer and `leg`; the customer hears music."""

    def consult(self, interaction: Interaction, leg: str, other: str) -> None:
        """Let two legs hear each other while the customer holds; NoteConnectFailed of `other` if not."""

    def set_aside(self, interaction: Interaction, leg: str) -> None:
        """Whoever has this leg waits, with music."""

    def join(self, interaction: Interaction, leg: str, third: str) -> None:
        """`third` hears, and is heard by, `leg` and whom that one talks with."""

    def listen(
        self, interaction: Interaction, leg: str, supervisor: str, mode: MonitorMode
    ) -> None:
        """The supervisor's leg hears `leg` and whom it talks with."""

    def set_mode(self, interaction: Interaction, supervisor: str, mode: MonitorMode) -> None:
        """Who hears the supervisor from now on."""

    # --- recordings, of a segment or an outside leg (`of`)

    def record(self, interaction: Interaction, of: str) -> None:
        """NoteRecordingStarted, or NoteRecordingFailed."""

    def pause_recording(self, interaction: Interaction, recording: Recording) -> None:
        """NoteRecordingPaused will follow."""

    def resume_recording(self, interaction: Interaction, recording: Recording) -> None:
        """NoteRecordingResumed will follow."""

    def stop_recording(self, interaction: Interaction, of: str) -> None:
        """NoteRecordingStopped will follow."""


class Phones(Protocol):
    """Which agents' phones the switch knows."""

    def state(self, agent_id: str) -> PhoneState: ...


class Flows(Protocol):
    """The IVR. A flow works on its own and sends commands."""

    def flow_for(self, dialled: str) -> str:
        """The flow that greets callers of this number; for an unknown one, the courteous one. Does not
        block: event readers ask."""

    def start(self, interaction: Interaction) -> None: ...

    def resume(self, interaction: Interaction, reason: str) -> None:
        """The customer is back from a queue or an outside number. `reason` picks the branch."""

    def stop(self, interaction_id: str) -> None:
        """The customer has gone; forget him."""


class Ledger(Protocol):
    """Keeps the manifest of an interaction's recordings."""

    def write_manifest(self, interaction: Interaction) -> None: ...


class Timers(Protocol):
    """Commands that come at their time. They are not saved: recovery sets them from the state."""

    def set(self, key: str, at: float, command: AnyCommand) -> None:
        """Replace the timer of this key. A time that has passed fires at once."""

    def cancel(self, key: str) -> None:
        """Nothing happens when there is none."""


class Clock(Protocol):
    def now(self) -> float:
        """Epoch seconds, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What subscribers get, after it was saved and reacted to."""

    after: Aggregate
    events: tuple[AnyEvent, ...]


Subscriber = Callable[[Published], None]


class Publisher(Protocol):
    def publish(self, published: Published) -> None:
        """Never fails and never waits for a subscriber."""

    def subscribe(self, name: str, subscriber: Subscriber) -> None:
        """Called for everything, in order, one at a time; what it raises is logged."""


# --- the way into a queue --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a customer's flow asks of a queue, beside what the queue itself has. `max_wait_s` and
    `music`: None, the queue's own."""

    queue: str
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    music: str | None = None
    max_wait_s: float | None = None
    telling: Telling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What may be expected of a wait. `position`: 1 is first. `expected_s`: None, nobody serves.

    It comes from `handling_s`, the mean of what a contact takes an agent, and `agents`, those at work,
    one who serves n queues counting 1/n.
    """

    queue: str
    position: int
    waiting: int
    expected_s: float | None
    handling_s: float
    agents: float


class Queues(Protocol):
    """The way into a queue."""

    def join(
        self,
        interaction: Interaction,
        wish: Wish,
        admitted: Callable[[QueueSettings], None] = lambda queue: None,
    ) -> str | None:
        """Blocks until the customer is in the queue, or in the one that has him instead; then None.

        Else why none takes him: a value of Overflow, or unknown_queue. `admitted` is called before
        he joins, with the queue that takes him. One who was given back and is to be moved goes there.
        Raises what the engine's `handle` raises.
        """


# --- a customer's leg, for a flow ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherSpec:
    """What keys to collect. Times in seconds; `pattern` is a regex that the whole entry must match."""

    min_digits: int = 1
    max_digits: int = 1
    timeout_s: float = 5.0
    between_s: float = 3.0
    attempts: int = 1
    terminators: str = "#"
    pattern: str = r"\d+"


class CustomerLeg(Protocol):
    """The flow's hold on a customer. Every call blocks its greenlet; LegGone when he hangs up."""

    @property
    def rate(self) -> int:
        """The sample rate he hears, in Hz; 8000 until he is answered."""

    def answer(self) -> None: ...

    def play(self, files: Sequence[str]) -> None:
        """Files that are missing are skipped and logged."""

    def gather(self, files: Sequence[str], invalid: Sequence[str], spec: GatherSpec) -> str | None:
        """The keys, or None after the last attempt."""

    def tape(self, mailbox: str, limit_s: float, silence_s: float) -> float:
        """Record the customer after a beep; the seconds recorded.

        NoteVoicemail comes of it by itself, for most people end their message by hanging up.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything a reaction may call. `media` is by channel."""

    media: Mapping[str, Medium]
    flows: Flows
    agents: AgentDirectory
    timers: Timers
    ledger: Ledger
    phones: Phones
    clock: Clock
    submit: Callable[[AnyCommand], None]
