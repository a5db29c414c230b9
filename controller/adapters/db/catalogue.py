"""The catalogue on SQLite or PostgreSQL."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from gevent.lock import RLock
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from controller.adapters.db import tables as t
from controller.adapters.db.codec import Codec
from controller.adapters.db.database import Database
from controller.domain.catalogue import CATALOGUE, CatalogueEntry
from controller.ports import Catalogue

Entry = TypeVar("Entry", bound=CatalogueEntry)

_NAMES = {kind: name for name, kind in CATALOGUE.items()}


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
        self._writing = RLock()  # memory takes the writes in the database's order
        for entry in self._load():
            served_from.put(entry)

    def get(self, kind: type[Entry], entry_id: str) -> Entry:
        return self._served_from.get(kind, entry_id)

    def find(self, kind: type[Entry], entry_id: str) -> Entry | None:
        return self._served_from.find(kind, entry_id)

    def all(self, kind: type[Entry]) -> Sequence[Entry]:
        return self._served_from.all(kind)

    def put(self, entry: CatalogueEntry) -> None:
        kind = _NAMES[type(entry)]
        data = self._codec.encode(entry)
        stored = self._codec.entry(kind, entry.id, data)
        row = {"kind": kind, "id": stored.id, "data": data, "updated_at": time.time()}

        def work(connection: Connection) -> None:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            insert = dialect.insert(t.catalogue)
            new = {name: insert.excluded[name] for name in ("data", "updated_at")}
            upsert = insert.on_conflict_do_update(index_elements=["kind", "id"], set_=new)
            connection.execute(upsert, row)

        with self._writing:
            self._database.write(work)
            self._served_from.put(stored)

    def remove(self, kind: type[CatalogueEntry], entry_id: str) -> None:
        self._served_from.get(kind, entry_id)
        condition = (t.catalogue.c.kind == _NAMES[kind]) & (t.catalogue.c.id == entry_id)
        with self._writing:
            self._database.write(lambda c: c.execute(delete(t.catalogue).where(condition)))
            self._served_from.remove(kind, entry_id)

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
