"""What goes over the wire, both ways: JSON objects."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from controller.domain.model import Message, Part, Text

_PLAIN = r"^[^\x00-\x08\x0b-\x1f\x7f]+$"
_LINE = r"^[^\p{Cc}\p{Zl}\p{Zp}]+$"

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]


class InboundMessage(BaseModel):
    """What a customer wrote. `id` is unique in its thread, and the same whenever it is told again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name
    thread: Name
    address: Name
    name: Annotated[str, Field(max_length=64, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]*$")] = ""
    text: Annotated[str, Field(min_length=1, max_length=10_000, pattern=_PLAIN)]
    at: AwareDatetime | None = None


def outbound_message(thread: str, message: Message) -> dict[str, Any]:
    return {
        "type": "message",
        "thread": thread,
        "id": message.id,
        "number": message.number,
        "author": message.author.value,
        "at": datetime.fromtimestamp(message.at, UTC).isoformat(),
        "text": text_of(message.parts),
    }


def position(thread: str, place: int, expected_s: float | None) -> dict[str, Any]:
    return {"type": "position", "thread": thread, "position": place, "expected_s": expected_s}


def ended(thread: str) -> dict[str, Any]:
    return {"type": "ended", "thread": thread}


def text_of(parts: tuple[Part, ...]) -> str:
    """What can be said of a message in plain text."""
    return "\n".join(part.text for part in parts if isinstance(part, Text))
