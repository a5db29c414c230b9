"""A centre on the lab switch, whose Tandem may die while the switch lives on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.lab.switch import LabSwitch
from tests.hostile.centre import Centre


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
