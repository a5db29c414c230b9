"""Clients of the live feed that are no pages of ours, or read too slowly."""

import json
import socket
from contextlib import suppress
from typing import Any

import gevent
import pytest
import websocket
from structlog.testing import capture_logs

from console.live import limits
from controller.domain.catalogue import AgentProfile
from tests.api.pages import beside


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


#: What a client is told by its socket once the server has cut it off.
CUT_OFF = (websocket.WebSocketConnectionClosedException, ConnectionError)


def until_cut_off(connection: websocket.WebSocket) -> None:
    def read() -> None:
        while True:
            connection.recv()

    with pytest.raises(CUT_OFF):
        beside(read)


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
    beside(hostile.close)


def test_a_message_that_is_too_long_ends_the_connection(centre, served):
    hostile = greeted(centre, served.port)
    beside(hostile.send, "4" + "x" * limits.MESSAGE_BYTES)
    until_cut_off(hostile)


def test_a_flood_ends_the_connection(centre, served):
    hostile = greeted(centre, served.port)

    def flood() -> None:
        for _ in range(limits.MESSAGES * 3):
            hostile.send('42["nothing"]')

    with suppress(*CUT_OFF):  # in the midst of it, or afterwards
        beside(flood)
    until_cut_off(hostile)


def test_who_never_says_who_he_is_is_cut_off(served, monkeypatch):
    monkeypatch.setattr(limits, "GREETING_S", 0.05)
    until_cut_off(raw(served.port))


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
    beside(slow.close)


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
    beside(connection.close)


def test_strangers_make_room_for_who_says_who_he_is(centre, served, monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS", 3)
    known = greeted(centre, served.port)
    strangers = [raw(served.port) for _ in range(10)]
    second = greeted(centre, served.port)
    assert served.live.sockets.count == 2
    until_cut_off(strangers[0])
    beside(known.send, '420["close",{"feed":"floor"}]')
    assert beside(known.recv) == '430[{"ok":true}]'
    third = greeted(centre, served.port)
    with pytest.raises(websocket.WebSocketBadStatusException):
        raw(served.port)  # all of them are known now
    for connection in (known, second, third, *strangers):
        connection.close()
