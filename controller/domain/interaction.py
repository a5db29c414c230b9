"""Stop 3: the state machine of an interaction.

Rules of the table:

1. A row is a state, a key in it a command, the value the function that yields the events.
2. A command that is not in its state's row is illegal: it raises and changes nothing. Only Arrive and
   PlaceCall are in no row: they make the interaction, and told again they are old news.
3. Reports of what the switch has already done (`Note...`) are legal in every state; one that is old
   news yields no events.
4. What belongs to a segment and not to the customer (wrap-up, disposition) is legal in every state.
5. Only an event changes the state: `evolve` says which event leads where.
6. An illegal command that was legal a moment ago is outdated, which is nobody's fault: any, once the
   interaction has ended; those of FOR_A_MOMENT in any state; the end of a leg of whom nobody knows.

The usual ways; docs/states.md has them all (a customer may hang up, and so end it, anywhere):

    arrived -> in_flow <-> queued <-> offered -> connecting -> connected -> ended
                  |  ^        ^                      |    ^        |
                  v  |        +----------------------+----|--------+   agent lost, or transferred
                diverted <--------------------------------|--------+   transferred outside
    dialling ---------------------------------------------+            an agent's own call

    connected -> reconnecting -> connecting or connected again, or queued: the phone in the agent's page
"""

from collections.abc import Callable
from typing import Any

from controller.domain import commands as c
from controller.domain.decide import (
    dial,
    flow,
    legs,
    messages,
    monitor,
    offers,
    reconnect,
    steer,
    talk,
    transfer,
)
from controller.domain.decide.parts import Events
from controller.domain.events import Arrived, Event
from controller.domain.evolve import evolve
from controller.domain.model import Interaction
from controller.domain.words import State
from controller.errors import CommandOutdated, IllegalCommand, say

Decide = Callable[[Interaction, Any, float], Events]

REPORTS: dict[type[c.Command], Decide] = {
    c.NoteLegAnswered: legs.note_leg_answered,
    c.NoteLegEnded: legs.note_leg_ended,
    c.NotePhoneLost: reconnect.note_phone_lost,
    c.NoteConnected: legs.note_connected,
    c.NoteConnectFailed: legs.note_connect_failed,
    c.NoteHeld: legs.note_held,
    c.NoteResumed: legs.note_resumed,
    c.NoteRecordingStarted: talk.note_recording_started,
    c.NoteRecordingPaused: talk.note_recording_paused,
    c.NoteRecordingResumed: talk.note_recording_resumed,
    c.NoteRecordingStopped: talk.note_recording_stopped,
    c.NoteRecordingFailed: talk.note_recording_failed,
    c.NoteVoicemail: flow.note_voicemail,
    c.NoteDelivery: messages.note_delivery,
}

AFTER_WORK: dict[type[c.Command], Decide] = {
    c.Dispose: talk.dispose,
    c.ExtendWrapUp: talk.extend_wrap_up,
    c.EndWrapUp: talk.end_wrap_up,
}

EVER = REPORTS | AFTER_WORK

#: Somebody writes; on any channel, for a call may come of a chat.
WRITING: dict[type[c.Command], Decide] = {
    c.ReceiveMessage: messages.receive_message,
    c.WriteMessage: messages.write_message,
    c.WriteNote: messages.write_note,
}

#: As long as it has not ended.
OPEN = EVER | WRITING

STEERING: dict[type[c.Command], Decide] = {
    c.Prioritise: steer.prioritise,
    c.Move: steer.move,
    c.Assign: steer.assign,
}

#: Timers and reactions send these for the state things are in, which may have passed when they come.
FOR_A_MOMENT = (
    c.StartFlow,
    c.LeaveQueue,
    c.ExpireOffer,
    c.FailConsult,
    c.RingAgain,
    c.ExpireReconnect,
    c.ReturnUnanswered,
)

TRANSITIONS: dict[State, dict[type[c.Command], Decide]] = {
    State.ARRIVED: {
        c.StartFlow: flow.start_flow,
        c.EnterQueue: flow.enter_queue,
        c.TurnAway: flow.turn_away,
        c.Finish: flow.finish,
        **OPEN,
    },
    State.DIALLING: {
        c.HangUp: talk.hang_up,
        **OPEN,
    },
    State.IN_FLOW: {
        c.TakeStep: flow.take_step,
        c.EnterQueue: flow.enter_queue,
        c.TurnAway: flow.turn_away,
        c.Divert: flow.divert,
        c.Finish: flow.finish,
        **OPEN,
    },
    State.DIVERTED: OPEN,
    State.QUEUED: {
        c.TellWait: flow.tell_wait,
        c.MakeOffer: offers.make_offer,
        c.LeaveQueue: flow.leave_queue,
        **STEERING,
        **OPEN,
    },
    State.OFFERED: {
        c.MakeOffer: offers.make_offer,
        c.AcceptOffer: offers.accept_offer,
        c.DeclineOffer: offers.decline_offer,
        c.ExpireOffer: offers.expire_offer,
        c.LeaveQueue: flow.leave_queue,
        **STEERING,
        **OPEN,
    },
    State.CONNECTING: {
        c.Reconnect: reconnect.reconnect,
        **OPEN,
    },
    State.CONNECTED: {
        c.Hold: talk.hold,
        c.Resume: talk.resume,
        c.HangUp: talk.hang_up,
        c.TransferToQueue: transfer.transfer_to_queue,
        c.TransferToAgent: transfer.transfer_to_agent,
        c.TransferOutside: transfer.transfer_outside,
        c.StartConsult: transfer.start_consult,
        c.FailConsult: transfer.fail_consult,
        c.CompleteConsult: transfer.complete_consult,
        c.CancelConsult: transfer.cancel_consult,
        c.SwapConsult: transfer.swap_consult,
        c.JoinConsult: transfer.join_consult,
        c.StartMonitor: monitor.start_monitor,
        c.ChangeMonitor: monitor.change_monitor,
        c.StopMonitor: monitor.stop_monitor,
        c.TakeOver: monitor.take_over,
        c.ReturnUnanswered: messages.return_unanswered,
        c.PauseRecording: talk.pause_recording,
        c.ResumeRecording: talk.resume_recording,
        c.Reconnect: reconnect.reconnect,
        **OPEN,
    },
    State.RECONNECTING: {
        c.Reconnect: reconnect.reconnect,
        c.RingAgain: reconnect.ring_again,
        c.ExpireReconnect: reconnect.expire_reconnect,
        c.HangUp: talk.hang_up,
        **OPEN,
    },
    State.ENDED: EVER,
}


def advance(
    interaction: Interaction | None, command: c.Command, now: float
) -> tuple[Interaction, tuple[Event, ...]]:
    """The interaction after `command`, and what happened. Raises IllegalCommand or CommandOutdated."""
    if interaction is None:
        first = _begin(command, now)
        return evolve(None, first), (first,)
    if isinstance(command, c.Arrive | c.PlaceCall):
        return interaction, ()  # told twice
    decide = TRANSITIONS[interaction.state].get(type(command))
    if decide is None:
        late = interaction.state is State.ENDED or isinstance(command, FOR_A_MOMENT)
        refusal = CommandOutdated if late else IllegalCommand
        raise refusal(
            say(
                "contact_state_forbids",
                "{command} is not possible while the interaction is {state}",
                command=type(command).__name__,
                state=interaction.state.value,
            )
        )
    events = tuple(decide(interaction, command, now))
    for event in events:
        interaction = evolve(interaction, event)
    return interaction, events


def _begin(command: c.Command, now: float) -> Event:
    match command:
        case c.Arrive():
            return _arrive(command)
        case c.PlaceCall():
            return dial.place_call(command, now)
    refusal = CommandOutdated if isinstance(command, c.NoteLegEnded) else IllegalCommand
    raise refusal(
        say(
            "contact_unknown",
            "{command}: there is no interaction {contact}",
            command=type(command).__name__,
            contact=command.interaction_id,
        )
    )


def _arrive(command: c.Arrive) -> Arrived:
    return Arrived(
        interaction_id=command.interaction_id,
        at=command.arrived_at,
        channel=command.channel,
        leg=command.leg,
        address=command.address,
        name=command.name,
        dialled=command.dialled,
    )
