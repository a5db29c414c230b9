"""Event -> next interaction, one small function per event, gathered in the table APPLY. Arrived and
CallPlaced are not in it, for they make the first.

Nothing here decides: an event that has happened is taken as it is, so replaying yesterday's events
gives yesterday's states.
"""

from collections.abc import Callable
from typing import Any

from controller.domain import events as e
from controller.domain.evolve import messages as m
from controller.domain.evolve import reconnect as back
from controller.domain.evolve import records as r
from controller.domain.evolve import together as t
from controller.domain.evolve import waiting as w
from controller.domain.evolve.replacing import replace
from controller.domain.model import Interaction


def evolve(interaction: Interaction | None, event: e.Event) -> Interaction:
    """The interaction after `event`. Only Arrived and CallPlaced may come to None."""
    if interaction is not None:
        after = APPLY[type(event)](interaction, event)
        return replace(after, version=interaction.version + 1)
    match event:
        case e.Arrived():
            return w.arrived(event)
        case e.CallPlaced():
            return t.call_placed(event)
    raise ValueError(f"{type(event).__name__} came before the interaction began")


def _as_it_is(i: Interaction, event: e.Event) -> Interaction:
    """What happened asks for something, and changes nothing by itself."""
    return i


APPLY: dict[type[e.Event], Callable[[Interaction, Any], Interaction]] = {
    e.FlowStarted: w.flow_started,
    e.StepTaken: w.step_taken,
    e.Queued: w.queued,
    e.LeftQueue: w.left_queue,
    e.TurnedAway: w.turned_away,
    e.WaitTold: w.wait_told,
    e.Requeued: w.requeued,
    e.Diverted: w.diverted,
    e.DivertAnswered: _as_it_is,
    e.DivertConnected: w.divert_connected,
    e.DivertFailed: w.divert_failed,
    e.VoicemailLeft: w.voicemail_left,
    e.Offered: w.offered,
    e.AcceptRequested: w.accept_requested,
    e.OfferAccepted: w.offer_accepted,
    e.OfferDeclined: w.offer_refused,
    e.OfferExpired: w.offer_refused,
    e.OfferWithdrawn: w.offer_withdrawn,
    e.Prioritised: w.prioritised,
    e.Moved: w.moved,
    e.Assigned: w.assigned,
    e.MessageReceived: m.message_received,
    e.MessageWritten: m.message_written,
    e.NoteWritten: m.note_written,
    e.DeliveryNoted: m.delivery_noted,
    e.CustomerDialled: t.customer_dialled,
    e.CustomerReached: t.customer_reached,
    e.Connected: t.connected,
    e.Held: t.held,
    e.Resumed: t.resumed,
    e.ReconnectStarted: back.reconnect_started,
    e.ReconnectRung: back.reconnect_rung,
    e.ReconnectUnanswered: back.reconnect_unanswered,
    e.ReconnectAnswered: back.reconnect_answered,
    e.ReconnectEnded: back.reconnect_ended,
    e.Transferred: t.transferred,
    e.ConsultStarted: t.consult_started,
    e.ConsultAnswered: t.consult_answered,
    e.ConsultSwapped: t.consult_swapped,
    e.ConsultJoined: t.consult_joined,
    e.ConsultEnded: t.consult_ended,
    e.HandedOver: t.handed_over,
    e.MonitorStarted: t.monitor_started,
    e.MonitorAnswered: t.monitor_answered,
    e.MonitorChanged: t.monitor_changed,
    e.MonitorEnded: t.monitor_ended,
    e.SegmentEnded: t.segment_ended,
    e.WrapUpStarted: t.wrap_up_started,
    e.WrapUpExtended: t.wrap_up_extended,
    e.SegmentClosed: t.segment_closed,
    e.Disposed: t.disposed,
    e.LegAnswered: r.leg_answered,
    e.LegEnded: r.leg_ended,
    e.LegUnwanted: _as_it_is,
    e.RecordingStarted: r.recording_started,
    e.RecordingPauseAsked: r.recording_asked,
    e.RecordingResumeAsked: r.recording_asked,
    e.RecordingPaused: r.recording_paused,
    e.RecordingResumed: r.recording_resumed,
    e.RecordingStopped: r.recording_stopped,
    e.RecordingFailed: r.recording_failed,
    e.Ended: r.ended,
}
