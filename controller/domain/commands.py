"""Intents, imperative. A `Note...` command reports what has already happened at the switch; no
interaction refuses it.

Ids that name new things (offer, leg, recording) are chosen by whoever sends the command, so that a
command sent twice cannot make the thing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.model import Place, Terms, Why
from controller.domain.words import MonitorMode, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    interaction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrive(Command):
    """A customer is here. For voice the interaction has the id of his leg."""

    channel: str
    leg: str
    address: str
    name: str
    dialled: str
    arrived_at: float


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
class StartFlow(Command):
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep(Command):
    """The flow comes to a step. `choice`: the menu key or branch taken to get there."""

    step: str
    verb: str
    spent: int = 0
    choice: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterQueue(Command):
    """`credit_s`: seconds that count as waited already, and `credit_for` why: moved (from another
    queue), transfer or redial. `preferred`: see Place. `position`, `expected_s`: what is foreseen of
    his wait."""

    queue: str
    terms: Terms
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    credit_s: float = 0.0
    credit_for: str | None = None
    preferred: str | None = None
    preferred_until: float | None = None
    position: int | None = None
    expected_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue(Command):
    """The queue gives the customer back. `reason`: one of Overflow."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellWait(Command):
    """Let the customer hear where he stands. `expected_s`: None, it is not known."""

    position: int
    expected_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAway(Command):
    """The queue does not take the customer. `to`: the queue that is asked next, None: his flow goes
    on."""

    queue: str
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Divert(Command):
    """Put the customer through to an outside number; `leg` is the new leg's id."""

    destination: str
    leg: str
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteVoicemail(Command):
    path: str
    mailbox: str
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Command):
    """The flow is done with the customer. `failed`: Tandem could not serve him.

    `cause` is told to his side, where the channel has such a thing.
    """

    reason: str
    failed: bool = False
    cause: str = "NORMAL_CLEARING"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOffer(Command):
    """Needs a reservation of `units` at the agent, made just before. `place`: what he was matched by; a
    customer who has another place since is not offered."""

    offer_id: str
    agent: str
    leg: str
    why: Why
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prioritise(Command):
    """A supervisor gives who waits another priority. `by`: who he is, here and below."""

    priority: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Command):
    """A supervisor has the customer wait in another queue; his time counts there."""

    queue: str
    terms: Terms
    by: str
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Command):
    """A supervisor gives the customer to one agent, who alone may have him for `wait_s`."""

    agent: str
    by: str
    wait_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer(Command):
    offer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer(Command):
    offer_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOffer(Command):
    offer_id: str


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
class Reconnect(Command):
    """The agent's phone is back and has lost its call: let the old leg go and ring there anew, as `leg`.

    Asked again within decide.reconnect.ONCE_S it is the same wish; `anew`: not so, for it is another phone.
    """

    segment_id: str
    leg: str
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RingAgain(Command):
    """Ring the lost phone, unless it rings."""

    segment_id: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireReconnect(Command):
    """The phone has had its time. `until`: the limit that has passed."""

    segment_id: str
    until: float


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLegAnswered(Command):
    """`page`: as in Leg."""

    leg: str
    at: float
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLegEnded(Command):
    leg: str
    cause: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePhoneLost(Command):
    """Nobody is there any more, though the leg lives on: the connection of its phone is gone."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteConnected(Command):
    """Customer and the other leg hear each other."""

    leg: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteConnectFailed(Command):
    """The bridge did not come about and the customer is still there."""

    leg: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHeld(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteResumed(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingStarted(Command):
    recording_id: str
    segment_id: str
    path: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingPaused(Command):
    recording_id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingResumed(Command):
    recording_id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingStopped(Command):
    """`path`: of the file, where it may be that its beginning was not heard."""

    recording_id: str
    length_s: float
    sha256: str | None
    error: str | None
    at: float
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingFailed(Command):
    """No recording came about; said aloud in the record, so that nobody looks for a file."""

    recording_id: str
    segment_id: str
    path: str
    error: str
