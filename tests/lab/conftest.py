"""A started lab switch and a client that hears all."""

from collections.abc import Iterator

import pytest

from controller.lab import LabSwitch, Settings
from tests.conformance.client import Client, connect


@pytest.fixture
def lab() -> Iterator[LabSwitch]:
    with LabSwitch(settings=Settings(heartbeat_seconds=0.2, prompt_speed=10)) as switch:
        yield switch


@pytest.fixture
def client(lab: LabSwitch) -> Iterator[Client]:
    client = connect(lab.host, lab.port, lab.password)
    client.reply("event json ALL")
    yield client
    client.close()
