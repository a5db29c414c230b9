"""What several commands come to: an agent's stretch ends, offers are taken back, an agent is lost."""

from collections.abc import Iterator

from controller.domain import events as e
from controller.domain.model import Consult, Interaction, Monitor, Offer, Recording, Segment
from controller.domain.words import ConsultPhase, EndedBy, Outcome, Party, Phase
from controller.errors import CommandOutdated, IllegalCommand, say

Events = Iterator[e.Event]

#: Hangup causes of an agent's leg by which the agent ended the contact himself. Any other cause
#: means that his phone or network went away, and then the customer is not hung up but queued again.
AGENT_ENDED = frozenset({"NORMAL_CLEARING", "NORMAL_UNSPECIFIED", "USER_BUSY", "CALL_REJECTED"})

#: Causes of a ringing leg's end that mean: it rang, and nobody came.
NOT_ANSWERED = frozenset(
    {"NO_ANSWER", "ALLOTTED_TIMEOUT", "ORIGINATOR_CANCEL", "NO_USER_RESPONSE", "PROGRESS_TIMEOUT"}
)

#: Causes of a ringing leg's end that are the agent's own no.
REFUSED = frozenset({"CALL_REJECTED", "USER_BUSY", "NORMAL_CLEARING"})

#: Causes of a leg's end that are the switch's doing, neither the customer's nor the agent's.
SWITCH_FAULTS = frozenset({"SYSTEM_SHUTDOWN", "SWITCH_LOST", "SWITCH_RESTARTED", "MANAGER_REQUEST"})

#: Cause of an agent's leg whose phone has sent the customer away, and nobody knows where to: he is queued
#: again.
NO_SUCH_TARGET = "INVALID_NUMBER_FORMAT"

#: Cause of a customer's end with us: the switch's fallback has him, and may serve him yet.
TO_FALLBACK = "FALLBACK"


# --- what is there, or is not any more -------------------------------------------------------------


def find_offer(i: Interaction, offer_id: str) -> Offer:
    offer = i.find_offer(offer_id)
    if offer is None:
        raise CommandOutdated(say("offer_over", "offer {offer} is no longer open", offer=offer_id))
    return offer


def open_segment(i: Interaction, segment_id: str) -> Segment:
    """The segment the customer is in, if it is this one."""
    segment = i.segment
    if segment is None or segment.id != segment_id:
        raise CommandOutdated(say("segment_over", "segment {segment} is over", segment=segment_id))
    return segment


def steady_segment(i: Interaction, segment_id: str) -> Segment:
    """As `open_segment`, of an agent who is in no consult and whose phone does not hold."""
    segment = open_segment(i, segment_id)
    if i.consult is not None:
        raise IllegalCommand(
            say("consult_open", "a consult is going on; complete or cancel it first")
        )
    if segment.held_by_phone:
        raise IllegalCommand(
            say("held_at_phone", "the agent's phone holds the customer; resume at the phone")
        )
    return segment


def find_consult(i: Interaction, consult_id: str) -> Consult:
    if i.consult is None or i.consult.id != consult_id:
        raise CommandOutdated(say("consult_over", "consult {consult} is over", consult=consult_id))
    return i.consult


def refuse_known_leg(i: Interaction, leg_id: str) -> None:
    if i.find_leg(leg_id) is not None:
        raise CommandOutdated(
            say("leg_used", "leg {leg} was used before; choose a new id for a new leg", leg=leg_id)
        )


def running_recording(i: Interaction, segment_id: str) -> Recording | None:
    return next((r for r in i.recordings if r.segment == segment_id and r.ended_at is None), None)


def flow_outcome(i: Interaction) -> Outcome:
    """A contact that ends with no agent: one had served him, or he had left a queue for something
    else, or he never needed one."""
    if any(segment.connected_at is not None for segment in i.segments):
        return Outcome.HANDLED
    return Outcome.OVERFLOWED if i.overflowed else Outcome.SELF_SERVED


# --- endings ---------------------------------------------------------------------------------------


def withdraw_offers(i: Interaction, reason: str, at: float, but: str = "") -> Events:
    for offer in i.offers:
        if offer.id != but:
            yield e.OfferWithdrawn(
                interaction_id=i.id,
                at=at,
                offer_id=offer.id,
                agent=offer.agent,
                leg=offer.leg,
                reason=reason,
            )


def end_segment(i: Interaction, segment: Segment, by: EndedBy, at: float, but: str = "") -> Events:
    """Whoever listens to it stops, `but` the monitor of that id. Who was lost with his phone has nothing
    to wrap up: it has been waited for long enough."""
    away = i.reconnecting is not None and i.reconnecting.segment == segment.id
    lost = away and by is EndedBy.LOST
    if away and i.reconnecting is not None:
        yield e.ReconnectEnded(
            interaction_id=i.id,
            at=at,
            segment_id=segment.id,
            agent=segment.agent,
            leg=i.reconnecting.leg,
            lost=lost,
        )
    for monitor in i.monitors:
        if monitor.segment == segment.id and monitor.id != but:
            yield monitor_ended(i, monitor, "the agent's part is over", at)
    yield e.SegmentEnded(
        interaction_id=i.id,
        at=at,
        segment_id=segment.id,
        agent=segment.agent,
        leg=segment.leg,
        by=by,
    )
    if segment.connected_at is not None and segment.wrap_up_s > 0 and not lost:
        yield e.WrapUpStarted(
            interaction_id=i.id,
            at=at,
            segment_id=segment.id,
            agent=segment.agent,
            until=at + segment.wrap_up_s,
        )
    else:
        yield e.SegmentClosed(
            interaction_id=i.id, at=at, segment_id=segment.id, agent=segment.agent, by="none"
        )


def monitor_ended(
    i: Interaction, monitor: Monitor, reason: str, at: float, *, keep: bool = False
) -> e.MonitorEnded:
    return e.MonitorEnded(
        interaction_id=i.id,
        at=at,
        monitor_id=monitor.id,
        supervisor=monitor.supervisor,
        leg=monitor.leg,
        reason=reason,
        keep=keep,
    )


def end_contact(i: Interaction, by: EndedBy, at: float) -> Events:
    """Every agent's part ends, whoever is with the customer."""
    if i.consult is not None:
        yield from dismiss(i, i.consult, "contact over", at)
    for segment in i.segments:
        if segment.open and not _is_consulted(i, segment):
            yield from end_segment(i, segment, by, at)


def _is_consulted(i: Interaction, segment: Segment) -> bool:
    return i.consult is not None and i.consult.id == segment.id


def lose_agent(i: Interaction, segment: Segment, by: EndedBy, reason: str, at: float) -> Events:
    """The agent is gone, the customer is not: back to the front with his time."""
    if i.consult is not None:
        yield from dismiss(i, i.consult, "agent lost", at)
    yield from end_segment(i, segment, by, at)
    yield from requeue(i, segment, reason, at)


def requeue(
    i: Interaction, segment: Segment, reason: str, at: float, *, refused: bool = True
) -> Events:
    yield e.Requeued(
        interaction_id=i.id,
        at=at,
        queue=segment.queue,
        agent=segment.agent,
        reason=reason,
        retry_at=at + retry_after_s(i) if refused else at,
    )


def retry_after_s(i: Interaction) -> float:
    return 0.0 if i.place is None else i.place.terms.retry_after_s


# --- consults --------------------------------------------------------------------------------------


def consult_ended(
    i: Interaction, consult: Consult, reason: str, at: float, *, keep: bool = False
) -> e.ConsultEnded:
    return e.ConsultEnded(
        interaction_id=i.id,
        at=at,
        consult_id=consult.id,
        leg=consult.leg,
        kind=consult.kind,
        party=consult.party,
        reason=reason,
        keep=keep,
        line=consult.line,
    )


def dismiss(i: Interaction, consult: Consult, reason: str, at: float) -> Events:
    """The consulted party is let go."""
    yield consult_ended(i, consult, reason, at)
    segment = i.find_segment(consult.id)
    if segment is not None:
        yield from end_segment(i, segment, EndedBy.DISMISSED, at)


def back_to_customer(i: Interaction, consult: Consult, at: float) -> Events:
    """The agent who asked is with his customer again, unless that one was on hold before."""
    segment = i.find_segment(consult.by)
    if segment is not None and segment.phase is Phase.HELD and not consult.held_before:
        yield e.Resumed(interaction_id=i.id, at=at, segment_id=segment.id, by_phone=False)


def hand_over(i: Interaction, consult: Consult, by: EndedBy, at: float) -> Events:
    """The customer goes to the consulted party, and the agent who asked is done.

    First the customer, then the agent's leg: so he is never without somebody.
    """
    asking = i.find_segment(consult.by)
    assert asking is not None
    consulted = consult.kind is Party.AGENT
    yield e.Transferred(
        interaction_id=i.id,
        at=at,
        segment_id=asking.id,
        agent=asking.agent,
        kind=consult.kind,
        to=consult.party,
        consulted=True,
        retry_at=at + retry_after_s(i),
    )
    joined = consult.phase is ConsultPhase.JOINED
    reason = "left to the other" if joined else "completed"
    yield consult_ended(i, consult, reason, at, keep=True)
    yield e.HandedOver(
        interaction_id=i.id,
        at=at,
        leg=consult.leg,
        agent=consult.party if consulted else None,
        segment_id=consult.id if consulted else None,
        line=consult.line,
    )
    yield from end_segment(i, asking, by, at)
