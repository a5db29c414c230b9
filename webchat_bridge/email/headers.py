"""A header block as fields, and a field's value as text.

Python's `email` gives up on some broken fields and is slow on others, so: bytes are split here, RFC 2047 and
RFC 2231 are decoded here, in one pass each.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from webchat_bridge.email.charsets import decode
from webchat_bridge.email.limits import Problems

#: Where a line ends, also a lone CR.
_LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_BEGINS = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_WORD = re.compile(r"=\?([\w.:+()-]{1,60})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(
    r";\s*([^\s=;\"]{1,80})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))", re.DOTALL
)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one block in their order, names in lower case, values unfolded, as raw bytes."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def all(self, name: str) -> Iterator[bytes]:
        return (value for field, value in self.fields if field == name)

    def raw(self, name: str) -> str:
        """The first such field as it stands, 8-bit characters decoded; "" where there is none."""
        return plain(next(self.all(name), b""))

    def has(self, name: str) -> bool:
        return any(field == name for field, _ in self.fields)

    def parameters(self, name: str) -> tuple[str, dict[str, str]]:
        """The value before the first `;`, in lower case, and the parameters, RFC 2231 joined."""
        return parameters(self.raw(name))


def parse(block: bytes, most: int, problems: Problems) -> Headers:
    """At most `most` fields. A line that is none is left out with a remark, but for an mbox's From line."""
    fields: list[tuple[str, list[bytes]]] = []
    for line in _LINE_END.split(block):
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        match = _FIELD.fullmatch(line)
        if match is None:
            if line and not line.startswith((b"From ", b">From ")):
                problems.add("header_broken", "a line of the header is no field; it was left out")
            continue
        if len(fields) >= most:
            problems.add("header_cut", f"more than {most} header fields; the rest was left out")
            break
        fields.append((match[1].decode("ascii").lower(), [match[2]]))
    return Headers(tuple((name, b"".join(lines).strip()) for name, lines in fields))


def begins_field(raw: bytes) -> bool:
    return bool(_BEGINS.match(raw))


def plain(raw: bytes) -> str:
    """Raw 8-bit characters decoded, RFC 2047 words left as they are."""
    return decode(raw, None, Problems()).replace("\n", " ")


def text(value: str, problems: Problems) -> str:
    """RFC 2047 words decoded, white space made one space.

    Words side by side in one charset are joined as bytes first: many mailers cut inside a character.
    """
    out: list[str] = []
    held = b""
    held_charset = ""
    at = 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        at = match.end()
        charset = match[1].lower()
        if held_charset and (between.strip() or charset != held_charset):
            out.append(decode(held, held_charset, problems))
            held = b""
        if between.strip() or (between and not held_charset):
            out.append(between)
        held += _word(match[2], match[3])
        held_charset = charset
    if held_charset:
        out.append(decode(held, held_charset, problems))
    out.append(value[at:])
    return " ".join("".join(out).split())


def _word(encoding: str, value: str) -> bytes:
    raw = value.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b"=20").replace(b" ", b"=20"), header=True)
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """What can be decoded of it: foreign characters skipped, the end padded or cut."""
    data = raw.partition(b"=")[0].translate(None, _NOT_BASE64)
    data = data[: len(data) - 1] if len(data) % 4 == 1 else data
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    head, _, _ = value.partition(";")
    plainly: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in list(_PARAMETER.finditer(value, len(head)))[:100]:
        got = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3].strip()
        section = _SECTION.fullmatch(match[1].lower())
        if section is None or (section[2] is None and section[3] is None):
            plainly.setdefault(match[1].lower(), got)
        else:
            of = sections.setdefault(section[1], {})
            of.setdefault(int(section[2] or 0), (section[3] is not None, got))
    for name, parts in sections.items():
        plainly[name] = _joined(parts)  # RFC 2231 before what stands beside it for old readers
    return head.strip().lower(), plainly


def _joined(sections: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231: sections in their order, the first extended one begins with charset'language'."""
    charset: str | None = None
    raw = b""
    for number, (extended, value) in sorted(sections.items()):
        if extended and number == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        piece = value.encode("utf-8", "replace")
        raw += _PERCENT.sub(lambda m: bytes([int(m[1], 16)]), piece) if extended else piece
    return decode(raw, charset or None, Problems())
