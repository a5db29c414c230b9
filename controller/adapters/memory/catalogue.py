"""The catalogue in memory: forgets all at the end of the process."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import structlog

from controller.adapters.memory.audit import MemoryAudit
from controller.domain.audit import Deed, change_of
from controller.domain.catalogue import CATALOGUE, CatalogueEntry
from controller.errors import NotFound, say
from controller.ports import Swap

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
            raise NotFound(
                say("unknown_entry", "there is no {kind} {id!r}", kind=_NAMES[kind], id=entry_id)
            )
        return found

    def find(self, kind: type[Entry], entry_id: str) -> Entry | None:
        return self._entries[kind].get(entry_id)

    def all(self, kind: type[Entry]) -> Sequence[Entry]:
        return tuple(self._entries[kind].values())

    def alone(self) -> AbstractContextManager[Any]:
        return nullcontext()  # no write here lets anybody else have his turn

    def put(self, entry: CatalogueEntry, deed: Deed | None = None) -> None:
        present = self.find(type(entry), entry.id)
        self._write([Swap(present=present, wanted=entry, deed=deed)])

    def remove(self, kind: type[CatalogueEntry], entry_id: str, deed: Deed | None = None) -> None:
        self._write([Swap(present=self.get(kind, entry_id), wanted=None, deed=deed)])

    def swap(
        self,
        present: CatalogueEntry | None,
        wanted: CatalogueEntry | None,
        deed: Deed | None = None,
    ) -> bool:
        if present is None and wanted is None:
            return False
        return self.swap_all([Swap(present=present, wanted=wanted, deed=deed)])

    def swap_all(self, swaps: Sequence[Swap]) -> bool:
        for swap in swaps:
            if self.find(type(swap.entry), swap.entry.id) != swap.present:
                return False
        self._write(swaps)
        return True

    def _write(self, swaps: Sequence[Swap]) -> None:
        for swap in swaps:
            entries, entry = self._entries[type(swap.entry)], swap.entry
            if swap.deed is not None:
                self._audit.keep(swap.deed, change_of(swap.present, swap.wanted))
            if swap.wanted is None:
                entries.pop(entry.id, None)
            else:
                entries[entry.id] = entry
        for kind in {type(swap.entry) for swap in swaps if swap.present is None}:
            self._entries[kind] = dict(sorted(self._entries[kind].items()))
        for swap in swaps:
            self._tell(_NAMES[type(swap.entry)], swap.entry.id)

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
