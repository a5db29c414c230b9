"""The engine: one at a time per stream, saved before anything is done, nobody left without an answer."""

import gevent
import pytest
from gevent.event import Event
from structlog.testing import capture_logs

from controller.adapters.memory.publisher import MemoryPublisher
from controller.adapters.memory.store import MemoryStore
from controller.adapters.memory.time import ManualClock
from controller.domain import commands as c
from controller.domain.agent import SetStatus, SignIn, SignOut, Status
from controller.domain.words import State
from controller.engine import Engine
from controller.errors import (
    CommandOutdated,
    IllegalCommand,
    StaleVersion,
    StoreUnavailable,
    TandemError,
)
from controller.greenlets import spawn


class Database(MemoryStore):
    """A store that can be away, for reading and for writing, or wait at a gate."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.gate = Event()
        self.gate.set()
        self.batches: list[list[str]] = []

    def commit(self, changes):
        self.gate.wait()
        self.check()
        super().commit(changes)
        self.batches.append([change.stream for change in changes])

    def interaction(self, interaction_id):
        self.check()
        return super().interaction(interaction_id)

    def agent(self, agent_id):
        self.check()
        return super().agent(agent_id)

    def check(self) -> None:
        if self.away:
            raise StoreUnavailable("the database is away")


class Desk:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock()
        self.reactions: list[str] = []
        self.engine = Engine(store=database, clock=self.clock, publisher=MemoryPublisher())

    def react(self, after, event) -> None:
        self.reactions.append(type(event).__name__)

    def arrive(self, interaction_id: str) -> c.Arrive:
        return c.Arrive(
            interaction_id=interaction_id,
            channel="voice",
            leg=interaction_id,
            address="1",
            name="",
            dialled="2",
            arrived_at=self.clock.now(),
        )


def another(database: Database) -> Engine:
    engine = Engine(store=database, clock=ManualClock(), publisher=MemoryPublisher())
    engine.start(lambda after, event: None)
    engine.recover()
    return engine


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.engine.start(desk.react)
    yield desk
    database.away = False
    database.gate.set()
    desk.engine.stop()


def test_state_is_saved_before_anything_is_done_about_it(desk, database):
    database.gate.clear()
    done = spawn("arrive", desk.engine.handle, desk.arrive("call"))
    gevent.sleep(0.01)
    assert desk.reactions == [] and desk.engine.find("call") is None
    database.gate.set()
    assert done.get(timeout=5).state is State.ARRIVED
    assert desk.reactions == ["Arrived"] and database.interaction("call") is not None


def test_commands_of_one_stream_keep_their_order(desk, database):
    desk.engine.handle(desk.arrive("call"))
    desk.engine.submit(c.StartFlow(interaction_id="call", flow="f"))
    for number in range(50):
        desk.engine.submit(c.TakeStep(interaction_id="call", step=str(number), verb="say"))
    last = desk.engine.handle(c.TakeStep(interaction_id="call", step="last", verb="say"))
    steps = [getattr(x, "step", None) for x in database.events("interaction:call")]
    assert steps[2:] == [*map(str, range(50)), "last"]
    assert last.version == 53


def test_streams_do_not_wait_for_each_other_and_share_commits(desk, database):
    database.gate.clear()
    desk.engine.submit(desk.arrive("first"))
    gevent.sleep(0.01)
    for number in range(30):
        desk.engine.submit(desk.arrive(f"call{number}"))
    gevent.sleep(0.01)
    assert desk.engine.backlog == 0  # all are at the store's door, none behind another
    database.gate.set()
    desk.engine.handle(SignIn(agent_id="1001"))
    assert len(database.batches) <= 3
    assert sum(map(len, database.batches)) == 32


def test_an_illegal_command_tells_the_caller_and_changes_nothing(desk, database):
    desk.engine.handle(desk.arrive("call"))
    with pytest.raises(IllegalCommand, match="HangUp is not possible while"):
        desk.engine.handle(c.HangUp(interaction_id="call", segment_id="s"))
    with pytest.raises(IllegalCommand, match="no interaction"):
        desk.engine.handle(c.HangUp(interaction_id="nobody", segment_id="s"))
    with pytest.raises(IllegalCommand, match="sign in first"):
        desk.engine.handle(SetStatus(agent_id="1001", status=Status.AVAILABLE))
    assert len(database.events("interaction:call")) == 1


def test_a_submitted_command_that_is_refused_calls_back(desk):
    refused: list[TandemError] = []
    called = Event()

    def on_refused(error: TandemError) -> None:
        refused.append(error)
        called.set()

    desk.engine.handle(desk.arrive("call"))
    desk.engine.submit(
        c.EndWrapUp(interaction_id="call", segment_id="s", by="agent"), refused=on_refused
    )
    assert called.wait(1)
    assert isinstance(refused[0], CommandOutdated)


def test_what_came_too_late_is_no_warning_and_what_never_could_be_is_one(desk):
    desk.engine.handle(desk.arrive("call"))
    with capture_logs() as log:
        desk.engine.submit(c.LeaveQueue(interaction_id="call", reason="waited"))
        desk.engine.submit(c.NoteLegEnded(interaction_id="gone", leg="x", cause="", at=0.0))
        desk.engine.submit(c.Hold(interaction_id="call", segment_id="s"))
        desk.engine.handle(c.StartFlow(interaction_id="call", flow="main"))
    warned = [entry["command"] for entry in log if entry["log_level"] == "warning"]
    assert warned == ["Hold"]


def test_a_callback_that_fails_does_not_hold_up_the_stream(desk):
    def broken(error: TandemError) -> None:
        raise ValueError("broken")

    desk.engine.handle(desk.arrive("call"))
    desk.engine.submit(c.AcceptOffer(interaction_id="call", offer_id="o"), refused=broken)
    after = desk.engine.handle(c.StartFlow(interaction_id="call", flow="f"))
    assert after.state is State.IN_FLOW


def test_a_reaction_that_fails_does_not_keep_the_others_from_happening(database):
    desk = Desk(database)
    seen: list[str] = []

    def react(after, event) -> None:
        seen.append(type(event).__name__)
        raise ValueError("broken")

    desk.engine.start(react)
    desk.engine.handle(desk.arrive("call"))
    desk.engine.handle(c.Finish(interaction_id="call", reason="done"))
    assert seen == ["Arrived", "Ended"]
    desk.engine.stop()


def test_who_waits_too_long_for_the_database_is_told_that_it_may_still_happen(desk, database):
    database.gate.clear()
    with pytest.raises(StoreUnavailable, match="may still be carried out"):
        desk.engine.handle(desk.arrive("call"), timeout_s=0.05)
    database.gate.set()
    after = desk.engine.handle(c.StartFlow(interaction_id="call", flow="f"))
    assert after.state is State.IN_FLOW


def test_what_comes_while_the_database_is_away_is_done_when_it_is_back(desk, database):
    """A caller who arrives meanwhile is not in memory yet, so even his first command must read."""
    desk.engine.handle(desk.arrive("before"))
    database.away = True
    desk.engine.submit(desk.arrive("meanwhile"))
    desk.engine.submit(
        c.NoteLegEnded(interaction_id="before", leg="before", cause="NORMAL_CLEARING", at=1.0)
    )
    with pytest.raises(StoreUnavailable):
        desk.engine.handle(c.StartFlow(interaction_id="meanwhile", flow="f"), timeout_s=0.2)
    database.away = False
    after = desk.engine.handle(c.TakeStep(interaction_id="meanwhile", step="s", verb="say"))
    assert after.flow.flow == "f"
    with gevent.Timeout(5):
        while desk.engine.find("before") is not None:
            gevent.sleep(0.01)
    assert database.interaction("before").state is State.ENDED


def test_a_stream_that_another_process_changed_is_loaded_again(desk, database):
    desk.engine.handle(SignIn(agent_id="1001", status=Status.AVAILABLE, reason=None))
    other = another(database)
    other.handle(SetStatus(agent_id="1001", status=Status.ON_BREAK, reason="lunch"))
    # This engine still believes him available; he is not, and the right thing happens.
    after = desk.engine.handle(SignOut(agent_id="1001"))
    assert (after.status, after.version) == (Status.OFFLINE, 3)
    [_, _, out] = database.events("agent:1001")
    assert out.was is Status.ON_BREAK
    other.stop()


def test_a_stream_that_is_always_stale_is_given_up(desk, database):
    def never(changes):
        raise StaleVersion(changes[0].stream)

    database.commit = never
    with pytest.raises(StaleVersion):
        desk.engine.handle(SignIn(agent_id="1001"))
    del database.commit
    assert desk.engine.handle(SignIn(agent_id="1001")).version == 1


def test_recovery_brings_back_what_was_open_and_the_agents(desk, database):
    desk.engine.handle(desk.arrive("open"))
    desk.engine.handle(desk.arrive("over"))
    desk.engine.handle(
        c.NoteLegEnded(interaction_id="over", leg="over", cause="NORMAL_CLEARING", at=1.0)
    )
    desk.engine.handle(SignIn(agent_id="1001", status=Status.AVAILABLE, reason=None))
    second = another(database)
    assert [i.id for i in second.live()] == ["open"]
    assert [a.id for a in second.agent_states()] == ["1001"]
    second.stop()


def test_what_is_closed_is_forgotten_and_can_still_be_told_old_news(desk, database):
    desk.engine.handle(desk.arrive("call"))
    note = c.NoteLegEnded(interaction_id="call", leg="call", cause="NORMAL_CLEARING", at=1.0)
    desk.engine.handle(note)
    assert desk.engine.live() == [] and desk.engine.find("call") is None
    assert desk.engine.handle(note).closed
    assert len(database.events("interaction:call")) == 3
    assert desk.engine.live() == []


def test_after_stop_commands_are_refused_in_words(desk):
    desk.engine.stop()
    with pytest.raises(StoreUnavailable, match="shutting down"):
        desk.engine.handle(SignIn(agent_id="1001"))
