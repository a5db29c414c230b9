"""The messages of a contact, as its events tell them. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from controller.domain import events as e
from controller.domain.model import Message
from controller.domain.words import Author, Delivery

#: A message goes on from each of these to a later one, and never back: reports overtake each other.
_STEPS = (None, Delivery.QUEUED, Delivery.FAILED, Delivery.SENT, Delivery.DELIVERED, Delivery.READ)


def messages_of(events: Iterable[object]) -> list[Message]:
    """All, notes among them, by number. Each with how far it has come."""
    found: dict[str, Message] = {}
    for event in events:
        match event:
            case e.MessageReceived() | e.MessageWritten() | e.NoteWritten():
                found[event.message_id] = message_of(event)
            case e.DeliveryNoted():
                message = found.get(event.message_id)
                if message is not None and _later(event.delivery, message.delivery):
                    changed = replace(message, delivery=event.delivery, problem=event.problem)
                    found[event.message_id] = changed
    return sorted(found.values(), key=lambda message: message.number)


def _later(delivery: Delivery, than: Delivery | None) -> bool:
    return _STEPS.index(delivery) > _STEPS.index(than)


def message_of(event: e.MessageReceived | e.MessageWritten | e.NoteWritten) -> Message:
    """As it was when it was written."""
    common = Message(
        id=event.message_id,
        number=event.number,
        author=Author.CUSTOMER,
        agent=None,
        at=event.at,
        parts=event.parts,
    )
    match event:
        case e.MessageReceived():
            return replace(common, external_id=event.external_id, envelope=event.envelope)
        case e.MessageWritten():
            ours = replace(common, author=event.author, agent=event.agent)
            return replace(ours, envelope=event.envelope, delivery=Delivery.QUEUED)
        case e.NoteWritten():
            return replace(common, author=Author.AGENT, agent=event.agent, note=True)
