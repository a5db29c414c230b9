"""The same bench for every test of the suite: once the lab, once a real FreeSWITCH."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.benches import AGENTS, Bench, FreeSwitchBench, LabBench
from tests.conformance.client import Client
from tests.live.freeswitch import FreeSwitch, find_binary, find_modules
from tests.live.sipp import find_sipp, running_sipp


@pytest.fixture(scope="package")
def conformance_freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreeSwitch]:
    """A FreeSWITCH of the suite's own, for all of it that is done here."""
    binary = find_binary()
    modules = find_modules(binary) if binary else None
    if binary is None or modules is None:
        pytest.skip("no FreeSWITCH: put `freeswitch` on PATH or set $FREESWITCH")
    if find_sipp() is None:
        pytest.skip("no SIPp: install the package sip-tester")
    overrides = {"fallback": {"after_seconds": 60, "voicemail_seconds": 5}}
    switch = FreeSwitch(tmp_path_factory.mktemp("conformance"), AGENTS, overrides)
    switch.start(binary, modules)
    yield switch
    switch.stop()


@pytest.fixture(params=["lab", pytest.param("freeswitch", marks=pytest.mark.live)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "lab":
        bench = LabBench(tmp_path)
        with bench.lab:
            yield bench
        return
    switch = request.getfixturevalue("conformance_freeswitch")
    with running_sipp(tmp_path / "sipp") as sipp:
        bench_of_real = FreeSwitchBench(switch, sipp, tmp_path)
        yield bench_of_real
        bench_of_real.close()
        client = bench_of_real.client()
        client.api("hupall")
        client.close()


@pytest.fixture
def client(bench: Bench) -> Iterator[Client]:
    """A client that hears all events."""
    client = bench.client()
    assert client.reply("event json ALL") == "+OK event listener enabled json"
    yield client
    client.close()
