"""An agent's phone is lost in mid-call, and comes back or does not."""

from dataclasses import dataclass

from controller.domain.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectStarted(Event):
    """The agent's phone is lost: his segment waits for it `until` then, and the customer with music.

    `cause`: of the leg's end; `leg` may live on, with nobody there.
    """

    segment_id: str
    agent: str
    leg: str
    cause: str
    until: float
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectRung(Event):
    """`instead`: the leg that rang there before, and is dropped."""

    segment_id: str
    agent: str
    leg: str
    instead: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectUnanswered(Event):
    segment_id: str
    agent: str
    leg: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectAnswered(Event):
    """The segment goes on with this leg. `held`: with the customer on hold, as he was."""

    segment_id: str
    agent: str
    leg: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectEnded(Event):
    """In vain. `leg`: rings still; `lost`: the phone has had its time."""

    segment_id: str
    agent: str
    leg: str | None
    lost: bool
