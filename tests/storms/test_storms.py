"""Any story that people and faults may write ends well: see laws.py, and steps.py and faults.py for what
they do.

The stories are played in real time, so one that fails may pass when it is played again; what was seen
the first time is in the failure's own words.
"""

from collections.abc import Iterator

import gevent
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from structlog.testing import capture_logs

from tests.storms import laws
from tests.storms.drawn import Story, doings, faults, queue_stories, stories
from tests.storms.world import World, in_haste

#: How much of the log a failure shows.
LOG_LINES = 200

FEW = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    print_blob=True,
)
MANY = settings(FEW, derandomize=False)


class Stage:
    """The world of all stories; a new one after a story that left something behind."""

    def __init__(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self._folders = tmp_path_factory
        self.world: World | None = None

    def play(self, story: Story, *, faults: bool) -> laws.Watch:
        if self.world is None:
            self.world = World(self._folders.mktemp("storm"))
        world = self.world
        world.open()
        watch = laws.Watch(world)
        with capture_logs() as log:
            for step, pause_s in story:
                if step.take(world):
                    gevent.sleep(pause_s)
            left = world.calm()
        wrong = [*left, *watch.broken, *laws.broken_at_rest(world, faults=faults)]
        wrong += laws.alarms(log)
        if wrong:
            told = [f"{key} {_names(world, key)}" for key in world.told]
            self.close()
            raise AssertionError("\n".join([*wrong, *told, *map(str, log[-LOG_LINES:])]))
        return watch

    def close(self) -> None:
        if self.world is not None:
            self.world.stop()
            self.world = None


def _names(world: World, key: str) -> list[str]:
    return [type(event).__name__ for event in world.history(key)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with in_haste():
        stage = Stage(tmp_path_factory)
        yield stage
        stage.close()


@pytest.mark.timeout(300)
@settings(FEW, max_examples=5)
@given(story=stories(*doings))
def test_what_people_do_ends_well(stage: Stage, story: Story):
    stage.play(story, faults=False)


@pytest.mark.timeout(300)
@settings(FEW, max_examples=7)
@given(story=stories(*doings, *faults))
def test_what_goes_wrong_meanwhile_ends_well(stage: Stage, story: Story):
    stage.play(story, faults=True)


@pytest.mark.timeout(300)
def test_who_waits_is_served_in_the_documented_order(stage: Stage):
    _play_queues(stage, settings(FEW, max_examples=4))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_who_wait_are_served_in_the_documented_order(stage: Stage):
    _play_queues(stage, settings(MANY, max_examples=60))


def _play_queues(stage: Stage, terms: settings) -> None:
    compared = []

    @terms
    @given(story=queue_stories())
    def plays(story: Story) -> None:
        compared.append(stage.play(story, faults=False).compared)

    plays()
    assert sum(compared) > len(compared)  # or nobody waited, and nothing was tried


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(MANY, max_examples=150)
@given(story=stories(*doings))
def test_what_many_people_do_ends_well(stage: Stage, story: Story):
    stage.play(story, faults=False)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(MANY, max_examples=400)
@given(story=stories(*doings, *faults))
def test_what_often_goes_wrong_meanwhile_ends_well(stage: Stage, story: Story):
    stage.play(story, faults=True)
