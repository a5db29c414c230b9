"""A written contact through `tandem serve`, which is killed in the middle of it."""

import json
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.peer import Peer, listening
from tests.cli.process import Process, run


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    with listening(peer):
        yield peer


class Centre:
    def __init__(self, folder: Path, peer: Peer) -> None:
        self.folder, self.peer = folder, peer
        shop = {"kind": "webhook", "queue": "sales", **peer.settings}
        config = {"data": str(folder / "data"), "demo": False, "channels": {"shop": shop}}
        (folder / "tandem.yaml").write_text(json.dumps(config))  # JSON is YAML
        self.token = ""
        self.start()

    def start(self) -> None:
        serve = ("serve", "--port", 0, "--config", self.folder / "tandem.yaml")
        self.process = Process(*serve, cwd=self.folder)
        self.url = self.process.ready()
        told = [line.split()[-1] for line in self.process.lines if line.startswith("Admin token")]
        self.token = told[0] if told else self.token

    def api(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def says(self, text: str) -> str:
        door = f"{self.url}/channels/shop/messages"
        told = {"id": text, "thread": "t-1", "address": "c-17", "text": text}
        contact: str = self.peer.tell(door, **told)["contact"]
        return contact

    def texts(self, contact: str) -> list[str]:
        items = self.api("GET", f"interactions/{contact}/messages")["items"]
        return [item["parts"][0]["text"] for item in items]


def test_killed_in_the_middle_nothing_written_is_lost_or_twice(tmp_path, peer):
    centre = Centre(tmp_path, peer)
    try:
        centre.api("PUT", "queues/sales", {"name": "Sales"})
        ada = {"name": "Ada", "extension": "1001", "queues": ["sales"]}
        centre.api("PUT", "agent-profiles/ada", ada)
        contact = centre.says("hello")
        centre.api("POST", "agents/ada/sign-in", {"status": "available"})
        offers: list[dict[str, str]] = []
        peer.until(lambda: offers.extend(centre.api("GET", "offers")["items"]) or bool(offers))
        centre.api("POST", f"offers/{offers[0]['id']}/accept")
        connected = "connected"
        peer.until(lambda: centre.api("GET", f"interactions/{contact}")["state"] == connected)
        peer.answers = [503] * 10_000
        mine = {"id": "a-message-of-ours", "text": "good morning"}
        assert centre.api("POST", f"interactions/{contact}/messages", mine)["number"] == 2
        assert centre.process.end(signal.SIGKILL) == -signal.SIGKILL
        peer.answers = []
        centre.start()
        peer.until(lambda: peer.texts() == ["good morning"], timeout=20)
        assert centre.says("hello") == contact  # the answer may not have reached it
        assert centre.says("are you there?") == contact
        assert centre.api("POST", f"interactions/{contact}/messages", mine)["number"] == 2
        assert centre.texts(contact) == ["hello", "good morning", "are you there?"]
        assert peer.texts() == ["good morning"]
        assert centre.api("GET", f"interactions/{contact}")["state"] == connected
        assert centre.process.end() == 0
    finally:
        centre.process.close()


def test_a_channel_that_cannot_be_is_named(tmp_path):
    shop = {"kind": "webhook", "queue": "sales", "url": "https://x.example/", "secret": "short"}
    config = {"data": str(tmp_path / "data"), "channels": {"shop": shop}}
    (tmp_path / "tandem.yaml").write_text(json.dumps(config))
    code, said = run("serve", "--port", 0, "--config", tmp_path / "tandem.yaml", cwd=tmp_path)
    assert code == 1 and "channels.shop.secret" in said and "short" not in said.split("secret")[1]
