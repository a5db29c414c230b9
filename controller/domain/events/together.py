"""Customer and agent: called, connected, on hold, transferred; consults, monitors and the work after."""

from dataclasses import dataclass

from controller.domain.events.event import Event
from controller.domain.model import Terms
from controller.domain.words import EndedBy, MonitorMode, Party


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
