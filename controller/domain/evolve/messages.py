"""The written side of a contact."""

from controller.domain import events as e
from controller.domain.evolve.replacing import replace
from controller.domain.model import Interaction, Thread
from controller.domain.words import Author, Delivery

#: So many of the last messages are known again. Who tells of one again, for he got no answer, does so soon.
KNOWN = 100


def message_received(i: Interaction, event: e.MessageReceived) -> Interaction:
    thread = i.thread or Thread()
    since = event.at if thread.unanswered_since is None else thread.unanswered_since
    return replace(
        i,
        thread=replace(
            thread,
            count=event.number,
            customer_at=event.at,
            unanswered_since=since,
            heard=(*thread.heard, event.external_id)[-KNOWN:],
        ),
    )


def message_written(i: Interaction, event: e.MessageWritten) -> Interaction:
    thread = _said(i, event)
    thread = replace(thread, unsent=(*thread.unsent, event.message_id))
    if event.author is Author.AGENT:
        thread = replace(thread, agent_at=event.at, unanswered_since=None)
    return replace(i, thread=thread)


def delivery_noted(i: Interaction, event: e.DeliveryNoted) -> Interaction:
    thread = i.thread
    if thread is None or event.delivery is Delivery.QUEUED:
        return i
    unsent = tuple(message for message in thread.unsent if message != event.message_id)
    return replace(i, thread=replace(thread, unsent=unsent))


def note_written(i: Interaction, event: e.NoteWritten) -> Interaction:
    return replace(i, thread=_said(i, event))


def _said(i: Interaction, event: e.MessageWritten | e.NoteWritten) -> Thread:
    thread = i.thread or Thread()
    said = (*thread.said, event.message_id)[-KNOWN:]
    return replace(thread, count=event.number, said=said)
