"""Sessions from their beginning to their end. Each ends by itself: nobody looks for old ones."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace

import gevent
import structlog
from gevent.event import Event

from console.auth import CredentialError
from console.sessions import LONGEST_S, caller_of, new_session
from controller.domain.audit import Deed
from controller.domain.catalogue import Account, Session
from controller.errors import NotFound, StoreError, say
from controller.greenlets import spawn
from controller.ports import Catalogue, Clock

_log = structlog.get_logger(__name__)

#: Of one account at the same time; the oldest ends for the next.
MOST = 20
#: Use is written down once in so many parts of the idle time.
_PARTS = 8
#: After a database that was away.
_AGAIN_S = 30.0


class Sessions:
    """`start`, later `stop`. A session that somebody `hold`s (a page that listens) is in use all along."""

    def __init__(self, catalogue: Catalogue, clock: Clock, longest_s: float = LONGEST_S) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._longest_s = longest_s
        self._held: Counter[str] = Counter()
        self._noting: set[str] = set()
        self._earlier = Event()
        self._ending: gevent.Greenlet | None = None

    def start(self) -> None:
        self._catalogue.subscribe(self._on_change)
        self._ending = spawn("sessions-end", self._end_in_time)

    def stop(self) -> None:
        if self._ending is not None:
            self._ending.kill()
        for session in self._catalogue.all(Session):
            if session.id in self._held:  # in use until now, for those who come back
                self._note_use(session)

    def open(self, account: Account, address: str, deed: Deed | None = None) -> tuple[str, Session]:
        """The cookie's text and the session. Raises CredentialError when the account changed its
        password in this very moment; StoreUnavailable."""
        text, session = new_session(
            account, now=self._clock.now(), address=address, longest_s=self._longest_s
        )
        self._catalogue.put(session, deed)
        present = self._catalogue.find(Account, account.id)
        if present is None or present.password_hash != account.password_hash:
            self.end(session.id)
            raise CredentialError(
                say("password_changed", "the password was changed meanwhile; sign in again"),
                known=True,
            )
        own = sorted(self._of(account.id), key=lambda s: s.created_at)
        for oldest in own[:-MOST]:
            self.end(oldest.id)
        self._earlier.set()
        return text, session

    def end(self, session_id: str, deed: Deed | None = None) -> None:
        """Nothing happens when it has ended."""
        with suppress(NotFound):
            self._catalogue.remove(Session, session_id, deed)

    def end_all(self, account: str, keep: str | None = None) -> None:
        """Every session of the account but the one kept."""
        for session in self._of(account):
            if session.id != keep:
                self.end(session.id)

    def used(self, session_id: str) -> None:
        """Somebody has used it. Never waits and never fails."""
        session = self._catalogue.find(Session, session_id)
        if session is None or session_id in self._noting:
            return
        if self._clock.now() - session.used_at >= session.idle_s / _PARTS:
            self._noting.add(session_id)
            spawn("session-used", self._note_use, session)

    def hold(self, session_id: str) -> None:
        """A page listens with it; as long as one does, it is in use."""
        self._held[session_id] += 1

    def release(self, session_id: str) -> None:
        """As often as `hold`."""
        self._held[session_id] -= 1
        if self._held[session_id] <= 0:
            del self._held[session_id]
            self.used(session_id)

    def sweep(self) -> float | None:
        """End what is over; the seconds until the next one is, None when there is none."""
        now = self._clock.now()
        for session in self._catalogue.all(Session):
            if session.expires_at <= now or not self._may_stay(session):
                self.end(session.id)
            elif session.ends_at <= now:
                if session.id in self._held:
                    self._catalogue.swap(session, replace(session, used_at=now))
                else:
                    self.end(session.id)
        left = [session.ends_at for session in self._catalogue.all(Session)]
        return max(0.0, min(left) - now) if left else None

    def _end_in_time(self) -> None:
        while True:
            try:
                wait_s = self.sweep()
            except StoreError as error:
                _log.warning("sessions_not_ended", problem=str(error))
                wait_s = _AGAIN_S
            self._earlier.wait(wait_s)
            self._earlier.clear()

    def _note_use(self, session: Session) -> None:
        try:
            # Not `put`: one who has signed out meanwhile stays out.
            self._catalogue.swap(session, replace(session, used_at=self._clock.now()))
        except StoreError as error:
            _log.warning("session_use_not_saved", problem=str(error))
        finally:
            self._noting.discard(session.id)

    def _on_change(self, kind: str, entry_id: str) -> None:
        if kind not in ("account", "agent"):
            return
        for session in self._catalogue.all(Session):
            if not self._may_stay(session):
                self.end(session.id)

    def _may_stay(self, session: Session) -> bool:
        try:
            caller_of(session, self._catalogue)
        except CredentialError:
            return False
        return True

    def _of(self, account: str) -> list[Session]:
        return [s for s in self._catalogue.all(Session) if s.account == account]
