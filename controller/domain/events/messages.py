"""What was written, and what became of it."""

from dataclasses import dataclass

from controller.domain.events.event import Event
from controller.domain.model import Envelope, Part
from controller.domain.words import Author, Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """`at`: when the customer wrote it."""

    message_id: str
    number: int
    external_id: str
    parts: tuple[Part, ...]
    envelope: Envelope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(Event):
    """It is on its way to the customer. `agent`, `segment_id`: None when Tandem itself wrote."""

    message_id: str
    number: int
    author: Author
    agent: str | None
    segment_id: str | None
    parts: tuple[Part, ...]
    envelope: Envelope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    message_id: str
    number: int
    agent: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNoted(Event):
    message_id: str
    delivery: Delivery
    problem: str | None = None
