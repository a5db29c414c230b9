"""An agent's phone is lost in mid-call: the customer waits with music, and the phone is rung again.

Of a phone in a page alone: it is lost whenever the page is loaded anew, the lid closed, the network gone.
Who hangs up there does so by the console. A desk phone that hangs up has hung up.
"""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import (
    NO_SUCH_TARGET,
    Events,
    dismiss,
    end_segment,
    monitor_ended,
    open_segment,
    refuse_known_leg,
    requeue,
)
from controller.domain.model import Interaction, Reconnecting, Segment
from controller.domain.words import ConsultPhase, EndedBy, Phase, State
from controller.errors import CommandOutdated, IllegalCommand, say

#: A phone says that it is back, and its page says so, too: within so many seconds that is one.
ONCE_S = 2.0

_GONE = "the agent's phone was lost"


def may_come_back(i: Interaction, segment: Segment, cause: str) -> bool:
    """Whether the end of this agent's leg is the loss of his page, not the end of his part."""
    leg = i.find_leg(segment.leg)
    talked = i.state is State.CONNECTING and segment.connected_at is not None
    return (
        (i.state is State.CONNECTED or talked)
        and leg is not None
        and leg.page
        and cause != NO_SUCH_TARGET
        and _limit_s(i) > 0
    )


def _limit_s(i: Interaction) -> float:
    return 0.0 if i.place is None else i.place.terms.reconnect_s


def begin(i: Interaction, segment: Segment, cause: str, at: float) -> Events:
    """Whom he asks waits for him too, if that one was there; whoever listened has nothing to hear."""
    consult = i.consult
    held = segment.phase is Phase.HELD
    if consult is not None:
        held = held and (consult.phase is ConsultPhase.ASIDE or consult.held_before)
        if consult.phase is ConsultPhase.RINGING or consult.line is not None:
            yield from dismiss(i, consult, _GONE, at)
        elif consult.phase is not ConsultPhase.ASIDE:
            yield e.ConsultSwapped(interaction_id=i.id, at=at, consult_id=consult.id, aside=True)
    for monitor in i.monitors:
        if monitor.segment == segment.id:
            yield monitor_ended(i, monitor, _GONE, at)
    yield e.ReconnectStarted(
        interaction_id=i.id,
        at=at,
        segment_id=segment.id,
        agent=segment.agent,
        leg=segment.leg,
        cause=cause,
        until=at + _limit_s(i),
        held=held,
    )


def note_phone_lost(i: Interaction, command: c.NotePhoneLost, now: float) -> Events:
    segment = i.segment
    if segment is None or segment.leg != command.leg:
        return
    if may_come_back(i, segment, "PHONE_LOST"):
        yield from begin(i, segment, "PHONE_LOST", now)


def reconnect(i: Interaction, command: c.Reconnect, now: float) -> Events:
    segment = open_segment(i, command.segment_id)
    refuse_known_leg(i, command.leg)
    asked_at = segment.rung_again_at
    asked_before = asked_at is not None and asked_at <= now < asked_at + ONCE_S
    if asked_before and not (command.anew and i.reconnecting is not None):
        return
    if i.state is State.CONNECTING:
        raise IllegalCommand(
            say("agent_connecting", "the agent is being connected; wait until he is")
        )
    if i.reconnecting is None:
        if _limit_s(i) <= 0:
            raise IllegalCommand(
                say(
                    "reconnect_off", "reconnect_s of the queue is 0: a lost phone is not waited for"
                )
            )
        yield from begin(i, segment, "ASKED_FOR", now)
    yield _rung(i, segment, command.leg, now)


def ring_again(i: Interaction, command: c.RingAgain, now: float) -> Events:
    segment = open_segment(i, command.segment_id)
    refuse_known_leg(i, command.leg)
    if i.reconnecting is not None and i.reconnecting.leg is None:
        yield _rung(i, segment, command.leg, now)


def _rung(i: Interaction, segment: Segment, leg: str, now: float) -> e.ReconnectRung:
    return e.ReconnectRung(
        interaction_id=i.id,
        at=now,
        segment_id=segment.id,
        agent=segment.agent,
        leg=leg,
        instead=None if i.reconnecting is None else i.reconnecting.leg,
    )


def note_ring_ended(i: Interaction, lost: Reconnecting, leg: str, cause: str, at: float) -> Events:
    segment = i.find_segment(lost.segment)
    if lost.leg == leg and segment is not None:
        yield e.ReconnectUnanswered(
            interaction_id=i.id,
            at=at,
            segment_id=segment.id,
            agent=segment.agent,
            leg=leg,
            cause=cause,
        )


def expire_reconnect(i: Interaction, command: c.ExpireReconnect, now: float) -> Events:
    """The agent is not refused: he is not responding, and when he says that he is back, he is."""
    segment = open_segment(i, command.segment_id)
    lost = i.reconnecting
    if lost is None or command.until < lost.until:
        raise CommandOutdated(
            say(
                "phone_back",
                "the phone of segment {segment} was back meanwhile",
                segment=segment.id,
            )
        )
    if i.consult is not None:
        yield from dismiss(i, i.consult, "agent lost", now)
    yield from end_segment(i, segment, EndedBy.LOST, now)
    yield from requeue(i, segment, "the agent's phone did not come back", now, refused=False)
