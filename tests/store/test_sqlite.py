"""What the SQLite file adds to the contract: durability, and threads that stop nobody."""

import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import gevent
import pytest
from sqlalchemy import event, text

from controller.adapters.db.store import SqlStore
from controller.errors import Invalid, StaleVersion, StoreUnavailable
from controller.ports import InteractionFilter
from tests.store.calls import arrive, hang_up, queue

REPOSITORY = Path(__file__).parents[2]

COMMIT_UNTIL_KILLED = """
import sys
from controller.adapters.db.store import SqlStore
from tests.store.calls import arrive
store = SqlStore(sys.argv[1])
number = 0
while True:
    store.commit([arrive(f"a{number}"), arrive(f"b{number}")])
    print(number, flush=True)
    number += 1
"""

UNDER_MONKEY_PATCH = """
from gevent import monkey
monkey.patch_all()
import sys
import gevent
from controller.adapters.db.store import SqlStore
from tests.store.calls import arrive
store = SqlStore(sys.argv[1])
store.upgrade()
greenlets = [gevent.spawn(store.commit, [arrive(f"i{n:02}")]) for n in range(30)]
gevent.joinall(greenlets, raise_error=True)
print(len(store.open_interactions()))
store.close()
"""


def python(source: str, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", source, *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_commit_returned_for_outlives_a_kill(sqlite_store, sqlite_url):
    child = python(COMMIT_UNTIL_KILLED, sqlite_url)
    told = [int(child.stdout.readline()) for _ in range(20)]
    child.send_signal(signal.SIGKILL)
    told += [int(line) for line in child.stdout if line.endswith("\n")]
    assert child.wait() == -signal.SIGKILL
    found = {i.id for i in sqlite_store.open_interactions()}
    assert {f"{side}{number}" for number in told for side in "ab"} <= found
    # Whole commits only: the one under way at the kill is there with both, or not at all.
    assert {i[1:] for i in found if i[0] == "a"} == {i[1:] for i in found if i[0] == "b"}


def test_every_commit_is_synced_to_the_disk(sqlite_store):
    def settings(connection):
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]

    assert sqlite_store.database.write(settings) == ["wal", 2, 1, 5000]
    assert sqlite_store.database.read(settings) == ["wal", 2, 1, 5000]


def test_works_in_a_program_that_gevent_has_patched(sqlite_url):
    child = python(UNDER_MONKEY_PATCH, sqlite_url)
    out, _ = child.communicate(timeout=60)
    assert (child.returncode, out) == (0, "30\n")


def test_other_greenlets_run_while_a_statement_does(sqlite_store):
    """The statement waits in its thread for a greenlet: if it stopped the hub, neither would end."""
    may_end = threading.Event()
    running = threading.Event()

    def work(connection):
        running.set()
        return may_end.wait(30)

    def release():
        assert sqlite_store.open_interactions() == []  # readers pass a writer
        may_end.set()

    writer = gevent.spawn(sqlite_store.database.write, work)
    gevent.spawn(release).get(timeout=20)
    assert writer.get(timeout=20) is True
    assert running.is_set()


def test_a_locked_file_is_unavailable_and_comes_back(sqlite_store, sqlite_url):
    sqlite_store.database.write(lambda c: c.execute(text("PRAGMA busy_timeout = 1")))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked; another process holds it"):
        sqlite_store.commit([arrive("a")])
    other.execute("ROLLBACK")
    other.close()
    sqlite_store.commit([arrive("a")])
    assert sqlite_store.interaction("a") is not None


def test_a_full_disk_is_unavailable_saves_nothing_and_comes_back(sqlite_store):
    def limit(pages):
        return lambda c: c.execute(text(f"PRAGMA max_page_count = {pages}")).scalar_one()

    sqlite_store.database.write(limit(1))  # SQLite raises it to the present size
    batch = [arrive(f"m{number}") for number in range(500)]
    with pytest.raises(StoreUnavailable, match="full; free space"):
        sqlite_store.commit(batch)
    assert sqlite_store.open_interactions() == []
    sqlite_store.database.write(limit(2**30))
    sqlite_store.commit(batch)
    assert len(sqlite_store.open_interactions()) == 500


def test_a_missing_folder_and_a_missing_schema_say_what_to_do(tmp_path):
    lost = SqlStore(f"sqlite:///{tmp_path}/nowhere/tandem.db")
    with pytest.raises(StoreUnavailable, match="create its folder"):
        lost.upgrade()
    (tmp_path / "nowhere").mkdir()
    with pytest.raises(StoreUnavailable, match="upgrade the database first"):
        lost.open_interactions()
    lost.upgrade()
    assert lost.open_interactions() == []
    lost.close()


def test_two_processes_on_one_file_cannot_save_the_same_step(sqlite_store, sqlite_url):
    other = SqlStore(sqlite_url)
    arrived = arrive("a")
    sqlite_store.commit([arrived])
    changes = queue(arrived.after, "sales")
    other.commit(changes)
    with pytest.raises(StaleVersion):
        sqlite_store.commit(changes)
    other.close()
    assert sqlite_store.interaction("a") == changes[-1].after


def test_errors_of_a_job_are_raised_and_not_printed(sqlite_store, capfd):
    def fail(connection):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sqlite_store.database.write(fail)
    assert capfd.readouterr().err == ""


def _plan(store, statements):
    def explain(connection):
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements}").all()
        return " | ".join(row[-1] for row in rows)

    return store.database.read(explain)


def test_every_search_runs_on_an_index_that_gives_its_order(sqlite_store):
    arrived = arrive("a")
    sqlite_store.commit([arrived, *hang_up(arrived.after)])
    seen = []

    def listen(engine):
        @event.listens_for(engine, "before_cursor_execute")
        def note(connection, cursor, statement, parameters, context, many):
            for value in parameters:
                statement = statement.replace("?", repr(value), 1)
            seen.append(statement)

    listen(sqlite_store.database._reads._engine)
    sqlite_store.open_interactions()
    sqlite_store.interactions(InteractionFilter(since=1.0, until=2.0))
    sqlite_store.interactions(InteractionFilter(queue="q", since=1.0))
    sqlite_store.interactions(InteractionFilter(agent="a", since=1.0))
    queries = [statement for statement in seen if statement.startswith("SELECT")]
    expected = [
        "ix_interactions_open",
        "ix_interactions_arrived",
        "ix_interaction_queues_arrived",
        "ix_interaction_agents_arrived",
    ]
    assert len(queries) == len(expected)
    for query, index in zip(queries, expected, strict=True):
        plan = _plan(sqlite_store, query)
        assert index in plan, plan
        assert "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "what is this"])
def test_urls_that_cannot_be_a_store_are_invalid(url):
    with pytest.raises(Invalid, match="sqlite:///"):
        SqlStore(url)
