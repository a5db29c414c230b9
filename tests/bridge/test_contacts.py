"""What customers write: into the one queue, to an agent, each message once and in order, answered in time."""

import gevent
import pytest

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Text
from controller.domain.words import Delivery, Outcome, PhoneState, State
from controller.errors import CommandOutdated, IllegalCommand
from tests.bridge.conftest import Bridge, incoming
from tests.controller.world import World


def texts(bridge: Bridge, contact: str) -> list[tuple[int, str]]:
    """Number and text of all that the customer and his agents wrote."""
    events = bridge.world.store.events(f"interaction:{contact}")
    kinds = (e.MessageReceived, e.MessageWritten, e.NoteWritten)
    return [(event.number, event.parts[0].text) for event in events if isinstance(event, kinds)]


def test_who_writes_waits_is_served_and_answered(bridge):
    contact = bridge.says("hello").interaction_id
    assert bridge.now(contact).state is State.QUEUED
    bridge.says("anybody there?")
    bridge.world.agent("1001")
    bridge.world.settle()
    assert bridge.accepted(contact) == "1001"
    assert bridge.now(contact).state is State.CONNECTED
    bridge.writes("good morning", contact)
    bridge.says("my order is late")
    assert texts(bridge, contact) == [
        (1, "hello"),
        (2, "anybody there?"),
        (3, "good morning"),
        (4, "my order is late"),
    ]
    assert [(thread, m.parts, m.agent) for thread, m in bridge.chat.written] == [
        ("t1", (Text(text="good morning"),), "1001")
    ]
    segment = bridge.now(contact).segment
    bridge.handle(c.HangUp(interaction_id=contact, segment_id=segment.id))
    ended = bridge.now(contact)
    assert (ended.state, ended.outcome) == (State.ENDED, Outcome.HANDLED)
    assert all(leg.ended_at is not None for leg in ended.legs)
    assert bridge.chat.over == ["t1"]


def test_a_written_contact_takes_its_own_units_and_has_its_own_target(bridge):
    bridge.world.agent("1001")
    contacts = [bridge.says("hello", f"t{n}").interaction_id for n in range(4)]
    for contact in contacts[:3]:
        assert bridge.accepted(contact) == "1001"
    assert bridge.world.agents.candidate("1001").free == 10
    assert bridge.now(contacts[3]).state is State.QUEUED
    terms = bridge.now(contacts[0]).place.terms
    assert (terms.units, terms.target_s, terms.record) == (30, 15.0, False)


def test_an_agent_without_a_phone_is_offered_what_is_written_and_no_call(bridge):
    world = bridge.world
    world.agent("1001")
    world.agents.note_phone("1001", PhoneState.UNREGISTERED)
    world.arrive("call")
    contact = bridge.says("hello").interaction_id
    assert world.now("call").state is State.QUEUED
    assert bridge.now(contact).offer.why.passed_over == {}
    assert bridge.accepted(contact) == "1001"
    world.agents.note_phone("1001", PhoneState.REGISTERED)
    world.settle()
    assert world.now("call").state is State.QUEUED  # he has 70 units left


def test_a_message_told_twice_is_taken_once(bridge):
    contact = bridge.says("hello").interaction_id
    assert bridge.says("hello").interaction_id == contact
    assert texts(bridge, contact) == [(1, "hello")]


def test_a_message_told_again_after_the_end_begins_nothing(bridge):
    bridge.world.agent("1001")
    contact = bridge.says("hello").interaction_id
    bridge.accepted(contact)
    segment = bridge.now(contact).segment
    bridge.handle(c.HangUp(interaction_id=contact, segment_id=segment.id))
    assert bridge.says("hello").interaction_id == contact
    again = bridge.says("one more thing").interaction_id
    assert again != contact
    assert texts(bridge, again) == [(1, "one more thing")]


def test_two_messages_at_once_are_one_contact(bridge):
    going = [gevent.spawn(bridge.inbox.receive, incoming(f"m{n}")) for n in range(10)]
    contacts = {greenlet.get(timeout=10).interaction_id for greenlet in going}
    assert len(contacts) == 1
    assert [text for _, text in texts(bridge, contacts.pop())] == [f"m{n}" for n in range(10)]
    assert bridge.inbox._locks == {}


def test_who_is_not_answered_goes_to_another(bridge):
    bridge.world.agent("1001")
    contact = bridge.says("hello").interaction_id
    bridge.accepted(contact)
    bridge.world.pass_(29)
    assert bridge.now(contact).state is State.CONNECTED
    bridge.world.agent("1002")
    bridge.world.pass_(1.1)
    now = bridge.now(contact)
    assert (now.state, now.offer.agent) == (State.OFFERED, "1002")
    assert bridge.accepted(contact) == "1002"
    bridge.writes("good morning", contact)
    bridge.world.pass_(300)
    assert bridge.now(contact).segment.agent == "1002"
    bridge.says("thank you")
    bridge.world.pass_(30.1)
    assert bridge.now(contact).state is not State.CONNECTED


def test_a_note_is_for_colleagues_and_answers_nobody(bridge):
    bridge.world.agent("1001")
    contact = bridge.says("hello").interaction_id
    bridge.accepted(contact)
    note = c.WriteNote(
        interaction_id=contact, message_id="n1", parts=(Text(text="a regular"),), author="1001"
    )
    bridge.handle(note)
    assert bridge.chat.written == []
    assert texts(bridge, contact)[-1] == (2, "a regular")
    bridge.world.pass_(30.1)
    assert bridge.now(contact).state is not State.CONNECTED


def test_how_far_a_message_has_come_is_kept(bridge):
    bridge.world.agent("1001")
    contact = bridge.says("hello").interaction_id
    bridge.accepted(contact)
    bridge.writes("good morning", contact)
    ((_, message),) = bridge.chat.written
    bridge.chat.reports[message.id](Delivery.DELIVERED, None)
    bridge.world.settle()
    noted = [
        event
        for event in bridge.world.store.events(f"interaction:{contact}")
        if isinstance(event, e.DeliveryNoted)
    ]
    assert [(n.message_id, n.delivery) for n in noted] == [(message.id, Delivery.DELIVERED)]


def test_only_who_has_the_customer_may_write_to_him(bridge):
    bridge.world.agent("1001")
    contact = bridge.says("hello").interaction_id
    write = c.WriteMessage(
        interaction_id=contact, message_id="m", parts=(Text(text="x"),), segment_id="another"
    )
    with pytest.raises(CommandOutdated):
        bridge.handle(write)
    assert bridge.chat.written == []
    with pytest.raises(IllegalCommand):
        bridge.handle(c.ReturnUnanswered(interaction_id="nobody", segment_id="s", since=0.0))


def test_whom_no_queue_takes_is_told_and_his_words_are_kept(bridge):
    bridge.world.catalogue.put(QueueSettings(id="small", name="Small", max_length=1))
    bridge.says("first", "t1", entry="small")
    received = bridge.says("second", "t2", entry="small")
    assert received.turned_away == "full"
    contact = bridge.now(received.interaction_id)
    assert contact.state is State.ENDED
    assert texts(bridge, received.interaction_id) == [(1, "second")]
    assert bridge.chat.over == ["t2"]


def test_after_a_restart_the_thread_goes_on(bridge):
    contact = bridge.says("hello").interaction_id
    bridge.world.stop()
    second = Bridge(World(bridge.world.store, bridge.world.clock, bridge.world.catalogue)).start()
    try:
        assert second.says("hello").interaction_id == contact
        assert second.says("still here").interaction_id == contact
        assert texts(second, contact) == [(1, "hello"), (2, "still here")]
        second.world.agent("1001")
        second.world.settle()
        assert second.accepted(contact) == "1001"
    finally:
        second.world.stop()


@pytest.mark.parametrize("saved", [0, 1, 2])
def test_killed_while_the_first_message_is_taken_nothing_is_lost_or_twice(world, saved):
    """After so many of its saves; the channel tells of it again."""
    first = Bridge(world).start()
    handle, left = world.engine.handle, [saved]

    def dying(command):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return handle(command)

    first.inbox._handle = dying
    first.inbox._queues._handle = dying
    with pytest.raises(KeyboardInterrupt):
        first.says("hello")
    world.stop()
    second = Bridge(World(world.store, world.clock, world.catalogue)).start()
    try:
        contact = second.says("hello").interaction_id
        assert second.now(contact).state is State.QUEUED
        assert texts(second, contact) == [(1, "hello")]
        open_contacts = [i for i in second.world.engine.live() if i.ended_at is None]
        assert [i.id for i in open_contacts] == [contact]
    finally:
        second.world.stop()
