"""Deeds on their way into the audit hold nobody up."""

from dataclasses import replace

import gevent
import pytest
from structlog.testing import capture_logs

from console import trail as module
from console.trail import OF_ONE, Trail
from controller.adapters.memory.audit import MemoryAudit
from controller.domain.audit import AuditFilter, Deed
from controller.errors import StoreUnavailable

DEED = Deed(
    at=1.0,
    who="account:sue",
    role="admin",
    address="192.0.2.1",
    action="GET /api/v1/tokens",
    subject="",
    outcome="refused",
    detail="may not do this",
)


class Slow(MemoryAudit):
    """An audit whose database is away until `here` is set."""

    def __init__(self):
        super().__init__()
        self.here = gevent.event.Event()
        self.asked = gevent.event.Event()

    def append(self, deeds):
        self.asked.set()
        if not self.here.is_set():
            raise StoreUnavailable("no database")
        super().append(deeds)


def test_what_was_noted_is_found():
    trail = Trail(MemoryAudit())
    for number in range(1200):
        trail.note(replace(DEED, subject=str(number)))
    rows = trail.search(AuditFilter(limit=2000))
    assert [row.deed.subject for row in reversed(rows)] == [str(n) for n in range(1200)]
    assert trail.row(rows[0].id) == rows[0]


def test_a_database_that_is_away_is_waited_for_and_nobody_waits_with_it(monkeypatch):
    monkeypatch.setattr(module, "_AGAIN_S", 0.01)
    audit = Slow()
    trail = Trail(audit)
    trail.note(DEED)
    assert audit.asked.wait(5)
    trail.note(replace(DEED, subject="later"))
    audit.here.set()
    assert [row.deed.subject for row in trail.search(AuditFilter())] == ["later", ""]


def test_what_no_room_is_left_for_is_lost_and_the_log_says_so(monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    audit = Slow()
    trail = Trail(audit)
    with capture_logs() as lines:
        for _ in range(5):
            trail.note(DEED)
    assert [line["event"] for line in lines].count("audit_row_lost") == 2
    audit.here.set()
    assert len(trail.search(AuditFilter())) == 3


def test_a_row_that_cannot_be_kept_stops_no_other():
    class Picky(MemoryAudit):
        def append(self, deeds):
            if any(deed.subject == "poison" for deed in deeds):
                raise ValueError("not this")
            super().append(deeds)

    trail = Trail(Picky())
    trail.note(replace(DEED, subject="poison"))
    trail.flush()
    trail.note(DEED)
    assert [row.deed for row in trail.search(AuditFilter())] == [DEED]


def test_a_flood_of_refusals_is_one_row_for_many():
    trail = Trail(MemoryAudit())
    for _ in range(OF_ONE[0] + 100):
        trail.note_refused(DEED, "account:sue")
    trail.note_refused(DEED, "account:bob")
    assert len(trail.search(AuditFilter(limit=1000))) == OF_ONE[0] + 1
    trail.note_refused(replace(DEED, at=1.0 + OF_ONE[1]), "account:sue")
    (last,) = trail.search(AuditFilter(limit=1))
    assert last.deed.detail == "may not do this (and 100 more refused before)"


@pytest.mark.parametrize("limit_s", [0.0, 0.01])
def test_a_reader_waits_only_so_long(limit_s):
    trail = Trail(Slow())
    trail.note(DEED)
    trail.flush(limit_s)
    assert trail.row(1) is None
