"""One form for a message of any text channel: what it is made of, who wrote it, what became of it.

Bytes are never in it: a File names what the file store keeps under its id. HTML in it is sanitised already.
"""

from dataclasses import dataclass
from typing import Literal

from controller.domain.words import Word


class Author(Word):
    CUSTOMER = "customer"
    AGENT = "agent"
    #: Tandem itself: a greeting, the word before an idle chat closes.
    SYSTEM = "system"


class Delivery(Word):
    """How far a message of ours has come. What a channel cannot know it never says."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain, lines ended by one line feed."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rich:
    """Sanitised HTML, and the same as plain text. An `img` of the message itself has `cid:ID` of its file as
    its source; one of the web has it as `data-remote`, and is not loaded until somebody asks.

    `quoted_from`: where in `text` the quoted earlier message begins, in characters; None: nothing is quoted.
    """

    html: str
    text: str
    quoted_from: int | None = None
    kind: Literal["rich"] = "rich"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment or a picture. `id`: SHA-256 of its bytes in hex; `size` in bytes; `name`: as its sender
    called it, without folders. `inline`: it belongs into the text beside it."""

    id: str
    name: str
    media_type: str
    size: int
    inline: bool = False
    kind: Literal["file"] = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`id` comes back when the customer takes it; he sees `title`."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReplies:
    text: str
    options: tuple[Option, ...]
    kind: Literal["quick_replies"] = "quick_replies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float
    name: str = ""
    kind: Literal["location"] = "location"


Part = Text | Rich | File | QuickReplies | Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a mail has around it. `sender`, `to`, `cc`: addresses, without names, in lower case.

    `message_id` and `references` with their angle brackets; `references`: the oldest first, with In-Reply-To.
    """

    subject: str
    sender: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply_to: str | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
