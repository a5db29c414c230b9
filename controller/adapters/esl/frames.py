"""Bytes to frames: the event socket's framing, without a socket.

A frame is a block of `Name: value` lines, an empty line, and, when the block says
`Content-Length: N`, a body of exactly N bytes. Nothing here looks into a body.
"""

from collections.abc import Iterator
from typing import NamedTuple

from controller.errors import ProtocolError

MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 16 * 1024 * 1024


class Frame(NamedTuple):
    """One frame. A named tuple, not a dataclass: thousands a second are made of these."""

    content_type: str
    headers: dict[str, str]
    body: bytes


class FrameReader:
    """Feed it what `recv` gave, in pieces of any size; it gives the frames that became whole."""

    __slots__ = ("_at", "_data", "_held", "_needed", "_unread")

    def __init__(self) -> None:
        self._data = b""  # parsed up to _at
        self._at = 0
        self._unread: list[bytes] = []
        self._held = 0  # bytes after _at, in both
        self._needed = 0  # no frame can be whole before this many bytes are held

    @property
    def between_frames(self) -> bool:
        """True when the input so far ends where a frame ends: a clean place for an EOF."""
        return self._held == 0

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Frames completed by `data`, in order; take them all before the next `feed`.

        Raises ProtocolError at the first bytes that cannot be a frame; the reader is useless
        after that, since nobody knows where the next frame begins.
        """
        self._unread.append(data)
        self._held += len(data)
        if self._held < self._needed:
            return  # a long body grows in pieces, joined once
        data = b"".join((self._data[self._at :], *self._unread))
        self._data, self._at, self._unread, self._needed = data, 0, [], 0
        size = len(data)
        while self._at < size:
            start = self._at
            if data[start] == 0x0A:  # an empty block between frames says nothing
                self._at += 1
                continue
            end = data.find(b"\n\n", start, start + MAX_HEADER_BYTES + 2)
            if end < 0:
                if size - start > MAX_HEADER_BYTES + 1:
                    raise ProtocolError(f"a header block of more than {MAX_HEADER_BYTES} bytes")
                break
            headers = _parse_headers(data[start:end])
            content_type = _content_type(headers)
            body_at = end + 2
            self._at = body_at + _body_length(headers)
            if self._at > size:
                self._needed, self._at = self._at - start, start
                break
            yield Frame(content_type, headers, data[body_at : self._at])
        self._held = size - self._at


def _parse_headers(block: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    last = ""
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            last = name
            headers[name] = value.lstrip(" ")
        elif last:
            # FreeSWITCH puts some replies on the wire raw, their newlines included.
            headers[last] += "\n" + line
        else:
            raise ProtocolError("a header block that begins with a line without a name")
    return headers


def _content_type(headers: dict[str, str]) -> str:
    try:
        return headers["Content-Type"]
    except KeyError:
        raise ProtocolError("a frame without Content-Type") from None


def _body_length(headers: dict[str, str]) -> int:
    text = headers.get("Content-Length")
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise ProtocolError(f"Content-Length is not a number: {text[:40]!r}")
    length = int(text)
    if length > MAX_BODY_BYTES:
        raise ProtocolError(f"a body of {length} bytes; {MAX_BODY_BYTES} is the most we take")
    return length
