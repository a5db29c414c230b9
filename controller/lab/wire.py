"""The event socket's bytes, seen from the server: requests in, frames out. No socket here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

GREETING = b"Content-Type: auth/request\n\n"
GOODBYE = b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
REQUEST_LIMIT = 10 * 1024 * 1024


class RequestTooLong(Exception):  # noqa: N818 - says what happened
    """The peer sent more than `REQUEST_LIMIT` bytes without ending a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One client request: its first line, its other headers (names in lower case), its body."""

    line: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


class RequestReader:
    """Turns the bytes a client sends into requests, however they are split."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Request]:
        """Return the requests that `data` completes; raise RequestTooLong on a runaway one."""
        self._buffer += data
        if len(self._buffer) > REQUEST_LIMIT:
            raise RequestTooLong(f"a request of more than {REQUEST_LIMIT} bytes")
        requests = []
        while (request := self._next()) is not None:
            requests.append(request)
        return requests

    def _next(self) -> Request | None:
        while self._buffer[:1] == b"\n":
            del self._buffer[0]
        end = self._buffer.find(b"\n\n")
        if end < 0:
            return None
        line, headers = _head(bytes(self._buffer[:end]))
        length = headers.get("content-length", "")
        size = int(length) if length.isdigit() else 0
        if len(self._buffer) < end + 2 + size:
            return None
        body = bytes(self._buffer[end + 2 : end + 2 + size])
        del self._buffer[: end + 2 + size]
        return Request(line=line, headers=headers, body=body.decode("utf-8", "replace"))


def _head(block: bytes) -> tuple[str, dict[str, str]]:
    line, *rest = block.decode("utf-8", "replace").replace("\r", "").split("\n")
    headers = {}
    for text in rest:
        name, colon, value = text.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return line.strip(), headers


def reply(text: str, headers: Mapping[str, str] | None = None) -> bytes:
    """A `command/reply` frame."""
    extra = "".join(f"{name}: {value}\n" for name, value in (headers or {}).items())
    return f"Content-Type: command/reply\nReply-Text: {text}\n{extra}\n".encode()


def api_response(text: str) -> bytes:
    """An `api/response` frame; an empty answer becomes what FreeSWITCH says instead."""
    body = (text or "-ERR no reply\n").encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(body), body)


def event_frame(kind: bytes, body: bytes) -> bytes:
    """An event frame; `kind` is `json` or `plain`."""
    return b"Content-Length: %d\nContent-Type: text/event-%s\n\n%s" % (len(body), kind, body)


def disconnect_notice(text: bytes = GOODBYE) -> bytes:
    return b"Content-Type: text/disconnect-notice\nContent-Length: %d\n\n%s" % (len(text), text)
