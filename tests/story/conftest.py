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


@pytest.fixture(scope="session")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all stories: a flow that was read once is not parsed again."""
    folder = tmp_path_factory.mktemp("stories")
    prompt = write_wav_tone(folder / "prompt.wav", hz=440, seconds=3.0).read_bytes()
    write_flows(folder / "flows", prompt)
    return folder / "flows"


@pytest.fixture(params=["lab", pytest.param("freeswitch", marks=pytest.mark.live)])
def stage(request: pytest.FixtureRequest, tmp_path: Path, flows: Path) -> Iterator[Stage]:
    if request.param == "lab":
        stage: LabStage | LiveStage = LabStage.open(tmp_path, flows)
    else:
        switch, sipp = request.getfixturevalue("freeswitch"), request.getfixturevalue("sipp")
        stage = LiveStage.open(tmp_path, switch, sipp, PASSWORD, flows=flows)
    stage.furnish()
    try:
        yield stage
    finally:
        stage.close()
