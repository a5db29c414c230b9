"""The channel of dicts reports what a switch would."""

import pytest

from controller.adapters.memory.medium import MemoryMedium
from controller.adapters.memory.time import ManualClock
from controller.domain import commands as c
from controller.domain.model import Interaction
from controller.domain.words import LegRole, State


@pytest.fixture
def sent():
    return []


@pytest.fixture
def medium(sent):
    return MemoryMedium(ManualClock(5.0), sent.append)


CALL = Interaction(
    id="call", channel="voice", state=State.OFFERED, address="1", name="", dialled="2",
    arrived_at=1.0, leg="call",
)  # fmt: skip


def ring(medium):
    medium.ring(CALL, "1001", "agent", 20.0, LegRole.AGENT)


def test_ring_answer_connect_and_hang_up(medium, sent):
    medium.welcome(CALL)
    ring(medium)
    medium.answer("agent")
    medium.connect(CALL, "agent")
    medium.hang_up("agent")
    medium.hang_up("agent")
    assert sent == [
        c.NoteLegAnswered(interaction_id="call", leg="agent", at=5.0),
        c.NoteConnected(interaction_id="call", leg="agent", at=5.0),
        c.NoteLegEnded(interaction_id="call", leg="agent", cause="NORMAL_CLEARING", at=5.0),
    ]


def test_a_pick_up_answers_and_a_drop_ends_a_ringing_leg(medium, sent):
    ring(medium)
    medium.pick_up(CALL, "agent")
    assert medium.answered == {"agent": "call"}
    medium.drop(CALL, "agent", "ORIGINATOR_CANCEL")
    assert (medium.ringing, medium.answered) == ({}, {})
    assert sent[-1].cause == "ORIGINATOR_CANCEL"


def test_who_is_not_there_cannot_be_connected(medium, sent):
    medium.welcome(CALL)
    medium.connect(CALL, "agent")
    assert isinstance(sent[-1], c.NoteConnectFailed)
