"""A way in, where no admin has one any more: written to the database by a command on its machine, and a
Tandem that runs there is told by a signal.

Which process runs on a data folder, and whether it listens, its lock file says. Nobody is signalled who does
not: the signal would end him.
"""

import fcntl
import os
import signal
from pathlib import Path

import gevent
import structlog

from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.folder import LOCK
from controller.errors import StoreError

_log = structlog.get_logger(__name__)

_SIGNAL = signal.SIGUSR1
_LISTENS = "reads the set-up again at SIGUSR1"
_NOBODY = "Tandem does not run on this data folder; if it runs elsewhere, restart it there"


def listen(data: Path, catalogue: SqlCatalogue) -> None:
    """For as long as this process runs; it holds the lock of the folder."""

    def read_again() -> None:
        try:
            catalogue.reload()
        except StoreError as error:
            _log.error("set_up_not_read_again", problem=str(error))
        else:
            _log.info("set_up_read_again")

    gevent.signal_handler(_SIGNAL, read_again)
    with (data / LOCK).open("a") as file:
        file.write(f"{_LISTENS}\n")


def tell_running(data: Path) -> str:
    """What is left to do for whoever has just changed the set-up in the database, in words; nothing where
    the Tandem on this folder runs and was told."""
    try:
        holder = _holder(data)
        if holder is None:
            return _NOBODY
        if _LISTENS not in holder:
            return "restart Tandem, which does not know of it yet"
        os.kill(int(holder[0]), _SIGNAL)
    except PermissionError:
        return "restart Tandem, which could not be told: it runs as another user"
    except OSError:  # no lock file, or he who had it has just ended
        return _NOBODY
    return ""


def _holder(data: Path) -> list[str] | None:
    """The lines of the lock file, its holder's pid first; None: nobody holds it. Raises OSError."""
    with (data / LOCK).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read().splitlines()
    return None
