"""Calls a second through flow, queue, agent and CDR, on the lab switch in a process of its own.

The whole Tandem runs as in production: composition root, event socket, SQLite. Each caller goes
through a flow into one queue, is offered to the longest idle of many agents, talks, and hangs up;
then his record must say so. `lost` counts those of whom that cannot be said. CPU is this process's,
which is Tandem alone: the switch, the callers and the phones are another.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import gevent

from controller.bootstrap import Tandem
from controller.domain.events import Offered, Queued
from controller.domain.words import Outcome
from controller.lab.load import FIRST_EXTENSION, Load, Seen
from controller.logs import configure
from controller.ports import InteractionFilter
from tests.bench.centre import Centre, build

DID = "5000"
RATES = (20.0, 50.0, 100.0)
SECONDS = 10.0
#: The search for the greatest rate: step, seconds a rate, and how late the last call may be done.
STEP, SEARCH_S, LATE_S = 1.25, 10.0, 2.0


def run(as_json: bool, rates: Sequence[float] = RATES, seconds: float = SECONDS) -> None:
    """A row a rate, then higher rates until one does not hold. The last line is JSON when asked.

    The full run: `--rate 100 --seconds 60`.
    """
    configure(None, "error")
    rows = [_row(rate, seconds) for rate in rates]
    greatest = rows[-1]["calls_per_s"] if _holds(rows[-1]) else 0.0
    while greatest and _holds(row := _row(greatest * STEP, SEARCH_S)):
        greatest = row["calls_per_s"]
    click.echo(f"greatest rate that held: {greatest:.0f} calls/s")
    if as_json:
        click.echo(json.dumps({"lab": rows, "greatest_calls_per_s": greatest}))


def _holds(row: dict[str, Any]) -> bool:
    """None lost, and nothing piled up."""
    return row["lost"] == 0 and row["late_s"] < LATE_S and row["dialled_late_s"] < LATE_S


def _row(rate: float, seconds: float) -> dict[str, Any]:
    row = _measure(rate, seconds)
    click.echo(
        f"{rate:6.0f} calls/s for {seconds:.0f} s: lost {row['lost']}, "
        f"queue to offer p50 {row['offer_p50_ms']:.1f} ms p95 {row['offer_p95_ms']:.1f} ms, "
        f"{row['cpu_ms_per_call']:.2f} ms CPU a call, late by {row['late_s']:.1f} s"
    )
    return row


def _measure(rate: float, seconds: float) -> dict[str, Any]:
    load = Load(rate=rate, seconds=seconds, phones=max(40, int(rate * 6)), did=DID)
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "controller.lab.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            switch = json.loads(_ask(child, json.dumps(asdict(load))))
            extensions = tuple(str(FIRST_EXTENSION + n) for n in range(load.phones))
            tandem = build(
                Centre(folder=str(Path(folder)), did=DID, extensions=extensions, **switch)
            )
            try:
                return _watch(child, load, tandem)
            finally:
                tandem.stop()
        finally:
            child.kill()
            child.wait()


def _ask(child: "subprocess.Popen[str]", line: str) -> str:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(line + "\n")
    child.stdin.flush()
    return child.stdout.readline()  # cooperative: the standard library is patched


def _watch(child: "subprocess.Popen[str]", load: Load, tandem: Tandem) -> dict[str, Any]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    seen = Seen(**json.loads(_ask(child, "go")))
    done = time.monotonic()
    with gevent.Timeout(30, False):
        while tandem.engine.live():
            gevent.sleep(0.05)
    late_s = time.monotonic() - done
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = tandem.store.interactions(InteractionFilter())
    handled = [i for i in found if i.outcome is Outcome.HANDLED and i.closed]
    delays = sorted(
        offered - queued for i in found for queued, offered in _queued_to_offered(tandem, i.id)
    )
    return {
        "calls_per_s": load.rate,
        "seconds": load.seconds,
        "calls": seen.dialled,
        "lost": seen.dialled - len(handled) + seen.legs,
        "offer_p50_ms": _percentile(delays, 0.50) * 1000,
        "offer_p95_ms": _percentile(delays, 0.95) * 1000,
        "cpu_ms_per_call": cpu_s / max(1, seen.dialled) * 1000,
        "late_s": late_s,
        "dialled_late_s": seen.seconds - load.seconds,
    }


def _queued_to_offered(tandem: Tandem, interaction_id: str) -> list[tuple[float, float]]:
    events = tandem.store.events(f"interaction:{interaction_id}")
    queued = next((x.at for x in events if isinstance(x, Queued)), None)
    offered = next((x.at for x in events if isinstance(x, Offered)), None)
    return [(queued, offered)] if queued is not None and offered is not None else []


def _percentile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0
