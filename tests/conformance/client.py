"""A raw event socket client of the suite's own: it trusts neither the lab's code nor Tandem's."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import gevent
from gevent import socket

Headers = dict[str, str]


@dataclass(frozen=True)
class Frame:
    """One frame: its outer headers and the bytes of its body."""

    headers: Headers
    body: bytes = b""

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "")


@dataclass
class Seen:
    """Events in the order they arrived."""

    events: list[Headers] = field(default_factory=list)

    def of(self, leg: str) -> list[Headers]:
        return [event for event in self.events if event.get("Unique-ID") == leg]

    def names(self, leg: str) -> list[str]:
        return [event["Event-Name"] for event in self.of(leg)]


class Client:
    """Blocking requests; events are kept in `seen` as they come."""

    def __init__(self, host: str, port: int, timeout: float = 10.0) -> None:
        self.timeout = timeout
        self.seen = Seen()
        self._socket = socket.create_connection((host, port), timeout=timeout)
        self._buffer = b""
        self._replies: deque[Frame] = deque()
        self.closed = False

    def close(self) -> None:
        self._socket.close()
        self.closed = True

    # -- frames --------------------------------------------------------------------------------

    def read(self) -> Frame:
        """The next frame, events included; raises ConnectionError at the end."""
        while b"\n\n" not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(b"\n\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\n") if ": " in line)
        size = int(headers.get("Content-Length", 0))
        while len(self._buffer) < size:
            self._more()
        body, self._buffer = self._buffer[:size], self._buffer[size:]
        return Frame(headers, body)

    def _more(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the switch closed the connection")
        self._buffer += data

    def send(self, text: str) -> None:
        self._socket.sendall(text.encode() + b"\n\n")

    def request(self, text: str) -> Frame:
        """Send a request and return its reply; what events come meanwhile are kept."""
        self.send(text)
        with gevent.Timeout(self.timeout, TimeoutError(f"no reply to {text!r}")):
            while True:
                frame = self.read()
                if not self._keep(frame):
                    return frame

    def reply(self, text: str) -> str:
        return self.request(text).headers["Reply-Text"]

    def api(self, text: str) -> str:
        return self.request(f"api {text}").body.decode()

    def sendmsg(self, leg: str, app: str, arg: str = "", **headers: str) -> str:
        lines = [f"sendmsg {leg}", "call-command: execute", f"execute-app-name: {app}"]
        lines += [f"execute-app-arg: {arg}"] if arg else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.reply("\n".join(lines))

    def job(self, text: str, uuid: str = "") -> str:
        """Run a bgapi command and return what its BACKGROUND_JOB carries."""
        line = f"bgapi {text}" + (f"\nJob-UUID: {uuid}" if uuid else "")
        job = self.request(line).headers["Job-UUID"]
        event = self.wait(lambda e: e.get("Job-UUID") == job and e["Event-Name"] != "API")
        return event.get("_body", "")

    # -- events --------------------------------------------------------------------------------

    def _keep(self, frame: Frame) -> bool:
        if frame.kind == "text/event-json":
            self.seen.events.append(json.loads(frame.body))
        elif frame.kind == "text/event-plain":
            self.seen.events.append(plain_event(frame.body))
        else:
            return False
        return True

    def wait(self, wanted: Callable[[Headers], bool], timeout: float | None = None) -> Headers:
        """The first event, already seen or still to come, that is `wanted`."""
        limit = self.timeout if timeout is None else timeout
        index = 0
        with gevent.Timeout(limit, False):
            while True:
                while index < len(self.seen.events):
                    if wanted(self.seen.events[index]):
                        return self.seen.events[index]
                    index += 1
                if not self._keep(self.read()):
                    raise AssertionError("a reply that nobody waits for")
        raise TimeoutError(f"not among {self.summary()}")

    def wait_name(
        self, name: str, leg: str = "", timeout: float | None = None, **headers: str
    ) -> Headers:
        """Wait for event `name` of `leg` with those headers (`_` stands for `-`)."""
        told = {key.replace("_", "-"): value for key, value in headers.items()}

        def wanted(event: Headers) -> bool:
            return (
                event.get("Event-Name") == name  # what a parked leg throws away comes without one
                and leg in ("", event.get("Unique-ID"))
                and all(event.get(key) == value for key, value in told.items())
            )

        return self.wait(wanted, timeout)

    def drain(self, seconds: float) -> None:
        """Take what comes in `seconds`."""
        with gevent.Timeout(seconds, False):
            while True:
                self._keep(self.read())

    def forget(self) -> None:
        """Drop what was seen, so that waits look at what comes from now on."""
        self.seen.events.clear()

    def summary(self) -> list[str]:
        return [f"{e['Event-Name']}:{e.get('Unique-ID', '')[:4]}" for e in self.seen.events]


def plain_event(body: bytes) -> Headers:
    """Decode a text/event-plain body."""
    head, _, rest = body.decode().partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.split("\n") if ": " in line)
    event = {name: unquote(value) for name, value in headers.items()}
    if rest:
        event["_body"] = rest
    return event


def connect(host: str, port: int, password: str) -> Client:
    """A client that is let in."""
    client = Client(host, port)
    greeting = client.read()
    assert greeting.kind == "auth/request"
    assert client.reply(f"auth {password}") == "+OK accepted"
    return client
