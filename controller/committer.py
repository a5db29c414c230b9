"""Stop 4, group commit: what arrives while one transaction is being written shares the next."""

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

import structlog
from gevent import Greenlet, sleep
from gevent.event import AsyncResult, Event

from controller.errors import StaleVersion, StoreError, StoreUnavailable
from controller.greenlets import spawn
from controller.ports import Change, Store

log = structlog.get_logger(__name__)

#: One transaction takes at most this many callers' changes, so that a backlog is worked off in bites.
MOST = 500

#: Seconds between tries while the database is away.
RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0)

#: A save takes milliseconds. From here on, in seconds, the database may be away and has not said so yet.
LATE_S = 0.25

R = TypeVar("R")
_Entry = tuple[tuple[Change, ...], "AsyncResult[None]"]


class Committer:
    """Saves changes; a caller of `commit` goes on when his is durable.

    `problem`: why nothing can be saved at present, "" while it can. Reading may work all the same.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pending: deque[_Entry] = deque()
        self._wake = Event()
        self._stopping = False
        self.problem = ""
        self._begun: float | None = None
        self._greenlet: Greenlet | None = None

    @property
    def late(self) -> bool:
        """Whether a change that comes now may wait for long: nothing can be saved, or it takes its time."""
        slow = self._begun is not None and monotonic() - self._begun > LATE_S
        return slow or self.problem != ""

    def start(self) -> None:
        self._greenlet = spawn("committer", self._run)

    def stop(self) -> None:
        """Write what is pending, then end. Later commits raise StoreUnavailable."""
        self._stopping = True
        self._wake.set()
        if self._greenlet is not None:
            self._greenlet.join()

    def commit(self, *changes: Change) -> None:
        """Block until the changes, all of one stream, are saved, together. While the database is
        away this waits for it.

        Raises StaleVersion, and StoreUnavailable once the committer is stopping.
        """
        if self._stopping:
            raise StoreUnavailable("Tandem is shutting down; nothing more is taken")
        done: AsyncResult[None] = AsyncResult()
        self._pending.append((changes, done))
        self._wake.set()
        done.get()

    def read(self, load: Callable[[], R]) -> R:
        """What `load` returns; while the database is away this waits for it, as `commit` does.

        A report of the switch comes once: it must not be lost because its stream could not be read.
        """
        failures = 0
        while True:
            try:
                return load()
            except StoreUnavailable:
                if self._stopping:
                    raise
            sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
            failures += 1

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._pending:
                batch = [self._pending.popleft() for _ in range(min(MOST, len(self._pending)))]
                self._begun = monotonic()
                self._save(batch)
                self._begun = None
            if self._stopping:
                return

    def _save(self, batch: list[_Entry]) -> None:
        failures = 0
        while batch:
            try:
                if failures:
                    batch = self._unsaved(batch)
                self._store.commit([change for changes, _ in batch for change in changes])
            except StoreUnavailable as error:
                if self._stopping:
                    return self._fail(batch, error)
                self.problem = str(error)
                if failures == 0:
                    log.error("database_away", problem=str(error))
                sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
                failures += 1
            except StaleVersion as error:
                stale = [entry for entry in batch if entry[0][0].stream == error.stream]
                self._fail(stale, error)
                batch = [entry for entry in batch if entry[0][0].stream != error.stream]
                if not stale:
                    return self._fail(batch, error)
            except Exception as error:
                if len(batch) > 1:
                    for entry in batch:  # one change that cannot be saved must not stop the others
                        self._save([entry])
                    return None
                log.exception("change_not_saved", stream=batch[0][0][0].stream)
                return self._fail(batch, StoreError(f"not saved: {type(error).__name__}: {error}"))
            else:
                self.problem = ""
                if failures:
                    log.info("database_back", waited_changes=len(batch))
                for _, done in batch:
                    done.set(None)
                return None
        return None

    def _unsaved(self, batch: list[_Entry]) -> list[_Entry]:
        """Without those that are saved after all: the connection was lost when the commit was done."""
        unsaved = []
        for changes, done in batch:
            if self._store.holds(changes[-1]):  # then the others, too: they went together
                done.set(None)
            else:
                unsaved.append((changes, done))
        return unsaved

    def _fail(self, batch: list[_Entry], error: StoreError) -> None:
        for _, done in batch:
            done.set_exception(error)
