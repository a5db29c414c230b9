"""What holds for all tests."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent

#: Folders whose tests play in real time, with processes of others: a core that is busy for a second makes
#: a phone late. Such a test is played a second time before it counts as failed; the summary names it.
IN_REAL_TIME = tuple(HERE / name for name in ("conformance", "hostile", "live", "story", "cli"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that wait for a real switch come first: they take longest, and what is short then fills up
    the last minutes of every process. The order is otherwise kept."""
    items.sort(key=lambda item: item.get_closest_marker("live") is None)
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in IN_REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))
