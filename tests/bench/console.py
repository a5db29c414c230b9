"""The live feed with a floor full of pages: 500 desks and 20 wallboards on one Tandem, on this machine.

The server is a process of its own (tests.bench.console_floor): a whole Tandem on the lab switch with its
agents signed in, one of whom changes his status so many times a second. The readers are here: sockets
that do no more than follow the numbers. A push's delay runs from the moment the change is saved, by
the clock that both share, until its bytes are here.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import click
import gevent
import orjson
from gevent.pool import Pool

from tests.bench.page import Page

AGENTS, WALLBOARDS = 500, 20
CHANGES_PER_S, SECONDS = 20.0, 20.0
#: How many connect at once.
_AT_ONCE = 25


@dataclass(slots=True)
class Arrivals:
    """`delays`: seconds, by feed; `gaps`: numbers that did not follow; `bytes`: read."""

    delays: dict[str, list[float]] = field(
        default_factory=lambda: {"desk": [], "directory": [], "floor": []}
    )
    gaps: int = 0
    bytes: int = 0
    pushes: Counter[str] = field(default_factory=Counter)


class Reader:
    """One page: opens its feeds and follows them."""

    def __init__(self, port: int, token: str, feeds: tuple[str, ...], arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._numbers: dict[str, int] = {}
        self._page = Page(port)
        self._texts = self._page.texts()
        assert next(self._texts).startswith(b"0")
        self._page.send("40" + json.dumps({"token": token}))
        assert next(self._texts).startswith(b"40")
        for number, feed in enumerate(feeds):
            self._page.send(f'42{number}["open",{{"feed":"{feed}"}}]')
        while len(self._numbers) < len(feeds):
            self._take(next(self._texts))
        gevent.spawn(self._read)

    def _read(self) -> None:
        try:
            for text in self._texts:
                self._take(text)
        except OSError:
            return

    def _take(self, text: bytes) -> None:
        now = time.time()
        self._arrivals.bytes += len(text)
        if text.startswith(b"43"):
            [opened] = orjson.loads(text[text.index(b"[") :])
            assert opened["ok"], opened
            self._numbers[opened["feed"]] = opened["number"]
        else:
            event, message = orjson.loads(text[2:])
            assert event == "push", message
            self._follow(now, message)

    def _follow(self, now: float, push: dict[str, Any]) -> None:
        feed = push["feed"]
        self._arrivals.gaps += push["number"] != self._numbers[feed] + 1
        self._numbers[feed] = push["number"]
        self._arrivals.pushes[feed] += 1
        # A colleague's reason is nobody's business: of the directory, from when it was sent.
        since = [push["now"]] if feed == "directory" else _changes(push["put"])
        self._arrivals.delays[feed] += [now - at for at in since]

    def close(self) -> None:
        self._page.close()


def _changes(put: dict[str, Any]) -> list[float]:
    """When each change that the push tells was saved: the agent's reason carries it."""
    found = (str(entity.get("reason") or "") for entity in put.values())
    return [float(reason[3:]) for reason in found if reason.startswith("at ")]


def run(
    as_json: bool, rates: tuple[float, ...] = (CHANGES_PER_S,), seconds: float = SECONDS
) -> None:
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        floor = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.console_floor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            ready = _ask(floor, json.dumps({"folder": folder, "agents": AGENTS}))
            arrivals = Arrivals()
            readers = _connect(ready, arrivals)
            sized = _ask(floor, json.dumps({"do": "size"}))
            rows = [_row(floor, arrivals, rate, seconds) for rate in rates]
            for reader in readers:
                reader.close()
        finally:
            floor.kill()
            floor.wait()
    kb = (sized["rss_kb"] - ready["rss_kb"]) / len(readers)
    click.echo(f"{len(readers)} connections: {kb:.0f} kB of memory each")
    if as_json:
        click.echo(json.dumps({"console": rows, "memory_kb_per_connection": kb}))


def _connect(ready: dict[str, Any], arrivals: Arrivals) -> list[Reader]:
    pool, readers = Pool(_AT_ONCE), []
    wanted = [(token, ("desk", "directory")) for token in ready["desks"]]
    wanted += [(ready["wallboard"], ("floor",))] * WALLBOARDS
    for reader in pool.imap_unordered(
        lambda one: Reader(ready["port"], one[0], one[1], arrivals), wanted
    ):
        readers.append(reader)
    return readers


def _row(
    floor: "subprocess.Popen[str]", arrivals: Arrivals, rate: float, seconds: float
) -> dict[str, Any]:
    for delays in arrivals.delays.values():
        delays.clear()
    arrivals.pushes.clear()
    arrivals.bytes = 0
    done = _ask(floor, json.dumps({"do": "change", "rate": rate, "seconds": seconds}))
    gevent.sleep(1.0)
    changes = max(1, done["changes"])
    row: dict[str, Any] = {
        "changes_per_s": rate,
        "seconds": seconds,
        "changes": done["changes"],
        "gaps": arrivals.gaps,
        "pushes": sum(arrivals.pushes.values()),
        "read_mb": arrivals.bytes / 1e6,
        "cpu_ms_per_change": done["cpu_s"] / changes * 1000,
        "cpu_share": done["cpu_s"] / done["seconds"],
    }
    click.echo(
        f"{rate:.0f} changes/s for {seconds:.0f} s: {row['pushes']} pushes,"
        f" {row['cpu_ms_per_change']:.1f} ms of CPU a change, {row['cpu_share']:.0%} of a core"
    )
    for feed, delays in arrivals.delays.items():
        found = sorted(delays)
        for share in (50, 95, 99):
            row[f"{feed}_p{share}_ms"] = _percentile(found, share / 100) * 1000
        shown = " ".join(f"p{share} {row[f'{feed}_p{share}_ms']:.0f}" for share in (50, 95, 99))
        click.echo(f"  {feed:10} {shown} ms, {len(found)} read")
    return row


def _percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def _ask(floor: "subprocess.Popen[str]", line: str) -> dict[str, Any]:
    assert floor.stdin is not None and floor.stdout is not None
    floor.stdin.write(line + "\n")
    floor.stdin.flush()
    answer: dict[str, Any] = json.loads(floor.stdout.readline())
    return answer
