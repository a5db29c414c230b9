"""Messages of clients: read, checked, answered. What cannot be done is said in words."""

from collections.abc import Sequence
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from socketio.packet import Packet as SocketPacket

from controller.errors import say


class Json:
    """What Socket.IO writes and reads JSON with; parts that are JSON already stay as they are."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes) -> Any:
        return orjson.loads(text)


class TextOnly(SocketPacket):  # type: ignore[misc]
    """Messages with attachments would be kept until the last of them comes, which may be never."""

    uses_binary_events = False
    json = Json

    def decode(self, encoded_packet: Any) -> int:
        count: int = super().decode(encoded_packet)
        if count:
            raise ValueError("attachments are not taken")
        return count


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


_Kind = TypeVar("_Kind", bound=_Message)


class FeedNamed(_Message):
    feed: str = Field(min_length=1, max_length=160)


class PhoneWanted(_Message):
    tab: str = Field(min_length=1, max_length=64)
    take: bool


class NotDone(Exception):  # noqa: N818 - what becomes of it is an answer, no error
    def __init__(self, status: int, detail: str, about: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.about = status, detail, about


def read(kind: type[_Kind], sent: Sequence[Any]) -> _Kind:
    """The one argument that was sent. Raises NotDone, without repeating it."""
    try:
        return kind.model_validate(sent[0] if len(sent) == 1 else None)
    except ValidationError as error:
        named = ", ".join(sorted({str(item["loc"][0]) for item in error.errors() if item["loc"]}))
        fields = ", ".join(kind.model_fields)
        raise NotDone(
            422,
            say(
                "message_wrong",
                "send one object with {fields}; wrong: {wrong}",
                fields=fields,
                wrong=named or "all",
            ),
        ) from None
