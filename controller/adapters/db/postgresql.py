"""PostgreSQL through psycopg2, whose waits are gevent's.

Strategy: one pool; a semaphore in front of it, so that nobody waits inside the pool, whose locks would stop
the whole thread in a program that gevent has not patched. libpq's own time limits do not work while gevent
does the waiting, hence a limit around each call; a call that overruns loses its connection.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import gevent
from gevent.lock import BoundedSemaphore
from psycogreen.gevent import patch_psycopg
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from controller.adapters.db.failures import as_unavailable
from controller.adapters.db.migrations import upgrade
from controller.adapters.db.statements import Rows, check, save
from controller.errors import StoreUnavailable

T = TypeVar("T")

CONNECTIONS = 8
#: Seconds. A statement and a wait for a lock are ended by the server first, the call as a whole by us.
STATEMENT_S = 10.0
LOCK_S = 5.0
CALL_S = 15.0


class PostgresDatabase:
    """A PostgreSQL database. See `Database` for the promises."""

    def __init__(self, url: URL, call_s: float = CALL_S, connections: int = CONNECTIONS) -> None:
        patch_psycopg()
        self._engine = _engine(url.set(drivername="postgresql+psycopg2"), connections)
        self._call_s = call_s
        self._free = BoundedSemaphore(connections)
        self._first = BoundedSemaphore(1)
        self._connected = False
        self._closed = False

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._run(work, self._call_s)

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._run(work, self._call_s)

    def save(self, rows: Rows) -> None:
        try:
            self.write(partial(save, rows=rows))
        except IntegrityError:
            # Somebody began the stream between our look and our write. Which one? It is there now.
            self.read(partial(check, rows=rows))
            raise

    def upgrade(self) -> None:
        self._run(upgrade, None)

    def close(self) -> None:
        self._closed = True
        self._engine.dispose()

    def _run(self, work: Callable[[Connection], T], limit_s: float | None) -> T:
        if self._closed:
            raise StoreUnavailable("the database was closed; nothing is saved after a shutdown")
        limit = gevent.Timeout(limit_s)
        try:
            with limit, self._free:
                self._connect_once()
                with self._engine.begin() as connection:
                    return work(connection)
        except gevent.Timeout as overrun:
            if overrun is not limit:
                raise
            raise StoreUnavailable(
                f"the database gave no answer within {limit_s:g} s; check that it runs, that the "
                "network carries its answers, and pg_stat_activity for what it waits for"
            ) from overrun
        except DBAPIError as error:
            unavailable = as_unavailable(error)
            if unavailable is None:
                raise
            raise unavailable from error

    def _connect_once(self) -> None:
        """SQLAlchemy takes a thread's lock around an engine's first connection; nobody may meet it."""
        if not self._connected:
            with self._first:
                if not self._connected:
                    self._engine.connect().close()
                    self._connected = True


def _engine(url: URL, connections: int) -> Engine:
    defaults: dict[str, Any] = {
        "application_name": "tandem",
        "connect_timeout": 5,
        "tcp_user_timeout": int(CALL_S * 1000),
        "options": (
            f"-c statement_timeout={int(STATEMENT_S * 1000)} -c lock_timeout={int(LOCK_S * 1000)} "
            f"-c idle_in_transaction_session_timeout={int(CALL_S * 1000)}"
        ),
    }
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        executemany_mode="values_plus_batch",  # else each upserted row is a round trip
        hide_parameters=True,
        json_serializer=_as_it_is,
        json_deserializer=_as_it_is,
        connect_args={name: value for name, value in defaults.items() if name not in url.query},
    )


def _as_it_is(text: str) -> str:
    return text
