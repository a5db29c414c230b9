"""A way to a TCP port that can be cut and mended, as networks are."""

import gevent
from gevent import socket
from gevent.server import StreamServer

from tests.live.ports import HOST


class Proxy:
    """Connects to `target` for whoever connects to `port`. A context manager."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._server = StreamServer((HOST, 0), self._serve)
        self._sockets: set[socket.socket] = set()
        self._cut = False

    def __enter__(self) -> "Proxy":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self.cut()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def cut(self) -> None:
        """Both ways, at once; whoever connects is cut off until `mend`."""
        self._cut = True
        for each in list(self._sockets):
            each.close()

    def mend(self) -> None:
        self._cut = False

    def _serve(self, near: socket.socket, address: object) -> None:
        if self._cut:
            near.close()
            return
        far = socket.create_connection(self._target)
        self._sockets |= {near, far}
        ways = [gevent.spawn(_carry, near, far), gevent.spawn(_carry, far, near)]
        gevent.joinall(ways, count=1)
        for each in (near, far):
            self._sockets.discard(each)
            each.close()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        return
