import socket
from http.client import HTTPConnection

import gevent
import pytest
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
