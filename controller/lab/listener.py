"""One client of the event socket: its requests, its subscription, what is on its way to it."""

import random
import uuid as uuids
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import gevent
import gevent.event
import structlog

from controller.greenlets import spawn
from controller.lab import eavesdropping, wire
from controller.lab.core import Core
from controller.lab.events import Event
from controller.lab.facts import Message
from controller.lab.faults import Trap
from controller.lab.subscription import Subscription

_log = structlog.get_logger(__name__)


class Api(Protocol):
    """Runs API commands."""

    def run(self, name: str, argument: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as the lab saw it, for tests that ask what was sent."""

    line: str
    headers: dict[str, str]
    body: str = ""


class Office(Protocol):
    """What a connection needs of the server that accepted it."""

    core: Core
    password: str
    stalled: gevent.event.Event

    @property
    def commands(self) -> Api: ...

    def saw(self, request: Received) -> None: ...

    def trapped(self, line: str) -> Trap | None: ...

    def cut(self) -> None: ...


Handler = Callable[[str, wire.Request], bytes]


class Connection:
    """Serves one socket until it closes. Replies and events leave in order through one queue."""

    def __init__(self, office: Office, socket: Any) -> None:
        self._office = office
        self._socket = socket
        self._out: deque[bytes] = deque()
        self._ready = gevent.event.Event()
        self._subscription = Subscription()
        self._authorized = False
        self._leaving = False
        self._log_level = -1
        # The order matters: FreeSWITCH tries prefixes in this order.
        self._handlers: tuple[tuple[str, Handler], ...] = (
            ("filter ", self._filter),
            ("myevents ", self._unsupported),
            ("divert_events", self._no_session),
            ("sendmsg", self._sendmsg),
            ("sendevent", self._sendevent),
            ("api ", self._api),
            ("bgapi ", self._bgapi),
            ("log", self._log),
            ("linger", self._no_session_either),
            ("nolinger", self._no_session_either),
            ("nolog", self._nolog),
            ("event", self._event),
            ("nixevent", self._nixevent),
            ("noevents", self._noevents),
        )

    # -- as a listener of the bus --------------------------------------------------------------

    def names(self) -> frozenset[str]:
        return frozenset(self._subscription.names)

    def wants(self, event: Event) -> bool:
        return self._subscription.listening and self._subscription.wants(event)

    def deliver(self, event: Event) -> None:
        form = self._subscription.form
        self._send(event.frame("plain" if form == "xml" else form))

    # -- the connection's life -----------------------------------------------------------------

    def serve(self) -> None:
        """Talk to the client until either side is done."""
        bus = self._office.core.bus
        bus.listeners.append(self)
        writer = spawn("lab-esl-writer", self._write)
        self._send(wire.GREETING)
        try:
            self._read()
        except (OSError, wire.RequestTooLong) as error:
            _log.info("event socket client lost", reason=str(error))
        finally:
            bus.listeners.remove(self)
            bus.subscriptions_changed()
            self._leaving = True
            self._ready.set()
            writer.join(timeout=1.0)
            writer.kill()
            self._socket.close()

    def cut(self) -> None:
        """Close the socket as a broken network does."""
        self._out.clear()
        self._leaving = True
        self._socket.close()
        self._ready.set()

    def _read(self) -> None:
        reader = wire.RequestReader()
        while not self._leaving:
            data = self._socket.recv(65536)
            if not data:
                return
            for request in reader.feed(data):
                self._office.stalled.wait()
                self._answer(request)
                if self._leaving:
                    return

    def _write(self) -> None:
        while True:
            self._ready.clear()
            if self._out:
                self._office.stalled.wait()
                data = b"".join(self._out)
                self._out.clear()
                try:
                    self._socket.sendall(data)
                except OSError:
                    return
            elif self._leaving:
                return
            else:
                self._ready.wait()

    def _send(self, data: bytes) -> None:
        self._out.append(data)
        self._ready.set()

    # -- requests ------------------------------------------------------------------------------

    def _answer(self, request: wire.Request) -> None:
        line = request.line
        secret = line.lower().startswith(("auth ", "userauth "))
        shown = line.split(" ")[0] if secret else line
        self._office.saw(Received(line=shown, headers=dict(request.headers), body=request.body))
        if line.lower().startswith(("exit", "...")):
            self._send(wire.reply("+OK bye"))
            self._say_goodbye()
        elif not self._authorized:
            self._send(self._auth(line))
        else:
            self._carry_out(request)

    def _carry_out(self, request: wire.Request) -> None:
        trap = self._office.trapped(request.line)
        if trap is None:
            self._send(self._dispatch(request))
            return
        if trap.carried_out:
            self._dispatch(request)
        self._office.cut()

    def _dispatch(self, request: wire.Request) -> bytes:
        lowered = request.line.lower()
        for prefix, handler in self._handlers:
            if lowered.startswith(prefix):
                return handler(request.line[len(prefix) :].strip(), request)
        return wire.reply("-ERR command not found")

    def _auth(self, line: str) -> bytes:
        if not line.lower().startswith("auth "):
            return wire.reply("-ERR command not found")
        if line[5:] == self._office.password:
            self._authorized = True
            return wire.reply("+OK accepted")
        self._leaving = True
        return wire.reply("-ERR invalid") + wire.disconnect_notice()

    def _say_goodbye(self) -> None:
        self._send(wire.disconnect_notice())
        self._leaving = True

    def _event(self, text: str, _request: wire.Request) -> bytes:
        said = self._subscription.event(text.split())
        self._office.core.bus.subscriptions_changed()
        return wire.reply(said)

    def _nixevent(self, text: str, _request: wire.Request) -> bytes:
        said = self._subscription.nixevent(text.split())
        self._office.core.bus.subscriptions_changed()
        return wire.reply(said)

    def _noevents(self, _text: str, _request: wire.Request) -> bytes:
        said = self._subscription.noevents()
        self._office.core.bus.subscriptions_changed()
        return wire.reply(said)

    def _filter(self, text: str, _request: wire.Request) -> bytes:
        return wire.reply(self._subscription.filter(text))

    def _log(self, text: str, _request: wire.Request) -> bytes:
        word = text.split(" ")[0]
        level = _log_level(word)
        if level is None:
            return wire.reply("-ERR invalid log level")
        self._log_level = level
        return wire.reply(f"+OK log level {word} [{level}]")

    def _nolog(self, _text: str, _request: wire.Request) -> bytes:
        if self._log_level < 0:
            return wire.reply("-ERR not loging")  # codespell:ignore loging
        self._log_level = -1
        return wire.reply("+OK no longer logging")

    def _unsupported(self, _text: str, _request: wire.Request) -> bytes:
        return wire.reply("-ERR command not found")

    def _no_session(self, _text: str, _request: wire.Request) -> bytes:
        return wire.reply("-ERR not controlling a session.")

    def _no_session_either(self, _text: str, _request: wire.Request) -> bytes:
        return wire.reply("-ERR not controlling a session")

    def _api(self, text: str, _request: wire.Request) -> bytes:
        name, _, argument = text.partition(" ")
        return wire.api_response(self._office.commands.run(name, argument))

    def _bgapi(self, text: str, request: wire.Request) -> bytes:
        name, _, argument = text.partition(" ")
        job = request.headers.get("job-uuid") or str(uuids.uuid4())
        spawn("lab-job", self._run_job, job, name, argument)
        return wire.reply(f"+OK Job-UUID: {job}", {"Job-UUID": job})

    def _run_job(self, job: str, name: str, argument: str) -> None:
        result = self._office.commands.run(name, argument)
        # FreeSWITCH promises no order between a job's result and the events of its leg.
        gevent.sleep(random.uniform(0.0, self._office.core.settings.job_seconds))  # noqa: S311
        told = {"Job-UUID": job, "Job-Command": name}
        if argument:
            told["Job-Command-Arg"] = argument
        self._office.core.bus.fire("BACKGROUND_JOB", told, result or "-ERR no reply\n")

    def _sendevent(self, text: str, request: wire.Request) -> bytes:
        number = str(uuids.uuid4())
        name = text.split(" ")[0].upper() or "SOCKET_DATA"
        headers = {_title(key): value for key, value in request.headers.items()}
        headers.pop("Content-Length", None)
        leg = self._office.core.find(headers.get("Unique-ID", ""))
        if leg is not None:  # to that leg, and not to the listeners
            eavesdropping.command(self._office.core, leg, headers)
            return wire.reply(f"+OK {number}")
        bus = self._office.core.bus
        bus.fire(
            name, {"Command": f"sendevent {text}", **headers, "Event-UUID": number}, request.body
        )
        return wire.reply(f"+OK {number}")

    def _sendmsg(self, text: str, request: wire.Request) -> bytes:
        uuid = text or request.headers.get("session-id", "")
        leg = self._office.core.find(uuid)
        if leg is None:
            return wire.reply(f"-ERR invalid session id [{uuid}]")
        queued = leg.post(_message(request))
        return wire.reply("+OK" if queued else "-ERR memory error")


def _title(name: str) -> str:
    return "-".join(
        part.upper() if part in ("id", "uuid") else part.capitalize() for part in name.split("-")
    )


def _message(request: wire.Request) -> Message:
    headers = request.headers
    arg = headers.get("execute-app-arg", "")
    if not arg and headers.get("content-type", "").lower() == "text/plain":
        arg = request.body
    loops = headers.get("loops", "1")
    return Message(
        command=headers.get("call-command", "").lower(),
        app=headers.get("execute-app-name", ""),
        arg=arg,
        app_uuid=headers.get("event-uuid", ""),
        lock=headers.get("event-lock", "").lower() == "true",
        loops=int(loops) if loops.lstrip("-").isdigit() else 1,
        cause=headers.get("hangup-cause", "NORMAL_CLEARING"),
    )


_LEVELS = ("console", "alert", "crit", "err", "warning", "notice", "info", "debug")


def _log_level(word: str) -> int | None:
    if not word:
        return 7
    if word.isdigit():
        return min(int(word), 7)
    return _LEVELS.index(word.lower()) if word.lower() in _LEVELS else None
