"""SQLite behind two real threads, so that a slow disk stops no greenlet.

Strategy: a *lane* is one thread with one connection, opened and used only there. Writes go down one lane,
in order; reads down another, which sees what was committed (WAL lets them pass each other).
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any, TypeVar

from gevent.threadpool import ThreadPool
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from controller.adapters.db.failures import as_unavailable
from controller.adapters.db.migrations import upgrade
from controller.errors import Invalid, StoreUnavailable

T = TypeVar("T")

#: How long a statement waits for another process that writes, in seconds.
BUSY_S = 5.0


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

    def upgrade(self) -> None:
        self._writes.run(upgrade)

    def close(self) -> None:
        self._reads.close()
        self._writes.close()


class _Lane:
    """One thread, one connection, one job at a time."""

    def __init__(self, url: URL, begin: str) -> None:
        self._engine = _engine(url, begin)
        self._thread = ThreadPool(1)
        self._closed = False

    def run(self, work: Callable[[Connection], T]) -> T:
        if self._closed:
            raise StoreUnavailable("the database was closed; nothing is saved after a shutdown")

        def job() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        try:
            return self._in_thread(job)
        except DBAPIError as error:
            unavailable = as_unavailable(error)
            if unavailable is None:
                raise
            raise unavailable from error

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._in_thread(self._engine.dispose)
            self._thread.kill()

    def _in_thread(self, job: Callable[[], T]) -> T:
        # The pool prints a trace for whatever a job raises, so errors come back as values.
        def guarded() -> tuple[T | None, BaseException | None]:
            try:
                return job(), None
            except BaseException as error:
                return None, error

        result: tuple[Any, BaseException | None] = self._thread.apply(guarded)
        value, error = result
        if error is not None:
            raise error
        done: T = value
        return done


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
