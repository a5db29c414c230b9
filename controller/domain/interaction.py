"""Stop 3: the state machine of an interaction.

Rules of the table:

1. A row is a state, a key in it a command, the value the function that yields the events.
2. A command that is not in its state's row is illegal: it raises and changes nothing. Only Arrive is
   in no row: it makes the interaction, and told again it is old news.
3. Reports of what the switch has already done (`Note...`) are legal in every state; one that is old
   news yields no events.
4. What belongs to a segment and not to the customer (wrap-up, disposition) is legal in every state.
5. Only an event changes the state: `evolve` says which event leads where.

The usual ways; docs/states.md has them all (a customer may hang up, and so end it, anywhere):

    arrived -> in_flow <-> queued <-> offered -> connecting -> connected -> ended
                  |  ^        ^                      |             |
                  v  |        +----------------------+-------------+   agent lost: front of the queue
                diverted
"""

from collections.abc import Callable
from typing import Any

from controller.domain import commands as c
from controller.domain import decide as d
from controller.domain.decide import Events
from controller.domain.events import Arrived, Event
from controller.domain.evolve import evolve
from controller.domain.model import Interaction, State
from controller.errors import IllegalCommand

Decide = Callable[[Interaction, Any, float], Events]

REPORTS: dict[type[c.Command], Decide] = {
    c.NoteLegAnswered: d.note_leg_answered,
    c.NoteLegEnded: d.note_leg_ended,
    c.NoteConnected: d.note_connected,
    c.NoteConnectFailed: d.note_connect_failed,
    c.NoteHeld: d.note_held,
    c.NoteResumed: d.note_resumed,
    c.NoteRecordingStarted: d.note_recording_started,
    c.NoteRecordingStopped: d.note_recording_stopped,
    c.NoteRecordingFailed: d.note_recording_failed,
    c.NoteVoicemail: d.note_voicemail,
}

AFTER_WORK: dict[type[c.Command], Decide] = {
    c.Dispose: d.dispose,
    c.EndWrapUp: d.end_wrap_up,
}

EVER = REPORTS | AFTER_WORK

TRANSITIONS: dict[State, dict[type[c.Command], Decide]] = {
    State.ARRIVED: {
        c.StartFlow: d.start_flow,
        c.Finish: d.finish,
        **EVER,
    },
    State.IN_FLOW: {
        c.TakeStep: d.take_step,
        c.EnterQueue: d.enter_queue,
        c.TurnAway: d.turn_away,
        c.Divert: d.divert,
        c.Finish: d.finish,
        **EVER,
    },
    State.DIVERTED: EVER,
    State.QUEUED: {
        c.MakeOffer: d.make_offer,
        c.LeaveQueue: d.leave_queue,
        **EVER,
    },
    State.OFFERED: {
        c.AcceptOffer: d.accept_offer,
        c.DeclineOffer: d.decline_offer,
        c.ExpireOffer: d.expire_offer,
        c.LeaveQueue: d.leave_queue,
        **EVER,
    },
    State.CONNECTING: EVER,
    State.CONNECTED: {
        c.Hold: d.hold,
        c.Resume: d.resume,
        c.HangUp: d.hang_up,
        **EVER,
    },
    State.ENDED: EVER,
}


def advance(
    interaction: Interaction | None, command: c.Command, now: float
) -> tuple[Interaction, tuple[Event, ...]]:
    """The interaction after `command`, and what happened. Raises IllegalCommand or CommandOutdated."""
    if interaction is None:
        if not isinstance(command, c.Arrive):
            raise IllegalCommand(
                f"{type(command).__name__}: there is no interaction {command.interaction_id}"
            )
        arrived = _arrive(command)
        return evolve(None, arrived), (arrived,)
    if isinstance(command, c.Arrive):
        return interaction, ()  # told twice
    decide = TRANSITIONS[interaction.state].get(type(command))
    if decide is None:
        raise IllegalCommand(
            f"{type(command).__name__} is not possible while the interaction is "
            f"{interaction.state.value}"
        )
    events = tuple(decide(interaction, command, now))
    for event in events:
        interaction = evolve(interaction, event)
    return interaction, events


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
