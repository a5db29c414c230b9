"""A peer on a real socket that says exactly the bytes a test tells it to say."""

import contextlib
import json
import time

from gevent import Timeout, socket
from gevent.queue import Queue
from gevent.server import StreamServer

CORE = "11111111-2222-3333-4444-555555555555"


class Conversation:
    """The peer's end of one connection."""

    def __init__(self, sock):
        self.sock = sock
        self.over = Queue()
        self._file = sock.makefile("rb")

    def say(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def frame(self, kind, body=b"", headers=""):
        length = f"Content-Length: {len(body)}\n" if body else ""
        self.say(f"Content-Type: {kind}\n{length}{headers}\n".encode() + body)

    def reply(self, text):
        self.frame("command/reply", headers=f"Reply-Text: {text}\n")

    def output(self, text):
        self.frame("api/response", text.encode())

    def event(self, name, **headers):
        named = {
            key.replace("_", "-") if key[0].isupper() else key: value
            for key, value in headers.items()
        }
        stamp = str(int(time.time() * 1_000_000))
        event = {"Event-Name": name, "Core-UUID": CORE, "Event-Date-Timestamp": stamp} | named
        self.frame("text/event-json", json.dumps(event, separators=(",", ":")).encode())

    def hear(self, seconds=5.0):
        """The next command: its lines, and the body as the last item when there is one."""
        with Timeout(seconds):
            lines, length = [], 0
            while line := self._file.readline().decode().rstrip("\n"):
                lines.append(line)
                if line.lower().startswith("content-length:"):
                    length = int(line.partition(":")[2])
            return lines + ([self._file.read(length).decode()] if length else [])

    def greet(self, password="secret"):
        """The opening of every good connection."""
        self.frame("auth/request")
        assert self.hear() == [f"auth {password}"]
        self.reply("+OK accepted")
        return self

    def close(self):
        with contextlib.suppress(OSError):  # the other side was first
            self.sock.shutdown(socket.SHUT_RDWR)
        self._file.close()
        self.sock.close()
        self.over.put(True)


class Peer:
    """Listens on a free port; `accept` gives the connections in the order they came."""

    def __init__(self, address=("127.0.0.1", 0), family=socket.AF_INET):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(16)
        self.port = listener.getsockname()[1]
        self._arrived = Queue()
        self._all = []
        self._server = StreamServer(listener, self._serve)
        self._server.start()

    def _serve(self, sock, _address):
        conversation = Conversation(sock)
        self._all.append(conversation)
        self._arrived.put(conversation)
        conversation.over.get()

    def accept(self, seconds=5.0):
        return self._arrived.get(timeout=seconds)

    @property
    def untouched(self):
        """True when nobody connects that was not accepted."""
        return self._arrived.empty()

    def close(self):
        for conversation in self._all:
            conversation.close()
        self._server.stop()
