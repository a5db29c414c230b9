"""Callers who come in the very moment in which Tandem finds its switch, on a real FreeSWITCH."""

import gevent
import pytest

from controller.domain.words import State
from tests.hostile.live import come_back, crowd, die, nothing_left
from tests.story.live_stage import LiveStage

pytestmark = pytest.mark.live

CALLERS = 40


def test_who_comes_while_the_link_comes_up_is_not_left_to_the_fallback(stage):
    """A caller every 50 ms, and Tandem is back in their midst. For some of them the event was too early
    and the switch's list, which it makes in its own time, is too late."""
    die(stage)
    crowd(stage, CALLERS, stay=15)
    gevent.sleep(0.7)
    come_back(stage)
    with gevent.Timeout(14, False):
        while waiting(stage) < CALLERS:
            gevent.sleep(0.05)
    assert waiting(stage) == CALLERS
    nothing_left(stage, within_s=60)


def waiting(stage: LiveStage) -> int:
    return sum(i.state is State.QUEUED for i in stage.tandem.engine.live())
