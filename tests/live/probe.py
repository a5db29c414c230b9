"""A small event socket client for looking at the switch from a test, apart from our adapter."""

import json
import socket
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

Event = dict[str, Any]


class RefusedError(Exception):
    """The switch did not let us in; the argument is its answer."""


class EslProbe:
    """One authenticated connection. Events that arrive while a command waits are kept."""

    def __init__(self, host: str, port: int, password: str, *, timeout: float = 10.0) -> None:
        self._socket = socket.create_connection((host, port), timeout=timeout)
        self._file = self._socket.makefile("rb")
        self._events: deque[Event] = deque()
        self._timeout = timeout
        try:
            self._authenticate(password)
        except BaseException:
            self.close()
            raise

    def _authenticate(self, password: str) -> None:
        headers, body = self._read()
        if headers.get("Content-Type") != "auth/request":
            raise RefusedError(body.decode())
        reply = self._command(f"auth {password}")
        if not reply.startswith("+OK"):
            raise RefusedError(reply)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def api(self, command: str) -> str:
        """Run an API command; its whole answer without the line's end."""
        self._send(f"api {command}")
        while True:
            headers, body = self._read()
            if headers["Content-Type"] == "api/response":
                return body.decode(errors="replace").rstrip("\n")
            self._keep(headers, body)

    def subscribe(self, *names: str) -> None:
        reply = self._command("event json " + " ".join(names))
        assert reply.startswith("+OK"), reply

    def wait_event(self, matches: Callable[[Event], bool], *, timeout: float = 10.0) -> Event:
        """The first event not yet taken that `matches`; earlier ones are dropped."""
        deadline = time.monotonic() + timeout
        seen: list[str] = []
        while True:
            while self._events:
                event = self._events.popleft()
                if matches(event):
                    return event
                seen.append(f"{event.get('Event-Name')} {event.get('Unique-ID', '')}")
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no such event in {timeout} s; seen instead: {seen[-30:]}")
            self._socket.settimeout(left)
            try:
                self._keep(*self._read())
            except TimeoutError:
                # A buffered reader is unusable after a timeout, and the test has failed anyway.
                raise AssertionError(f"no such event in {timeout} s; seen: {seen[-30:]}") from None
            finally:
                self._socket.settimeout(self._timeout)

    def wait_named(self, name: str, *, timeout: float = 10.0, **variables: str) -> Event:
        """The next event `name` whose channel variables equal `variables`."""
        wanted = {f"variable_{key}": value for key, value in variables.items()}
        return self.wait_event(
            lambda event: event["Event-Name"] == name and wanted.items() <= event.items(),
            timeout=timeout,
        )

    def wait_leg(self, name: str, uuid: str, *, timeout: float = 10.0) -> Event:
        """The next event `name` of leg `uuid`."""
        return self.wait_event(
            lambda event: event["Event-Name"] == name and event.get("Unique-ID") == uuid,
            timeout=timeout,
        )

    def _command(self, line: str) -> str:
        self._send(line)
        while True:
            headers, body = self._read()
            if headers["Content-Type"] == "command/reply":
                return headers["Reply-Text"]
            self._keep(headers, body)

    def _send(self, line: str) -> None:
        assert "\n" not in line
        self._socket.sendall(f"{line}\n\n".encode())

    def _keep(self, headers: dict[str, str], body: bytes) -> None:
        if headers["Content-Type"] == "text/event-json":
            self._events.append(json.loads(body.decode(errors="replace")))

    def _read(self) -> tuple[dict[str, str], bytes]:
        headers: dict[str, str] = {}
        while True:
            line = self._file.readline()
            if not line:
                raise ConnectionError("the switch closed the connection")
            text = line.decode(errors="replace").rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                headers[name] = value
            elif headers:
                break
        return headers, self._file.read(int(headers.get("Content-Length", "0")))
