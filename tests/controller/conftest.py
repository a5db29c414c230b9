"""The world of memory twins, as a fixture."""

from collections.abc import Iterator

import pytest

from tests.controller.world import World


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.start()
    yield world
    world.stop()
