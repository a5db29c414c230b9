"""Messages of a contact, as the API shows and takes them."""

from typing import Annotated

from pydantic import Field

from console.api.schemas.values import Body, Time, View, time_of
from controller.domain.model import Envelope, Message, Part

#: The longest text of one message, in characters.
TEXT_LIMIT = 10_000

#: No control characters but line feed and tab.
Words = Annotated[
    str, Field(min_length=1, max_length=TEXT_LIMIT, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")
]


class MessageView(View):
    id: str
    number: int = Field(description="1 for the contact's first, without a gap; notes count.")
    author: str = Field(description="customer, agent, or system: Tandem itself.")
    agent: str | None = Field(description="Who wrote it, or the note.")
    at: Time
    parts: list[Part] = Field(
        description="What it is made of: text, rich, file, quick_replies, location. `html` is sanitised."
    )
    note: bool = Field(description="For colleagues only: the customer never sees it.")
    delivery: str | None = Field(
        description="How far a message of ours has come, as its channel can tell: queued, sent, delivered,"
        " read, or failed."
    )
    problem: str | None = Field(description="Why it failed.")
    envelope: Envelope | None = Field(description="A mail's.")


class MessageList(View):
    items: list[MessageView]


class MessageBody(Body):
    id: str = Field(
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="You choose it, a UUID say: sent again, for no answer came, it is written once.",
    )
    text: Words = Field(description="Plain text. Lines end with a line feed.")


def message_view(message: Message) -> MessageView:
    return MessageView(
        id=message.id,
        number=message.number,
        author=message.author,
        agent=message.agent,
        at=time_of(message.at),
        parts=list(message.parts),
        note=message.note,
        delivery=message.delivery,
        problem=message.problem,
        envelope=message.envelope,
    )
