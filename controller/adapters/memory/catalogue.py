"""The catalogue in memory: forgets all at the end of the process."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog

from controller.adapters.memory.audit import MemoryAudit
from controller.domain.audit import Deed, change_of
from controller.domain.catalogue import CATALOGUE, CatalogueEntry
from controller.errors import NotFound

Entry = TypeVar("Entry", bound=CatalogueEntry)

_NAMES: dict[type[Any], str] = {kind: name for name, kind in CATALOGUE.items()}
_log = structlog.get_logger(__name__)


class MemoryCatalogue:
    """`Catalogue` of dicts, each in the order of its ids. `audit` keeps the deeds behind changes."""

    def __init__(self, audit: MemoryAudit | None = None) -> None:
        self._audit = MemoryAudit() if audit is None else audit
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

    def put(self, entry: CatalogueEntry, deed: Deed | None = None) -> None:
        self._write(self.find(type(entry), entry.id), entry, deed)

    def remove(self, kind: type[CatalogueEntry], entry_id: str, deed: Deed | None = None) -> None:
        self._write(self.get(kind, entry_id), None, deed)

    def swap(
        self,
        present: CatalogueEntry | None,
        wanted: CatalogueEntry | None,
        deed: Deed | None = None,
    ) -> bool:
        some = present if present is not None else wanted
        if some is None or self.find(type(some), some.id) != present:
            return False
        self._write(present, wanted, deed)
        return True

    def _write(
        self, before: CatalogueEntry | None, after: CatalogueEntry | None, deed: Deed | None
    ) -> None:
        entry = after if after is not None else before
        assert entry is not None
        kind = type(entry)
        if deed is not None:
            self._audit.keep(deed, change_of(before, after))
        if after is None:
            del self._entries[kind][entry.id]
        else:
            self._entries[kind][entry.id] = after
        if before is None:
            self._entries[kind] = dict(sorted(self._entries[kind].items()))
        self._tell(_NAMES[kind], entry.id)

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
