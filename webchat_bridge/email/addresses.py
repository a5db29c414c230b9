"""Addresses out of header fields, in one form: lower case, the domain in ASCII (IDNA)."""

import re
import unicodedata
from dataclasses import dataclass

import idna

#: RFC 5321: 64 octets before the @, 255 after it.
_LOCAL_MOST, _DOMAIN_MOST = 64, 255
_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]+")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_PIECE = re.compile(r"""[^"(),:;<>\\\[\]]+|.""", re.DOTALL)

_NO_REPLY = re.compile(
    r"(?:.*[._+-])?(?:no|not|do-?not|never)[._-]?repl(?:y|ies)(?:[._+-].*)?|noreply.*|"
    r"mailer-daemon|mailerdaemon|postmaster|bounces?(?:[._+-].*)?|listserv|majordomo|"
    r"owner-.*|.*-(?:request|owner|bounces?)|null|devnull|auto-?reply",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One address of a field; `name`: still as written there (RFC 2047 words and all)."""

    name: str
    address: str


def normal(address: str) -> str | None:
    """The one form of an address; None where it is none.

    >>> normal("Ann.Lee@EXAMPLE.com"), normal("ann@例子.example"), normal("ann")
    ('ann.lee@example.com', 'ann@xn--fsqu00a.example', None)
    """
    local, at, domain = unicodedata.normalize("NFC", address[:1000].strip()).rpartition("@")
    domain = domain.lower().rstrip(".")
    if not at or not local or not domain or len(domain) > _DOMAIN_MOST:
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError, ValueError):
            return None
    if len(local.encode("utf-8", "replace")) > _LOCAL_MOST or not _DOMAIN.fullmatch(domain):
        return None
    if not _LOCAL.fullmatch(local) or any(unicodedata.category(char)[0] == "C" for char in local):
        return None
    return f"{local.lower()}@{domain}"


def is_no_reply(address: str) -> bool:
    """Nobody reads what is sent there, or a machine answers."""
    return bool(_NO_REPLY.fullmatch(address.rpartition("@")[0]))


def is_own(address: str, own: frozenset[str]) -> bool:
    """Ours, also with a tag: support+x@ is support@."""
    if address in own:
        return True
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own


def parse(field: str, most: int) -> tuple[list[Named], bool]:
    """The addresses of one field, at most `most`, and whether anything was left out or not understood.

    Reads what people write, not only the grammar: `;` between addresses, bare words before `<`, groups.
    One pass over the characters, whatever they are.
    """
    found: list[Named] = []
    broken = False
    for name, address in _entries(field):
        if not name and not address:
            continue
        if len(found) >= most:
            return found, True
        good = normal(address)
        if good is None:
            broken = True
        else:
            found.append(Named(name=name, address=good))
    return found, broken


def _entries(field: str) -> list[tuple[str, str]]:
    """(display name, address) of each entry, unchecked."""
    entries: list[tuple[str, str]] = []
    words: list[str] = []
    inside: list[str] | None = None  # between < and >
    quoted: list[str] | None = None
    angle: str | None = None
    comment = 0
    escaped = False

    def end() -> None:
        nonlocal words, inside, angle
        name = "".join(words).strip()
        address = angle if angle is not None else "".join(inside) if inside is not None else None
        if address is None:
            name, address = "", name
        entries.append((name, address.strip()))
        words, inside, angle = [], None, None

    for piece in _PIECE.findall(field):
        here = words if inside is None else inside
        if escaped:
            (quoted if quoted is not None else here).append(piece)
            escaped = False
        elif piece == "\\":
            escaped = True
        elif quoted is not None:
            if piece == '"':
                here.append("".join(quoted))
                quoted = None
            else:
                quoted.append(piece)
        elif comment:
            comment += (piece == "(") - (piece == ")")
        elif piece == "(":
            comment = 1
        elif piece == '"':
            quoted = []
        elif piece == "<":
            inside = []
        elif piece == ">" and inside is not None:
            angle, inside = "".join(inside), None
        elif piece in ",;" and inside is None:
            end()
        elif piece == ":" and inside is None:
            words = []  # a group's name
        elif piece == ":":
            inside = []  # a route, <@a,@b:c@d>
        else:
            here.append(piece)
    if quoted is not None:
        words.append("".join(quoted))
    end()
    return entries
