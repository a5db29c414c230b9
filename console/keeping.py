"""How long the audit keeps its rows."""

import gevent
import structlog

from controller.errors import StoreError
from controller.greenlets import spawn
from controller.ports import AuditLog, Clock

_log = structlog.get_logger(__name__)

_DAY_S = 86_400.0
#: After a database that was away.
_AGAIN_S = 600.0


class Keeping:
    """Once at the start and once a day, rows older than `kept_s` go; None: none ever does."""

    def __init__(self, audit: AuditLog, clock: Clock, kept_s: float | None) -> None:
        self._audit = audit
        self._clock = clock
        self._kept_s = kept_s
        self._running: gevent.Greenlet | None = None

    def start(self) -> None:
        self._running = spawn("audit-kept", self._keep)

    def stop(self) -> None:
        if self._running is not None:
            self._running.kill()

    def prune(self) -> float | None:
        """What is old enough goes; the seconds until the next time, None when there is none."""
        if self._kept_s is None:
            return None
        try:
            gone = self._audit.prune(self._clock.now() - self._kept_s)
        except StoreError as error:
            _log.warning("audit_not_pruned", problem=str(error))
            return _AGAIN_S
        if gone:
            _log.info("audit_pruned", rows=gone)
        return _DAY_S

    def _keep(self) -> None:
        while (wait_s := self.prune()) is not None:
            gevent.sleep(wait_s)
