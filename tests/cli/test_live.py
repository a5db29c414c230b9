"""The live feed of `tandem serve` on the lab switch, as a client of the outside has it."""

from queue import Queue
from typing import Any

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from tests.cli.process import Process


@pytest.fixture
def start(tmp_path):
    started: list[Process] = []

    def start(*arguments: object) -> Process:
        process = Process("serve", "--port", 0, "--data", tmp_path, *arguments, cwd=tmp_path)
        started.append(process)
        return process

    yield start
    for process in started:
        process.close()


def connected(url: str, auth: Any, said: "Queue[tuple[str, Any]]") -> socketio.Client:
    page = socketio.Client(reconnection=False)
    for event in ("push", "ended"):
        page.on(event, lambda message, event=event: said.put((event, message)))
    page.on("disconnect", lambda *_: said.put(("gone", None)))
    page.connect(url, socketio_path="live", auth=auth, transports=["websocket"])
    return page


def test_the_floor_of_a_demo_goes_on_by_pushes_until_the_server_ends_and_anew_after(start):
    process = start("--demo")
    url = process.ready()
    token = next(line for line in process.lines if "tdm_" in line).rsplit(" ", 1)[-1]
    with pytest.raises(Refused):
        connected(url, None, Queue())

    said: Queue[tuple[str, Any]] = Queue()
    page = connected(url, {"token": token}, said)
    first = page.call("open", {"feed": "floor"}, timeout=10)
    number, seen = first["number"], set(first["entities"])
    while not {"queue:sales", "agent:1001", "centre"} <= seen or not any(
        key.startswith("interaction:") for key in seen
    ):
        event, push = said.get(timeout=30)
        assert (event, push["epoch"], push["number"]) == ("push", first["epoch"], number + 1)
        number = push["number"]
        seen |= set(push["put"])
    assert process.end() == 0
    while (message := said.get(timeout=10))[0] == "push":
        pass
    assert message[0] == "gone"

    again = start("--no-demo")
    page = connected(again.ready(), {"token": token}, said)
    assert page.call("open", {"feed": "floor"}, timeout=10)["epoch"] != first["epoch"]
    page.disconnect()
