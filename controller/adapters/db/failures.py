"""Tells "no database now" (try again later) from everything else, and says what to do about it."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from controller.errors import StoreUnavailable

#: Part of the driver's message (lower case) -> what to do.
_REMEDIES = {
    "database is locked": "another process holds it; end that process, or give each its own file",
    "database or disk is full": "free space on the disk that holds the database",
    "no space left": "free space on the disk that holds the database",
    "unable to open database file": "create its folder, or check whose the folder is",
    "readonly database": "check who owns the file, its -wal and -shm files, and their folder",
    "no such table": "the schema is missing; upgrade the database first",
    "not a database": "that file is something else or damaged; restore it from a backup, or move "
    "it away and start afresh",
    "malformed": "the file is damaged; restore it from a backup",
    "disk i/o error": "check the disk and the system log",
    "password authentication failed": "check name and password in the database URL",
    "does not exist": "create the database and its role, or correct the database URL",
    "statement timeout": "the server is overloaded, or a lock is held; see pg_stat_activity",
    "lock timeout": "another session holds a lock; see pg_stat_activity",
    "too many clients": "raise max_connections, or run fewer Tandem processes",
}
_REMEDY = "check that the database runs and can be reached; Tandem reconnects by itself"


_AT_FAULT = (OperationalError, InterfaceError, sqlite3.OperationalError, sqlite3.InterfaceError)


def as_unavailable(error: DBAPIError | sqlite3.Error) -> StoreUnavailable | None:
    """The error to raise instead when the database is at fault, None when the statement is.

    SQLite's own errors come where the driver was used without SQLAlchemy.
    """
    said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
    lowered = said.lower()
    at_fault = isinstance(error, _AT_FAULT) or any(
        damage in lowered for damage in ("not a database", "malformed")
    )
    if not (at_fault or (isinstance(error, DBAPIError) and error.connection_invalidated)):
        return None
    remedy = next((do for part, do in _REMEDIES.items() if part in lowered), _REMEDY)
    return StoreUnavailable(f"the database failed: {said}; {remedy}")
