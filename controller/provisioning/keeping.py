"""Keeps the switch's directory of phones in step with the agents, while Tandem runs beside it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog
from gevent import get_hub, sleep
from gevent.event import Event

from controller.errors import TandemError
from controller.greenlets import spawn
from controller.provisioning import render
from controller.provisioning.directory import DirectoryEntry
from controller.provisioning.settings import FsSettings

log = structlog.get_logger(__name__)

#: Seconds in which further changes join one rendering: an import of agents reloads once.
SETTLE_S = 0.5

#: Seconds until the next try when the switch could not be told.
RETRY_S = 15.0


class DirectoryKeeper:
    """`changed` may be called as often as agents change; `reload` tells the switch, and `forget` ends
    what is registered as an extension whose password is another now, or none.

    Both the folder and the switch may be out of reach for a while: what failed is tried again.
    """

    def __init__(
        self,
        *,
        settings: FsSettings,
        entries: Callable[[], Sequence[DirectoryEntry]],
        out: Path,
        reload: Callable[[], None],
        forget: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._entries = entries
        self._out = out
        self._reload = reload
        self._forget = forget
        self._wanted = Event()
        self._untold = False
        self._told: Mapping[str, str | None] = {}
        self._stopping = False

    def start(self) -> None:
        spawn("directory-keeper", self._run)

    def stop(self) -> None:
        self._stopping = True
        self._wanted.set()

    def changed(self) -> None:
        self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            sleep(SETTLE_S)
            if self._stopping:
                return
            self._wanted.clear()
            try:
                self._bring_up_to_date()
            except TandemError as error:
                log.error("directory_not_renewed", problem=str(error), retry_s=RETRY_S)
                self._wanted.wait(RETRY_S)
                self._wanted.set()

    def _bring_up_to_date(self) -> None:
        entries = self._entries()
        changed = get_hub().threadpool.apply(render, (self._settings, entries, self._out))
        # A reload that failed is owed still, though the next rendering finds nothing to write.
        self._untold = self._untold or bool(changed)
        if self._untold:
            self._reload()
            self._end_registrations({entry.extension: entry.a1_hash for entry in entries})
            self._untold = False
            log.info("directory_renewed", phones=len(entries), files=len(changed))

    def _end_registrations(self, digests: Mapping[str, str | None]) -> None:
        """Of phones that came in with what opens nothing any more: else they stay for their time."""
        for extension, digest in self._told.items():
            if digests.get(extension) != digest:
                self._forget(extension)
        self._told = digests
