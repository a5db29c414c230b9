"""What the switch has already done."""

from dataclasses import dataclass

from controller.domain.commands.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteVoicemail(Command):
    path: str
    mailbox: str
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLegAnswered(Command):
    """`page`: as in Leg."""

    leg: str
    at: float
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLegEnded(Command):
    leg: str
    cause: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePhoneLost(Command):
    """Nobody is there any more, though the leg lives on: the connection of its phone is gone."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteConnected(Command):
    """Customer and the other leg hear each other."""

    leg: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteConnectFailed(Command):
    """The bridge did not come about and the customer is still there."""

    leg: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHeld(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteResumed(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingStarted(Command):
    recording_id: str
    segment_id: str
    path: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingPaused(Command):
    recording_id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingResumed(Command):
    recording_id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingStopped(Command):
    """`path`: of the file, where it may be that its beginning was not heard."""

    recording_id: str
    length_s: float
    sha256: str | None
    error: str | None
    at: float
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecordingFailed(Command):
    """No recording came about; said aloud in the record, so that nobody looks for a file."""

    recording_id: str
    segment_id: str
    path: str
    error: str
