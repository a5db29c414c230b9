"""What the record keeps of legs and recordings, and the end."""

from dataclasses import dataclass

from controller.domain.events.event import Event
from controller.domain.words import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(Event):
    """`page`: as in Leg."""

    leg: str
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(Event):
    leg: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegUnwanted(Event):
    """A leg answered after its purpose had gone; it must be hung up."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(Event):
    recording_id: str
    segment_id: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPauseAsked(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumeAsked(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPaused(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumed(Event):
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStopped(Event):
    recording_id: str
    length_s: float
    sha256: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(Event):
    recording_id: str
    segment_id: str
    path: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Event):
    outcome: Outcome
    reason: str
    cause: str = "NORMAL_CLEARING"
