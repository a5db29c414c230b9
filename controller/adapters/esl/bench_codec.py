"""What one event costs us in CPU: recorded events through the adapter as it runs in production.

A peer in another process streams the recording over loopback. Three readers take turns on the
same calls in the same run: ours (socket, reader, SwitchEvent, SwitchLink, on_event that
enqueues) on the JSON form, stock greenswitch on the plain form, and the least that a reader who
parses all of the JSON must do (recv, find the frames, orjson), which ours goes below.
"""

import json
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import greenswitch
import orjson
from gevent import socket
from gevent.event import Event

from controller.adapters.esl.frames import FrameReader
from controller.adapters.esl.health import LinkTiming
from controller.adapters.esl.link import SwitchLink
from controller.errors import LinkLost

RECORDINGS = Path(__file__).parents[3] / "tests" / "golden" / "esl"
REPEATS = 60  # of the recording in one measurement
ROUNDS = 5
HOST = "127.0.0.1"
PATIENCE_SECONDS = 60.0

# The peer: greets, says yes to everything, and streams after a subscription.
_PEER = """
import socket, sys, threading
payload = open(sys.argv[1], "rb").read()
def serve(sock):
    with sock, sock.makefile("rb") as lines:
        sock.sendall(b"Content-Type: auth/request\\n\\n")
        for line in lines:
            if line.startswith(b"api "):
                sock.sendall(b"Content-Type: api/response\\nContent-Length: 2\\n\\n\\n\\n")
            elif line != b"\\n":
                sock.sendall(b"Content-Type: command/reply\\nReply-Text: +OK accepted\\n\\n")
                if line.startswith(b"event "):
                    for _ in range(int(sys.argv[2])):
                        sock.sendall(payload)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


def run(as_json: bool) -> None:
    """Measure and print a table; with `as_json` the last line is one JSON object."""
    plain, exact = _recordings("plain"), _recordings("json")
    events = sum(1 for path in exact for _ in FrameReader().feed(path.read_bytes()))
    spent: dict[str, list[float]] = {"tandem": [], "greenswitch": [], "parsed": []}
    for _ in range(ROUNDS):
        for path, other in zip(exact, plain, strict=True):
            spent["tandem"].append(_measure(path, _through_tandem))
            spent["greenswitch"].append(_measure(other, _through_greenswitch))
            spent["parsed"].append(_measure(path, _through_parsing))
    cost = {name: statistics.median(values) for name, values in spent.items()}
    ratio = cost["greenswitch"] / cost["tandem"]
    click.echo(f"{events} recorded events, {REPEATS} times, median of {ROUNDS} rounds, in turns")
    for name, microseconds in cost.items():
        click.echo(f"{name:12} {microseconds:7.1f} us CPU/event {1e6 / microseconds:9.0f} events/s")
    click.echo(f"{'ratio':12} {ratio:7.2f} times the events of greenswitch in a CPU second")
    if as_json:
        result = {
            "cpu_us_per_event": round(cost["tandem"], 2),
            "greenswitch_cpu_us_per_event": round(cost["greenswitch"], 2),
            "parsed_cpu_us_per_event": round(cost["parsed"], 2),
            "ratio_vs_greenswitch": round(ratio, 2),
            "events": events * REPEATS * ROUNDS,
        }
        click.echo(json.dumps(result))


def _recordings(form: str) -> list[Path]:
    found = sorted(RECORDINGS.glob(f"*.{form}.esl"))
    if not found:
        raise click.ClickException(f"no recordings *.{form}.esl in {RECORDINGS}")
    return found


def _measure(path: Path, reader: Callable[[int, "_Count"], None]) -> float:
    """CPU microseconds an event of this process, from connecting to the last event."""
    events = sum(1 for _ in FrameReader().feed(path.read_bytes())) * REPEATS
    with _peer(path) as port:
        count = _Count(events)
        before = time.process_time()
        reader(port, count)
        return (count.finished_at - before) / events * 1e6


@contextmanager
def _peer(path: Path) -> Iterator[int]:
    command = [sys.executable, "-c", _PEER, str(path), str(REPEATS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as peer:  # noqa: S603
        if peer.stdout is None:
            raise LinkLost("the peer of the bench has no output to tell its port by")
        try:
            yield int(peer.stdout.readline())
        finally:
            peer.kill()


class _Count:
    """The consumer: enqueues, as production does, and notes the CPU time at the last event."""

    def __init__(self, events: int) -> None:
        self._queue: deque[Any] = deque(maxlen=1000)
        self._left = events
        self._done = Event()
        self.finished_at = 0.0

    def __call__(self, event: Any) -> None:
        self._queue.append(event)
        self._left -= 1
        if not self._left:
            self.finished_at = time.process_time()
            self._done.set()

    def wait(self) -> None:
        if not self._done.wait(PATIENCE_SECONDS):
            raise LinkLost(f"{self._left} events did not come within {PATIENCE_SECONDS:g} s")


def _through_tandem(port: int, count: _Count) -> None:
    # The recording repeats, so its time stamps jump back: that lag means nothing here.
    timing = LinkTiming(lag=float("inf"))
    link = SwitchLink(host=HOST, port=port, password="-", on_event=count, timing=timing)  # noqa: S106
    link.start()
    try:
        count.wait()
    finally:
        link.stop()


def _through_greenswitch(port: int, count: _Count) -> None:
    client = greenswitch.InboundESL(host=HOST, port=port, password="-")  # noqa: S106
    client.register_handle("*", count)
    client.connect()
    client.send("event plain ALL")
    count.wait()
    client.connected = False  # so that stop() does not wait for a reply to `exit`
    client.sock.shutdown(socket.SHUT_RDWR)
    client.stop()


def _through_parsing(port: int, count: _Count) -> None:
    with socket.create_connection((HOST, port)) as sock:
        sock.sendall(b"event json ALL\n\n")
        held = b""
        while not count.finished_at:
            held += sock.recv(256 * 1024)
            at = 0
            while (end := held.find(b"\n\n", at)) >= 0:
                length = held[at:end].partition(b"Content-Length: ")[2].partition(b"\n")[0]
                body_at = end + 2
                at_next = body_at + int(length or 0)
                if at_next > len(held):
                    break
                if length:
                    count(orjson.loads(held[body_at:at_next]))
                at = at_next
            held = held[at:]
