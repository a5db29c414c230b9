"""From an interaction and its events to the rows of the CDR: interactions, legs, offers.

Pure. Times are epoch seconds UTC, durations seconds; None is "not yet" or "never".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from controller.domain import events as e
from controller.domain.model import Interaction
from controller.domain.words import LegRole
from controller.reports import formulas as f


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRow:
    """One customer contact. `answered_at`: his leg was answered; `connected_at`: he first heard an
    agent; `expected_s`: the wait foreseen when he joined his last queue. A path lists what he went
    through, in order."""

    id: str
    channel: str
    direction: str
    customer: str
    name: str
    dialled: str
    flow_path: tuple[str, ...]
    queue_path: tuple[str, ...]
    arrived_at: float
    answered_at: float | None
    connected_at: float | None
    ended_at: float | None
    queued_s: float | None
    expected_s: float | None
    talk_s: float | None
    hold_s: float | None
    holds: int
    away_s: float | None
    reconnects: int
    wrap_up_s: float | None
    duration_s: float | None
    agents: tuple[str, ...]
    transfers: tuple[str, ...]
    steered: tuple[str, ...]
    outcome: str | None
    reason: str | None
    hangup_cause: str | None
    dispositions: tuple[str, ...]
    recordings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRow:
    """One leg of the switch. `role`: customer, agent, outside; `party`: his number, or agent's id."""

    interaction: str
    leg: str
    role: str
    party: str
    started_at: float
    answered_at: float | None
    ended_at: float | None
    duration_s: float | None
    billable_s: float | None
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """One offer and why it was made to this agent.

    `result`: accepted, declined, expired, withdrawn, or None while it rings. `waited_s`: how long the
    customer had waited by then; `ahead`: how many stood before him. The two lists may be cut
    (`routing.WHY_LIMIT`), the two counts are whole.
    """

    interaction: str
    offer: str
    queue: str
    agent: str
    made_at: float
    ended_at: float | None
    ring_s: float | None
    result: str | None
    result_reason: str | None
    rule: str
    waited_s: float
    ahead: int
    eligible: tuple[str, ...]
    eligible_count: int
    passed_over: Mapping[str, str] = field(default_factory=dict)
    passed_over_count: int = 0


def flow_path(events: Iterable[e.Event]) -> tuple[str, ...]:
    """Flows and their steps as taken; in brackets the key or branch that led to a step."""
    path: list[str] = []
    for event in events:
        match event:
            case e.FlowStarted():
                path.append(event.flow)
            case e.StepTaken(choice=None):
                path.append(event.step)
            case e.StepTaken():
                path.append(f"{event.step} [{event.choice}]")
    return tuple(path)


def queue_path(events: Iterable[e.Event]) -> tuple[str, ...]:
    """Queues as entered; in brackets why one was left without an agent, did not take him, or
    came again."""
    path: list[str] = []
    for event in events:
        match event:
            case e.Queued():
                path.append(event.queue)
            case e.LeftQueue() if path:
                path[-1] = f"{path[-1]} [left: {event.reason}]"
            case e.TurnedAway():
                path.append(f"{event.queue} [turned away: {event.reason}]")
            case e.Moved() if path:
                path[-1] = f"{path[-1]} [moved]"
            case e.Requeued():
                path.append(f"{event.queue} [again: {event.reason}]")
    return tuple(path)


def expected_wait(events: Iterable[e.Event]) -> float | None:
    """Seconds that were foreseen for him when he joined the queue he was in last."""
    joined = [event for event in events if isinstance(event, e.Queued)]
    return joined[-1].expected_s if joined else None


def transfers(events: Iterable[e.Event]) -> tuple[str, ...]:
    """Who gave the customer to whom."""
    return tuple(
        f"{event.agent} to {event.kind.value} {event.to}"
        + (", consulted" if event.consulted else "")
        for event in events
        if isinstance(event, e.Transferred)
    )


def steered(events: Iterable[e.Event]) -> tuple[str, ...]:
    """What supervisors did while he waited, each with who it was."""
    return tuple(text for event in events if (text := _steered(event)))


def _steered(event: e.Event) -> str:
    match event:
        case e.Prioritised():
            return f"priority {event.was} to {event.priority} by {event.by}"
        case e.Moved():
            return f"{event.queue} to {event.to} by {event.by}"
        case e.Assigned():
            return f"to agent {event.agent} by {event.by}"
    return ""


def interaction_row(interaction: Interaction, events: Sequence[e.Event]) -> InteractionRow:
    """`events`: the interaction's whole stream, oldest first."""
    i = interaction
    customer = next((leg for leg in i.legs if leg.role is LegRole.CUSTOMER), None)
    connects = [s.connected_at for s in i.segments if s.connected_at is not None]
    return InteractionRow(
        id=i.id,
        channel=i.channel,
        direction=i.direction.value,
        customer=i.address,
        name=i.name,
        dialled=i.dialled,
        flow_path=flow_path(events),
        queue_path=queue_path(events),
        arrived_at=i.arrived_at,
        answered_at=customer.answered_at if customer else None,
        connected_at=min(connects, default=None),
        ended_at=i.ended_at,
        queued_s=f.QUEUED_WAIT(i),
        expected_s=expected_wait(events),
        talk_s=f.TALK(i),
        hold_s=f.HOLD(i),
        holds=sum(s.holds for s in i.segments),
        away_s=f.AWAY(i),
        reconnects=sum(s.reconnects for s in i.segments),
        wrap_up_s=f.WRAP_UP(i),
        duration_s=f.DURATION(i),
        agents=tuple(s.agent for s in i.segments),
        transfers=transfers(events),
        steered=steered(events),
        outcome=i.outcome.value if i.outcome else None,
        reason=i.reason,
        hangup_cause=customer.cause if customer else None,
        dispositions=tuple(s.disposition for s in i.segments if s.disposition),
        recordings=tuple(_recording_cell(r.path, r.error) for r in i.recordings),
    )


def _recording_cell(path: str, error: str | None) -> str:
    return f"{path} [{error}]" if error else path


def leg_rows(interaction: Interaction) -> tuple[LegRow, ...]:
    """In the order the legs began."""
    return tuple(
        LegRow(
            interaction=interaction.id,
            leg=leg.id,
            role=leg.role.value,
            party=leg.party,
            started_at=leg.started_at,
            answered_at=leg.answered_at,
            ended_at=leg.ended_at,
            duration_s=f.LEG_DURATION(leg),
            billable_s=f.BILLABLE(leg),
            cause=leg.cause,
        )
        for leg in interaction.legs
    )


def offer_rows(events: Iterable[e.Event]) -> tuple[OfferRow, ...]:
    """In the order the offers were made."""
    offered: dict[str, tuple[e.Offered, str]] = {}
    ends: dict[str, e.Event] = {}
    queue = ""
    for event in events:
        match event:
            case e.Queued() | e.Requeued():
                queue = event.queue
            case e.Offered():
                offered[event.offer_id] = (event, queue)
            case e.OfferAccepted() | e.OfferDeclined() | e.OfferExpired() | e.OfferWithdrawn():
                ends.setdefault(event.offer_id, event)
    return tuple(
        _offer_row(offer, of_queue, ends.get(offer_id))
        for offer_id, (offer, of_queue) in offered.items()
    )


#: How each event that ends an offer is called in a report.
_RESULTS: dict[type[e.Event], str] = {
    e.OfferAccepted: "accepted",
    e.OfferDeclined: "declined",
    e.OfferExpired: "expired",
    e.OfferWithdrawn: "withdrawn",
}


def _offer_row(offered: e.Offered, queue: str, end: e.Event | None) -> OfferRow:
    why = offered.why
    return OfferRow(
        interaction=offered.interaction_id,
        offer=offered.offer_id,
        queue=queue,
        agent=offered.agent,
        made_at=offered.at,
        ended_at=end.at if end else None,
        ring_s=f.between(offered.at, end.at if end else None),
        result=_RESULTS[type(end)] if end else None,
        result_reason=_result_reason(end),
        rule=why.rule,
        waited_s=max(0.0, why.waited_s),
        ahead=why.ahead,
        eligible=tuple(why.eligible),
        eligible_count=why.eligible_count,
        passed_over=dict(why.passed_over),
        passed_over_count=why.passed_over_count,
    )


def _result_reason(end: e.Event | None) -> str | None:
    return end.reason if isinstance(end, e.OfferDeclined | e.OfferWithdrawn) else None
