"""Blind transfers and consults. The customer's part comes first, then that of the agent who leaves."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import (
    Events,
    back_to_customer,
    consult_ended,
    dismiss,
    end_segment,
    find_consult,
    hand_over,
    open_segment,
    refuse_known_leg,
    retry_after_s,
    steady_segment,
)
from controller.domain.model import Consult, Interaction, Segment
from controller.domain.words import ConsultPhase, EndedBy, Party, Phase
from controller.errors import CommandOutdated, IllegalCommand, say


def _transferred(
    i: Interaction, segment: Segment, kind: Party, to: str, now: float
) -> e.Transferred:
    return e.Transferred(
        interaction_id=i.id,
        at=now,
        segment_id=segment.id,
        agent=segment.agent,
        kind=kind,
        to=to,
        consulted=False,
        retry_at=now + retry_after_s(i),
    )


def transfer_to_queue(i: Interaction, command: c.TransferToQueue, now: float) -> Events:
    segment = steady_segment(i, command.segment_id)
    yield _transferred(i, segment, Party.QUEUE, command.queue, now)
    yield e.Queued(
        interaction_id=i.id,
        at=now,
        queue=command.queue,
        terms=command.terms,
        priority=command.priority,
        skills=command.skills,
        credit_s=i.queued_s,
        credit_for="transfer",
    )
    yield from end_segment(i, segment, EndedBy.TRANSFER, now)


def transfer_to_agent(i: Interaction, command: c.TransferToAgent, now: float) -> Events:
    segment = steady_segment(i, command.segment_id)
    if i.place is None:
        raise CommandOutdated(
            say("contact_in_no_queue", "interaction {contact} is in no queue", contact=i.id)
        )
    if command.agent == segment.agent:
        raise IllegalCommand(
            say("agent_has_customer", "agent {agent} has the customer already", agent=command.agent)
        )
    yield _transferred(i, segment, Party.AGENT, command.agent, now)
    yield e.Queued(
        interaction_id=i.id,
        at=now,
        queue=i.place.queue,
        terms=i.place.terms,
        priority=i.place.priority,
        skills=i.place.skills,
        credit_s=i.queued_s,
        credit_for="transfer",
        preferred=command.agent,
        preferred_until=now + command.wait_s,
    )
    yield from end_segment(i, segment, EndedBy.TRANSFER, now)


def transfer_outside(i: Interaction, command: c.TransferOutside, now: float) -> Events:
    segment = steady_segment(i, command.segment_id)
    refuse_known_leg(i, command.leg)
    yield _transferred(i, segment, Party.OUTSIDE, command.destination, now)
    yield e.Diverted(
        interaction_id=i.id,
        at=now,
        destination=command.destination,
        leg=command.leg,
        timeout_s=command.timeout_s,
    )
    yield from end_segment(i, segment, EndedBy.TRANSFER, now)


def start_consult(i: Interaction, command: c.StartConsult, now: float) -> Events:
    segment = _asking_segment(i, command)
    refuse_known_leg(i, command.leg)
    if i.place is None:
        raise CommandOutdated(
            say("contact_in_no_queue", "interaction {contact} is in no queue", contact=i.id)
        )
    if command.kind is Party.AGENT and any(
        s.agent == command.party and s.phase is not Phase.CLOSED for s in i.segments
    ):
        raise IllegalCommand(
            say(
                "agent_at_contact",
                "agent {agent} is at this interaction already",
                agent=command.party,
            )
        )
    held_before = segment.phase is Phase.HELD
    if not held_before:
        yield e.Held(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)
    yield e.ConsultStarted(
        interaction_id=i.id,
        at=now,
        consult_id=command.consult_id,
        segment_id=segment.id,
        agent=segment.agent,
        leg=command.leg,
        kind=command.kind,
        party=command.party,
        units=i.place.terms.units,
        held_before=held_before,
        line=command.line,
    )


def _asking_segment(i: Interaction, command: c.StartConsult) -> Segment:
    if command.line is None:
        return steady_segment(i, command.segment_id)
    segment = open_segment(i, command.segment_id)
    refuse_known_leg(i, command.line)
    if i.consult is not None:
        raise IllegalCommand(
            say("consult_open", "a consult is going on; complete or cancel it first")
        )
    if not segment.held_by_phone:
        raise IllegalCommand(
            say(
                "not_held_at_phone",
                "the agent's phone does not hold the customer; hold at the phone first",
            )
        )
    return segment


def fail_consult(i: Interaction, command: c.FailConsult, now: float) -> Events:
    consult = find_consult(i, command.consult_id)
    if consult.phase is not ConsultPhase.RINGING:
        raise CommandOutdated(
            say("consult_answered", "consult {consult} was answered", consult=consult.id)
        )
    yield consult_ended(i, consult, command.reason, now)
    yield e.LegEnded(interaction_id=i.id, at=now, leg=consult.leg, cause="USER_BUSY")
    yield from back_to_customer(i, consult, now)


def _answered(i: Interaction, consult_id: str) -> Consult:
    consult = find_consult(i, consult_id)
    if consult.phase is ConsultPhase.RINGING:
        raise IllegalCommand(
            say(
                "consult_rings",
                "{party} has not answered yet; wait, or cancel the consult",
                party=consult.party,
            )
        )
    return consult


def _by_tandem(consult: Consult) -> Consult:
    if consult.line is not None:
        raise IllegalCommand(
            say("both_at_phone", "the agent's phone has both calls; go from one to the other there")
        )
    return consult


def complete_consult(i: Interaction, command: c.CompleteConsult, now: float) -> Events:
    consult = _answered(i, command.consult_id)
    yield from hand_over(i, consult, EndedBy.TRANSFER, now)


def cancel_consult(i: Interaction, command: c.CancelConsult, now: float) -> Events:
    consult = find_consult(i, command.consult_id)
    yield from dismiss(i, consult, "cancelled", now)
    yield from back_to_customer(i, consult, now)


def swap_consult(i: Interaction, command: c.SwapConsult, now: float) -> Events:
    consult = _by_tandem(_answered(i, command.consult_id))
    segment = open_segment(i, consult.by)
    if consult.phase is ConsultPhase.JOINED:
        raise IllegalCommand(
            say("three_way", "all three talk together; there is nobody to swap with")
        )
    aside = consult.phase is ConsultPhase.TALKING
    if aside:
        yield e.Resumed(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)
    elif segment.phase is Phase.TALKING:
        yield e.Held(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)
    yield e.ConsultSwapped(interaction_id=i.id, at=now, consult_id=consult.id, aside=aside)


def join_consult(i: Interaction, command: c.JoinConsult, now: float) -> Events:
    consult = _by_tandem(_answered(i, command.consult_id))
    if consult.phase is ConsultPhase.JOINED:
        return
    segment = open_segment(i, consult.by)
    if segment.phase is Phase.HELD:
        yield e.Resumed(interaction_id=i.id, at=now, segment_id=segment.id, by_phone=False)
    yield e.ConsultJoined(interaction_id=i.id, at=now, consult_id=consult.id)
