"""Facts, past tense. Together they are the interaction: `evolve` folds them into its present state."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.model import EndedBy, Outcome, Terms, Why


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
    leg: str


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
