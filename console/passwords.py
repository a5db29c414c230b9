"""Passwords: Argon2id, worked out in real threads, two at a time, so that no call waits for it."""

import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import get_hub
from gevent.lock import BoundedSemaphore

T = TypeVar("T")

#: UTF-8 bytes of a password as it is sent; longer ones are refused unhashed.
LONGEST = 256
#: Characters of one that is chosen.
SHORTEST = 10

#: What OWASP asks of Argon2id, with the least memory: some 40 ms of one core.
TIME_COST, MEMORY_KIB = 2, 19 * 1024

#: At most so many at a time, and so many who wait for their turn: some 2 s.
AT_ONCE, WAITING = 2, 100


class BusyError(Exception):
    """Too many passwords wait to be checked. `retry_s`: the seconds after which to try again."""

    retry_s = 3


class Passwords:
    """Makes and checks hashes. Two texts that look alike (NFKC) are the same password."""

    def __init__(
        self, *, time_cost: int = TIME_COST, memory_kib: int = MEMORY_KIB, waiting: int = WAITING
    ) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._turns = BoundedSemaphore(AT_ONCE)
        self._most = AT_ONCE + waiting
        self._inside = 0
        self._nobody: str | None = None
        self.checked = 0

    def hash(self, password: str) -> str:
        """Blocks the greenlet only. Raises BusyError."""
        return self._in_turn(lambda: self._hasher.hash(_normal(password)))

    def check(
        self, stored: str | None, password: str, admitted: Callable[[], None] = lambda: None
    ) -> bool:
        """Whether it is the password. Without a stored one, False after just as long.

        `admitted` is called when its turn has come; what it raises is raised, and nothing was checked.
        Raises BusyError.
        """
        if self._nobody is None:
            self._nobody = self.hash("")
        against = stored if stored is not None else self._nobody

        def work() -> bool:
            try:
                return self._hasher.verify(against, _normal(password))
            except (VerificationError, InvalidHashError):
                return False

        fits = self._in_turn(work, admitted)
        return fits and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether it was made in a way that is not today's."""
        return self._hasher.check_needs_rehash(stored)

    def _in_turn(self, work: Callable[[], T], admitted: Callable[[], None] = lambda: None) -> T:
        if self._inside >= self._most:
            raise BusyError
        self._inside += 1
        try:
            with self._turns:
                admitted()
                self.checked += 1
                done: T = get_hub().threadpool.apply(work)
                return done
        finally:
            self._inside -= 1


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()
