"""The written side of a contact."""

import pytest

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.evolve.messages import KNOWN
from controller.domain.model import Text
from controller.domain.words import Author, Delivery, Outcome, State
from controller.errors import CommandOutdated
from tests.domain.stories import T0, Story


def hears(story: Story, name: str, ago: float = 0.0):
    return story.do(
        c.ReceiveMessage,
        message_id=f"id of {name}",
        external_id=name,
        parts=(Text(text=name),),
        written_at=story.now - ago,
    )


def writes(story: Story, segment: str | None):
    fields = {"message_id": f"by {segment}", "segment_id": segment}
    return story.do(c.WriteMessage, **fields, parts=(Text(text="x"),))


def chat() -> Story:
    story = Story(channel="chat")
    hears(story, "hello")
    return story.queued(answer_s=30.0)


def test_numbers_have_no_gap_whoever_writes():
    story = chat().offered().accepted().connected()
    writes(story, "o1")
    story.do(c.WriteNote, message_id="note", author="anna", parts=(Text(text="x"),))
    writes(story, None)
    hears(story, "thanks")
    numbers = [event.number for event in story.events if hasattr(event, "number")]
    assert numbers == [1, 2, 3, 4, 5]
    written = [event for event in story.events if isinstance(event, e.MessageWritten)]
    assert [(w.author, w.agent, w.segment_id) for w in written] == [
        (Author.AGENT, "anna", "o1"),
        (Author.SYSTEM, None, None),
    ]


def test_unanswered_counts_from_the_first_word_that_nobody_answered():
    story = chat().offered().accepted().connected()
    hears(story.at(10), "still there?")
    assert story.state.thread.unanswered_since == T0
    writes(story.at(11), None)  # Tandem itself answers nobody
    assert story.state.thread.unanswered_since == T0
    writes(story.at(12), "o1")
    assert story.state.thread.unanswered_since is None
    hears(story.at(20), "thanks", ago=5)
    assert story.state.thread.unanswered_since == T0 + 15
    hears(story.at(21), "a clock that is ahead", ago=-100)
    assert story.state.thread.customer_at == T0 + 21


def test_of_what_was_heard_the_last_is_remembered():
    story = chat()
    for number in range(KNOWN):
        assert hears(story, f"m{number}")
    assert hears(story, "m0") == ()
    assert len(story.state.thread.heard) == KNOWN
    assert hears(story, "hello")  # so long ago that no channel tells of it again


def test_what_is_sent_again_is_written_once():
    story = chat().offered().accepted().connected()
    assert writes(story, "o1") and writes(story, "o1") == ()
    note = {"message_id": "note", "author": "anna", "parts": (Text(text="x"),)}
    assert story.do(c.WriteNote, **note) and story.do(c.WriteNote, **note) == ()
    assert story.state.thread.count == 3


def test_who_leaves_a_customer_without_a_word_loses_him_and_keeps_his_wrap_up():
    story = chat().offered().accepted().connected()
    assert story.do(c.ReturnUnanswered, segment_id="o1", since=T0 - 1) == ()
    events = story.at(30).do(c.ReturnUnanswered, segment_id="o1", since=T0)
    assert story.state.state is State.QUEUED and story.state.place.front
    requeued = next(event for event in events if isinstance(event, e.Requeued))
    assert (requeued.agent, requeued.reason, requeued.retry_at) == (
        "anna",
        "not answered in time",
        T0 + 45,
    )
    with pytest.raises(CommandOutdated):
        story.do(c.ReturnUnanswered, segment_id="o1", since=T0)


def test_after_the_end_nothing_is_written_but_what_became_of_it_is_noted():
    story = chat().offered().accepted().connected()
    writes(story, "o1")
    story.do(c.HangUp, segment_id="o1")
    assert story.state.outcome is Outcome.HANDLED
    for attempt in (lambda: hears(story, "late"), lambda: writes(story, None)):
        with pytest.raises(CommandOutdated):
            attempt()
    noted = {"message_id": "by o1", "at": story.now}
    assert story.do(c.NoteDelivery, delivery=Delivery.READ, **noted) == (
        e.DeliveryNoted(
            interaction_id="i1", at=story.now, message_id="by o1", delivery=Delivery.READ
        ),
    )
