"""Fixtures for tests against a real FreeSWITCH and SIPp; without them those tests skip."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from controller.provisioning import DirectoryEntry
from tests.live.freeswitch import FreeSwitch, find_binary, find_modules
from tests.live.probe import EslProbe
from tests.live.sipp import Sipp, find_sipp, running_sipp

PASSWORD = "phones-password-{}"
AGENTS = tuple(
    DirectoryEntry(
        extension=extension,
        name=f'Agent "{extension}" <&> ${{version()}}',
        password=PASSWORD.format(extension),
    )
    for extension in ("1001", "1002", "1003")
)

StartSwitch = Callable[..., FreeSwitch]

#: The shared switch, once it was started.
SHARED = pytest.StashKey[FreeSwitch]()


@contextmanager
def _starting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartSwitch]:
    binary = find_binary()
    if binary is None:
        pytest.skip("no FreeSWITCH: put `freeswitch` on PATH or set $FREESWITCH")
    modules = find_modules(binary)
    if modules is None:
        pytest.skip("no FreeSWITCH modules: set $FREESWITCH_MOD to the folder of mod_sofia.so")
    started: list[FreeSwitch] = []

    def start(
        agents: tuple[DirectoryEntry, ...] = AGENTS, overrides: dict[str, Any] | None = None
    ) -> FreeSwitch:
        switch = FreeSwitch(tmp_path_factory.mktemp("freeswitch"), agents, overrides)
        started.append(switch)
        switch.start(binary, modules)
        return switch

    yield start
    for switch in started:
        switch.stop()


@pytest.fixture(scope="module")
def freeswitch_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartSwitch]:
    """Start further switches: `freeswitch_factory(agents, overrides)`; all stop with their file."""
    with _starting(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def shared_freeswitch(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[FreeSwitch]:
    """The one switch that most tests of a process share. An idle one takes a few percent of a core:
    tests/conftest.py stops it when nobody will ask for it any more."""
    with _starting(tmp_path_factory) as start:
        pytestconfig.stash[SHARED] = start()
        yield pytestconfig.stash[SHARED]


@pytest.fixture
def freeswitch(
    shared_freeswitch: FreeSwitch, request: pytest.FixtureRequest
) -> Iterator[FreeSwitch]:
    """The shared switch, without calls or registrations of earlier tests; its log on failure."""
    shared_freeswitch.start_again()
    before = shared_freeswitch.log.stat().st_size
    yield shared_freeswitch
    with shared_freeswitch.log.open("rb") as log:
        log.seek(before)
        request.node.add_report_section(
            "call", "freeswitch log", log.read().decode(errors="replace")[-20_000:]
        )
    shared_freeswitch.clear()


@pytest.fixture
def probe(freeswitch: FreeSwitch) -> Iterator[EslProbe]:
    """An event socket connection to look inside the shared switch."""
    with freeswitch.probe() as connection:
        yield connection


@pytest.fixture
def sipp(tmp_path: Path) -> Iterator[Sipp]:
    """Callers and phones."""
    if find_sipp() is None:
        pytest.skip("no SIPp: install the package sip-tester")
    with running_sipp(tmp_path / "sipp") as runner:
        yield runner
