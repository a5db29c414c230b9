"""The generic channel against a peer that speaks HTTP: signed both ways, once each, in order."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import gevent
import orjson
import pytest
from gevent.event import Event
from werkzeug.test import Client, TestResponse

from controller.config import ChannelConfig
from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.words import Delivery, State
from controller.errors import Invalid
from tests.bridge.conftest import Bridge as Wired
from tests.bridge.peer import SECRET, Peer, listening
from tests.controller.world import World
from webchat_bridge import outbox
from webchat_bridge.bridge import Bridge
from webchat_bridge.channel import Surroundings
from webchat_bridge.webhook.channel import make
from webchat_bridge.webhook.door import BODY_BYTES
from webchat_bridge.webhook.signing import SIGNATURE, TIME, TOLERANCE_S, sign


class Centre:
    """A world with the channel "shop" to the peer."""

    def __init__(self, world: World, peer: Peer) -> None:
        self.world, self.peer = world, peer
        self.bridge = Bridge(
            {"shop": ChannelConfig(kind="webhook", queue="sales", **peer.settings)},
            store=world.store,
            clock=world.clock,
            queues=world.lounge.queues,
            handle=world.engine.handle,
            submit=world.engine.submit,
        )
        world.ports.media.update(self.bridge.media)
        world.start()
        self.bridge.start(world.publisher, world.engine.live())
        world.settle()
        self.door = Client(self.bridge.web["/channels/shop"])

    def stop(self) -> None:
        self.bridge.stop()
        self.world.stop()

    def says(self, text: str, thread: str = "t1", **more: Any) -> TestResponse:
        told = {"id": f"{thread}-{text}", "thread": thread, "address": "c-17", "text": text}
        return self.post(orjson.dumps({**told, **more}))

    def post(self, body: bytes, **headers: str) -> TestResponse:
        signed = sign(SECRET, body, self.world.clock.now())
        response = self.door.post("/messages", data=body, headers={**signed, **headers})
        self.world.settle()
        return response

    def with_agent(self) -> str:
        """The contact of somebody who wrote and is with 1001."""
        self.world.agent("1001")
        contact = self.says("hello").json["contact"]
        Wired.accepted(self, contact)
        return contact

    writes, handle, now = Wired.writes, Wired.handle, Wired.now

    def all_out(self, contact: str) -> None:
        with gevent.Timeout(10):
            while self.now(contact).thread.unsent:
                gevent.sleep(0.01)

    def deliveries(self, contact: str) -> list[tuple[Delivery, str | None]]:
        events = self.world.store.events(f"interaction:{contact}")
        return [(n.delivery, n.problem) for n in events if isinstance(n, e.DeliveryNoted)]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def peer(world: World) -> Iterator[Peer]:
    peer = Peer(world.clock.now)
    with listening(peer):
        yield peer


@pytest.fixture
def centre(world: World, peer: Peer, monkeypatch) -> Iterator[Centre]:
    monkeypatch.setattr(outbox, "FIRST_PAUSE_S", 0.01)
    running = Centre(world, peer)
    yield running
    running.stop()


def test_there_and_back(centre, peer):
    contact = centre.with_agent()
    centre.writes("good morning", contact)
    centre.writes("how can I help?", contact)
    peer.until(lambda: len(peer.texts()) == 2)
    assert peer.texts() == ["good morning", "how can I help?"]
    told = peer.got[-1]
    assert (told["thread"], told["author"], told["number"]) == ("t1", "agent", 3)
    centre.all_out(contact)
    assert centre.deliveries(contact) == [(Delivery.SENT, None)] * 2
    segment = centre.now(contact).segment
    centre.handle(c.HangUp(interaction_id=contact, segment_id=segment.id))
    peer.until(lambda: peer.got[-1] == {"type": "ended", "thread": "t1"})


def test_a_peer_that_is_away_gets_all_of_it_later_in_order(centre, peer):
    contact = centre.with_agent()
    peer.answers = [500, 503, 429]
    for text in ("one", "two", "three"):
        centre.writes(text, contact)
    peer.until(lambda: len(peer.texts()) == 3)
    assert peer.texts() == ["one", "two", "three"]
    assert peer.tries == 6
    centre.all_out(contact)
    assert centre.bridge.channels["shop"].problem is None


def test_what_the_peer_will_never_take_has_failed_and_says_why(centre, peer):
    contact = centre.with_agent()
    peer.answers = [422]
    centre.writes("one", contact)
    centre.writes("two", contact)
    peer.until(lambda: peer.texts() == ["two"])
    centre.all_out(contact)
    assert centre.deliveries(contact) == [
        (Delivery.FAILED, "the webhook answered 422"),
        (Delivery.SENT, None),
    ]


def test_a_fault_of_ours_loses_nothing(centre, peer, monkeypatch):
    contact = centre.with_agent()
    box = centre.bridge.channels["shop"]._outbox
    deliver, faults = box._deliver, [ValueError("a fault")]

    def faulty(payload):
        if faults:
            raise faults.pop()
        deliver(payload)

    monkeypatch.setattr(box, "_deliver", faulty)
    centre.writes("one", contact)
    centre.writes("two", contact)
    peer.until(lambda: peer.texts() == ["one", "two"])


def test_a_redirect_is_not_followed(centre, peer):
    contact = centre.with_agent()
    peer.answers = [307]
    centre.writes("one", contact)
    peer.until(lambda: peer.texts() == ["one"])
    assert peer.tries == 2


def test_given_up_after_a_day(centre, peer, monkeypatch):
    contact = centre.with_agent()
    peer.answers = [500] * 1000
    centre.writes("one", contact)
    peer.until(lambda: peer.tries >= 2)
    centre.world.clock.pass_(outbox.GIVE_UP_S)
    centre.all_out(contact)
    ((delivery, problem),) = centre.deliveries(contact)
    assert delivery is Delivery.FAILED and problem.startswith("given up: ")


def test_killed_before_it_went_out_it_goes_out_after_the_restart_though_the_contact_is_over(
    centre, peer
):
    contact = centre.with_agent()
    peer.answers = [500] * 1000
    centre.writes("our last word", contact)
    segment = centre.now(contact).segment
    centre.handle(c.HangUp(interaction_id=contact, segment_id=segment.id))
    centre.handle(c.EndWrapUp(interaction_id=contact, segment_id=segment.id, by="agent"))
    assert centre.now(contact).state is State.ENDED and not centre.now(contact).closed
    centre.stop()
    peer.answers = []
    world = centre.world
    second = Centre(World(world.store, world.clock, world.catalogue), peer)
    try:
        peer.until(lambda: peer.texts() == ["our last word"])
        second.all_out(contact)
        assert second.now(contact).closed
    finally:
        second.stop()


def test_told_twice_is_taken_once_and_a_replay_does_nothing(centre):
    contact = centre.says("hello").json["contact"]
    body = orjson.dumps({"id": "t1-hello", "thread": "t1", "address": "c-17", "text": "hello"})
    again = centre.post(body)
    assert (again.status_code, again.json["contact"]) == (200, contact)
    assert centre.now(contact).thread.count == 1


def test_a_database_that_is_away_is_told_and_what_comes_again_is_the_same_contact(
    centre, monkeypatch
):
    world, back = centre.world, Event()
    commit = world.store.commit

    def late(changes):
        back.wait()
        commit(changes)

    world.store.commit = late
    monkeypatch.setattr(
        centre.bridge.inbox, "_handle", partial(world.engine.handle, timeout_s=0.05)
    )
    for _ in range(2):
        response = centre.says("hello")
        assert (response.status_code, response.json["detail"]) == (503, "not saved; send it again")
    back.set()
    monkeypatch.undo()
    contact = centre.says("hello").json["contact"]
    assert [i.id for i in world.engine.live()] == [contact]
    assert (centre.now(contact).state, centre.now(contact).thread.count) == (State.QUEUED, 1)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({SIGNATURE: "v1=00"}, "signature"),
        ({SIGNATURE: ""}, "signature"),
        ({SIGNATURE: "v1=é"}, "signature"),
        ({TIME: ""}, "digits"),
        ({TIME: "-5"}, "digits"),
        ({TIME: "9" * 30}, "digits"),
        ({TIME: "1"}, "signature"),
    ],
)
def test_what_is_not_signed_by_the_peer_is_refused(centre, headers, why):
    response = centre.post(b'{"id":"1","thread":"t","address":"a","text":"x"}', **headers)
    assert response.status_code == 401
    assert why in response.json["detail"].lower()
    assert centre.world.engine.live() == []


@pytest.mark.parametrize("off", [-TOLERANCE_S - 2, TOLERANCE_S + 2])
def test_what_was_signed_long_ago_is_refused(centre, off):
    body = b'{"id":"1","thread":"t","address":"a","text":"x"}'
    signed = sign(SECRET, body, centre.world.clock.now() + off)
    assert centre.door.post("/messages", data=body, headers=signed).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"id":"1"}',
        b'{"id":"1","thread":"t","address":"a","text":""}',
        b'{"id":"1","thread":"t","address":"a","text":"a\\u0000"}',
        b'{"id":"1\\n2","thread":"t","address":"a","text":"x"}',
        b'{"id":"1","thread":"t","address":"a","text":"x","role":"admin"}',
        b'{"id":"1","thread":"t","address":"a","text":"x","at":"yesterday"}',
        b'{"id":"1","thread":"t","address":"a","text":"' + b"x" * 10_001 + b'"}',
        b'{"id":"1","thread":"t","address":"a","text":"\\ud800"}',
        b"\xff\xfe",
        b"[" * 60_000,
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(centre, body):
    response = centre.post(body)
    assert response.status_code == 422
    assert response.json["detail"]
    assert centre.world.engine.live() == []


def test_a_giant_is_refused_before_it_is_read(centre):
    assert centre.post(b"x" * (BODY_BYTES + 1)).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/messages", 405), ("POST", "/", 404), ("POST", "/messages/1", 404)],
)
def test_there_is_one_door(centre, method, path, status):
    assert centre.door.open(path, method=method).status_code == status


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "channels.shop.url"),
        ({"url": "ftp://x", "secret": SECRET}, "channels.shop.url"),
        ({"url": "https://x/", "secret": "short"}, "channels.shop.secret"),
        ({"url": "https://x/", "secret": SECRET, "extra": 1}, "channels.shop.extra"),
    ],
)
def test_settings_that_cannot_be_are_named_and_no_secret_is_told(world, settings, named):
    around = Surroundings(receive=lambda incoming: None, clock=world.clock)
    with pytest.raises(Invalid, match=named) as refused:
        make("shop", settings, around)
    assert "short" not in str(refused.value)


def test_an_unknown_kind_is_named(world):
    with pytest.raises(Invalid, match=r"channels\.shop\.kind"):
        Bridge(
            {"shop": ChannelConfig(kind="pigeon", queue="sales")},
            store=world.store,
            clock=world.clock,
            queues=world.lounge.queues,
            handle=world.engine.handle,
            submit=world.engine.submit,
        )
