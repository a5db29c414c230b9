"""SQLite behind two real threads, so that a slow disk stops no greenlet.

Strategy: a *lane* is one thread with one connection, opened and used only there. Writes go down one lane,
in order; reads down another, which sees what was committed (WAL lets them pass each other).
"""

import json
import sqlite3
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    ClauseElement,
    Connection,
    Engine,
    PoolProxiedConnection,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from controller.adapters.db.failures import as_unavailable
from controller.adapters.db.migrations import upgrade
from controller.adapters.db.statements import Rows, batches, insert_into
from controller.adapters.db.thread import Thread
from controller.errors import Invalid, StaleVersion, StoreUnavailable

T = TypeVar("T")

#: How long a statement waits for another process that writes, in seconds.
BUSY_S = 5.0

#: Rows a statement; a commit's usual sizes stay prepared.
ROWS = 50


class SqliteDatabase:
    """A database file. See `Database` for the promises."""

    def __init__(self, url: URL) -> None:
        if url.database in (None, "", ":memory:"):
            raise Invalid(
                "sqlite needs a file, as in sqlite:////var/lib/tandem/tandem.db; "
                "for a store that forgets, use the memory store"
            )
        self._writes = _Lane(url.set(drivername="sqlite+pysqlite"), begin="BEGIN IMMEDIATE")
        self._reads = _Lane(url.set(drivername="sqlite+pysqlite"), begin="BEGIN")

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._writes.run(work)

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._reads.run(work)

    def save(self, rows: Rows) -> None:
        self._writes.run_driver(partial(_save, rows=rows))

    def upgrade(self) -> None:
        self._writes.run(upgrade)

    def close(self) -> None:
        self._reads.close()
        self._writes.close()


class _Lane:
    """One thread, one connection, one job at a time."""

    def __init__(self, url: URL, begin: str) -> None:
        self._engine = _engine(url, begin)
        self._begin = begin
        self._thread = Thread()
        self._held: PoolProxiedConnection | None = None
        self._closed = False

    def run(self, work: Callable[[Connection], T]) -> T:
        def job() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return self._run(job)

    def run_driver(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `run`, past SQLAlchemy, whose share of a small commit is two thirds."""

        def job() -> T:
            if self._held is None:  # once: to ask the pool each time is a sixth of a small commit
                self._held = self._engine.raw_connection()
            connection: Any = self._held.driver_connection
            connection.execute(self._begin)
            with connection:  # commits or rolls back; it stays open
                return work(connection)

        return self._run(job)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._thread.run(self._let_go)
            self._thread.end()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
        self._engine.dispose()

    def _run(self, job: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable("the database was closed; nothing is saved after a shutdown")
        try:
            return self._thread.run(job)
        except (DBAPIError, sqlite3.Error) as error:
            unavailable = as_unavailable(error)
            if unavailable is None:
                raise
            raise unavailable from error


def _save(connection: sqlite3.Connection, rows: Rows) -> None:
    """Nobody comes between look and write, for the transaction began as a writer's.

    Many rows a statement: between two rows the driver would let go of the interpreter, and get it back
    when the hub has nothing to do.
    """
    for table, expected in rows.expected.items():
        for ids in batches(list(expected), ROWS):
            found = json.loads(
                connection.execute(_versions_text(table, len(ids)), ids).fetchone()[0]
            )
            for row_id in ids:
                stream, version = expected[row_id]
                if found.get(row_id, 0) != version:
                    raise StaleVersion(stream)
    for table, values in rows.inserts.items():
        names = table.columns.keys()
        for some in batches(values, ROWS):
            parameters = [row[name] for row in some for name in names]
            connection.execute(_insert_text(table, len(some)), parameters)


@cache
def _versions_text(table: Table, count: int) -> str:
    """One row: id to version, as JSON."""
    found = select(func.json_group_object(table.c.id, table.c.version))
    one = _text(found.where(table.c.id.in_([bindparam("id")])))
    return one.replace("(?)", f"({', '.join('?' * count)})")


@cache
def _insert_text(table: Table, count: int) -> str:
    row = f"({', '.join('?' * len(table.columns))})"
    return _text(insert_into(table, "sqlite")).replace(row, ", ".join([row] * count))


def _text(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="qmark")))


def _engine(url: URL, begin: str) -> Engine:
    engine = create_engine(
        url, poolclass=StaticPool, hide_parameters=True, connect_args={"timeout": BUSY_S}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing; `start` below does
        _use_wal(connection)
        for pragma in (
            "synchronous = FULL",  # state is on the disk before any effect
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _use_wal(connection: sqlite3.Connection) -> None:
    """A file is made WAL once, and for that SQLite waits for no other process: we do."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
        time.sleep(0.01)  # a lane's thread, not the hub
