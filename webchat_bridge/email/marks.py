"""What shows that a mail is of ours, or answers one of ours. Nobody can make these without the key."""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass

from controller.errors import Invalid

_TOKEN = re.compile(r"\[T-([A-Z2-7]{10})([A-Z2-7]{6})\]", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OURS = re.compile(r"<([A-Za-z0-9_-]{1,64})\.([a-z2-7]{16})@([^<>@\s]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """`key`: secret, at least 16 bytes, the same as long as threads live. `addresses`: all mail addresses
    that arrive here, in the form of `addresses.normal`. `domain`: of the Message-IDs we make."""

    key: bytes
    domain: str
    addresses: frozenset[str]

    def __post_init__(self) -> None:
        if len(self.key) < 16:
            raise Invalid("the key of mail threads needs at least 16 bytes")


def token_of(thread: str, ours: Ours) -> str:
    """The subject token of a thread: 50 bits that nobody can guess, and 30 that tell them from chance."""
    body = _mac(ours, "thread", thread)[:10].upper()
    return f"[T-{body}{_check(ours, body)}]"


def token_in(subject: str, ours: Ours) -> str | None:
    """The first token in it that we made, as `token_of` wrote it."""
    for match in _TOKEN.finditer(subject):
        body = match[1].upper()
        if hmac.compare_digest(match[2].upper(), _check(ours, body)):
            return f"[T-{body}{match[2].upper()}]"
    return None


def without_tokens(subject: str) -> str:
    return " ".join(_TOKEN.sub(" ", subject).split())


def message_id_of(message: str, ours: Ours) -> str:
    """The same for the same message, so that a mail sent once more is the same mail. Invalid: no such id."""
    if not _ID.fullmatch(message):
        raise Invalid("a message's id has 1 to 64 letters, digits, - or _")
    return f"<{message}.{_mac(ours, 'mail', message)[:16]}@{ours.domain}>"


def message_in(message_id: str, ours: Ours) -> str | None:
    """The id of the message that a Message-ID of ours was made of; None: it is not ours."""
    match = _OURS.fullmatch(message_id)
    if match is None or match[3].lower() != ours.domain.lower():
        return None
    return match[1] if hmac.compare_digest(match[2], _mac(ours, "mail", match[1])[:16]) else None


def _check(ours: Ours, body: str) -> str:
    return _mac(ours, "token", body)[:6].upper()


def _mac(ours: Ours, use: str, value: str) -> str:
    digest = hmac.digest(ours.key, f"tandem {use}\0{value}".encode(), hashlib.sha256)
    return b32encode(digest).decode("ascii").rstrip("=").lower()
