"""A part's body out of its transfer encoding. Nothing is ever unpacked: what comes out is never larger."""

import binascii
import re
from io import BytesIO

from webchat_bridge.email.headers import base64_bytes
from webchat_bridge.email.limits import Problems

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_PLAIN = ("", "7bit", "8bit", "binary", "none", "ascii")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{0,300}\r?\n", re.MULTILINE)


def decoded(body: bytes, encoding: str, problems: Problems, *, text: bool) -> bytes:
    """`encoding`: the value of Content-Transfer-Encoding. Total; what was wrong goes to `problems`."""
    encoding = encoding.partition(";")[0].strip(" \t\"'").lower()
    if encoding in _PLAIN:
        return body
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        return _base64(body, problems, text=text)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uu(body, problems)
    problems.add(
        "transfer_unknown", "a part has a transfer encoding that is not known; taken as it is"
    )
    return body


def _base64(body: bytes, problems: Problems, *, text: bool) -> bytes:
    foreign = body.translate(None, _BASE64 + b" \t\r\n")
    if (text and len(foreign) * 50 > len(body)) or (text and _is_prose(body)):
        problems.add("transfer_wrong", "a text said to be base64 is not; shown as it came")
        return body
    data, padding, more = body.partition(b"=")
    if foreign or more.strip(b"= \t\r\n-"):
        problems.add("base64_broken", "a part's base64 is damaged; its content may be, too")
    elif len(data.translate(None, b" \t\r\n")) % 4 and not padding:
        problems.add("base64_broken", "a part's base64 ends too early")
    return base64_bytes(body)


def _is_prose(body: bytes) -> bool:
    """Blanks between words: base64 has none inside a line."""
    head = body[:2000].strip()
    return head.count(b" ") * 20 > len(head)


def _uu(body: bytes, problems: Problems) -> bytes:
    begin = _UU_BEGIN.search(body)
    out = bytearray()
    lines = BytesIO(body)  # lazily: a list of millions of small lines takes a gigabyte
    lines.seek(begin.end() if begin else 0)
    for line in lines:
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            out += binascii.a2b_uu(line.rstrip(b"\r\n"))
        except binascii.Error:
            problems.add("uu_broken", "a part's uuencoding is damaged; its content may be, too")
    return bytes(out)
