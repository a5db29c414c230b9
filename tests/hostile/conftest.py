"""Centres whose Tandem may die while the switch lives on: on the lab switch, and on a real one (`stage`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.lab.switch import LabSwitch
from tests.hostile.centre import Centre, write_flows
from tests.live.fixtures import PASSWORD
from tests.story.live_stage import LiveStage


@pytest.fixture
def lab() -> Iterator[LabSwitch]:
    with LabSwitch() as switch:
        yield switch


@pytest.fixture
def centre(tmp_path: Path, lab: LabSwitch) -> Iterator[Centre]:
    centre = Centre(tmp_path, lab).run()
    centre.furnish()
    yield centre
    centre.tandem.stop(drain_s=0)


@pytest.fixture
def stage(freeswitch, sipp, tmp_path: Path) -> Iterator[LiveStage]:
    write_flows(tmp_path / "flows")
    stage = LiveStage.open(tmp_path, freeswitch, sipp, PASSWORD)
    stage.furnish()
    yield stage
    stage.close()
