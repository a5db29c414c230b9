"""The Socket.IO events: connect, open, close, phone, disconnect. What is asked out of order, twice or as
junk is answered with `{ok: false, status, detail}`, without a word of what went wrong inside.

Strategy: handlers of one connection run one after the other in its reader's greenlet, so that a client
who asks faster than he is served waits, and his answers come in order. Pushes go
straight into the kernel's buffer of each reader's socket; while that is full, or one is upgrading or
polling, into Engine.IO's queue of his, and who does not empty that is cut off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

import gevent
import orjson
import structlog
from engineio.packet import MESSAGE, Packet
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO
from werkzeug.wrappers import Request

from console.api.peer import peer, peer_from
from console.api.problems import status_of, words_of
from console.api.rights import RIGHTS, SOCKET, may
from console.api.visible import Sight, sight_of
from console.auth import Caller, CredentialError
from console.crowd import Crowd
from console.live import limits
from console.live.agenda import Agenda
from console.live.front import Front
from console.live.identity import Identify, identify, look_again_at
from console.live.live import Live
from console.live.messages import FeedNamed, Json, NotDone, PhoneWanted, TextOnly, read
from console.live.phones import PhoneHolders
from console.live.quiet import QuietLog
from console.live.refusals import Refusals
from console.live.websocket import WebSocket, text_frame
from console.services import Services
from console.throttle import Throttle
from console.wording import told
from controller.errors import TandemError, say

_log = structlog.get_logger(__name__)

#: Where the page finds it.
PATH = "live"

#: Failed connects from one address, as of the API's tokens.
GUESSES, GUESS_S = 10, 6.0

#: Kinds of the catalogue by which it is decided who somebody is.
_WHO = frozenset({"token", "session", "account", "agent"})


@dataclass(slots=True)
class _Connection:
    """One client. `transport`: Engine.IO's id of him; `owner`: whom his limits are counted to."""

    name: str
    transport: str
    who: Caller
    identify: Identify

    @property
    def owner(self) -> str:
        return self.who.name

    @property
    def sight(self) -> Sight:
        return sight_of(self.who)


class Sockets:
    """The live feed's side of the clients. `attach` makes it part of an app, before it is served."""

    def __init__(self, services: Services, agenda: Agenda) -> None:
        self._catalogue = services.catalogue
        self._clock = services.clock
        self._sessions = services.people.sessions
        self._refusals = Refusals(services.people.trail, services.clock)
        self._trusted = services.web.trusted_proxies
        self._agenda = agenda
        self._live: Live | None = None
        self._io: Any = None
        self._connections: dict[str, _Connection] = {}
        self._owners: dict[str, int] = {}
        self._transports: dict[str, WebSocket] = {}
        #: Who has not said yet who he is.
        self._strangers: Crowd[str] = Crowd()
        self._phones = PhoneHolders()
        self._guesses = Throttle(burst=GUESSES, refill_s=GUESS_S)
        self._opens = Throttle(burst=limits.OPENS, refill_s=limits.OPEN_S)
        services.catalogue.subscribe(self._on_catalogue)

    def attach(self, app: Flask, live: Live) -> None:
        self._live = live
        log = QuietLog()
        socketio = SocketIO(
            app,
            async_mode="gevent",
            async_handlers=False,
            path=PATH,
            json=Json,
            serializer=TextOnly,
            manage_session=False,
            cors_allowed_origins=[],  # `Front` looks where a request comes from
            max_http_buffer_size=limits.MESSAGE_BYTES,
            ping_interval=limits.PING_S,
            ping_timeout=limits.SILENCE_S,
            logger=log,
            engineio_logger=log,
        )
        self._io = socketio.server
        app.wsgi_app = Front(app.wsgi_app, PATH, self._refusals, self._trusted)  # type: ignore[method-assign]
        engine = self._io.eio
        engine._async = {
            **engine._async,
            "websocket": partial(WebSocket, self._transports, self._clock.now),
        }
        greet = engine.handlers["connect"]
        engine.handlers["connect"] = partial(self._admit, greet)
        socketio.on_event("connect", self._connect)
        socketio.on_event("disconnect", self._disconnect)
        for event, handler in (
            ("open", self._open),
            ("close", self._close),
            ("phone", self._phone),
        ):
            socketio.on_event(event, partial(self._answer, handler))
        socketio.on_event("*", partial(self._answer, self._unknown))

    def stop(self) -> None:
        """End every connection; the pages come back by themselves."""
        for name in list(self._io.eio.sockets):
            self._cut(name)
        self._io.shutdown()

    @property
    def count(self) -> int:
        return len(self._connections)

    # --- to clients ------------------------------------------------------------------------------

    def send(self, readers: Sequence[str], event: str, message: bytes) -> None:
        """Outlet."""
        packet = Packet(MESSAGE, f'2["{event}",{message.decode()}]')
        frame = text_frame(packet.encode())
        for reader in readers:
            connection = self._connections.get(reader)
            if connection is not None:
                self._post(connection.transport, packet, frame)

    def _post(self, transport: str, packet: Packet, frame: bytes) -> None:
        """`frame`: the packet, as it goes over a WebSocket."""
        socket = self._io.eio.sockets.get(transport)
        if socket is None or socket.closed or socket.closing:
            return
        waiting = socket.queue.qsize()
        websocket = self._transports.get(transport)
        if websocket is not None and not waiting and websocket.post(frame):
            return
        if waiting >= limits.UNSENT:
            _log.warning("live_reader_too_slow")
            self._cut(transport)
        else:
            socket.send(packet)

    def _cut(self, transport: str) -> None:
        """At once, and without waiting for the client."""
        websocket = self._transports.get(transport)
        if websocket is not None:
            websocket.cut()
        socket = self._io.eio.sockets.pop(transport, None)
        if socket is not None:
            socket.close(wait=False, abort=True)

    def _end(self, connection: _Connection, status: int, detail: str) -> None:
        """Say so, and end it once that is sent."""
        said = {"feed": None, "status": status, "detail": str(detail), **told(detail)}
        message = orjson.dumps(said)
        self.send([connection.name], "ended", message)
        socket = self._io.eio.sockets.get(connection.transport)
        if socket is not None:
            socket.close(wait=False)

    # --- who -------------------------------------------------------------------------------------

    def _admit(self, greet: Callable[..., Any], transport: str, environ: dict[str, Any]) -> Any:
        """Before anybody has said who he is."""
        while len(self._io.eio.sockets) > limits.CONNECTIONS:
            silent = self._strangers.make_room()
            if silent is None:
                return "too many connections; try again later"
            self._cut(silent)
        network = peer_from(Request(environ), self._trusted).network
        self._strangers.enter(transport, network)
        gevent.spawn_later(limits.GREETING_S, self._check_greeted, transport, network)
        return greet(transport, environ)

    def _check_greeted(self, transport: str, network: str) -> None:
        self._strangers.leave(transport, network)
        if not any(c.transport == transport for c in self._connections.values()):
            self._cut(transport)

    def _connect(self, sent: Any = None) -> None:
        now = self._clock.now()
        here = peer()
        try:
            who_is = identify(request, sent, self._catalogue, https=here.https)
            who = who_is(now)
        except CredentialError as refused:
            self._refusals.note(None, here, action="connect", detail=refused.detail)
            if not refused.known and self._guesses.take(here.network, now):
                raise _refusal(
                    429,
                    say(
                        "connect_too_many_guesses",
                        "too many failed sign-ins from this address; wait",
                    ),
                ) from None
            raise _refusal(401, refused.detail) from None
        if self._owners.get(who.name, 0) >= limits.OF_ONE:
            raise _refusal(
                429,
                say("connect_too_many", "too many connections of this account; close some pages"),
            )
        name: str = request.sid  # type: ignore[attr-defined]
        transport = self._io.manager.eio_sid_from_sid(name, "/")
        connection = _Connection(name=name, transport=transport, who=who, identify=who_is)
        self._connections[name] = connection
        self._strangers.leave(transport, here.network)
        self._owners[who.name] = self._owners.get(who.name, 0) + 1
        if who.session is not None:
            self._sessions.hold(who.session)
        self._look_again_later(connection)

    def _disconnect(self, *_: Any) -> None:
        connection = self._connections.pop(request.sid, None)  # type: ignore[attr-defined]
        if connection is None:
            return
        owner = connection.owner
        self._owners[owner] -= 1
        if not self._owners[owner]:
            del self._owners[owner]
        self._agenda.cancel(f"who:{connection.name}")
        if connection.who.session is not None:
            self._sessions.release(connection.who.session)
        if self._live is not None:
            self._live.hub.gone(connection.name)
        if self._phones.gone(owner, connection.name):
            self._tell_holder(owner)

    def _on_catalogue(self, kind: str, entry_id: str) -> None:
        if kind in _WHO:
            for connection in list(self._connections.values()):
                who = connection.who
                if entry_id in (who.token_id, who.session, who.account, who.agent):
                    self._look_again(connection)

    def _look_again_later(self, connection: _Connection) -> None:
        at = look_again_at(connection.who, self._catalogue)
        if at is not None:
            self._agenda.set(f"who:{connection.name}", at, partial(self._look_again, connection))

    def _look_again(self, connection: _Connection) -> None:
        """He may be nobody any more, or somebody with other rights."""
        if connection.name not in self._connections:
            return
        try:
            who = connection.identify(self._clock.now())
        except CredentialError as refused:
            self._end(connection, 401, refused.detail)
            return
        if who != connection.who:
            self._end(
                connection, 409, say("rights_changed", "your rights have changed; connect again")
            )
        else:
            self._look_again_later(connection)

    # --- events ----------------------------------------------------------------------------------

    def _answer(self, handler: Callable[..., dict[str, Any]], *sent: Any) -> dict[str, Any]:
        connection = self._connections.get(request.sid)  # type: ignore[attr-defined]
        try:
            if connection is None:
                raise NotDone(401, say("connect_first", "connect first"))
            return {"ok": True, **handler(connection, *sent)}
        except NotDone as refused:
            status, detail = refused.status, refused.detail
            if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and connection is not None:
                self._refusals.note(connection.who, peer(), refused.about, detail)
        except TandemError as error:
            status, detail = int(status_of(error)), words_of(error)
        except Exception as error:
            _log.exception("live_event_crashed", kind=type(error).__name__)
            status, detail = 500, say("crashed_live", "an error in Tandem; its log has the details")
        return {"ok": False, "status": status, "detail": str(detail), **told(detail)}

    def _open(self, connection: _Connection, *sent: Any) -> dict[str, Any]:
        name = read(FeedNamed, sent).feed
        live = self._of_live()
        right = f"open {name.partition(':')[0]}"
        if (SOCKET, right) not in RIGHTS:
            raise NotDone(
                404,
                say(
                    "feed_unknown_names",
                    "there is no such feed; open desk, directory, floor, setup, interaction:ID",
                ),
            )
        if not may(connection.who.role, SOCKET, right):
            raise _forbidden(connection, right)
        if name == "desk" and connection.who.agent is None:
            raise NotDone(
                403,
                say(
                    "desk_needs_agent", "only who is an agent has a desk; an admin can give you one"
                ),
                right,
            )
        if self._opens.take(connection.name, self._clock.now()):
            raise NotDone(
                429, say("feeds_too_fast", "too many feeds opened at once; wait a second")
            )
        if live.hub.feeds_of(connection.name) >= limits.FEEDS and not live.hub.reads(
            connection.name, name
        ):
            raise NotDone(
                429,
                say(
                    "feeds_too_many",
                    "no more than {limit} feeds at once; close some",
                    limit=limits.FEEDS,
                ),
            )
        opened = live.open(connection.name, name, connection.sight)
        if connection.name not in self._connections:
            live.hub.gone(connection.name)  # he went while the store was read
        return {
            "feed": name,
            "epoch": live.hub.epoch,
            "number": opened.number,
            "now": self._clock.now(),
            "entities": orjson.Fragment(opened.entities),
        }

    def _close(self, connection: _Connection, *sent: Any) -> dict[str, Any]:
        self._of_live().hub.close(connection.name, read(FeedNamed, sent).feed)
        return {}

    def _phone(self, connection: _Connection, *sent: Any) -> dict[str, Any]:
        if not may(connection.who.role, SOCKET, "phone"):
            raise _forbidden(connection, "phone")
        wanted = read(PhoneWanted, sent)
        before = self._phones.holder(connection.owner)
        holder = self._phones.take(
            connection.owner, wanted.tab, connection.name, by_force=wanted.take
        )
        if holder != before:
            self._tell_holder(connection.owner)
        return {"holder": holder}

    def _unknown(self, connection: _Connection, *sent: Any) -> dict[str, Any]:
        raise NotDone(
            404,
            say("live_event_unknown", "there is no such event; there are open, close and phone"),
        )

    def _tell_holder(self, owner: str) -> None:
        message = orjson.dumps({"holder": self._phones.holder(owner)})
        of_owner = [c.name for c in self._connections.values() if c.owner == owner]
        self.send(of_owner, "phone", message)

    def _of_live(self) -> Live:
        assert self._live is not None
        return self._live


def _refusal(status: int, detail: str) -> ConnectionRefusedError:
    said = {"status": status, "detail": str(detail), **told(detail)}
    return ConnectionRefusedError(str(detail), said)


def _forbidden(connection: _Connection, what: str) -> NotDone:
    return NotDone(
        403,
        say(
            "role_may_not_open",
            "the role {role} may not {what}",
            role=connection.who.role,
            what=what,
        ),
        what,
    )
