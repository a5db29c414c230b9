"""The live feed over real sockets: a Socket.IO client in a thread, the server on this hub."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from queue import Empty, Queue
from typing import Any

import gevent
import pytest
import socketio
import websocket
from socketio.exceptions import ConnectionError as Refused
from structlog.testing import capture_logs

from console.app import create_app
from console.live import limits
from console.live.running import LiveFeed
from console.server import serve
from console.sessions import COOKIE, new_session
from controller.domain.catalogue import Account, AgentProfile, Session, Token


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


def test_a_feed_opens_with_a_snapshot_and_goes_on_by_pushes(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    opened = page.open("desk")
    assert opened["ok"] and opened["feed"] == "desk"
    assert opened["entities"]["me"]["status"] == "offline"
    centre.available("ann")
    event, push = page.next()
    assert (event, push["feed"], push["epoch"]) == ("push", "desk", opened["epoch"])
    assert push["number"] == opened["number"] + 1
    assert push["put"]["me"]["status"] == "available"


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_call_comes_to_the_desk_and_goes(centre, served, transport):
    page = served.page().connect({"token": centre.token("agent", "ann")}, transport)
    entities = page.open("desk")["entities"]
    centre.connected("i1", "ann")

    def until(done: Callable[[], bool]) -> None:
        while not done():
            _, push = page.next()
            entities.update(push["put"])
            for key in push["drop"]:
                del entities[key]

    until(lambda: entities.get("interaction:i1", {}).get("state") == "connected")
    segment = entities["interaction:i1"]["segments"][0]
    assert entities["interaction:i1"]["my_segment"] == segment["id"]
    assert not [key for key in entities if key.startswith("offer:")]
    centre.medium.hang_up("i1")
    centre.settle()
    until(lambda: entities.get("interaction:i1", {}).get("state") == "ended")


def test_who_does_not_say_who_he_is_is_refused(served):
    for auth in (None, {}, {"token": "tdm_wrong"}, {"token": 5}, "junk", ["x"]):
        page = Page(served.url)
        with pytest.raises(Refused):
            page.connect(auth)
        assert page.refusal["data"]["status"] == 401
        assert "detail" in page.refusal["data"]


def test_guessing_is_slowed_down(served):
    for _ in range(12):
        page = Page(served.url)
        with pytest.raises(Refused):
            page.connect({"token": "tdm_wrong"})
    assert page.refusal["data"]["status"] == 429


def test_the_session_cookie_opens_it_from_our_own_page(centre, served):
    headers = cookie_of(centre, "supervisor")
    page = served.page().connect(headers=headers)
    assert page.open("floor")["ok"]


@pytest.mark.parametrize(
    ("origin", "said"),
    [("https://elsewhere.example", {}), ("", {}), (None, {"Sec-Fetch-Site": "cross-site"})],
)
def test_the_cookie_opens_nothing_from_another_page(centre, served, origin, said):
    page = Page(served.url, origin=origin)
    with pytest.raises(Refused):
        page.connect(headers=cookie_of(centre, "supervisor") | said)


def test_a_revoked_token_ends_it(centre, served):
    text = centre.token("supervisor")
    page = served.page().connect({"token": text})
    page.open("floor")
    [entry] = centre.catalogue.all(Token)
    centre.catalogue.remove(Token, entry.id)
    assert page.next()[1] == {
        "feed": None,
        "status": 401,
        "detail": "unknown or revoked token; ask an admin for a new one",
        "code": "token_unknown",
        "params": {},
    }
    assert page.next()[0] == "gone"
    assert served.live.sockets.count == 0


def test_a_session_that_is_signed_out_ends_it(centre, served):
    page = served.page().connect(headers=cookie_of(centre, "supervisor"))
    [session] = centre.catalogue.all(Session)
    centre.catalogue.remove(Session, session.id)
    event, message = page.next()
    assert (event, message["status"]) == ("ended", 401)


def test_other_rights_take_a_new_connection(centre, served):
    page = served.page().connect(headers=cookie_of(centre, "supervisor"))
    [account] = centre.catalogue.all(Account)
    centre.catalogue.put(
        Account(id=account.id, name="x", role="supervisor", queues=("sales",), password_hash="none")
    )
    event, message = page.next()
    assert (event, message["status"]) == ("ended", 409)


def test_a_disabled_agent_is_cut_off(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    page.open("directory")
    centre.catalogue.put(AgentProfile(id="ann", name="ann", extension="1001", enabled=False))
    said = [page.next() for _ in range(2)]
    assert ("ended", 401) in [(event, (message or {}).get("status")) for event, message in said]


def test_a_restart_is_another_epoch(centre, serve_feed):
    token = {"token": centre.token("supervisor")}
    first = serve_feed().page().connect(token).open("floor")
    second = serve_feed().page().connect(token).open("floor")
    assert first["epoch"] != second["epoch"]
    assert first["entities"] == second["entities"]


def test_a_role_opens_what_its_row_says(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    assert page.open("floor")["status"] == 403
    assert page.open("sesame")["status"] == 404
    centre.arrive("i1")
    hidden, unknown = page.open("interaction:i1"), page.open("interaction:i9")
    assert hidden["status"] == unknown["status"] == 404
    assert hidden["detail"].replace("i1", "i9") == unknown["detail"]
    supervisor = served.page().connect({"token": centre.token("supervisor")})
    assert supervisor.open("desk")["status"] == 403
    opened = supervisor.open("interaction:i1")
    assert opened["entities"]["interaction"]["state"] == "queued"
    assert opened["entities"]["event:0"]["type"] == "Arrived"


def test_an_interaction_that_is_not_his_any_more_ends(centre, served):
    centre.available("ann")
    centre.arrive("i1")
    page = served.page().connect({"token": centre.token("agent", "ann")})
    assert page.open("interaction:i1")["ok"]
    centre.medium.hang_up(centre.now("i1").offer.leg, "USER_BUSY")
    centre.settle()
    while (said := page.next())[0] == "push":
        pass
    assert said[0] == "ended"
    assert (said[1]["feed"], said[1]["status"]) == ("interaction:i1", 404)


@pytest.mark.parametrize(
    "sent",
    [
        (),
        (None,),
        ("desk",),
        ({},),
        ({"feed": None},),
        ({"feed": ""},),
        ({"feed": "x" * 200},),
        ({"feed": ["desk"]},),
        ({"feed": "desk"}, {"feed": "desk"}),
        ([[["deep"]]],),
    ],
)
def test_junk_is_answered_in_words(centre, served, sent):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    for event in ("open", "close", "phone"):
        answer = page.call(event, *sent)
        assert (answer["ok"], answer["status"]) == (False, 422)
    assert page.open("desk")["ok"]


def test_events_out_of_order_and_twice_do_no_harm(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    assert page.call("close", {"feed": "desk"}) == {"ok": True}
    first, second = page.open("desk"), page.open("desk")
    assert first["entities"] == second["entities"]
    assert page.call("close", {"feed": "desk"}) == {"ok": True}
    assert page.call("close", {"feed": "desk"}) == {"ok": True}
    assert page.call("hang_up", {"interaction": "i1"})["status"] == 404
    centre.available("ann")
    assert page.open("desk")["entities"]["me"]["status"] == "available"
    assert page.nothing()


def test_one_page_of_an_account_is_its_phone(centre, served):
    token = {"token": centre.token("agent", "ann")}
    first, second = served.page().connect(token), served.page().connect(token)
    assert first.call("phone", {"tab": "one", "take": False}) == {"ok": True, "holder": "one"}
    assert second.next() == ("phone", {"holder": "one"})
    assert second.call("phone", {"tab": "two", "take": False})["holder"] == "one"
    assert second.call("phone", {"tab": "two", "take": True})["holder"] == "two"
    assert first.next() == ("phone", {"holder": "one"})
    assert first.next() == ("phone", {"holder": "two"})
    second.close()
    assert first.next() == ("phone", {"holder": None})


def test_too_many_opens_are_refused_for_a_while(centre, served):
    page = served.page().connect({"token": centre.token("supervisor")})
    answers = [page.open("floor") for _ in range(limits.OPENS + 1)]
    assert [answer["ok"] for answer in answers] == [True] * limits.OPENS + [False]
    assert answers[-1]["status"] == 429


def test_too_many_connections_of_one_are_refused(centre, served, monkeypatch):
    monkeypatch.setattr(limits, "OF_ONE", 1)
    token = {"token": centre.token("supervisor")}
    served.page().connect(token)
    page = Page(served.url)
    with pytest.raises(Refused):
        page.connect(token)
    assert page.refusal["data"]["status"] == 429


# --- clients that are no pages -------------------------------------------------------------------


def raw(port: int, **options: Any) -> websocket.WebSocket:
    return beside(
        lambda: websocket.create_connection(
            f"ws://127.0.0.1:{port}/live/?EIO=4&transport=websocket", timeout=10, **options
        )
    )


def greeted(centre, port: int) -> websocket.WebSocket:
    connection = raw(port)
    beside(connection.recv)
    token = centre.token("supervisor")
    beside(connection.send, f'40{{"token":"{token}"}}')
    assert beside(connection.recv).startswith("40")
    return connection


def ended(connection: websocket.WebSocket) -> bool:
    def read() -> bool:
        try:
            while connection.recv():
                pass
        except (websocket.WebSocketException, OSError):
            pass
        return not connection.connected

    return beside(read)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (limits.MESSAGE_BYTES + 1),
        '451-["open",{"_placeholder":true,"num":0}]',
        "42[]",
        "42{",
        "42null",
        "4",
        "9",
        "zz",
        '42/elsewhere,["open",{"feed":"floor"}]',
        "bAAAA",
    ],
)
def test_whatever_one_client_sends_the_others_are_served(centre, served, text):
    page = served.page().connect({"token": centre.token("supervisor")})
    page.open("floor")
    hostile = greeted(centre, served.port)
    with capture_logs() as lines:
        beside(hostile.send, text)
        centre.available("ann")
        assert page.next()[0] == "push"
    assert not [line for line in lines if text in str(line)]
    hostile.close()


def test_a_message_that_is_too_long_ends_the_connection(centre, served):
    hostile = greeted(centre, served.port)
    beside(hostile.send, "4" + "x" * limits.MESSAGE_BYTES)
    assert ended(hostile)


def test_a_flood_ends_the_connection(centre, served):
    hostile = greeted(centre, served.port)

    def flood() -> None:
        try:
            for _ in range(limits.MESSAGES * 3):
                hostile.send('42["nothing"]')
        except (websocket.WebSocketException, OSError):
            pass

    beside(flood)
    assert ended(hostile)


def test_who_never_says_who_he_is_is_cut_off(served, monkeypatch):
    monkeypatch.setattr(limits, "GREETING_S", 0.05)
    assert ended(raw(served.port))


def test_a_reader_who_reads_nothing_is_cut_off_and_the_others_are_not(centre, served, monkeypatch):
    monkeypatch.setattr(limits, "UNSENT", 5)
    for number in range(300):
        centre.catalogue.put(
            AgentProfile(id=f"a{number}", name="x" * 60, extension="1", queues=("sales",))
        )
    page = served.page().connect({"token": centre.token("supervisor")})
    page.open("floor")
    slow = raw(served.port, sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),))
    beside(slow.recv)
    beside(slow.send, f'40{{"token":"{centre.token("supervisor")}"}}')
    beside(slow.recv)
    beside(slow.send, '420["open",{"feed":"floor"}]')
    number = 0
    while served.live.sockets.count > 1 or not number:
        number += 1
        for agent in range(300):
            reason = f"{number}" * 50
            centre.catalogue.put(
                AgentProfile(id=f"a{agent}", name=reason[:60], extension="1", queues=("sales",))
            )
        assert page.next()[0] == "push"
        assert number < 500
    slow.close()


def test_who_reads_late_reads_all_and_in_order(centre, served):
    """More than the kernel takes at once, and less than what is too much."""
    connection = raw(served.port, sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),))
    beside(connection.recv)
    beside(connection.send, f'40{{"token":"{centre.token("supervisor")}"}}')
    beside(connection.recv)
    beside(connection.send, '420["open",{"feed":"floor"}]')
    beside(connection.recv)
    pushes = 60
    for number in range(pushes):
        for agent in range(100):
            centre.catalogue.put(
                AgentProfile(
                    id=f"a{agent}", name=f"{number}" * 30, extension="1", queues=("sales",)
                )
            )
        served.live.live.hub.flush()
        gevent.sleep(0.045)  # as fast as a floor pushes
    numbers: list[int] = []

    def read() -> None:
        last = f'"a99","name":"{pushes - 1}'
        while True:
            text = connection.recv()
            if text.startswith("42"):
                numbers.append(json.loads(text[2:])[1]["number"])
                if last in text:
                    return

    beside(read)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 20
    connection.close()


def test_what_is_refused_for_want_of_rights_is_in_the_audit(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    page.open("floor")
    page.open("sesame")
    with pytest.raises(Refused):
        Page(served.url).connect({"token": "tdm_wrong"})
    rows = [(row.deed.role, row.deed.action, row.deed.outcome) for row in centre.rows()]
    assert rows == [("agent", "open floor", "refused"), ("", "connect", "refused")]


def test_who_has_to_choose_a_password_reads_nothing_before(centre, served):
    headers = cookie_of(centre, "supervisor")
    [account] = centre.catalogue.all(Account)
    centre.catalogue.put(replace(account, must_change=True))
    page = Page(served.url)
    with pytest.raises(Refused):
        page.connect(headers=headers)
    assert page.refusal["data"]["status"] == 401


def test_a_page_that_listens_keeps_its_session(centre, served):
    page = served.page().connect(headers=cookie_of(centre, "supervisor"))
    [session] = centre.catalogue.all(Session)
    centre.clock.pass_(session.idle_s + 1)
    centre.people.sessions.sweep()
    assert page.open("floor")["ok"]
    page.close()
    centre.clock.pass_(session.idle_s + 1)
    centre.people.sessions.sweep()
    assert not centre.catalogue.all(Session)
