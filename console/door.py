"""Who may come in with a password, and how often one may try.

Only wrong passwords count. Four buckets, each for a burst and then one every so many seconds:

* From an address that nobody has signed in from of late, the address and the name each have one. Guessing
  from anywhere, at any number of addresses, gets no further than the name's.
* From an address that somebody has signed in from, the name has one at this address alone, and the address
  one for all names: a guesser elsewhere keeps nobody out of his office.

A name that there is not has the same buckets, takes the same time and gets the same words.
"""

from collections.abc import Iterable
from dataclasses import replace

from console.auth import CredentialError, check_agent
from console.passwords import Passwords
from console.throttle import Throttle
from controller.domain.catalogue import Account
from controller.ports import Catalogue, Clock

#: Burst, and seconds until the next one.
STRANGE_ADDRESS, STRANGE_NAME = (20, 10.0), (10, 60.0)
KNOWN_ADDRESS, NAME_AT_KNOWN = (200, 3.0), (10, 30.0)
#: Of an old password, when somebody who is signed in chooses another.
OLD_PASSWORD = (10, 60.0)

#: Addresses that an account remembers.
REMEMBERED = 8

#: No account has a longer name.
_LONGEST_NAME = 63

_Taken = tuple[Throttle, str]


class WrongPasswordError(Exception):
    """Not the password. `account`: its id, when there is one of this name."""

    def __init__(self, account: str | None) -> None:
        super().__init__("refused")
        self.account = account


class TooManyTriesError(Exception):
    """Too many wrong ones; `wait_s`: seconds until the next may be tried."""

    def __init__(self, wait_s: int) -> None:
        super().__init__("slow")
        self.wait_s = wait_s


class Door:
    def __init__(self, catalogue: Catalogue, passwords: Passwords, clock: Clock) -> None:
        self._catalogue = catalogue
        self._passwords = passwords
        self._clock = clock
        self._strange_addresses = _throttle(STRANGE_ADDRESS)
        self._strange_names = _throttle(STRANGE_NAME)
        self._known_addresses = _throttle(KNOWN_ADDRESS)
        self._names_at_known = _throttle(NAME_AT_KNOWN)
        self._old_passwords = _throttle(OLD_PASSWORD)

    def sign_in(self, typed: str, password: str, network: str) -> Account:
        """The account as it is now. Raises WrongPasswordError, TooManyTriesError, BusyError."""
        name = typed.strip().lower()[: _LONGEST_NAME + 1]
        account = self._catalogue.find(Account, name)
        stored = None if account is None or not self._welcome(account) else account.password_hash
        known = None if account is None else account.id
        self._check(stored, password, self._buckets(name, network), known)
        now = self._catalogue.find(Account, name)  # hashing took its time
        if now is None or now.password_hash != stored or not self._welcome(now):
            raise WrongPasswordError(known)
        return self._remembered(now, password, network)

    def check_old(self, account: Account, password: str) -> None:
        """Of somebody signed in. Raises WrongPasswordError, TooManyTriesError, BusyError."""
        buckets = [(self._old_passwords, account.id)]
        self._check(account.password_hash, password, buckets, account.id)

    def _check(
        self, stored: str | None, password: str, buckets: list[_Taken], account: str | None
    ) -> None:
        now = self._clock.now()
        wait_s = max(throttle.wait(key, now) for throttle, key in buckets)
        if wait_s:
            raise TooManyTriesError(wait_s)

        def count() -> None:
            """In its turn: of many who ask at once, none is checked beyond what the buckets hold."""
            taken: list[_Taken] = []
            for throttle, key in buckets:
                wait_s = throttle.take(key, now)
                if wait_s:
                    _give_back(taken)
                    raise TooManyTriesError(wait_s)
                taken.append((throttle, key))

        if not self._passwords.check(stored, password, count):
            raise WrongPasswordError(account)
        _give_back(buckets)

    def _buckets(self, name: str, network: str) -> list[_Taken]:
        if self._is_known(network):
            return [
                (self._known_addresses, network),
                (self._names_at_known, f"{network} {name}"),
            ]
        return [(self._strange_addresses, network), (self._strange_names, name)]

    def _is_known(self, network: str) -> bool:
        return any(
            network in account.addresses
            for account in self._catalogue.all(Account)
            if account.enabled
        )

    def _welcome(self, account: Account) -> bool:
        try:
            check_agent(account.agent, self._catalogue)
        except CredentialError:
            return False
        return account.enabled

    def _remembered(self, account: Account, password: str, network: str) -> Account:
        """With the address it is known at now, and its password hashed as is done today."""
        changed = account
        if network and network not in account.addresses[:1]:
            others = (a for a in account.addresses if a != network)
            changed = replace(account, addresses=(network, *others)[:REMEMBERED])
        assert changed.password_hash is not None
        if self._passwords.outdated(changed.password_hash):
            changed = replace(changed, password_hash=self._passwords.hash(password))
        # Whoever changed it meanwhile knows better; the address is remembered the next time.
        if changed == account or not self._catalogue.swap(account, changed):
            return account
        return changed


def _throttle(limits: tuple[int, float]) -> Throttle:
    burst, refill_s = limits
    return Throttle(burst=burst, refill_s=refill_s)


def _give_back(taken: Iterable[_Taken]) -> None:
    for throttle, key in taken:
        throttle.give_back(key)
