"""In the flow: steps, queues, outside numbers, voicemail, the end."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import Events, flow_outcome, refuse_known_leg, withdraw_offers
from controller.domain.model import Interaction
from controller.domain.words import Outcome


def start_flow(i: Interaction, command: c.StartFlow, now: float) -> Events:
    yield e.FlowStarted(interaction_id=i.id, at=now, flow=command.flow)


def take_step(i: Interaction, command: c.TakeStep, now: float) -> Events:
    yield e.StepTaken(
        interaction_id=i.id,
        at=now,
        step=command.step,
        verb=command.verb,
        spent=command.spent,
        choice=command.choice,
        variables=command.variables,
    )


def enter_queue(i: Interaction, command: c.EnterQueue, now: float) -> Events:
    yield e.Queued(
        interaction_id=i.id,
        at=now,
        queue=command.queue,
        terms=command.terms,
        priority=command.priority,
        skills=command.skills,
        credit_s=command.credit_s,
        credit_for=command.credit_for,
        preferred=command.preferred,
        preferred_until=command.preferred_until,
        position=command.position,
        expected_s=command.expected_s,
    )


def leave_queue(i: Interaction, command: c.LeaveQueue, now: float) -> Events:
    """Whom an agent called has no flow to be given back to: he waits on."""
    if i.flow is None:
        return
    yield from withdraw_offers(i, command.reason, now)
    if i.place is not None:
        to = i.place.terms.overflow.get(command.reason)
        yield e.LeftQueue(
            interaction_id=i.id,
            at=now,
            queue=i.place.queue,
            reason=command.reason,
            waited_s=max(0.0, now - i.place.entered_at),
            # Each queue once: two that overflow into each other would have him go round for ever.
            to=None if to in i.place.overflowed_from else to,
        )


def tell_wait(i: Interaction, command: c.TellWait, now: float) -> Events:
    yield e.WaitTold(
        interaction_id=i.id, at=now, position=command.position, expected_s=command.expected_s
    )


def turn_away(i: Interaction, command: c.TurnAway, now: float) -> Events:
    yield e.TurnedAway(
        interaction_id=i.id, at=now, queue=command.queue, reason=command.reason, to=command.to
    )


def divert(i: Interaction, command: c.Divert, now: float) -> Events:
    refuse_known_leg(i, command.leg)
    yield e.Diverted(
        interaction_id=i.id,
        at=now,
        destination=command.destination,
        leg=command.leg,
        timeout_s=command.timeout_s,
    )


def note_voicemail(i: Interaction, command: c.NoteVoicemail, now: float) -> Events:
    if any(voicemail.path == command.path for voicemail in i.voicemails):
        return
    yield e.VoicemailLeft(
        interaction_id=i.id,
        at=now,
        path=command.path,
        mailbox=command.mailbox,
        length_s=command.length_s,
    )


def finish(i: Interaction, command: c.Finish, now: float) -> Events:
    outcome = Outcome.FAILED if command.failed else flow_outcome(i)
    yield e.Ended(
        interaction_id=i.id, at=now, outcome=outcome, reason=command.reason, cause=command.cause
    )
