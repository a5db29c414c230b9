"""The catalogue on SQLite or PostgreSQL."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, TypeVar

from gevent.lock import RLock
from sqlalchemy import Connection, Executable, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from controller.adapters.db import tables as t
from controller.adapters.db.audit import audit_row
from controller.adapters.db.codec import Codec
from controller.adapters.db.database import Database
from controller.domain.audit import Deed, change_of
from controller.domain.catalogue import CATALOGUE, CatalogueEntry
from controller.ports import Catalogue, Swap

Entry = TypeVar("Entry", bound=CatalogueEntry)

_NAMES = {kind: name for name, kind in CATALOGUE.items()}


def _upsert(dialect_name: str) -> Executable:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    insert = dialect.insert(t.catalogue)
    new = {name: insert.excluded[name] for name in ("data", "updated_at")}
    upsert: Executable = insert.on_conflict_do_update(index_elements=["kind", "id"], set_=new)
    return upsert


class SqlCatalogue:
    """`Catalogue` that writes to the database, then to `served_from`, which answers every read.

    `served_from`: an empty catalogue in memory. It holds what a restart would load, no more: an entry
    goes through the database's text before it is served. Raises StoreUnavailable, and StoreError for
    an entry that cannot be read.
    """

    def __init__(self, database: Database, served_from: Catalogue) -> None:
        self._database = database
        self._served_from = served_from
        self._codec = Codec()
        #: Memory takes the writes in the database's order.
        self._writing: AbstractContextManager[Any] = RLock()
        for entry in self._load():
            served_from.put(entry)

    def get(self, kind: type[Entry], entry_id: str) -> Entry:
        return self._served_from.get(kind, entry_id)

    def find(self, kind: type[Entry], entry_id: str) -> Entry | None:
        return self._served_from.find(kind, entry_id)

    def all(self, kind: type[Entry]) -> Sequence[Entry]:
        return self._served_from.all(kind)

    def alone(self) -> AbstractContextManager[Any]:
        return self._writing

    def put(self, entry: CatalogueEntry, deed: Deed | None = None) -> None:
        with self._writing:
            present = self.find(type(entry), entry.id)
            self._write([Swap(present=present, wanted=entry, deed=deed)])

    def remove(self, kind: type[CatalogueEntry], entry_id: str, deed: Deed | None = None) -> None:
        with self._writing:
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
        with self._writing:
            for swap in swaps:
                if self.find(type(swap.entry), swap.entry.id) != swap.present:
                    return False
            self._write(swaps)
        return True

    def _write(self, swaps: Sequence[Swap]) -> None:
        """Entries and deeds in one transaction, then what is served."""
        now = time.time()
        stored = [self._as_stored(swap) for swap in swaps]
        rows = [row for swap in stored if (row := self._row(swap.wanted, now)) is not None]
        gone = [swap.entry for swap in stored if swap.wanted is None]
        kept = [
            audit_row(swap.deed, change_of(swap.present, swap.wanted), self._codec)
            for swap in stored
            if swap.deed is not None
        ]

        def work(connection: Connection) -> None:
            for entry in gone:
                kind = t.catalogue.c.kind == _NAMES[type(entry)]
                connection.execute(delete(t.catalogue).where(kind, t.catalogue.c.id == entry.id))
            if rows:
                connection.execute(_upsert(connection.dialect.name), rows)
            if kept:
                connection.execute(t.audit.insert(), kept)

        self._database.write(work)
        self._served_from.swap_all([replace(swap, deed=None) for swap in stored])

    def _as_stored(self, swap: Swap) -> Swap:
        """With the entry as a restart would load it."""
        if swap.wanted is None:
            return swap
        kind = _NAMES[type(swap.wanted)]
        data = self._codec.encode(swap.wanted)
        return replace(swap, wanted=self._codec.entry(kind, swap.wanted.id, data))

    def _row(self, entry: CatalogueEntry | None, now: float) -> dict[str, Any] | None:
        if entry is None:
            return None
        data = self._codec.encode(entry)
        return {"kind": _NAMES[type(entry)], "id": entry.id, "data": data, "updated_at": now}

    def subscribe(self, callback: Callable[[str, str], None]) -> None:
        """Called with (kind's name, id) after each put and remove, when both are done and durable."""
        self._served_from.subscribe(callback)

    def reload(self) -> None:
        """Serve what the database holds now; subscribers hear of each entry that differs.

        For a process whose catalogue another process may have changed.
        """
        with self._writing:
            stored = {(type(entry), entry.id): entry for entry in self._load()}
            for kind in CATALOGUE.values():
                for entry in self._served_from.all(kind):
                    if (kind, entry.id) not in stored:
                        self._served_from.remove(kind, entry.id)
            for (kind, entry_id), entry in stored.items():
                if self._served_from.find(kind, entry_id) != entry:
                    self._served_from.put(entry)

    def _load(self) -> Sequence[CatalogueEntry]:
        query = select(t.catalogue.c.kind, t.catalogue.c.id, t.catalogue.c.data)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [self._codec.entry(*row) for row in rows]
