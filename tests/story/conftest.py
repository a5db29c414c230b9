"""Every story is told twice: on the lab switch, and on a real FreeSWITCH where there is one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.fixtures import PASSWORD
from tests.live.tones import write_wav_tone
from tests.story.lab_stage import LabStage
from tests.story.live_stage import LiveStage
from tests.story.stage import Stage, write_flows


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is rare is told on the lab switch, and on the real one with --slow only."""
    for item in items:
        if item.get_closest_marker("rare") and "[freeswitch" in item.name:
            item.add_marker("slow")


@pytest.fixture(params=["lab", pytest.param("freeswitch", marks=pytest.mark.live)])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    prompt = write_wav_tone(tmp_path / "prompt.wav", hz=440, seconds=3.0).read_bytes()
    write_flows(tmp_path / "flows", prompt)
    if request.param == "lab":
        stage: LabStage | LiveStage = LabStage.open(tmp_path)
    else:
        switch = request.getfixturevalue("freeswitch")
        stage = LiveStage.open(tmp_path, switch, request.getfixturevalue("sipp"), PASSWORD)
    stage.furnish()
    try:
        yield stage
    finally:
        stage.close()
