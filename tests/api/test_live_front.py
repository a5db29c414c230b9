"""The live feed's requests as HTTP: whose page they come from, and what their answers are closed with."""

from contextlib import suppress
from http.client import HTTPConnection

import pytest
from websocket import ABNF

from console.closed import CLOSED
from console.live import limits
from tests.api.pages import beside, cookie_of
from tests.api.test_live_strangers import CUT_OFF, greeted, until_cut_off

POLLING = "/live/?EIO=4&transport=polling"
SOCKET = "/live/?EIO=4&transport=websocket"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def ask(port, path, headers=None, method="GET"):
    def work():
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    return beside(work)


@pytest.mark.parametrize("path", [POLLING, POLLING + "&j=0", "/live/", "/live/x"])
def test_every_answer_is_closed(served, path):
    _, headers, _ = ask(served.port, path)
    assert headers.items() >= CLOSED.items()
    assert not [name for name in headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "says",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://elsewhere.example", "X-Forwarded-Host": "elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_gets_403_and_a_row(centre, served, says):
    cookie = cookie_of(centre, "supervisor")
    for path, more in ((POLLING, {}), (POLLING + "&sid=x", {}), (SOCKET, UPGRADE)):
        status, headers, body = ask(served.port, path, says | cookie | more)
        assert (status, headers["Content-Type"]) == (403, "application/problem+json")
        assert b"another site" in body
    rows = [(row.deed.action, row.deed.outcome, row.deed.detail) for row in centre.rows()]
    assert rows == [("connect", "refused", "another site's page")] * 3


def test_our_own_page_behind_a_proxy_that_ends_https_is_let_in(centre, served):
    says = {"Origin": f"https://127.0.0.1:{served.port}", "Sec-Fetch-Site": "same-origin"}
    assert ask(served.port, POLLING, says)[0] == 200


def test_an_address_that_no_browser_sends_is_answered_in_words(served):
    status, _, body = ask(served.port, SOCKET.replace("/?", "/%ff?"), UPGRADE)
    assert (status, body) == (400, b"this is no WebSocket handshake")


def test_a_message_in_thousands_of_pieces_is_as_long_as_they_are_together(centre, served):
    hostile = greeted(centre, served.port)
    piece = "x" * (limits.MESSAGE_BYTES // 4)

    def send():
        with suppress(*CUT_OFF):  # as soon as it is too much
            hostile.send_frame(frame("4" + piece, opcode=1))
            for _ in range(5):
                hostile.send_frame(frame(piece, opcode=0))

    beside(send)
    until_cut_off(hostile)
    again = greeted(centre, served.port)
    beside(lambda: again.send_frame(frame('420["close",', opcode=1)))
    beside(lambda: again.send_frame(frame('{"feed":"floor"}]', opcode=0, last=True)))
    assert beside(again.recv) == '430[{"ok":true}]'
    again.close()


def frame(text, opcode, last=False):
    return ABNF.create_frame(text, opcode, int(last))
