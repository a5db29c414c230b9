"""The people whose phones may register: one file of the FreeSWITCH directory each."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field

from controller.errors import Invalid

_EXTENSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_A1_HASH = re.compile(r"[0-9a-f]{32}")
_CONTACT = re.compile(r"sips?:[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+(:[0-9]{1,5})?(;[A-Za-z0-9=.-]+)*")
_SHORT_PASSWORD = 8


def a1_hash(extension: str, domain: str, password: str) -> str:
    """The digest FreeSWITCH checks a registration against: it never needs the password itself."""
    # MD5 is what SIP digest (RFC 2617) prescribes.
    return hashlib.md5(
        f"{extension}:{domain}:{password}".encode(), usedforsecurity=False
    ).hexdigest()


def display_name(name: str) -> str:
    """`name` on one line: control characters and runs of blanks become one blank."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in name)
    return " ".join(kept.split())[:64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntry:
    """An agent's phone. Exactly one of `a1_hash` (32 hex digits, preferred) and `password`.

    `contact` is a fixed SIP address (`sip:1001@10.0.0.9:5060`) for a phone that cannot register.
    """

    extension: str
    name: str
    a1_hash: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    contact: str | None = None

    def __post_init__(self) -> None:
        if not _EXTENSION.fullmatch(self.extension):
            raise Invalid(
                f"extension {self.extension!r}: use 1 to 32 letters, digits, - or _, starting with"
                " a letter or digit"
            )
        if (self.a1_hash is None) == (self.password is None):
            raise Invalid(f"extension {self.extension}: give either a1_hash or password")
        if self.a1_hash is not None and not _A1_HASH.fullmatch(self.a1_hash):
            raise Invalid(
                f"extension {self.extension}: a1_hash must be 32 lower-case hex digits, the MD5 of"
                " extension:domain:password"
            )
        if self.password is not None and len(self.password) < _SHORT_PASSWORD:
            raise Invalid(
                f"extension {self.extension}: the password needs {_SHORT_PASSWORD} characters or more"
            )
        if self.contact is not None and not _CONTACT.fullmatch(self.contact):
            raise Invalid(
                f"extension {self.extension}: contact must look like sip:1001@10.0.0.9:5060"
            )

    def digest(self, domain: str) -> str:
        """What is written to the switch: passwords never reach its disk."""
        if self.a1_hash is not None:
            return self.a1_hash
        assert self.password is not None
        return a1_hash(self.extension, domain, self.password)
