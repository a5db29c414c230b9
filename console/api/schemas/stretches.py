"""What an interaction is made of, as the API shows it: segments, consults, monitors, recordings, legs.

Paths of files on the server stay inside: recordings are fetched by id.
"""

from pydantic import Field

from console.api.schemas.values import Time, View, time_of, time_or_none
from controller.domain.model import Consult, Leg, Monitor, Place, Recording, Segment, Voicemail


class PlaceView(View):
    """Where he waits."""

    queue: str
    since: Time = Field(description="His time counts from here, credited time included.")
    entered_at: Time = Field(description="When he came to this queue, or back to it.")
    priority: int = Field(description="A point counts as a minute of waiting.")
    front: bool = Field(description="He stands before all others: returned, or assigned.")
    kept_for: str | None = Field(description="The agent who alone may have him, if he may come.")
    kept_until: Time | None


class SegmentView(View):
    """One agent's stretch of an interaction."""

    id: str
    agent: str
    queue: str
    phase: str = Field(
        description="connecting, talking, held, reconnecting (his phone is lost, and waited for), "
        "consulted, wrap_up or closed. Who is consulted talks with the agent who asked him, not with the "
        "customer."
    )
    accepted_at: Time
    connected_at: Time | None
    ended_at: Time | None
    ended_by: str | None = Field(
        description="customer, agent, lost, failed, transfer, taken_over, or dismissed: who was "
        "consulted was not needed any more."
    )
    talk_s: float = Field(
        description="Seconds connected, without holds and without what his phone was lost; 0 until it has "
        "ended."
    )
    hold_s: float
    holds: int
    away_s: float = Field(description="Seconds for which his phone was lost in it, so far.")
    reconnects: int = Field(description="How often his phone came back to it.")
    wrap_up_s: float = Field(description="Seconds of wrap-up taken; 0 until it has ended.")
    wrap_up_until: Time | None
    disposition_required: bool = Field(
        description="The agent cannot end his wrap-up without one; its limit does."
    )
    disposition: str | None
    notes: str | None


class ConsultView(View):
    """An agent asks somebody while his customer holds."""

    id: str = Field(description="Also that of the consulted agent's segment, once he has answered.")
    segment: str = Field(description="Of the agent who asks.")
    kind: str = Field(description="agent or outside.")
    party: str = Field(description="The agent's id, or the number.")
    phase: str = Field(
        description="ringing, talking, aside (the agent is back with the customer, and the other "
        "party waits) or joined (all three)."
    )
    started_at: Time


class MonitorView(View):
    """A supervisor at his phone who listens to a segment."""

    id: str
    segment: str
    supervisor: str = Field(description="His id as an agent.")
    mode: str = Field(
        description="Who hears him: nobody (listen), the agent (whisper) or both (barge)."
    )
    listening: bool = Field(description="False while his phone rings.")
    started_at: Time


class PauseView(View):
    """Silence in a recording, asked for."""

    since: Time
    until: Time | None


class RecordingView(View):
    id: str
    segment: str = Field(description="Whose it is; an outside leg's id after a transfer outside.")
    started_at: Time
    paused: bool = Field(description="At present.")
    pauses: list[PauseView]
    ended_at: Time | None = Field(description="Null while it is being made.")
    length_s: float | None
    sha256: str | None
    error: str | None = Field(description="Why there is none, or why it is short.")


class RecordingList(View):
    items: list[RecordingView]


class LegView(View):
    """One leg of the switch."""

    id: str
    role: str = Field(description="customer, agent, outside or supervisor.")
    party: str = Field(description="The number, or the agent's id.")
    started_at: Time
    answered_at: Time | None
    ended_at: Time | None
    cause: str | None = Field(description="FreeSWITCH's hangup cause.")


class VoicemailView(View):
    mailbox: str
    length_s: float
    left_at: Time


def place_view(place: Place) -> PlaceView:
    return PlaceView(
        queue=place.queue,
        since=time_of(place.since),
        entered_at=time_of(place.entered_at),
        priority=place.priority,
        front=place.front,
        kept_for=place.preferred,
        kept_until=time_or_none(place.preferred_until),
    )


def segment_view(segment: Segment) -> SegmentView:
    return SegmentView(
        id=segment.id,
        agent=segment.agent,
        queue=segment.queue,
        phase=segment.phase.value,
        accepted_at=time_of(segment.accepted_at),
        connected_at=time_or_none(segment.connected_at),
        ended_at=time_or_none(segment.ended_at),
        ended_by=segment.ended_by.value if segment.ended_by else None,
        talk_s=segment.talk_s,
        hold_s=segment.held_s,
        holds=segment.holds,
        away_s=segment.away_s,
        reconnects=segment.reconnects,
        wrap_up_s=segment.wrap_up_taken_s,
        wrap_up_until=time_or_none(segment.wrap_up_until),
        disposition_required=segment.disposition_required,
        disposition=segment.disposition,
        notes=segment.notes,
    )


def consult_view(consult: Consult) -> ConsultView:
    return ConsultView(
        id=consult.id,
        segment=consult.by,
        kind=consult.kind.value,
        party=consult.party,
        phase=consult.phase.value,
        started_at=time_of(consult.started_at),
    )


def monitor_view(monitor: Monitor) -> MonitorView:
    return MonitorView(
        id=monitor.id,
        segment=monitor.segment,
        supervisor=monitor.supervisor,
        mode=monitor.mode.value,
        listening=monitor.listening,
        started_at=time_of(monitor.started_at),
    )


def recording_view(recording: Recording) -> RecordingView:
    return RecordingView(
        id=recording.id,
        segment=recording.segment,
        started_at=time_of(recording.started_at),
        paused=recording.paused,
        pauses=[
            PauseView(since=time_of(pause.since), until=time_or_none(pause.until))
            for pause in recording.pauses
        ],
        ended_at=time_or_none(recording.ended_at),
        length_s=recording.length_s,
        sha256=recording.sha256,
        error=recording.error,
    )


def leg_view(leg: Leg) -> LegView:
    return LegView(
        id=leg.id,
        role=leg.role.value,
        party=leg.party,
        started_at=time_of(leg.started_at),
        answered_at=time_or_none(leg.answered_at),
        ended_at=time_or_none(leg.ended_at),
        cause=leg.cause,
    )


def voicemail_view(voicemail: Voicemail) -> VoicemailView:
    return VoicemailView(
        mailbox=voicemail.mailbox,
        length_s=voicemail.length_s,
        left_at=time_of(voicemail.left_at),
    )
