"""An agent's phone is lost, and back."""

from controller.domain import events as e
from controller.domain.evolve.replacing import replace
from controller.domain.evolve.together import change_segment, end_away, end_hold
from controller.domain.model import Interaction, Leg, Reconnecting
from controller.domain.words import LegRole, Phase, State


def reconnect_started(i: Interaction, event: e.ReconnectStarted) -> Interaction:
    """Lost again before the two heard each other, he is away since the first time."""
    segments = tuple(
        replace(
            end_hold(s, event.at),
            phase=Phase.RECONNECTING,
            away_since=event.at if s.away_since is None else s.away_since,
        )
        if s.id == event.segment_id
        else s
        for s in i.segments
    )
    lost = Reconnecting(segment=event.segment_id, until=event.until, held=event.held)
    return replace(i, state=State.RECONNECTING, segments=segments, reconnecting=lost)


def reconnect_rung(i: Interaction, event: e.ReconnectRung) -> Interaction:
    leg = Leg(id=event.leg, role=LegRole.AGENT, party=event.agent, started_at=event.at)
    i = change_segment(i, event.segment_id, rung_again_at=event.at)
    return replace(
        i,
        legs=(*i.legs, leg),
        reconnecting=i.reconnecting and replace(i.reconnecting, leg=event.leg),
    )


def reconnect_unanswered(i: Interaction, event: e.ReconnectUnanswered) -> Interaction:
    return replace(i, reconnecting=i.reconnecting and replace(i.reconnecting, leg=None))


def reconnect_answered(i: Interaction, event: e.ReconnectAnswered) -> Interaction:
    """On hold he is back at once; else once the two hear each other."""
    segment = i.find_segment(event.segment_id)
    i = replace(i, reconnecting=None)
    if segment is None:
        return i
    i = change_segment(
        i,
        event.segment_id,
        leg=event.leg,
        phase=Phase.CONNECTING,
        reconnects=segment.reconnects + 1,
    )
    if not event.held:
        return replace(i, state=State.CONNECTING)
    segments = tuple(
        replace(end_away(s, event.at), phase=Phase.HELD, held_since=event.at)
        if s.id == event.segment_id
        else s
        for s in i.segments
    )
    return replace(i, state=State.CONNECTED, segments=segments)


def reconnect_ended(i: Interaction, event: e.ReconnectEnded) -> Interaction:
    return replace(i, reconnecting=None)
