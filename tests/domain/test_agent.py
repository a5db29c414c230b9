import pytest

from controller.domain.agent import (
    AGENT_TRANSITIONS,
    MarkNotResponding,
    SetStatus,
    SignIn,
    SignOut,
    Status,
    advance_agent,
    evolve_agent,
)
from controller.errors import IllegalCommand

MOVES = {
    "in": SignIn(agent_id="anna"),
    "out": SignOut(agent_id="anna"),
    "available": SetStatus(agent_id="anna", status=Status.AVAILABLE),
    "break": SetStatus(agent_id="anna", status=Status.ON_BREAK, reason="lunch"),
    "silent": MarkNotResponding(agent_id="anna", reason="did not answer"),
}

TABLE = [
    ("in", Status.ON_BREAK),
    ("in available", Status.AVAILABLE),
    ("in available break", Status.ON_BREAK),
    ("in available silent", Status.NOT_RESPONDING),
    ("in available silent available", Status.AVAILABLE),
    ("in available silent break", Status.ON_BREAK),
    ("in available out", Status.OFFLINE),
    ("in break silent", Status.ON_BREAK),
    ("in available in", Status.AVAILABLE),
    ("out", Status.OFFLINE),
    ("silent", Status.OFFLINE),
]


def after(moves):
    agent, told = None, []
    for second, move in enumerate(moves.split()):
        agent, events = advance_agent(agent, MOVES[move], float(second))
        told += events
    return agent, told


@pytest.mark.parametrize(("moves", "status"), TABLE)
def test_status_after(moves, status):
    agent, events = after(moves)
    assert agent.status is status
    assert agent.version == len(events)


@pytest.mark.parametrize("moves", [moves for moves, _ in TABLE if "in" in moves.split()])
def test_replaying_the_events_gives_the_agent(moves):
    agent, events = after(moves)
    replayed = None
    for event in events:
        replayed = evolve_agent(replayed, event)
    assert replayed == agent


@pytest.mark.parametrize("move", ["available", "break"])
def test_a_status_needs_signing_in_first(move):
    with pytest.raises(IllegalCommand, match="sign in first"):
        advance_agent(None, MOVES[move], 0.0)


@pytest.mark.parametrize("status", [Status.OFFLINE, Status.NOT_RESPONDING])
def test_what_follows_from_events_cannot_be_declared(status):
    agent, _ = after("in")
    with pytest.raises(IllegalCommand, match="available or on_break"):
        advance_agent(agent, SetStatus(agent_id="anna", status=status), 1.0)


def test_the_same_status_again_keeps_its_beginning():
    agent, _ = after("in available available")
    assert agent.since == 1.0


def test_every_status_has_a_row():
    assert set(AGENT_TRANSITIONS) == set(Status)
