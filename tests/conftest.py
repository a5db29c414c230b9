"""What holds for all tests."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Here, once: imported into several places, a fixture of the session would be made for each of them.
from tests.live.fixtures import (
    SHARED,
    freeswitch,
    freeswitch_factory,
    probe,
    shared_freeswitch,
    sipp,
)
from tests.store.cluster import cluster

__all__ = ["cluster", "freeswitch", "freeswitch_factory", "probe", "shared_freeswitch", "sipp"]

# No time is a fault of the code's on cores that are full: neither an example's nor its making's.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")

HERE = Path(__file__).parent

#: Folders whose tests play in real time, with processes of others: a core that is busy for a second makes
#: a phone late. Such a test is played a second time before it counts as failed; the summary names it.
#: Those whose files take longest come first.
IN_REAL_TIME = tuple(
    HERE / name
    for name in ("story", "hostile", "live", "browser", "conformance", "cli", "esl", "lab")
)


#: Files with tests of the shared switch.
WITH_SWITCH = pytest.StashKey[frozenset[Path]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those that wait for a real switch come first: they take longest, and what is short then fills up
    the last minutes of every process. The order is otherwise kept."""
    items.sort(key=lambda item: (item.get_closest_marker("live") is None, _rank(item.path)))
    for item in items:
        if _rank(item.path) < len(IN_REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))
    config.stash[WITH_SWITCH] = frozenset(
        item.path
        for item in items
        if item.get_closest_marker("live") and not item.path.is_relative_to(HERE / "conformance")
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Files with the shared switch come first: in a file without, it is not needed any more."""
    switch = item.config.stash.get(SHARED, None)
    if switch is not None and item.path not in item.config.stash[WITH_SWITCH]:
        switch.stop()


@cache
def _rank(path: Path) -> int:
    folders = (n for n, folder in enumerate(IN_REAL_TIME) if path.is_relative_to(folder))
    return next(folders, len(IN_REAL_TIME))
