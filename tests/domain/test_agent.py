import pytest

from controller.domain.agent import (
    AGENT_TRANSITIONS,
    ApplyPending,
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


def test_who_else_asked_is_kept_with_the_status_also_when_it_had_to_wait():
    agent, _ = advance_agent(None, SignIn(agent_id="a", status=Status.AVAILABLE), 0.0)
    assert agent.by is None
    later = SignOut(agent_id="a", after_contact=True, by="supervisor eve")
    agent, [waits] = advance_agent(agent, later, 5.0)
    assert (agent.status, agent.by, agent.pending_by) == (
        Status.AVAILABLE,
        None,
        "supervisor eve",
    )
    agent, [changed] = advance_agent(agent, ApplyPending(agent_id="a"), 9.0)
    assert (waits.by, changed.by, agent.by) == ("supervisor eve",) * 3
    assert agent.pending_by is None


def test_a_phone_left_alone_is_nobodys_doing():
    asked = SignIn(agent_id="a", status=Status.AVAILABLE, by="supervisor eve")
    agent, _ = advance_agent(None, asked, 0.0)
    agent, [changed] = advance_agent(agent, MarkNotResponding(agent_id="a", reason="no"), 5.0)
    assert changed.by is None and agent.by is None
