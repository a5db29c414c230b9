"""One way to run work on a database without stopping the other greenlets, whichever database it is."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError

from controller.adapters.db.statements import Rows
from controller.errors import Invalid

T = TypeVar("T")


class Database(Protocol):
    """Runs `work` in one transaction: committed when it returns, rolled back when it raises.

    `work` must neither switch greenlets nor keep the connection. Raises StoreUnavailable when there is
    no database; what else `work` raises comes through. A lost connection is replaced by the next call.
    Callers may be any greenlets of the thread that made the object, patched by gevent or not.
    """

    def write(self, work: Callable[[Connection], T]) -> T: ...

    def read(self, work: Callable[[Connection], T]) -> T: ...

    def save(self, rows: Rows) -> None:
        """Check the versions and write, in one transaction. Raises StaleVersion."""

    def upgrade(self) -> None:
        """Bring the schema up to date; takes as long as it takes. Raises Invalid for a newer schema."""

    def close(self) -> None:
        """Calls that run are waited for; later ones raise StoreUnavailable. May be called again."""


def open_database(url: str) -> Database:
    """A database by its URL: sqlite:///relative.db, sqlite:////absolute.db, postgresql://...

    Does not connect yet. Raises Invalid for another kind of URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Invalid(
            "the database URL cannot be read; write sqlite:////path/to/file or "
            "postgresql://name:password@host/database"
        ) from error
    match parsed.get_backend_name():
        case "sqlite":
            from controller.adapters.db.sqlite import SqliteDatabase

            return SqliteDatabase(parsed)
        case "postgresql":
            # Only now: this import patches psycopg2, which nobody else should notice.
            from controller.adapters.db.postgresql import PostgresDatabase

            return PostgresDatabase(parsed)
        case other:
            raise Invalid(f"database {other} is not supported; use sqlite:/// or postgresql://")
