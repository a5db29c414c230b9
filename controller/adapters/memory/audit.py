"""The audit in memory: forgets all at the end of the process."""

from collections.abc import Sequence
from itertools import islice

from controller.domain.audit import AuditFilter, AuditRow, Deed, EntryChange


class MemoryAudit:
    """`AuditLog` of a list. `keep` is for the catalogue beside it, which writes at the same time."""

    def __init__(self) -> None:
        self._rows: dict[int, AuditRow] = {}
        self._last = 0

    def append(self, deeds: Sequence[Deed]) -> None:
        for deed in deeds:
            self.keep(deed, None)

    def keep(self, deed: Deed, change: EntryChange | None) -> None:
        self._last += 1
        self._rows[self._last] = AuditRow(id=self._last, deed=deed, change=change)

    def search(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        found = (row for row in reversed(self._rows.values()) if _matches(row, wanted))
        return list(islice(found, wanted.limit))

    def row(self, row_id: int) -> AuditRow | None:
        return self._rows.get(row_id)

    def prune(self, before: float) -> int:
        old = [row.id for row in self._rows.values() if row.deed.at < before]
        for row_id in old:
            del self._rows[row_id]
        return len(old)


def _matches(row: AuditRow, wanted: AuditFilter) -> bool:
    deed = row.deed
    return (
        (wanted.before is None or row.id < wanted.before)
        and (wanted.since is None or deed.at >= wanted.since)
        and (wanted.until is None or deed.at < wanted.until)
        and wanted.who in (None, deed.who)
        and wanted.action in (None, deed.action)
        and wanted.subject in (None, deed.subject)
    )
