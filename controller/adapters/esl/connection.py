"""One connection to the event socket: greenswitch's client with every way to hang taken out.

What is kept of greenswitch is its shape (`connect`, `authenticate`, `send`, `stop`, one reader
greenlet, replies matched by order). What is replaced, and why:

- framing and parsing by FrameReader and SwitchEvent: no header can be forged, no bad byte or
  body can end or freeze the reader;
- the reader runs no handler. It gives each event to `on_event`, which may only enqueue;
- every command has a time limit. Replies carry no id, so after one that did not come no later
  reply could be matched: the connection is dropped with it;
- whatever ends the connection fails every waiting command and is kept in `failure`.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from types import TracebackType
from typing import Any

import gevent
import greenswitch
import structlog
from gevent import socket
from gevent.event import AsyncResult, Event
from gevent.lock import BoundedSemaphore

from controller.adapters.esl.commands import Command
from controller.adapters.esl.frames import Frame, FrameReader
from controller.adapters.esl.messages import CommandReply, SwitchEvent
from controller.errors import (
    AccessRefused,
    CommandTimeout,
    LinkLost,
    ProtocolError,
    SwitchError,
    UnsafeCommand,
    WrongPassword,
)
from controller.greenlets import spawn

READ_BYTES = 256 * 1024
SWITCH_BYTES = 64 * 1024

Outcome = CommandReply | SwitchError
Order = tuple[Command, Callable[[Outcome], None]]
_log = structlog.get_logger(__name__)


class _Pending:
    """A command whose reply has not come: who to tell, and until when (monotonic seconds)."""

    __slots__ = ("command", "deadline", "done", "since")

    def __init__(self, command: Command, done: Callable[[Outcome], None], limit: float) -> None:
        self.command = command
        self.done = done
        self.since = time.monotonic()
        self.deadline = self.since + limit

    @property
    def label(self) -> str:
        return self.command.label


class EslConnection(greenswitch.InboundESL):  # type: ignore[misc]
    """A connection that either works or says why not, in bounded time.

    `on_event` is called in the reader for each event: it must only enqueue. `on_closed` is
    called once, with the reason, when the connection is over, from wherever that was noticed:
    the same rule. `on_answer` is called in the reader after each answer to a command. Times are in seconds.
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        name: str = "esl",
        timeout: float = 5.0,
        command_timeout: float = 10.0,
        on_event: Callable[[SwitchEvent], None] | None = None,
        on_closed: Callable[[SwitchError], None] | None = None,
        on_answer: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(host, port, password, timeout)
        self.sock: Any = None
        self.name = name
        self.command_timeout = command_timeout
        self.failure: SwitchError | None = None
        self.closed = Event()
        self.unreadable_events = 0
        self._on_event = on_event or _ignore
        self._on_closed = on_closed or _ignore
        self._on_answer = on_answer or _do_nothing
        self._pending: deque[_Pending] = deque()
        # One for all pending commands: set anew when it comes true, not with each.
        self._timer: Any = None
        self._due = 0.0
        self._write_lock = BoundedSemaphore(1)

    # -- opening -------------------------------------------------------------------------

    def connect(self) -> None:
        """Open, wait for the greeting, authenticate; all three within `timeout` seconds each.

        Raises LinkLost, AccessRefused or WrongPassword; nothing stays open then.
        """
        try:
            self.sock = socket.create_connection((self.host, self.port), timeout=self.timeout)
        except OSError as error:
            raise LinkLost(
                f"cannot reach FreeSWITCH at {self.host} port {self.port}: {error}. Is it running, "
                "and does event_socket.conf.xml listen on that address and port?"
            ) from None
        self.sock.settimeout(None)
        _tune(self.sock)
        self.connected = True
        self._receive_events_greenlet = spawn(f"{self.name} reader", self.receive_events)
        try:
            if not self._auth_request_event.wait(self.timeout):
                raise LinkLost(
                    f"{self.host} port {self.port} took the connection but sent no greeting within "
                    f"{self.timeout:g} s. Is it FreeSWITCH's event socket?"
                )
            if self.failure is not None:
                raise self.failure
            self.authenticate()
        except SwitchError as error:
            self._drop(error)
            self.stop()
            raise

    def authenticate(self) -> None:
        """Give the password. Raises WrongPassword, which says what to compare."""
        box: AsyncResult = AsyncResult()

        def answered(outcome: Outcome) -> None:
            if isinstance(outcome, CommandReply) and not outcome.text.startswith("+OK"):
                outcome = WrongPassword(
                    f"FreeSWITCH at {self.host} port {self.port} does not accept the password. "
                    'Compare it with <param name="password"> in its event_socket.conf.xml'
                )
                # Here, in the reader: the EOF that follows must not become the reason.
                self._drop(outcome)
            box.set(outcome)

        self.post(Command(line=f"auth {self.password}"), answered, self.timeout)
        outcome = box.get()
        if isinstance(outcome, SwitchError):
            raise outcome

    # -- commands ------------------------------------------------------------------------

    def send(self, command: Command | str, timeout: float | None = None) -> CommandReply:
        """Send one command and wait for its reply, refusals included.

        A plain `str` is a single line. Raises UnsafeCommand, CommandTimeout (the connection is
        dropped with it) or LinkLost.
        """
        box: AsyncResult = AsyncResult()
        self.post(command, box.set, timeout)
        outcome = box.get()
        if isinstance(outcome, SwitchError):
            raise outcome
        reply: CommandReply = outcome
        return reply

    def post(
        self,
        command: Command | str,
        done: Callable[[Outcome], None],
        timeout: float | None = None,
    ) -> None:
        """Send one command and return; `done` gets the reply or the error, and must not block.

        Either this raises (LinkLost, CommandTimeout, UnsafeCommand: nothing was sent), or `done`
        is called exactly once.
        """
        self.post_all(
            ((Command(line=command) if isinstance(command, str) else command, done),), timeout
        )

    def post_all(self, orders: Sequence[Order], timeout: float | None = None) -> None:
        """As `post`, several in one packet: to send one costs more than to make it."""
        data = b"".join(command.encode() for command, _ in orders)
        limit = self.command_timeout if timeout is None else timeout
        pending = [_Pending(command, done, limit) for command, done in orders]
        if not self._write_lock.acquire(timeout=limit):
            late = _too_late(pending[0])
            self._drop(late)
            raise late
        try:
            self._require_open()
            # Joins the queue and goes out under one lock: replies come in this order.
            self._pending.extend(pending)
            self._watch(pending[0].deadline)
            sent = self.sock.send(data)
            if sent < len(data):
                self.sock.sendall(data[sent:])
        except OSError as error:
            self._drop(LinkLost(f"the connection to FreeSWITCH broke: {error}"))
        finally:
            self._write_lock.release()

    @property
    def waiting_since(self) -> float:
        """Since when the oldest command has had no answer, in monotonic seconds; infinite for none."""
        return self._pending[0].since if self._pending else math.inf

    @property
    def unanswered(self) -> Iterator[str]:
        """The first lines of the commands that have had no answer yet."""
        return (pending.command.line for pending in self._pending)

    def _require_open(self) -> None:
        if not self.connected:
            raise LinkLost(f"not connected to FreeSWITCH: {self.failure or 'connect() first'}")

    def _watch(self, deadline: float) -> None:
        """Have the timer come true at `deadline`, or before."""
        if self._timer is not None and self._due <= deadline:
            return
        self._stop_timer()
        self._due = deadline
        self._timer = gevent.get_hub().loop.timer(max(0.0, deadline - time.monotonic()))
        self._timer.start(self._look_at_time)

    def _look_at_time(self) -> None:
        self._stop_timer()
        if not self._pending:
            return
        next_up = min(self._pending, key=attrgetter("deadline"))
        if next_up.deadline <= time.monotonic():
            self._drop(_too_late(next_up))
        else:
            self._watch(next_up.deadline)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None

    # -- reading -------------------------------------------------------------------------

    def receive_events(self) -> None:
        """The reader: bytes to frames to whom they concern, until the end of the connection."""
        reader = FrameReader()
        since_switch = 0
        try:
            while data := self.sock.recv(READ_BYTES):
                for frame in reader.feed(data):
                    self.handle_event(frame)
                since_switch += len(data)
                if since_switch >= SWITCH_BYTES:
                    # recv does not switch while there is more to read: let the others run too.
                    since_switch = 0
                    gevent.sleep(0)
            where = "" if reader.between_frames else " in the middle of a message"
            self._drop(LinkLost(f"FreeSWITCH closed the connection{where}"))
        except SwitchError as error:
            self._drop(error)
        except OSError as error:
            self._drop(LinkLost(f"the connection to FreeSWITCH broke: {error}"))
        finally:
            self._drop(LinkLost("the reader of the connection was ended"))
            self.sock.close()

    def handle_event(self, frame: Frame) -> None:
        """Give one frame to whom it concerns. Raises SwitchError when it ends the connection."""
        kind = frame.content_type
        if kind == "text/event-json":
            self._deliver(frame.body)
        elif kind in ("command/reply", "api/response"):
            self._answer(frame)
        elif kind == "auth/request":
            self._auth_request_event.set()
        elif kind == "text/disconnect-notice":
            if frame.headers.get("Content-Disposition") != "linger":
                said = frame.body.decode("utf-8", "replace").partition("\n")[0]
                raise LinkLost(f"FreeSWITCH ended the connection: {said}")
        elif kind == "text/rude-rejection":
            raise AccessRefused(
                f"FreeSWITCH at {self.host} port {self.port} refuses our address. Add it to the "
                'list named by <param name="apply-inbound-acl"> in its event_socket.conf.xml'
            )
        elif kind.startswith("text/event-"):
            raise ProtocolError(f"an event as {kind}, where only JSON was asked for")
        else:
            _log.warning("frame of a kind nobody asked for", connection=self.name, kind=kind)

    def _deliver(self, body: bytes) -> None:
        try:
            event = SwitchEvent.from_json(body)
        except ProtocolError as error:
            # The framing still holds, so one unreadable event is no reason to lose the others.
            self.unreadable_events += 1
            _log.error("event left out", connection=self.name, reason=str(error))
            return
        try:
            self._on_event(event)
        except Exception:
            _log.exception("on_event failed", connection=self.name, event_name=event.name)

    def _answer(self, frame: Frame) -> None:
        if not self._pending:
            raise ProtocolError("a reply to nothing that was asked")
        pending = self._pending.popleft()
        self._tell(pending, CommandReply.from_frame(frame))
        self._on_answer()

    # -- closing -------------------------------------------------------------------------

    def stop(self) -> None:
        """Close, from any greenlet, the reader's own included; more than once is no harm."""
        self._drop(LinkLost("we closed the connection"))
        reader = self._receive_events_greenlet
        if reader is not None and reader is not gevent.getcurrent():
            reader.join(self.timeout)

    def _drop(self, reason: SwitchError) -> None:
        """Never blocks and never raises: timers and the reader call it."""
        if self.failure is not None:
            return
        self.failure = reason
        self.connected = False
        self._run = False
        self._auth_request_event.set()
        try:
            if self.sock is not None:
                # Ends the reader's recv and a blocked sendall; the reader closes the socket.
                self.sock.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            _log.debug("socket was closed before", connection=self.name, reason=str(error))
        self._stop_timer()
        pending, self._pending = self._pending, deque()
        for each in pending:
            self._tell(each, reason)
        self.closed.set()
        try:
            self._on_closed(reason)
        except Exception:
            _log.exception("on_closed failed", connection=self.name)

    def _tell(self, pending: _Pending, outcome: Outcome) -> None:
        try:
            pending.done(outcome)
        except Exception:
            _log.exception("done failed", connection=self.name, command=pending.label)

    # -- what greenswitch offers and this must not -----------------------------------------

    def start_event_handlers(self) -> None:
        raise UnsafeCommand("connect() starts the one reader there is")

    def process_events(self) -> None:
        raise UnsafeCommand("there is no dispatcher here: give on_event, and enqueue in it")

    def register_handle(self, name: str, handler: Callable[[SwitchEvent], None]) -> None:
        raise UnsafeCommand(f"no handler for {name} can be registered: give on_event instead")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _ignore(_: object) -> None:
    pass


def _do_nothing() -> None:
    pass


def _too_late(pending: _Pending) -> CommandTimeout:
    return CommandTimeout(
        f"no answer from FreeSWITCH to '{pending.label}' in time; the connection was dropped. "
        "Long commands belong in bgapi; otherwise look at the load of the switch"
    )


def _tune(sock: socket.socket) -> None:
    """No delay for small commands; a dead path is noticed after about 25 s without traffic."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
