"""The way of deeds into the audit: at once for whoever did them, saved a moment later.

What changes the catalogue is saved with its change and does not come this way.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import replace

import gevent
import structlog
from gevent.event import Event

from console.throttle import Throttle
from controller.domain.audit import AuditFilter, AuditRow, Deed
from controller.errors import StoreError, say
from controller.greenlets import spawn
from controller.ports import AuditLog

_log = structlog.get_logger(__name__)

#: Deeds that wait for a database that is away; those that come then are lost, and the log says so.
MOST = 10_000
#: Rows in one transaction.
_BATCH = 500
_AGAIN_S = 2.0
#: Whoever reads waits so long for what was done before.
_FLUSH_S = 5.0

#: Refusals of one caller, or from one address when nobody is known; and of all. Then one row stands for
#: those left out.
OF_ONE, OF_ALL = (20, 30.0), (1000, 1.0)
_KEYS = 10_000


class Trail:
    """`log`: where it leads to."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._deeds: deque[Deed] = deque()
        self._saved = Event()
        self._saved.set()
        self._of_one = Throttle(burst=OF_ONE[0], refill_s=OF_ONE[1])
        self._of_all = Throttle(burst=OF_ALL[0], refill_s=OF_ALL[1])
        self._left_out: OrderedDict[str, int] = OrderedDict()
        self._writer: gevent.Greenlet | None = None

    def note(self, deed: Deed) -> None:
        """Never waits and never fails."""
        if len(self._deeds) >= MOST:
            _log.error("audit_row_lost", action=deed.action, outcome=deed.outcome)
            return
        self._deeds.append(deed)
        if self._saved.is_set():
            self._saved.clear()
            self._writer = spawn("audit-trail", self._write)

    def note_refused(self, deed: Deed, key: str) -> None:
        """As `note`, unless `key` was refused too often of late: no flood of requests fills the disk."""
        if self._of_one.take(key, deed.at) or self._of_all.take("", deed.at):
            self._left_out[key] = self._left_out.get(key, 0) + 1
            if len(self._left_out) > _KEYS:
                self._left_out.popitem(last=False)
            return
        more = self._left_out.pop(key, 0)
        if more:
            detail = say(
                "audit_and_more",
                "{detail} (and {more} more refused before)",
                detail=deed.detail,
                more=more,
            )
            deed = replace(deed, detail=detail)
        self.note(deed)

    def search(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        """With everything that was noted before. Raises StoreUnavailable."""
        self.flush()
        return self._log.search(wanted)

    def row(self, row_id: int) -> AuditRow | None:
        return self._log.row(row_id)

    def flush(self, limit_s: float = _FLUSH_S) -> None:
        """Wait until all is saved, or the limit is over."""
        self._saved.wait(limit_s)

    def stop(self) -> None:
        """What cannot be saved now is lost."""
        self.flush()
        if self._writer is not None:
            self._writer.kill()

    def _write(self) -> None:
        try:
            while self._deeds:
                some = [self._deeds[n] for n in range(min(_BATCH, len(self._deeds)))]
                try:
                    self._log.append(some)
                except StoreError as error:
                    _log.warning("audit_waits", rows=len(self._deeds), problem=str(error))
                    gevent.sleep(_AGAIN_S)
                    continue
                except Exception:
                    _log.exception("audit_rows_lost", rows=len(some))
                for _ in some:
                    self._deeds.popleft()
        finally:
            self._saved.set()
