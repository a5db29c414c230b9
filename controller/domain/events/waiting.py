"""Until somebody has him: the customer in his flow, in a queue, put through outside, offered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.events.event import Event
from controller.domain.model import Terms, Why


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
