"""Messages over the API: who reads, who writes, once each, and nobody else."""

import pytest

from console.auth import Role
from controller.domain import commands as c
from controller.domain.model import Text
from controller.domain.words import Delivery
from controller.ports import Wish
from tests.api.test_guard import assert_problem

HELLO = {"id": "message-1", "text": "Good morning,\nhow can I help?"}


@pytest.fixture
def chat(centre):
    """A customer who wrote, with ann."""
    centre.available("ann")
    engine = centre.engine
    engine.handle(
        c.Arrive(
            interaction_id="chat",
            channel="chat",
            leg="thread",
            address="visitor",
            name="",
            dialled="sales",
            arrived_at=centre.clock.now(),
        )
    )
    engine.handle(
        c.ReceiveMessage(
            interaction_id="chat",
            message_id="theirs",
            external_id="1",
            parts=(Text(text="hello"),),
            written_at=centre.clock.now(),
        )
    )
    centre.lounge.queues.join(centre.now("chat"), Wish(queue="sales"))
    centre.settle()
    centre.engine.handle(c.AcceptOffer(interaction_id="chat", offer_id=centre.now("chat").offer.id))
    centre.settle()
    return centre


def test_an_agent_reads_and_writes(chat, ann):
    response = ann.post("/interactions/chat/messages", HELLO)
    assert response.status_code == 201
    assert response.json["number"] == 2
    listed = ann.get("/interactions/chat/messages").json["items"]
    assert [(m["number"], m["author"], m["agent"], m["parts"][0]["text"]) for m in listed] == [
        (1, "customer", None, "hello"),
        (2, "agent", "ann", HELLO["text"]),
    ]
    assert (listed[1]["delivery"], listed[1]["note"]) == ("queued", False)
    assert [m.parts[0].text for m in chat.medium.written] == [HELLO["text"]]
    assert [m["number"] for m in ann.get("/interactions/chat/messages?after=1").json["items"]] == [
        2
    ]


def test_sent_again_it_is_written_once(chat, ann):
    for _ in range(2):
        assert ann.post("/interactions/chat/messages", HELLO).json["number"] == 2
    assert len(chat.medium.written) == 1


def test_how_far_it_came_is_told_and_never_goes_back(chat, ann):
    ann.post("/interactions/chat/messages", HELLO)
    for delivery in (Delivery.READ, Delivery.SENT):
        chat.engine.handle(
            c.NoteDelivery(
                interaction_id="chat",
                message_id=HELLO["id"],
                delivery=delivery,
                at=chat.clock.now(),
            )
        )
    assert ann.get("/interactions/chat/messages").json["items"][1]["delivery"] == "read"


def test_a_note_never_reaches_the_customer(chat, ann, supervisor):
    assert supervisor.post("/interactions/chat/notes", HELLO).json["note"] is True
    listed = ann.get("/interactions/chat/messages").json["items"]
    assert (listed[1]["note"], listed[1]["agent"]) == (True, "supervisor")
    assert chat.medium.written == []


def test_nobody_else_reads_or_writes(chat, bob):
    for call in (
        bob.get("/interactions/chat/messages"),
        bob.post("/interactions/chat/messages", HELLO),
        bob.post("/interactions/chat/notes", HELLO),
    ):
        assert_problem(call, 404)
    assert chat.medium.written == []


@pytest.mark.parametrize("role", Role)
def test_cell_by_cell(chat, signed_in, role):
    page = signed_in("rita", role, agent="ann" if role is Role.AGENT else None)
    reads = page.get("/interactions/chat/messages").status_code
    assert reads == 200
    acts = role in (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
    wanted = 201 if acts else 403
    assert page.post("/interactions/chat/messages", HELLO).status_code == wanted
    assert page.post("/interactions/chat/notes", {**HELLO, "id": "note-0001"}).status_code == wanted


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "short", "text": "x"},
        {"id": "message-1", "text": ""},
        {"id": "message-1", "text": "x" * 10_001},
        {"id": "message-1", "text": "a\x00b"},
        {"id": "message-1", "text": "a\x1b[2Jb"},
        {"id": "../message", "text": "x"},
        {**HELLO, "html": "<b>"},
    ],
)
def test_what_is_no_message_is_refused(chat, ann, body):
    assert_problem(ann.post("/interactions/chat/messages", body), 422)
    assert chat.medium.written == []


def test_who_is_on_the_phone_cannot_be_written_to(centre, ann):
    centre.connected("call", "ann")
    assert_problem(ann.post("/interactions/call/messages", HELLO), 409)
    assert ann.post("/interactions/call/notes", HELLO).status_code == 201


def test_after_the_end_it_is_read_and_not_written(chat, ann):
    assert ann.post("/interactions/chat/hang-up").status_code == 200
    assert_problem(ann.post("/interactions/chat/messages", HELLO), 409)
    assert_problem(ann.post("/interactions/chat/notes", HELLO), 409)
    assert len(ann.get("/interactions/chat/messages").json["items"]) == 1
