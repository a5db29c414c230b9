"""Tandem and mod_callcenter on the same FreeSWITCH, under the same callers and phones.

Measured outside of both, by the switch's own events and their times: from the caller's joining (for
mod_callcenter his CHANNEL_ANSWER, after which its application begins; for Tandem his CHANNEL_PARK, before
he is answered, so the answer counts for Tandem alone) to CHANNEL_CREATE of the leg to the agent (offer)
and to that leg's CHANNEL_PROGRESS (his phone rings). A caller who is not bridged counts as failed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import gevent

from controller.logs import configure
from controller.provisioning import DirectoryEntry
from tests.bench.callcenter import add_callcenter, load_callcenter
from tests.bench.centre import Centre
from tests.bench.sipp import register, run_sipp
from tests.bench.watch import Watch, watching
from tests.live.freeswitch import FreeSwitch, find_binary, find_modules
from tests.live.ports import rtp_range
from tests.live.sipp import find_sipp

RATES = (2.0, 20.0, 50.0)
SECONDS = 16.0
AGENTS = 120
PASSWORD = "phones-of-the-bench"
DIDS = {"tandem": "5000", "mod_callcenter": "5001"}
RING_MS, TALK_MS = 200, 1000
#: Longest wait, in seconds, for the last calls to end after the last was begun.
END_S = 45.0
IDLE_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One side at one rate. CPU is beyond what the process takes while idle; `stolen_percent` of the cores'
    time went to other machines on the same host: from 10 on, nothing else here can be believed."""

    side: str
    calls_per_s: float
    calls: int
    failed: int
    offer_p50_ms: float
    offer_p95_ms: float
    ringing_p50_ms: float
    ringing_p95_ms: float
    bridged_p50_ms: float
    controller_cpu_ms_per_call: float
    switch_cpu_ms_per_call: float
    stolen_percent: float


class _Cpu:
    """CPU seconds of a process since `start`, less what it takes when nothing happens."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        before = self._seconds()
        gevent.sleep(IDLE_S)
        self._idle = (self._seconds() - before) / IDLE_S
        self.start()

    def start(self) -> None:
        self._at, self._before = time.monotonic(), self._seconds()

    def used(self) -> float:
        idle = self._idle * (time.monotonic() - self._at)
        return max(0.0, self._seconds() - self._before - idle)

    def _seconds(self) -> float:
        stat = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


class _Stolen:
    """The share of all cores' time, since it was made, that the host gave to others."""

    def __init__(self) -> None:
        self._before = self._ticks()

    def percent(self) -> float:
        stolen, total = (a - b for a, b in zip(self._ticks(), self._before, strict=True))
        return 100 * stolen / max(1, total)

    def _ticks(self) -> tuple[int, int]:
        ticks = [int(n) for n in Path("/proc/stat").read_text().split(maxsplit=9)[1:9]]
        return ticks[7], sum(ticks)


def run(as_json: bool, rates: Sequence[float] = RATES, seconds: float = SECONDS) -> None:
    """A row a side and rate, and the ratios; the last line is one JSON object when asked."""
    configure(None, "error")
    binary = find_binary()
    modules = find_modules(binary) if binary is not None else None
    if binary is None or modules is None or find_sipp() is None:
        click.echo("skipped: needs `freeswitch` (or $FREESWITCH) and `sipp` on PATH")
        return
    _schedule_as_deployed()
    extensions = tuple(str(1001 + n) for n in range(AGENTS))
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as name,
        _switch(Path(name) / "switch", binary, modules, extensions) as switch,
        _phones(Path(name), switch, extensions),
    ):
        rows = _measure_tandem(Path(name), switch, extensions, rates, seconds)
        load_callcenter(switch)
        cpus = {"switch": _Cpu(switch.pid)}
        rows += [
            _measure("mod_callcenter", Path(name), switch, rate, seconds, cpus) for rate in rates
        ]
    ratios = _ratios(rows)
    for line in ratios:
        click.echo(" ".join(f"{key} {value:g}" for key, value in line.items()))
    if as_json:
        click.echo(json.dumps({"freeswitch": [asdict(row) for row in rows], "ratios": ratios}))


def _schedule_as_deployed() -> None:
    """Real-time, as FreeSWITCH makes itself and docs/operations.md says of Tandem; callers and phones,
    who are elsewhere in life, too."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        click.echo(
            "no right to real-time scheduling: on full cores the figures are worse than in service"
        )


@contextmanager
def _switch(
    folder: Path, binary: Path, modules: Path, extensions: Sequence[str]
) -> Iterator[FreeSwitch]:
    agents = [DirectoryEntry(extension=e, name=e, password=PASSWORD) for e in extensions]
    start, end = rtp_range(4000)
    folder.mkdir()
    switch = FreeSwitch(
        folder,
        agents,
        {
            "codecs": ["PCMU"],
            "rtp": {"start": start, "end": end},
            "sessions_per_second": 1000,
            "max_sessions": 5000,
            "fallback": {"after_seconds": 60},
            "log": {"dir": folder / "log", "level": "err"},
        },
    )
    try:
        switch.start(binary, modules)
        add_callcenter(switch, DIDS["mod_callcenter"], extensions)
        yield switch
    finally:
        switch.stop()


@contextmanager
def _phones(folder: Path, switch: FreeSwitch, extensions: Sequence[str]) -> Iterator[None]:
    process, address = run_sipp(
        folder / "phones", "phones_answer", "-aa", RING_MS=RING_MS, TALK_MS=TALK_MS
    )
    try:
        register(folder / "register", switch.agents_side, extensions, PASSWORD, address)
        switch.await_phone(extensions[-1])
        yield
    finally:
        process.kill()
        process.wait()


def _measure_tandem(
    folder: Path,
    switch: FreeSwitch,
    extensions: tuple[str, ...],
    rates: Sequence[float],
    seconds: float,
) -> list[Row]:
    centre = Centre(
        folder=str(folder / "centre"),
        port=switch.settings.esl.port,
        password=switch.password,
        did=DIDS["tandem"],
        extensions=extensions,
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.centre"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(json.dumps(asdict(centre)).encode() + b"\n")
        child.stdin.flush()
        said = child.stdout.readline()
        assert said == b"ready\n", said
        cpus = {"switch": _Cpu(switch.pid), "controller": _Cpu(child.pid)}
        return [_measure("tandem", folder, switch, rate, seconds, cpus) for rate in rates]
    finally:
        child.stdin.close()  # it stops upon this
        try:
            child.wait(30)
        finally:
            child.kill()
            child.wait()


def _measure(
    side: str,
    folder: Path,
    switch: FreeSwitch,
    rate: float,
    seconds: float,
    cpus: dict[str, _Cpu],
) -> Row:
    total = int(rate * seconds)
    watch = Watch()
    connection = watching(switch, watch)
    stolen = _Stolen()
    for cpu in cpus.values():
        cpu.start()
    options = (switch.carrier, "-r", f"{rate:g}", "-m", str(total), "-l", "5000")
    callers, _ = run_sipp(folder / f"callers-{side}-{rate:g}", "callers", *options, DID=DIDS[side])
    try:
        callers.wait(seconds + END_S)
    except subprocess.TimeoutExpired:
        click.echo(f"{side}: callers still busy {END_S:.0f} s after the last call began; cut off")
    finally:
        callers.kill()
        callers.wait()
    stolen_percent = stolen.percent()
    _await_quiet(switch)
    used = {name: cpu.used() / total * 1000 for name, cpu in cpus.items()}
    connection.stop()
    row = Row(
        side=side,
        calls_per_s=rate,
        calls=total,
        failed=total - len(watch.pairs),
        controller_cpu_ms_per_call=used.get("controller", 0.0),
        switch_cpu_ms_per_call=used["switch"],
        stolen_percent=stolen_percent,
        **_delays(watch),
    )
    click.echo(_line(row))
    return row


def _await_quiet(switch: FreeSwitch) -> None:
    """Until no leg is left; those left over, whose calls count as failed, must not burden the next."""
    with switch.probe() as probe:
        for _ in range(2):
            with gevent.Timeout(END_S, False):
                while not probe.api("show channels count").strip().startswith("0 "):
                    gevent.sleep(0.2)  # no event says that all are done
                return
            probe.api("hupall NORMAL_CLEARING")


def _delays(watch: Watch) -> dict[str, float]:
    offers = watch.delays("CHANNEL_CREATE", of_agent=True)
    ringing = watch.delays("CHANNEL_PROGRESS", of_agent=True)
    bridged = watch.delays("CHANNEL_BRIDGE", of_agent=False)
    return {
        "offer_p50_ms": _percentile(offers, 0.50),
        "offer_p95_ms": _percentile(offers, 0.95),
        "ringing_p50_ms": _percentile(ringing, 0.50),
        "ringing_p95_ms": _percentile(ringing, 0.95),
        "bridged_p50_ms": _percentile(bridged, 0.50),
    }


def _percentile(seconds: Sequence[float], share: float) -> float:
    return seconds[min(len(seconds) - 1, int(len(seconds) * share))] * 1000 if seconds else 0.0


def _line(row: Row) -> str:
    controller = f"controller {row.controller_cpu_ms_per_call:.2f} ms, " * (row.side == "tandem")
    return (
        f"{row.side:14} {row.calls_per_s:3.0f} calls/s: failed {row.failed} of {row.calls}, "
        f"offer p50 {row.offer_p50_ms:.0f} ms p95 {row.offer_p95_ms:.0f} ms, "
        f"ringing p50 {row.ringing_p50_ms:.0f} ms p95 {row.ringing_p95_ms:.0f} ms, "
        f"CPU a call: {controller}switch {row.switch_cpu_ms_per_call:.1f} ms, "
        f"stolen {row.stolen_percent:.0f} %"
    )


def _ratios(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """mod_callcenter's figure over Tandem's, by rate."""
    found: list[dict[str, Any]] = []
    for ours in (row for row in rows if row.side == "tandem"):
        theirs = next(r for r in rows if r.side != ours.side and r.calls_per_s == ours.calls_per_s)
        figures: dict[str, Callable[[Row], float]] = {
            "offer_p50_ratio": lambda row: row.offer_p50_ms,
            "offer_p95_ratio": lambda row: row.offer_p95_ms,
            "switch_cpu_ratio": lambda row: row.switch_cpu_ms_per_call,
        }
        ratios = {n: round(f(theirs) / f(ours), 2) if f(ours) else 0.0 for n, f in figures.items()}
        found.append({"calls_per_s": ours.calls_per_s, **ratios})
    return found
