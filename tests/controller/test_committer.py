"""Group commit over a store that fails as databases do."""

from collections.abc import Sequence
from dataclasses import replace

import gevent
import pytest
from gevent.event import Event

from controller.adapters.memory.store import MemoryStore
from controller.committer import MOST, Committer
from controller.domain.agent import Agent, Status, StatusChanged, evolve_agent
from controller.errors import StaleVersion, StoreError, StoreUnavailable
from controller.greenlets import spawn
from controller.ports import Change


class Database(MemoryStore):
    """A store whose failures are chosen: `away`, a stream that is `poisoned`, a `gate` to wait at."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.away = 0
        self.tried = Event()
        self.poisoned: set[str] = set()
        self.gate = Event()
        self.gate.set()

    def commit(self, changes: Sequence[Change]) -> None:
        self.gate.wait()
        self.tried.set()
        if self.away:
            self.away -= 1
            raise StoreUnavailable("the database is away")
        if any(change.stream in self.poisoned for change in changes):
            raise TypeError("cannot be encoded")
        super().commit(changes)
        self.batches.append([change.stream for change in changes])


def change(agent_id: str, version: int = 1) -> Change:
    before = Agent(id=agent_id, version=version - 1)
    event = StatusChanged(
        agent_id=agent_id, at=1.0, status=Status.AVAILABLE, was=Status.OFFLINE, reason=None
    )
    return Change(after=evolve_agent(before, event), events=(event,))


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def committer(database):
    committer = Committer(database)
    committer.start()
    yield committer
    database.away = 0
    database.gate.set()
    committer.stop()


def commit_all(committer: Committer, changes: Sequence[Change]) -> list[gevent.Greenlet]:
    greenlets = [gevent.Greenlet(committer.commit, each) for each in changes]
    for greenlet in greenlets:
        greenlet.start()
    return greenlets


def outcome(greenlet: gevent.Greenlet) -> Exception | None:
    greenlet.join(5)
    assert greenlet.ready()
    return greenlet.exception


def test_what_is_committed_is_durable_when_the_call_returns(committer, database):
    committer.commit(change("1001"))
    assert database.agent("1001").status is Status.AVAILABLE


def test_changes_of_many_streams_share_a_transaction(committer, database):
    database.gate.clear()
    first = spawn("first", committer.commit, change("first"))
    gevent.sleep(0)
    others = commit_all(committer, [change(f"a{n}") for n in range(20)])
    gevent.sleep(0)
    database.gate.set()
    gevent.joinall([first, *others], timeout=5)
    assert database.batches == [["agent:first"], [f"agent:a{n}" for n in range(20)]]


def test_a_backlog_is_worked_off_in_bites_and_in_order(committer, database):
    greenlets = commit_all(committer, [change("one", version) for version in range(1, MOST + 50)])
    gevent.joinall(greenlets, timeout=5)
    assert [len(batch) for batch in database.batches] == [MOST, 49]
    assert database.agent("one").version == MOST + 49


def test_while_the_database_is_away_commits_wait_for_it(committer, database):
    database.away = 2
    committer.commit(change("1001"))
    assert database.away == 0 and database.agent("1001") is not None


def test_a_stale_change_fails_alone(committer, database):
    database.gate.clear()
    first = spawn("first", committer.commit, change("first"))
    gevent.sleep(0)
    good, stale, also_good = commit_all(committer, [change("a"), change("b", 7), change("c")])
    gevent.sleep(0)
    database.gate.set()
    error = outcome(stale)
    assert isinstance(error, StaleVersion) and error.stream == "agent:b"
    assert [outcome(each) for each in (first, good, also_good)] == [None, None, None]
    assert database.agent("b") is None and database.agent("c") is not None


def test_one_poisoned_change_does_not_stop_the_others_of_its_batch(committer, database):
    database.poisoned.add("agent:b")
    database.gate.clear()
    first = spawn("first", committer.commit, change("first"))
    gevent.sleep(0)
    good, bad, also_good = commit_all(committer, [change("a"), change("b"), change("c")])
    gevent.sleep(0)
    database.gate.set()
    error = outcome(bad)
    assert isinstance(error, StoreError) and "TypeError" in str(error)
    assert [outcome(each) for each in (first, good, also_good)] == [None, None, None]
    committer.commit(change("d"))


def test_stop_writes_what_is_pending(database):
    committer = Committer(database)
    committer.start()
    database.gate.clear()
    greenlets = commit_all(committer, [change("a"), change("b")])
    gevent.sleep(0)
    stopping = spawn("stop", committer.stop)
    gevent.sleep(0)
    database.gate.set()
    stopping.get(timeout=5)
    assert [outcome(each) for each in greenlets] == [None, None]
    assert database.agent("b") is not None


def test_stop_does_not_wait_for_a_database_that_is_away(database):
    committer = Committer(database)
    committer.start()
    database.away = 1_000_000
    greenlets = commit_all(committer, [change("a")])
    assert database.tried.wait(1)
    spawn("stop", committer.stop).get(timeout=5)
    assert isinstance(outcome(greenlets[0]), StoreUnavailable)


def test_after_stop_nothing_more_is_taken(database):
    committer = Committer(database)
    committer.start()
    committer.stop()
    with pytest.raises(StoreUnavailable, match="shutting down"):
        committer.commit(change("a"))


class Forgetful(Database):
    """Loses the connection once after it has carried a commit out, as PostgreSQL may."""

    def __init__(self) -> None:
        super().__init__()
        self.forgets = True

    def commit(self, changes: Sequence[Change]) -> None:
        super().commit(changes)
        if self.forgets:
            self.forgets = False
            raise StoreUnavailable("the connection was lost during the commit")


def test_a_commit_that_was_carried_out_unheard_counts_as_done():
    database = Forgetful()
    committer = Committer(database)
    committer.start()
    try:
        done = commit_all(committer, [change("1001"), change("1002")])
        assert [outcome(each) for each in done] == [None, None]
        assert committer.problem == ""
        assert [len(database.events(f"agent:{key}")) for key in ("1001", "1002")] == [1, 1]
    finally:
        committer.stop()


def test_a_step_that_another_process_took_while_the_database_was_away_is_still_stale():
    database = Forgetful()
    committer = Committer(database)
    committer.start()
    try:
        database.gate.clear()
        mine = commit_all(committer, [change("1001"), change("1002")])
        assert not mine[0].ready()
        other = replace(change("1001").events[0], at=2.0)
        before = Agent(id="1001", version=0)
        MemoryStore.commit(database, [Change(after=evolve_agent(before, other), events=(other,))])
        database.away, database.forgets = 1, False
        database.gate.set()
        assert isinstance(outcome(mine[0]), StaleVersion)
        assert outcome(mine[1]) is None
    finally:
        committer.stop()
