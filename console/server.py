"""The HTTP server under the app: bounded, quiet, and clear about why it cannot listen.

Strategy against who opens connections without end, or says a request one byte a minute: while there is
room, he is let be; when there is none, those go for whose next byte we wait (`Crowd`), and whoever asks
something whole is served.
"""

import errno
import re
import socket
import time
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from console.crowd import Crowd
from console.peers import Peer
from console.throttle import Throttle
from controller.errors import Invalid

_log = structlog.get_logger(__name__)

#: More connections than this wait in the kernel's queue. Of live ones there may be fewer, so that they
#: never leave the API without any (`console/live/limits.py`).
MOST_CONNECTIONS = 4000
#: Beyond it, while those who make room are still going.
_SPARE = 200
#: Seconds between two lines of the log about it.
_TELL_S = 60.0

#: A connection that says nothing for so long, inside a request or between two, is closed.
SILENCE_S = 75.0

#: Of a body; the app takes less. What is declared longer is not even read to its end.
MOST_BYTES = 64 * 1024 * 1024
_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)

#: Of the WSGI environment: call it, and the connection is yours until the application returns.
TAKE_OVER = "tandem.take_over"


class _Handler(WSGIHandler):  # type: ignore[misc]
    """Closes silent connections, so that holding many open takes nothing from the others."""

    def __init__(self, sock: Any, address: Any, server: Any, rfile: Any = None) -> None:
        sock.settimeout(SILENCE_S)
        super().__init__(sock, address, server, _Reader(sock.makefile("rb", -1), self))
        self._sock = sock
        #: Whether it is the peer's turn: to say something, or to take what we say.
        self.waits = True
        self._network = Peer(address=str(address[0]), https=False).network
        server.crowd.enter(self, self._network)
        if len(server.pool) > MOST_CONNECTIONS:
            silent = server.crowd.make_room(lambda other: other.waits and other is not self)
            if silent is not None:
                server.tell_of_crowd()
                silent.give_way()

    def handle(self) -> None:
        try:
            super().handle()
        finally:
            self._leave()

    def give_way(self) -> None:
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _leave(self) -> None:
        self.server.crowd.leave(self, self._network)

    def _sendall(self, data: Any) -> None:
        self.waits = True
        try:
            super()._sendall(data)
        finally:
            self.waits = False

    def MessageClass(self, *given: Any) -> Any:  # noqa: N802 - the library's name
        """The request's headers. Raises ValueError, which is answered 400, when it is not said once and
        plainly where the request ends: a proxy before us may read it otherwise."""
        headers = super().MessageClass(*given)
        lengths = headers.get_all("Content-Length", [])
        codings = headers.get_all("Transfer-Encoding", [])
        if len(lengths) + len(codings) > 1 or len(headers.get_all("Host", [])) > 1:
            raise ValueError("a header of the request comes twice")
        if codings and codings[0].lower() != "chunked":
            raise ValueError("a transfer coding that is none of ours")
        if lengths and not (_DIGITS.fullmatch(lengths[0]) and int(lengths[0]) <= MOST_BYTES):
            raise ValueError("no length of a request")
        return headers

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[TAKE_OVER] = self._take_over
        return environ

    def _take_over(self) -> Any:
        """The connection's socket, for an application that speaks something else than HTTP from here on,
        and has limits of its own."""
        self.close_connection = True
        self._leave()
        return self.socket

    def handle_one_request(self) -> Any:
        try:
            return super().handle_one_request()
        except TimeoutError:
            self.close_connection = True
            return None


class _Reader:
    """What the peer says. Its handler waits for him as long as one of these takes."""

    def __init__(self, file: Any, handler: _Handler) -> None:
        self._file = file
        self._handler = handler

    def read(self, *size: int) -> bytes:
        return self._waited(self._file.read, *size)

    def readline(self, *size: int) -> bytes:
        return self._waited(self._file.readline, *size)

    def _waited(self, work: Any, *size: int) -> bytes:
        self._handler.waits = True
        try:
            said: bytes = work(*size)
            return said
        finally:
            self._handler.waits = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Server(WSGIServer):  # type: ignore[misc]
    def __init__(self, *given: Any, **named: Any) -> None:
        self.crowd: Crowd[_Handler] = Crowd()
        self._told = Throttle(burst=1, refill_s=_TELL_S)
        super().__init__(*given, **named)

    def tell_of_crowd(self) -> None:
        """Once in a while: it may go on for hours."""
        if not self._told.take("", time.monotonic()):
            _log.warning("connections_make_room", most=MOST_CONNECTIONS)


class _Complaints:
    """What the server writes to its error log, as one line of ours each."""

    def write(self, text: str) -> None:
        # No text of the peer: a broken request line may hold anything, a token as well.
        if text.strip():
            _log.warning("http_complaint", kind=text.strip().split(":", 1)[0][:40])

    def flush(self) -> None:
        return


def serve(app: Flask, host: str, port: int) -> WSGIServer:
    """Listen and serve in the background; `stop()` of what is returned ends it.

    Port 0 is any free one: see `server_port`. Raises Invalid when it cannot listen.
    """
    server = _Server(
        (host, port),
        app,
        log=None,  # the app writes the request log
        error_log=_Complaints(),
        spawn=Pool(MOST_CONNECTIONS + _SPARE),
        handler_class=_Handler,
    )
    try:
        server.start()
    except (OSError, socket.gaierror) as error:
        raise Invalid(_why_not(error, host, port)) from None
    return server


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is in use, perhaps by another Tandem; stop that, or choose"
            " another with --port (http.port in the config file)"
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this process has; choose one above 1023"
    return f"cannot listen on {host}:{port}: {error.strerror}; set http.host to an address of here"
