"""Messages of a contact: each once, in order, and answered in time."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import Events, lose_agent, open_segment
from controller.domain.model import Interaction, Thread
from controller.domain.words import Author, EndedBy

#: Why a customer is taken from an agent who does not write.
UNANSWERED = "not answered in time"


def receive_message(i: Interaction, command: c.ReceiveMessage, now: float) -> Events:
    thread = i.thread or Thread()
    if command.external_id in thread.heard:
        return
    yield e.MessageReceived(
        interaction_id=i.id,
        at=min(command.written_at, now),
        message_id=command.message_id,
        number=thread.count + 1,
        external_id=command.external_id,
        parts=command.parts,
        envelope=command.envelope,
    )


def write_message(i: Interaction, command: c.WriteMessage, now: float) -> Events:
    thread = i.thread or Thread()
    if command.message_id in thread.said:
        return
    segment = None if command.segment_id is None else open_segment(i, command.segment_id)
    yield e.MessageWritten(
        interaction_id=i.id,
        at=now,
        message_id=command.message_id,
        number=thread.count + 1,
        author=Author.SYSTEM if segment is None else Author.AGENT,
        agent=None if segment is None else segment.agent,
        segment_id=command.segment_id,
        parts=command.parts,
        envelope=command.envelope,
    )


def write_note(i: Interaction, command: c.WriteNote, now: float) -> Events:
    thread = i.thread or Thread()
    if command.message_id in thread.said:
        return
    yield e.NoteWritten(
        interaction_id=i.id,
        at=now,
        message_id=command.message_id,
        number=thread.count + 1,
        agent=command.author,
        parts=command.parts,
    )


def note_delivery(i: Interaction, command: c.NoteDelivery, now: float) -> Events:
    yield e.DeliveryNoted(
        interaction_id=i.id,
        at=min(command.at, now),
        message_id=command.message_id,
        delivery=command.delivery,
        problem=command.problem,
    )


def return_unanswered(i: Interaction, command: c.ReturnUnanswered, now: float) -> Events:
    """Back to the front of the queue, unless the agent has written meanwhile."""
    segment = open_segment(i, command.segment_id)
    if i.thread is None or i.thread.unanswered_since != command.since:
        return
    yield from lose_agent(i, segment, EndedBy.LOST, UNANSWERED, now)
