"""Stop 5: the map of the system. One table from event to what is done about it.

A reaction calls ports and returns at once (the manifest alone waits, for the disk). Whatever comes of
it (answered, timed out, hung up) returns as a command at stop 1; a reaction never waits for it and
never changes state. An event without a row asks for nothing.
"""

from collections.abc import Callable
from typing import Any

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import Agent, MarkNotResponding, StatusChanged
from controller.domain.model import Interaction, Overflow, Phase, State
from controller.ports import Aggregate, AnyEvent, Medium, Ports

Reaction = Callable[[Ports, Interaction, Any], None]


def react(ports: Ports, after: Aggregate, event: AnyEvent) -> None:
    """Do what the table says about one event. Agents have no table: a new status is declared."""
    if isinstance(after, Agent):
        if isinstance(event, StatusChanged):
            ports.agents.declare(after)
        return
    if isinstance(event, e.Event):
        for reaction in REACTIONS.get(type(event), ()):
            reaction(ports, after, event)


def restore(ports: Ports, i: Interaction) -> None:
    """After a restart: take up again what lives only in memory, units and timers."""
    if i.offer is not None:
        ports.agents.hold_units(i.offer.agent, i.id, i.offer.units, "offered a contact", i.channel)
        ports.timers.set(_offer_key(i.offer.id), i.offer.expires_at, _expiry(i, i.offer.id))
    for segment in i.segments:
        if segment.phase is Phase.CLOSED:
            continue
        in_wrap_up = segment.phase is Phase.WRAP_UP
        busy_with = "in wrap-up" if in_wrap_up else "on a contact"
        ports.agents.hold_units(segment.agent, i.id, segment.units, busy_with, i.channel)
        if segment.wrap_up_until is not None:
            _watch_wrap_up(ports, i, segment.id, segment.wrap_up_until)
    if i.state in (State.QUEUED, State.OFFERED):
        _watch_wait(ports, i)


def _medium(ports: Ports, i: Interaction) -> Medium:
    return ports.media[i.channel]


# --- arriving and waiting --------------------------------------------------------------------------


def _greet(ports: Ports, i: Interaction, event: e.Arrived) -> None:
    """Choose his flow; FlowStarted then starts it."""
    ports.submit(c.StartFlow(interaction_id=i.id, flow=ports.flows.flow_for(i.dialled)))


def _welcome(ports: Ports, i: Interaction, event: e.Arrived) -> None:
    _medium(ports, i).welcome(i)


def _start_flow(ports: Ports, i: Interaction, event: e.FlowStarted) -> None:
    ports.flows.start(i)


def _wait(ports: Ports, i: Interaction, event: e.Queued | e.Requeued) -> None:
    _medium(ports, i).wait(i)
    _watch_wait(ports, i)


def _watch_wait(ports: Ports, i: Interaction) -> None:
    """End his wait when it was long enough, and when the queue closes."""
    if i.place is None:
        return
    terms, entered_at = i.place.terms, i.place.entered_at
    if terms.max_wait_s is not None:
        _end_wait(ports, i, entered_at + terms.max_wait_s, Overflow.WAITED)
    # Who comes back from an agent after closing time is served all the same.
    if terms.closes_at is not None and entered_at < terms.closes_at:
        _end_wait(ports, i, terms.closes_at, Overflow.CLOSED)


def _end_wait(ports: Ports, i: Interaction, at: float, reason: Overflow) -> None:
    command = c.LeaveQueue(interaction_id=i.id, reason=reason.value)
    ports.timers.set(f"{reason.value}:{i.id}", at, command)


def _stop_watching(ports: Ports, i: Interaction) -> None:
    for reason in (Overflow.WAITED, Overflow.CLOSED):
        ports.timers.cancel(f"{reason.value}:{i.id}")


def _leave_queue(ports: Ports, i: Interaction, event: e.LeftQueue) -> None:
    _stop_watching(ports, i)
    ports.flows.resume(i, event.reason)


# --- the offer -------------------------------------------------------------------------------------


def _offer_key(offer_id: str) -> str:
    return f"offer:{offer_id}"


def _expiry(i: Interaction, offer_id: str) -> c.ExpireOffer:
    return c.ExpireOffer(interaction_id=i.id, offer_id=offer_id)


def _ring(ports: Ports, i: Interaction, event: e.Offered) -> None:
    if i.offer is None or i.offer.id != event.offer_id:
        return
    _medium(ports, i).ring(i, i.offer)
    ports.timers.set(_offer_key(event.offer_id), event.expires_at, _expiry(i, event.offer_id))


def _pick_up(ports: Ports, i: Interaction, event: e.AcceptRequested) -> None:
    if i.offer is not None:
        _medium(ports, i).pick_up(i, i.offer)


def _begin_segment(ports: Ports, i: Interaction, event: e.OfferAccepted) -> None:
    ports.timers.cancel(_offer_key(event.offer_id))
    _stop_watching(ports, i)
    segment = i.find_segment(event.offer_id)
    if segment is not None:
        ports.agents.hold_units(event.agent, i.id, segment.units, "on a contact", i.channel)
    _medium(ports, i).connect(i, event.leg)


def _close_offer(
    ports: Ports, i: Interaction, event: e.OfferDeclined | e.OfferExpired | e.OfferWithdrawn
) -> None:
    ports.timers.cancel(_offer_key(event.offer_id))
    _medium(ports, i).drop(i, event.leg, "ORIGINATOR_CANCEL")
    ports.agents.release(event.agent, i.id)


def _distrust_phone(ports: Ports, i: Interaction, event: e.OfferDeclined | e.OfferExpired) -> None:
    """A phone left alone or out of reach must not eat the next caller too."""
    if isinstance(event, e.OfferExpired):
        reason = "did not answer an offer"
    elif event.unreachable:
        reason = f"phone not reachable: {event.reason}"
    else:
        return
    # At once, for the next caller may be waiting; the declared status follows by its own command.
    ports.agents.distrust(event.agent)
    ports.submit(MarkNotResponding(agent_id=event.agent, reason=reason))


# --- together --------------------------------------------------------------------------------------


def _record(ports: Ports, i: Interaction, event: e.Connected) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None and i.place is not None and i.place.terms.record:
        _medium(ports, i).record(i, segment)


def _hold(ports: Ports, i: Interaction, event: e.Held) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None and not event.by_phone:
        _medium(ports, i).hold(i, segment)


def _resume(ports: Ports, i: Interaction, event: e.Resumed) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None and not event.by_phone:
        _medium(ports, i).resume(i, segment)


def _stop_late_recording(ports: Ports, i: Interaction, event: e.RecordingStarted) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None and not segment.open:
        _medium(ports, i).stop_recording(i, segment)


def _end_segment(ports: Ports, i: Interaction, event: e.SegmentEnded) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None and any(
        r.segment == segment.id and r.ended_at is None for r in i.recordings
    ):
        _medium(ports, i).stop_recording(i, segment)
    _medium(ports, i).drop(i, event.leg, "NORMAL_CLEARING")


def _start_wrap_up(ports: Ports, i: Interaction, event: e.WrapUpStarted) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None:
        ports.agents.hold_units(event.agent, i.id, segment.units, "in wrap-up", i.channel)
    _watch_wrap_up(ports, i, event.segment_id, event.until)


def _watch_wrap_up(ports: Ports, i: Interaction, segment_id: str, until: float) -> None:
    command = c.EndWrapUp(interaction_id=i.id, segment_id=segment_id, by="limit")
    ports.timers.set(f"wrap_up:{segment_id}", until, command)


def _close_segment(ports: Ports, i: Interaction, event: e.SegmentClosed) -> None:
    ports.timers.cancel(f"wrap_up:{event.segment_id}")
    ports.agents.release(event.agent, i.id, idle_from=event.at)


# --- elsewhere, and the end ------------------------------------------------------------------------


def _divert(ports: Ports, i: Interaction, event: e.Diverted) -> None:
    _medium(ports, i).divert(i, event.destination, event.leg, event.timeout_s)


def _connect_outside(ports: Ports, i: Interaction, event: e.DivertAnswered) -> None:
    _medium(ports, i).connect(i, event.leg)


def _return_to_flow(ports: Ports, i: Interaction, event: e.DivertFailed) -> None:
    ports.flows.resume(i, event.cause)


def _drop_unwanted(ports: Ports, i: Interaction, event: e.LegUnwanted) -> None:
    _medium(ports, i).drop(i, event.leg, "NORMAL_CLEARING")


def _end(ports: Ports, i: Interaction, event: e.Ended) -> None:
    _stop_watching(ports, i)
    ports.flows.stop(i.id)
    _medium(ports, i).end(i, event.cause)


def _write_manifest(
    ports: Ports, i: Interaction, event: e.RecordingStopped | e.RecordingFailed
) -> None:
    ports.ledger.write_manifest(i)


REACTIONS: dict[type[e.Event], tuple[Reaction, ...]] = {
    e.Arrived: (_welcome, _greet),
    e.FlowStarted: (_start_flow,),
    e.Queued: (_wait,),
    e.Requeued: (_wait,),
    e.LeftQueue: (_leave_queue,),
    e.Offered: (_ring,),
    e.AcceptRequested: (_pick_up,),
    e.OfferAccepted: (_begin_segment,),
    e.OfferDeclined: (_distrust_phone, _close_offer),
    e.OfferExpired: (_distrust_phone, _close_offer),
    e.OfferWithdrawn: (_close_offer,),
    e.Connected: (_record,),
    e.Held: (_hold,),
    e.Resumed: (_resume,),
    e.SegmentEnded: (_end_segment,),
    e.WrapUpStarted: (_start_wrap_up,),
    e.SegmentClosed: (_close_segment,),
    e.Diverted: (_divert,),
    e.DivertAnswered: (_connect_outside,),
    e.DivertFailed: (_return_to_flow,),
    e.LegUnwanted: (_drop_unwanted,),
    e.RecordingStarted: (_stop_late_recording,),
    e.RecordingStopped: (_write_manifest,),
    e.RecordingFailed: (_write_manifest,),
    e.Ended: (_end,),
}
