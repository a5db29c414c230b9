"""What the record keeps: legs, recordings, messages left."""

from dataclasses import dataclass

from controller.domain.words import LegRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg of the switch, as the CDR tells it. `party`: the number, or the agent's id. `page`: it leads
    to a phone in a browser page."""

    id: str
    role: LegRole
    party: str
    started_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    cause: str | None = None
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Silence in a recording, asked for: somebody said what must not be kept."""

    since: float
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One stereo file: customer left, whom he talked with right. `segment` may be an outside leg's id.

    `error` says why there is none or why it is short. Pauses are silent in it; its length counts them.
    `pause_asked`: whether it was to pause, or to go on, when that was asked last.
    """

    id: str
    segment: str
    path: str
    started_at: float
    pauses: tuple[Pause, ...] = ()
    pause_asked: bool = False
    asked_at: float | None = None
    ended_at: float | None = None
    length_s: float | None = None
    sha256: str | None = None
    error: str | None = None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    path: str
    mailbox: str
    length_s: float
    left_at: float
