"""The audit on SQLite or PostgreSQL."""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Select, delete, select

from controller.adapters.db import tables as t
from controller.adapters.db.codec import Codec
from controller.adapters.db.database import Database
from controller.domain.audit import AuditFilter, AuditRow, Deed, EntryChange
from controller.domain.catalogue import CatalogueEntry
from controller.errors import Said, StoreError

_log = structlog.get_logger(__name__)

#: The largest id that the column holds; what is beyond is nobody's.
_LAST = 2**63 - 1
#: Rows that go in one transaction.
_AT_ONCE = 1000


class SqlAudit:
    """`AuditLog` in the table `audit`. What changes the catalogue writes its rows itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._codec = Codec()

    def append(self, deeds: Sequence[Deed]) -> None:
        rows = [audit_row(deed, None, self._codec) for deed in deeds]
        if rows:
            self._database.write(lambda connection: connection.execute(t.audit.insert(), rows))

    def search(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        query = _matching(wanted).order_by(t.audit.c.id.desc()).limit(wanted.limit)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [self._read(row) for row in rows]

    def row(self, row_id: int) -> AuditRow | None:
        if not 0 < row_id <= _LAST:
            return None
        query = select(t.audit).where(t.audit.c.id == row_id)
        found = self._database.read(lambda connection: connection.execute(query).first())
        return None if found is None else self._read(found)

    def prune(self, before: float) -> int:
        """By the thousand: nobody else who writes waits long."""
        gone = 0
        some = select(t.audit.c.id).where(t.audit.c.at < before).limit(_AT_ONCE)
        old = delete(t.audit).where(t.audit.c.id.in_(some))
        while True:
            now = self._database.write(lambda connection: connection.execute(old).rowcount)
            gone += now
            if now < _AT_ONCE:
                return gone

    def _read(self, row: Any) -> AuditRow:
        deed = Deed(
            at=row.at,
            who=row.who,
            role=row.role,
            address=row.address,
            action=row.action,
            subject=row.subject,
            outcome="done" if row.outcome == "done" else "refused",
            detail=row.detail if row.said is None else _said(row.detail, json.loads(row.said)),
        )
        return AuditRow(id=row.id, deed=deed, change=self._change(row))

    def _change(self, row: Any) -> EntryChange | None:
        if row.kind is None:
            return None
        try:
            before, after = (self._entry(row.kind, row, data) for data in (row.before, row.after))
        except StoreError as error:  # of a kind or a form that this Tandem does not know
            _log.warning("audit_change_unreadable", row=row.id, problem=str(error))
            return None
        return EntryChange(kind=row.kind, before=before, after=after)

    def _entry(self, kind: str, row: Any, data: str | None) -> CatalogueEntry | None:
        return None if data is None else self._codec.entry(kind, f"in audit row {row.id}", data)


def audit_row(deed: Deed, change: EntryChange | None, codec: Codec) -> dict[str, Any]:
    """As the table has it."""
    before, after = (None, None) if change is None else (change.before, change.after)
    return {
        "at": deed.at,
        "who": deed.who,
        "role": deed.role,
        "address": deed.address,
        "action": deed.action,
        "subject": deed.subject,
        "outcome": deed.outcome,
        "detail": deed.detail,
        "said": json.dumps(_parts(deed.detail)) if isinstance(deed.detail, Said) else None,
        "kind": None if change is None else change.kind,
        "before": None if before is None else codec.encode(before),
        "after": None if after is None else codec.encode(after),
    }


def _parts(said: Said) -> dict[str, Any]:
    """All that JSON does not keep of the text; its values may be sentences themselves."""
    params = {
        name: {"words": value, **_parts(value)} if isinstance(value, Said) else value
        for name, value in said.params.items()
    }
    return {"code": said.code, "params": params}


def _said(words: str, parts: dict[str, Any]) -> Said:
    said = Said(words)
    said.code = parts["code"]
    said.params = {
        name: _said(value["words"], value) if isinstance(value, dict) else value
        for name, value in parts["params"].items()
    }
    return said


def _matching(wanted: AuditFilter) -> Select[Any]:
    columns = t.audit.c
    query = select(t.audit)
    if wanted.before is not None:
        query = query.where(columns.id < min(wanted.before, _LAST))
    if wanted.since is not None:
        query = query.where(columns.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.at < wanted.until)
    for name in ("who", "action", "subject"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(columns[name] == value)
    return query
