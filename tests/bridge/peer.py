"""The other side of the webhook channel, over real HTTP and in threads of its own."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import gevent

from webchat_bridge.webhook.signing import SIGNATURE, TIME, fault_in, sign

SECRET = "a secret of thirty-two characters!"


@dataclass
class Peer:
    """It believes only what is signed, and answers as the test says: with the next of `answers`, then 200."""

    now: Callable[[], float] = time.time
    answers: list[int] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    tries: int = 0
    port: int = 0

    def take(self, headers: Any, body: bytes) -> int:
        self.tries += 1
        status = self.answers.pop(0) if self.answers else 200
        if fault_in(SECRET, body, headers[TIME], headers[SIGNATURE], self.now()) is not None:
            status = 401
        if status == 200:
            self.got.append(json.loads(body))
        return status

    def until(self, holds: Callable[[], bool], timeout: float = 10.0) -> None:
        with gevent.Timeout(timeout):
            while not holds():
                gevent.sleep(0.01)

    def texts(self) -> list[str]:
        return [told["text"] for told in self.got if told["type"] == "message"]

    @property
    def settings(self) -> dict[str, str]:
        return {"url": f"http://127.0.0.1:{self.port}/tandem", "secret": SECRET}

    def tell(self, url: str, **message: str) -> dict[str, Any]:
        """As the peer brings a message to a Tandem at `url`."""
        body = json.dumps(message).encode()
        request = urllib.request.Request(url, data=body, headers=sign(SECRET, body, self.now()))
        with urllib.request.urlopen(request, timeout=10) as answer:
            said: dict[str, Any] = json.loads(answer.read())
            return said


@contextmanager
def listening(peer: Peer) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(peer.take(self.headers, body))
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing is told."""

    with ThreadingHTTPServer(("127.0.0.1", peer.port), Handler) as server:
        peer.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield
        server.shutdown()
