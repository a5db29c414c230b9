"""Pages that listen to the live feed over real sockets: a Socket.IO client in a thread, the server on
this hub."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Any

import gevent
import pytest
import socketio

from console.app import create_app
from console.live.running import LiveFeed
from console.server import serve
from console.sessions import COOKIE, new_session
from controller.domain.catalogue import Account


def beside(work: Callable[..., Any], *given: Any) -> Any:
    """Clients block their thread; the server needs it, so they get one of the pool's."""
    return gevent.get_hub().threadpool.apply(work, given)


@dataclass
class Page:
    """What a browser's page is to the feed."""

    url: str
    said: "Queue[tuple[str, Any]]" = field(default_factory=Queue)
    #: None: as a browser does, the server's own. "": it says nothing.
    origin: str | None = None

    def __post_init__(self) -> None:
        extra: dict[str, Any] = {"origin": self.origin, "suppress_origin": self.origin == ""}
        self.io = socketio.Client(
            reconnection=False, websocket_extra_options={} if self.origin is None else extra
        )
        for event in ("push", "ended", "phone"):
            self.io.on(event, lambda message, event=event: self.said.put((event, message)))
        self.io.on("disconnect", lambda *_: self.said.put(("gone", None)))
        self.refusal: Any = None
        self.io.on("connect_error", self._refused)

    def _refused(self, why: Any) -> None:
        self.refusal = why

    def connect(
        self, auth: Any = None, transports: Any = "websocket", headers: Any = None
    ) -> "Page":
        beside(
            lambda: self.io.connect(
                self.url,
                socketio_path="live",
                auth=auth,
                transports=[transports],
                headers=headers or {},
                wait_timeout=10,
            )
        )
        return self

    def call(self, event: str, *sent: Any) -> Any:
        given = sent[0] if len(sent) == 1 else (sent or None)
        return beside(lambda: self.io.call(event, given, timeout=10))

    def open(self, feed: str) -> Any:
        return self.call("open", {"feed": feed})

    def next(self) -> tuple[str, Any]:
        return beside(lambda: self.said.get(timeout=10))

    def nothing(self) -> bool:
        try:
            return self.said.get_nowait() is None
        except Empty:
            return True

    def close(self) -> None:
        beside(self.io.disconnect)


@dataclass
class Served:
    url: str
    port: int
    live: LiveFeed
    pages: list[Page] = field(default_factory=list)

    def page(self) -> Page:
        self.pages.append(Page(self.url))
        return self.pages[-1]


@pytest.fixture
def serve_feed(centre) -> Iterator[Callable[[], Served]]:
    running: list[tuple[Any, Served]] = []

    def start() -> Served:
        services = centre.services()
        app = create_app(services)
        live = LiveFeed(app, services, centre.publisher)
        http = serve(app, "127.0.0.1", 0)
        served = Served(f"http://127.0.0.1:{http.server_port}", http.server_port, live)
        running.append((http, served))
        return served

    yield start
    for http, served in running:
        for page in served.pages:
            page.close()
        served.live.stop()
        http.stop(timeout=1)


@pytest.fixture
def served(serve_feed) -> Served:
    return serve_feed()


def cookie_of(centre, role: str, agent: str | None = None) -> dict[str, str]:
    account = Account(id=f"{role}1", name=role, role=role, agent=agent, password_hash="none")
    centre.catalogue.put(account)
    text, session = new_session(account, now=centre.clock.now())
    centre.catalogue.put(session)
    return {"Cookie": f"{COOKIE}={text}"}
