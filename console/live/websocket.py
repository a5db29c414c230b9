"""WebSocket on a connection of our HTTP server, as Engine.IO wants it: wait, send, close.

wsproto knows the protocol; here are the socket, the bounds, and that nobody's bytes get between
another's. What a client may send is text, and little of it.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any

from gevent.lock import BoundedSemaphore
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    TextMessage,
)
from wsproto.frame_protocol import CloseReason, FrameProtocol
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from console.live.limits import MESSAGE_BYTES, MESSAGE_S, MESSAGES
from console.server import TAKE_OVER
from console.throttle import Throttle
from controller.greenlets import spawn

_CHUNK = 4096


def text_frame(text: str) -> bytes:
    """The message as it goes to every client; a server's frames are the same for all."""
    return bytes(FrameProtocol(client=False, extensions=[]).send_data(text, fin=True))


class WebSocket:
    """One connection. `transports` has it by Engine.IO's id of the client while it lasts."""

    def __init__(
        self,
        transports: dict[str, "WebSocket"],
        now: Callable[[], float],
        handler: Any,
        server: Any,
    ) -> None:
        self._transports = transports
        self._now = now
        self._handler = handler
        self._protocol = WSConnection(ConnectionType.SERVER)
        self._sending = BoundedSemaphore()
        self._senders = 0
        self._messages = Throttle(burst=MESSAGES, refill_s=MESSAGE_S)
        self._parts: list[str] = []
        self._length = 0
        self._open = False
        self._sock: Any = None  # the name by which Engine.IO finds it, to set its time limits

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """As a WSGI application: returns when the connection has ended."""
        try:
            accepted = self._accept(environ)
        except (RemoteProtocolError, LocalProtocolError, UnicodeError):
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"this is no WebSocket handshake"]
        self._sock = environ[TAKE_OVER]()
        self._open = True
        name = self._handler.__self__.sid
        self._transports[name] = self
        try:
            self._send_bytes(accepted)
            self._handler(self)
        finally:
            self._open = False
            self._transports.pop(name, None)
        return []

    def _accept(self, environ: Mapping[str, Any]) -> bytes:
        headers = [
            (name[5:].replace("_", "-").encode(), str(value).encode("latin-1"))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        ]
        self._protocol.initiate_upgrade_connection(headers, environ.get("PATH_INFO", "/"))
        list(self._protocol.events())
        return self._protocol.send(AcceptConnection())

    # --- as Engine.IO has it ---------------------------------------------------------------------

    def wait(self) -> str | None:
        """The next message; None: there will be none."""
        while self._open:
            try:
                for event in self._protocol.events():
                    message = self._take(event)
                    if message is not None:
                        return message
                    if not self._open:
                        return None
                received = self._sock.recv(_CHUNK)
                self._protocol.receive_data(received or None)
            except RemoteProtocolError:
                self.close(CloseReason.PROTOCOL_ERROR)
            except (OSError, LocalProtocolError):
                self._open = False
        return None

    def send(self, message: str) -> None:
        """Raises OSError when the connection has ended."""
        if not self._open:
            raise ConnectionError("the connection has ended")
        self._send_bytes(self._protocol.send(TextMessage(data=message)))

    def post(self, frame: bytes) -> bool:
        """Send at once what the kernel takes, and the rest beside everything else, without waiting.

        False, and nothing is sent: somebody is sending, or it has ended. That costs a tenth of what a queue
        and a greenlet cost, and most of the feed's work is this.
        """
        if not self._open or self._senders or self._sending.locked():
            return False
        try:
            sent = os.write(self._sock.fileno(), frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False  # it has ended; the reader's greenlet is about to see it
        if sent < len(frame):
            self._sending.acquire()
            spawn("live-rest", self._send_rest, frame[sent:])
        return True

    def _send_rest(self, rest: bytes) -> None:
        try:
            self._sock.sendall(rest)
        except OSError:
            self.cut()
        finally:
            self._sending.release()

    def close(self, reason: CloseReason = CloseReason.NORMAL_CLOSURE) -> None:
        """Says so, unless a message is just on its way and does not get through."""
        if self._open:
            self._open = False
            if self._sending.acquire(blocking=False):
                with suppress(OSError, LocalProtocolError):
                    self._sock.sendall(self._protocol.send(CloseConnection(code=reason)))
                self._sending.release()
            self.cut()

    def cut(self) -> None:
        """End it without a word; whoever waits in `wait` or `send` is woken."""
        self._open = False
        with suppress(OSError):
            self._sock.shutdown(SHUT_RDWR)

    # --- one event -------------------------------------------------------------------------------

    def _take(self, event: Any) -> str | None:
        match event:
            case TextMessage():
                return self._take_text(event)
            case BytesMessage():
                self.close(CloseReason.UNSUPPORTED_DATA)
            case Ping():
                if self._is_too_much():
                    self.close(CloseReason.POLICY_VIOLATION)
                else:
                    self._send_bytes(self._protocol.send(event.response()))
            case CloseConnection():
                self.close()
        return None

    def _take_text(self, event: TextMessage) -> str | None:
        self._parts.append(event.data)
        self._length += len(event.data)
        if len(self._parts) > _CHUNK or self._length > MESSAGE_BYTES:
            self.close(CloseReason.MESSAGE_TOO_BIG)
        elif event.message_finished:
            message = "".join(self._parts)
            self._parts.clear()
            self._length = 0
            if not self._is_too_much():
                return message
            self.close(CloseReason.POLICY_VIOLATION)
        return None

    def _is_too_much(self) -> bool:
        return self._messages.take("", self._now()) > 0

    def _send_bytes(self, data: bytes) -> None:
        self._senders += 1  # also while it waits for its turn: nobody gets in before it
        try:
            with self._sending:
                self._sock.sendall(data)
        finally:
            self._senders -= 1
