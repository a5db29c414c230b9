"""Facts, past tense. Together they are the interaction: `evolve` folds them into its present state."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.model import Terms, Why
from controller.domain.words import EndedBy, MonitorMode, Outcome, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    interaction_id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived(Event):
    channel: str
    leg: str
    address: str
    name: str
    dialled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlaced(Event):
    """The agent's phone rings first."""

    channel: str
    agent: str
    segment_id: str
    agent_leg: str
    leg: str
    address: str
    dialled: str
    queue: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDialled(Event):
    """The agent is at his phone; now the customer's rings."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReached(Event):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStarted(Event):
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken(Event):
    step: str
    verb: str
    spent: int
    choice: str | None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Event):
    queue: str
    terms: Terms
    priority: int
    skills: Mapping[str, int] = field(default_factory=dict)
    credit_s: float = 0.0
    credit_for: str | None = None
    preferred: str | None = None
    preferred_until: float | None = None
    position: int | None = None
    expected_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftQueue(Event):
    """Without an agent. `to`: the queue that is to have him, None: his flow goes on."""

    queue: str
    reason: str
    waited_s: float
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTold(Event):
    """He is told where he stands. `expected_s`: None, it is not known."""

    position: int
    expected_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway(Event):
    """The queue did not take him. `to`: as in LeftQueue."""

    queue: str
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeued(Event):
    """Back to the front of the queue with all the time waited: the customer was with an agent."""

    queue: str
    agent: str
    reason: str
    retry_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diverted(Event):
    destination: str
    leg: str
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DivertAnswered(Event):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DivertConnected(Event):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DivertFailed(Event):
    leg: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailLeft(Event):
    path: str
    mailbox: str
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    offer_id: str
    agent: str
    leg: str
    units: int
    expires_at: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRequested(Event):
    offer_id: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(Event):
    """The segment has the id of its offer."""

    offer_id: str
    agent: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined(Event):
    """`unreachable`: the phone could not be rung at all, so the agent must not be asked again."""

    offer_id: str
    agent: str
    leg: str
    reason: str
    retry_at: float
    unreachable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferExpired(Event):
    offer_id: str
    agent: str
    leg: str
    retry_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn(Event):
    offer_id: str
    agent: str
    leg: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prioritised(Event):
    """`by`: the supervisor, here and below."""

    priority: int
    was: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """Out of `queue` without an agent; Queued in `to` follows."""

    queue: str
    to: str
    waited_s: float
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Event):
    """He is next, and this agent's alone until then."""

    agent: str
    until: float
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected(Event):
    segment_id: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Event):
    """`by_phone`: the agent's phone did it, so the switch needs no telling."""

    segment_id: str
    by_phone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Event):
    segment_id: str
    by_phone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectStarted(Event):
    """The agent's phone is lost: his segment waits for it `until` then, and the customer with music.

    `cause`: of the leg's end; `leg` may live on, with nobody there.
    """

    segment_id: str
    agent: str
    leg: str
    cause: str
    until: float
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectRung(Event):
    """`instead`: the leg that rang there before, and is dropped."""

    segment_id: str
    agent: str
    leg: str
    instead: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectUnanswered(Event):
    segment_id: str
    agent: str
    leg: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectAnswered(Event):
    """The segment goes on with this leg. `held`: with the customer on hold, as he was."""

    segment_id: str
    agent: str
    leg: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectEnded(Event):
    """In vain. `leg`: rings still; `lost`: the phone has had its time."""

    segment_id: str
    agent: str
    leg: str | None
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(Event):
    """The agent gives the customer to another agent, a queue or an outside number (`to`).

    `consulted`: after talking with that party. Nobody offers the customer to this agent until
    `retry_at`.
    """

    segment_id: str
    agent: str
    kind: Party
    to: str
    consulted: bool
    retry_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultStarted(Event):
    consult_id: str
    segment_id: str
    agent: str
    leg: str
    kind: Party
    party: str
    units: int
    held_before: bool
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultAnswered(Event):
    """A consulted agent has a segment from here on, with the consult's id."""

    consult_id: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultSwapped(Event):
    """`aside`: the agent is with the customer, and the consulted party waits; or the other way round."""

    consult_id: str
    aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultJoined(Event):
    consult_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultEnded(Event):
    """`keep`: the consulted party's leg goes on, with the customer. `line`: as in Consult."""

    consult_id: str
    leg: str
    kind: Party
    party: str
    reason: str
    keep: bool = False
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Event):
    """The customer is to be connected with this leg, whose party has answered already.

    `agent`, `segment_id`: of a consulted agent or a supervisor; none for an outside party. `line`: the leg
    on which the agent's phone has asked that party.
    """

    leg: str
    agent: str | None = None
    segment_id: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorStarted(Event):
    monitor_id: str
    segment_id: str
    supervisor: str
    leg: str
    mode: MonitorMode


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorAnswered(Event):
    monitor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorChanged(Event):
    monitor_id: str
    mode: MonitorMode


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorEnded(Event):
    """`keep`: his leg goes on, with the customer."""

    monitor_id: str
    supervisor: str
    leg: str
    reason: str
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEnded(Event):
    segment_id: str
    agent: str
    leg: str
    by: EndedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpStarted(Event):
    segment_id: str
    agent: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpExtended(Event):
    segment_id: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentClosed(Event):
    """The agent's units are free again. `by`: who ended the wrap-up (agent, or another role), limit, or
    none where there was no wrap-up."""

    segment_id: str
    agent: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed(Event):
    segment_id: str
    code: str
    notes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(Event):
    """`page`: as in Leg."""

    leg: str
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(Event):
    leg: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegUnwanted(Event):
    """A leg answered after its purpose had gone; it must be hung up."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(Event):
    recording_id: str
    segment_id: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPauseAsked(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumeAsked(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPaused(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumed(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStopped(Event):
    recording_id: str
    length_s: float
    sha256: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(Event):
    recording_id: str
    segment_id: str
    path: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Event):
    outcome: Outcome
    reason: str
    cause: str = "NORMAL_CLEARING"
