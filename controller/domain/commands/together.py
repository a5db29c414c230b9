"""Customer and agent: call, hold, transfer; consults, monitors, the recording and the work after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.commands.command import Command
from controller.domain.model import Terms
from controller.domain.words import MonitorMode, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCall(Command):
    """An agent calls a customer; the interaction has the id of the customer's leg-to-be.

    `queue` is the one on whose behalf he calls: its terms hold, and the customer comes to it if the
    agent is lost. `dialled`: the number the customer is shown. Needs a reservation at the agent.
    """

    channel: str
    agent: str
    segment_id: str
    agent_leg: str
    address: str
    dialled: str
    queue: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Command):
    segment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    segment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Command):
    """The agent ends the contact."""

    segment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferToQueue(Command):
    """The customer waits again, and what he has waited so far counts."""

    segment_id: str
    queue: str
    terms: Terms
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferToAgent(Command):
    """The customer goes to one agent; who does not take him within `wait_s` leaves him to the queue."""

    segment_id: str
    agent: str
    wait_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOutside(Command):
    """As Divert, by an agent. If nobody answers there, the customer comes back to the queue."""

    segment_id: str
    destination: str
    leg: str
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StartConsult(Command):
    """Ask an agent or an outside number while the customer holds. `kind`: agent or outside.

    `line`: the leg on which the agent's phone has dialled, while it holds the customer by itself.
    """

    segment_id: str
    consult_id: str
    leg: str
    kind: Party
    party: str
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailConsult(Command):
    """It came to nothing before the other party was rung."""

    consult_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteConsult(Command):
    """The customer goes to the consulted party; the asking agent is done."""

    consult_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelConsult(Command):
    """The consulted party is let go; the customer is back with the agent."""

    consult_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapConsult(Command):
    """The agent goes over to whom he is not talking with: customer or consulted party."""

    consult_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinConsult(Command):
    """Customer, agent and consulted party talk together."""

    consult_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMonitor(Command):
    segment_id: str
    monitor_id: str
    supervisor: str
    leg: str
    mode: MonitorMode


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMonitor(Command):
    monitor_id: str
    mode: MonitorMode


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMonitor(Command):
    monitor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Command):
    """The supervisor who listens becomes the customer's agent."""

    monitor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRecording(Command):
    segment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRecording(Command):
    segment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispose(Command):
    segment_id: str
    code: str
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendWrapUp(Command):
    """`by_s` seconds longer, as far as the queue allows."""

    segment_id: str
    by_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWrapUp(Command):
    """`until`: the limit that has passed, where that is why; a wrap-up extended since goes on."""

    segment_id: str
    by: str
    until: float | None = None
