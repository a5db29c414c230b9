"""What is written, by whomever, and what became of it."""

from dataclasses import dataclass

from controller.domain.commands.command import Command
from controller.domain.model import Envelope, Part
from controller.domain.words import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMessage(Command):
    """The customer wrote. `external_id`: as the channel calls it; told again, it is old news. `written_at`:
    when he did, by the channel's clock; later than now, it is now."""

    message_id: str
    external_id: str
    parts: tuple[Part, ...]
    written_at: float
    envelope: Envelope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteMessage(Command):
    """Write to the customer. `segment_id`: the stretch of the agent who does; None: Tandem itself. Told
    again, by `message_id`, it is old news, as a note is."""

    message_id: str
    parts: tuple[Part, ...]
    segment_id: str | None = None
    envelope: Envelope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote(Command):
    """For colleagues; the customer never sees it. `author`: the agent, or who it is on record."""

    message_id: str
    parts: tuple[Part, ...]
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDelivery(Command):
    """How far a message of ours has come. `problem`: why it failed, a code and words."""

    message_id: str
    delivery: Delivery
    at: float
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnUnanswered(Command):
    """The agent has left the customer without a word for too long. `since`: what he has not answered."""

    segment_id: str
    since: float
