"""Together: the agent's own call, hold, the recording, the end of his part, wrap-up."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import running_recording
from controller.domain.model import Interaction, Segment
from controller.domain.words import EndedBy, LegRole, State
from controller.ports import Ports
from controller.reactions.parts import medium, release, take_units

#: How long the agent's own phone, and then the customer's, may ring when an agent calls.
OWN_PHONE_S = 30.0
CUSTOMER_PHONE_S = 60.0

#: The agent leaves a customer who goes on: first, that one is taken care of.
_CUSTOMER_FIRST = frozenset({EndedBy.AGENT, EndedBy.TRANSFER, EndedBy.TAKEN_OVER})


def ring_caller(ports: Ports, i: Interaction, event: e.CallPlaced) -> None:
    take_units(ports, i, event.agent, event.terms.units, "calling a customer")
    medium(ports, i).ring(i, event.agent, event.agent_leg, OWN_PHONE_S, LegRole.AGENT)


def dial_customer(ports: Ports, i: Interaction, event: e.CustomerDialled) -> None:
    if i.segment is not None:
        medium(ports, i).ringback(i, i.segment.leg)
        medium(ports, i).call(i, i.address, event.leg, CUSTOMER_PHONE_S)


def connect_customer(ports: Ports, i: Interaction, event: e.CustomerReached) -> None:
    if i.segment is not None:
        take_units(ports, i, i.segment.agent, i.segment.units, "on a contact")
        medium(ports, i).connect(i, i.segment.leg)


def hold(ports: Ports, i: Interaction, event: e.Held) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None and not event.by_phone:
        medium(ports, i).hold(i, segment.leg)


def resume(ports: Ports, i: Interaction, event: e.Resumed) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None and not event.by_phone:
        medium(ports, i).connect(i, segment.leg)


# --- the recording ---------------------------------------------------------------------------------


def record(ports: Ports, i: Interaction, event: e.Connected) -> None:
    """One recording a segment: it has gone on while his phone was lost."""
    has_one = any(recording.segment == event.segment_id for recording in i.recordings)
    if i.place is not None and i.place.terms.record and not has_one:
        medium(ports, i).record(i, event.segment_id)


def record_outside(ports: Ports, i: Interaction, event: e.DivertConnected) -> None:
    """An agent's recording goes on when he has sent the customer outside; a flow's diversion has none."""
    if i.segments and i.place is not None and i.place.terms.record:
        medium(ports, i).record(i, event.leg)


def stop_late_recording(ports: Ports, i: Interaction, event: e.RecordingStarted) -> None:
    runs = running_recording(i, event.segment_id) is not None
    if runs and not i.goes_on(event.segment_id):
        medium(ports, i).stop_recording(i, event.segment_id)


def pause_recording(ports: Ports, i: Interaction, event: e.RecordingPauseAsked) -> None:
    recording = i.find_recording(event.recording_id)
    if recording is not None:
        medium(ports, i).pause_recording(i, recording)


def resume_recording(ports: Ports, i: Interaction, event: e.RecordingResumeAsked) -> None:
    recording = i.find_recording(event.recording_id)
    if recording is not None:
        medium(ports, i).resume_recording(i, recording)


def write_manifest(
    ports: Ports, i: Interaction, event: e.RecordingStopped | e.RecordingFailed
) -> None:
    ports.ledger.write_manifest(i)


# --- the end of his part ---------------------------------------------------------------------------


def end_segment(ports: Ports, i: Interaction, event: e.SegmentEnded) -> None:
    if running_recording(i, event.segment_id) is not None:
        medium(ports, i).stop_recording(i, event.segment_id)
    if event.by in _CUSTOMER_FIRST and i.state is not State.ENDED:
        medium(ports, i).let_go(i, event.leg)
    else:
        medium(ports, i).drop(i, event.leg, "NORMAL_CLEARING")


def start_wrap_up(ports: Ports, i: Interaction, event: e.WrapUpStarted) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None:
        take_units(ports, i, event.agent, segment.units, "in wrap-up")
        watch_wrap_up(ports, i, segment)


def extend_wrap_up(ports: Ports, i: Interaction, event: e.WrapUpExtended) -> None:
    segment = i.find_segment(event.segment_id)
    if segment is not None:
        watch_wrap_up(ports, i, segment)


def watch_wrap_up(ports: Ports, i: Interaction, segment: Segment) -> None:
    if segment.wrap_up_until is not None:
        until = segment.wrap_up_until
        command = c.EndWrapUp(interaction_id=i.id, segment_id=segment.id, by="limit", until=until)
        ports.timers.set(f"wrap_up:{segment.id}", until, command)


def close_segment(ports: Ports, i: Interaction, event: e.SegmentClosed) -> None:
    ports.timers.cancel(f"wrap_up:{event.segment_id}")
    release(ports, event.agent, i, idle_from=event.at)


def drop_unwanted(ports: Ports, i: Interaction, event: e.LegUnwanted) -> None:
    medium(ports, i).drop(i, event.leg, "NORMAL_CLEARING")
