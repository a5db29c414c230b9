import socket
from contextlib import suppress
from http.client import HTTPConnection

import gevent
import pytest
from gevent.event import Event
from structlog.testing import capture_logs

from console import server as server_module
from console.server import serve
from controller.errors import Invalid


@pytest.fixture
def served(app):
    running = serve(app, "127.0.0.1", 0)
    yield running
    running.stop(timeout=1)


def in_greenlet(work, *args):
    """Clients block their thread; the server needs it, so they get one of the pool's."""
    return gevent.get_hub().threadpool.apply(work, args)


def ask(port, path, headers=None):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_it_serves_on_the_port_it_says(served):
    status, body = in_greenlet(ask, served.server_port, "/healthz")
    assert (status, body) == (200, b'{"status":"alive"}')


def test_a_port_in_use_is_said_to_be_with_what_to_do(app, served):
    with pytest.raises(Invalid, match=r"in use.*--port"):
        serve(app, "127.0.0.1", served.server_port)


def test_an_address_of_elsewhere_is_refused_with_what_to_do(app):
    with pytest.raises(Invalid, match=r"http\.host"):
        serve(app, "192.0.2.1", 0)


def test_after_stop_the_port_is_free(app):
    first = serve(app, "127.0.0.1", 0)
    port = first.server_port
    first.stop(timeout=1)
    second = serve(app, "127.0.0.1", port)
    second.stop(timeout=1)


def say(port, data, answer_bytes=4096):
    """Everything the server answers to raw bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(data)
        answer = b""
        while chunk := connection.recv(answer_bytes):
            answer += chunk
        return answer


def test_a_silent_connection_is_closed(app, monkeypatch):
    monkeypatch.setattr(server_module, "SILENCE_S", 0.05)
    running = serve(app, "127.0.0.1", 0)
    try:
        assert b"HTTP/1.1 2" not in in_greenlet(say, running.server_port, b"GET /hea")
        assert in_greenlet(ask, running.server_port, "/healthz")[0] == 200
    finally:
        running.stop(timeout=1)


def test_a_request_that_is_no_http_is_logged_without_its_text(served):
    with capture_logs() as lines:
        answer = in_greenlet(say, served.server_port, b"GET /tdm_secret HTTP/9.9 x\r\n\r\n")
    assert answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400"))
    assert lines
    assert "secret" not in str(lines)


def test_a_chunked_body_over_the_limit_is_refused(served, admin):
    head = (
        "PUT /api/v1/queues/sales HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {admin.token}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    chunk = b"1000\r\n" + b" " * 0x1000 + b"\r\n"
    answer = in_greenlet(say, served.server_port, head + chunk * 17 + b"0\r\n\r\n")
    assert answer.split(b" ", 2)[1] == b"413"


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 2\r\nContent-Length: 30",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: xchunked",
        "Content-Length: +2",
        "Content-Length: 0_2",
        "Content-Length: 1099511627776",
        "Content-Length: 2\r\nHost: elsewhere.example",
    ],
)
def test_a_request_whose_end_can_be_read_in_two_ways_is_refused(served, headers):
    said = f"POST /api/v1/session HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n{{}}GET /healthz HTTP/1.1\r\n\r\n"
    answer = in_greenlet(say, served.server_port, said.encode())
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"alive" not in answer


class Waiting:
    """An application of which one path answers when it is told to."""

    def __init__(self):
        self.begun, self.told = Event(), Event()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            self.begun.set()
            self.told.wait()
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"],
)
def test_who_is_silent_makes_room_and_who_asks_is_served(monkeypatch, said):
    monkeypatch.setattr(server_module, "MOST_CONNECTIONS", 6)
    monkeypatch.setattr(server_module, "_SPARE", 4)
    application = Waiting()
    running = serve(application, "127.0.0.1", 0)
    port = running.server_port
    try:
        asked = gevent.spawn(in_greenlet, ask, port, "/slow")
        assert application.begun.wait(10)
        silent = in_greenlet(open_many, port, 30, said)
        for _ in range(3):
            assert in_greenlet(ask, port, "/")[0] == 200
        application.told.set()
        assert asked.get(timeout=10)[0] == 200  # who was being served is left alone
        assert in_greenlet(closed, silent) > 20
    finally:
        running.stop(timeout=1)


def open_many(port, number, said):
    made = []
    for _ in range(number):
        made.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        made[-1].sendall(said)
    return made


def closed(connections):
    """How many the other end has closed; the last few are let be."""
    number = 0
    for connection in connections[:-6]:
        with suppress(ConnectionError):
            assert connection.recv(1) == b""
        number += 1
        connection.close()
    for connection in connections[-6:]:
        connection.close()
    return number
