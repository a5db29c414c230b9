"""The HTTP server under the app: bounded, quiet, and clear about why it cannot listen."""

import errno
import socket
from typing import Any

import structlog
from flask import Flask
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from controller.errors import Invalid

_log = structlog.get_logger(__name__)

#: More connections than this wait in the kernel's queue. Of live ones there may be fewer, so that they
#: never leave the API without any (`console/live/limits.py`).
MOST_CONNECTIONS = 4000

#: A connection that says nothing for so long, inside a request or between two, is closed.
SILENCE_S = 75.0

#: Of the WSGI environment: call it, and the connection is yours until the application returns.
TAKE_OVER = "tandem.take_over"


class _Handler(WSGIHandler):  # type: ignore[misc]
    """Closes silent connections, so that holding many open takes nothing from the others."""

    def __init__(self, sock: Any, address: Any, server: Any, rfile: Any = None) -> None:
        sock.settimeout(SILENCE_S)
        super().__init__(sock, address, server, rfile)

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[TAKE_OVER] = self._take_over
        return environ

    def _take_over(self) -> Any:
        """The connection's socket, for an application that speaks something else than HTTP from here on."""
        self.close_connection = True
        return self.socket

    def handle_one_request(self) -> Any:
        try:
            return super().handle_one_request()
        except TimeoutError:
            self.close_connection = True
            return None


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
    server = WSGIServer(
        (host, port),
        app,
        log=None,  # the app writes the request log
        error_log=_Complaints(),
        spawn=Pool(MOST_CONNECTIONS),
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
