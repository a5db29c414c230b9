"""The catalogue in memory: forgets all at the end of the process."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog

from controller.domain.catalogue import CATALOGUE, CatalogueEntry
from controller.errors import NotFound

Entry = TypeVar("Entry", bound=CatalogueEntry)

_NAMES: dict[type[Any], str] = {kind: name for name, kind in CATALOGUE.items()}
_log = structlog.get_logger(__name__)


class MemoryCatalogue:
    """`Catalogue` of dicts, each in the order of its ids."""

    def __init__(self) -> None:
        # By kind, so each value is of its key's type; the type system cannot say so.
        self._entries: dict[type[Any], dict[str, Any]] = {kind: {} for kind in _NAMES}
        self._subscribers: list[Callable[[str, str], None]] = []

    def get(self, kind: type[Entry], entry_id: str) -> Entry:
        found = self.find(kind, entry_id)
        if found is None:
            raise NotFound(f"there is no {_NAMES[kind]} {entry_id!r}")
        return found

    def find(self, kind: type[Entry], entry_id: str) -> Entry | None:
        return self._entries[kind].get(entry_id)

    def all(self, kind: type[Entry]) -> Sequence[Entry]:
        return tuple(self._entries[kind].values())

    def put(self, entry: CatalogueEntry) -> None:
        kind = type(entry)
        known = entry.id in self._entries[kind]
        self._entries[kind][entry.id] = entry
        if not known:
            self._entries[kind] = dict(sorted(self._entries[kind].items()))
        self._tell(_NAMES[kind], entry.id)

    def remove(self, kind: type[CatalogueEntry], entry_id: str) -> None:
        self.get(kind, entry_id)
        del self._entries[kind][entry_id]
        self._tell(_NAMES[kind], entry_id)

    def subscribe(self, callback: Callable[[str, str], None]) -> None:
        """Called with (kind's name, id) after each put and remove, in order of subscription.

        What it raises is logged: the entry is saved, whoever stumbles over it.
        """
        self._subscribers.append(callback)

    def _tell(self, kind: str, entry_id: str) -> None:
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(kind, entry_id)
            except Exception:
                # No id in the log: it may be a telephone number.
                _log.exception("catalogue subscriber failed", kind=kind)
