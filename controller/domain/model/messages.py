"""One form for a message of any text channel: what it is made of, who wrote it, what became of it.

Bytes are never in it: a File names what the file store keeps under its id. HTML in it is sanitised already.
"""

from dataclasses import dataclass
from typing import Literal

from controller.domain.words import Author, Delivery


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
class Message:
    """One message of a contact. `number`: 1 for its first, without a gap. `agent`: who wrote it, None for the
    customer and for Tandem itself. `note`: for colleagues only. `external_id`: as the channel calls it."""

    id: str
    number: int
    author: Author
    agent: str | None
    at: float
    parts: tuple[Part, ...]
    note: bool = False
    external_id: str | None = None
    envelope: "Envelope | None" = None
    delivery: Delivery | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The written side of a contact, without its words. `count`: how many messages, notes among them.

    `unanswered_since`: when the customer wrote what nobody has answered yet; None: all is answered.
    `unsent`: messages to the customer of which nobody has said yet that they went out, or cannot.
    `heard`: what the channel called the customer's last messages, so that none is taken twice; `said`: the
    ids of our own last ones, notes among them.
    """

    count: int = 0
    customer_at: float | None = None
    agent_at: float | None = None
    unanswered_since: float | None = None
    unsent: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


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
