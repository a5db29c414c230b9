"""A whole Tandem of memory twins with a written channel."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from controller.domain import commands as c
from controller.domain.model import Interaction, Text
from controller.ids import new_id
from tests.controller.world import World
from webchat_bridge.inbox import Inbox
from webchat_bridge.incoming import Incoming, Received
from webchat_bridge.medium import TextMedium
from webchat_bridge.memory import MemoryChannel


@dataclass
class Bridge:
    """`world` with the channel "chat"; whoever writes there gets into sales."""

    world: World

    def __post_init__(self) -> None:
        world, self.chat = self.world, MemoryChannel()
        world.ports.media["chat"] = TextMedium(
            self.chat, clock=world.clock, submit=world.engine.submit
        )
        self.inbox = Inbox(
            store=world.store,
            clock=world.clock,
            queues=world.lounge.queues,
            handle=world.engine.handle,
            queue_of=lambda channel, entry: entry,
        )

    def start(self) -> "Bridge":
        self.world.start()
        self.inbox.start(self.world.publisher, self.world.engine.live())
        self.world.settle()
        return self

    def says(self, text: str, thread: str = "t1", **more: object) -> Received:
        received = self.inbox.receive(incoming(text, thread, **more))
        self.world.settle()
        return received

    def writes(self, text: str, contact: str) -> None:
        """The contact's agent does."""
        segment = self.now(contact).segment
        assert segment is not None
        self.handle(
            c.WriteMessage(
                interaction_id=contact,
                message_id=new_id(),
                parts=(Text(text=text),),
                segment_id=segment.id,
            )
        )

    def accepted(self, contact: str) -> str:
        """The agent to whom it is offered takes it; who that is."""
        offer = self.now(contact).offer
        assert offer is not None
        self.handle(c.AcceptOffer(interaction_id=contact, offer_id=offer.id))
        return offer.agent

    def handle(self, command: c.Command) -> None:
        self.world.engine.handle(command)
        self.world.settle()

    def now(self, contact: str) -> Interaction:
        return self.world.now(contact)


def incoming(text: str, thread: str = "t1", **more: object) -> Incoming:
    given = {
        "channel": "chat",
        "thread": thread,
        "address": f"visitor-{thread}",
        "entry": "sales",
        "external_id": f"{thread}:{text}",
        "parts": (Text(text=text),),
        "written_at": 0.0,
        **more,
    }
    return Incoming(**given)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bridge(world: World) -> Iterator[Bridge]:
    running = Bridge(world).start()
    yield running
    world.stop()
