"""What PostgreSQL adds to the contract: a server that goes away, and waits that stop nobody."""

import subprocess
import sys
from pathlib import Path

import gevent
import gevent.event
import pytest
from psycopg2 import OperationalError
from sqlalchemy import event, make_url, text

from controller.adapters.db.postgresql import PostgresDatabase
from controller.adapters.db.store import SqlStore
from controller.committer import Committer
from controller.errors import StaleVersion, StoreUnavailable
from tests.store.calls import arrive, queue

pytestmark = pytest.mark.external_service

UNDER_MONKEY_PATCH = """
from gevent import monkey
monkey.patch_all()
import sys
import gevent
import gevent.event
from controller.adapters.db.store import SqlStore
from tests.store.calls import arrive
store = SqlStore(sys.argv[1])
greenlets = [gevent.spawn(store.commit, [arrive(f"i{n:02}")]) for n in range(30)]
gevent.joinall(greenlets, raise_error=True)
print(len(store.open_interactions()))
store.close()
"""


def sleep(seconds):
    return lambda connection: connection.execute(text(f"SELECT pg_sleep({seconds})")).all()


def test_the_server_may_restart_and_the_store_reconnects(cluster, postgres_store):
    postgres_store.commit([arrive("a")])
    cluster.stop()
    try:
        with pytest.raises(StoreUnavailable, match="reconnects by itself"):
            postgres_store.commit([arrive("b")])
        with pytest.raises(StoreUnavailable):
            postgres_store.interaction("a")
    finally:
        cluster.start()
    postgres_store.commit([arrive("b")])
    assert [i.id for i in postgres_store.open_interactions()] == ["a", "b"]


def test_a_connection_lost_in_the_middle_is_unavailable_once(postgres_store):
    def lose(connection):
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnavailable):
        postgres_store.database.write(lose)
    postgres_store.commit([arrive("a")])
    assert postgres_store.interaction("a") is not None


def test_a_connection_lost_after_the_commit_was_done_leaves_nobody_in_doubt(postgres_store):
    """Who asked is told that it is saved, so that what follows of it is done."""
    dialect, lost = postgres_store.database._engine.dialect, []
    commit = dialect.do_commit

    def commit_and_lose(connection):
        commit(connection)
        if not lost:
            lost.append(connection)
            raise OperationalError("server closed the connection unexpectedly")

    dialect.do_commit = commit_and_lose
    committer = Committer(postgres_store)
    committer.start()
    first, second = arrive("a"), arrive("b")
    asking = [gevent.spawn(committer.commit, change) for change in (first, second)]
    gevent.joinall(asking, timeout=5, raise_error=True)
    assert all(each.successful() for each in asking) and lost
    assert [len(postgres_store.events(f"interaction:{key}")) for key in ("a", "b")] == [1, 1]
    [queued] = queue(first.after, "sales", 2.0)[:1]
    committer.commit(queued)
    assert committer.problem == ""
    committer.stop()


def test_a_call_that_overruns_is_ended_and_its_connection_is_not_used_again(cluster):
    url = make_url(cluster.new_database())
    database = PostgresDatabase(url, call_s=2.0, connections=1)
    with pytest.raises(StoreUnavailable, match=r"no answer within 2"):
        database.read(sleep(20))
    one = database.read(lambda c: c.execute(text("SELECT 1")).scalar_one())
    assert one == 1
    database.close()


def test_callers_beyond_the_pool_wait_their_turn_and_no_longer_than_the_limit(cluster):
    database = PostgresDatabase(make_url(cluster.new_database()), call_s=2.0, connections=2)
    greenlets = [gevent.spawn(database.read, sleep(0.1)) for _ in range(6)]
    gevent.joinall(greenlets, raise_error=True)
    assert all(len(greenlet.value) == 1 for greenlet in greenlets)
    database.close()


def test_the_server_ends_statements_that_take_too_long(postgres_store):
    with pytest.raises(StoreUnavailable, match="statement timeout"):
        postgres_store.database.read(
            lambda c: (c.execute(text("SET LOCAL statement_timeout = 50")), sleep(20)(c))
        )


def test_greenlets_wait_side_by_side(postgres_store):
    """One waits for a lock that another holds: neither would end if a wait stopped the thread."""
    holds, may_end = gevent.event.Event(), gevent.event.Event()

    def hold(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
        holds.set()
        may_end.wait(20)

    def want(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(1)"))

    first = gevent.spawn(postgres_store.database.write, hold)
    holds.wait(20)
    second = gevent.spawn(postgres_store.database.write, want)
    assert postgres_store.open_interactions() == []
    assert not second.ready()
    may_end.set()
    gevent.joinall([first, second], timeout=20, raise_error=True)
    assert second.successful()


def test_works_in_a_program_that_gevent_has_patched(cluster):
    url = cluster.new_database()
    store = SqlStore(url)
    store.upgrade()
    done = subprocess.run(
        [sys.executable, "-c", UNDER_MONKEY_PATCH, url],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "30\n"), done.stderr
    store.close()


def test_two_processes_on_one_database_cannot_save_the_same_step(cluster):
    url = cluster.new_database()
    one, other = SqlStore(url), SqlStore(url)
    one.upgrade()
    arrived = arrive("a")
    one.commit([arrived])
    changes = queue(arrived.after, "sales")

    def save(store):
        try:
            store.commit(changes)
        except StaleVersion:
            return "stale"
        return "saved"

    greenlets = [gevent.spawn(save, store) for store in (one, other) * 4]
    gevent.joinall(greenlets, raise_error=True)
    assert sorted(g.value for g in greenlets) == ["saved"] + ["stale"] * 7
    one.close()
    other.close()


def test_a_commit_of_a_hundred_is_a_handful_of_round_trips(postgres_store):
    sent = []
    event.listen(
        postgres_store.database._engine,
        "before_cursor_execute",
        lambda c, cursor, statement, *rest: sent.append(statement.split()[0]),
    )
    batch = [c for n in range(100) for c in _queued(f"c{n}")]
    postgres_store.commit(batch)
    assert sent == ["SELECT", "INSERT", "INSERT", "INSERT"]


def _queued(interaction_id):
    arrived = arrive(interaction_id)
    return [arrived, *queue(arrived.after, "sales")]
