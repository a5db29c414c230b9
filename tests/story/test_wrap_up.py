"""What an agent has after the call: a longer wrap-up, and the status he asked for meanwhile."""

import urllib.error

import gevent
import pytest

from controller.domain import events as e
from controller.domain.agent import Status
from controller.domain.words import Phase
from tests.story.acts import NEAR, talk
from tests.story.stage import CUSTOMER


@pytest.mark.rare
def test_wrap_up_is_made_longer_as_far_as_the_queue_allows_and_then_the_break_begins(stage):
    stage.queue("sales", wrap_up_s=2, wrap_up_extension_s=1.5)
    i = talk(stage)
    asked = stage.api("PUT", "agents/1001/status", {"status": "on_break", "reason": "lunch"})
    assert asked["status"] == "available"
    stage.hangs_up(i, CUSTOMER)
    stage.until(lambda x: bool(x.segments) and x.segments[0].phase is Phase.WRAP_UP)
    stage.api("POST", f"interactions/{i}/wrap-up/extend", {"by_s": 60})
    with pytest.raises(urllib.error.HTTPError, match="409"):
        stage.api("POST", f"interactions/{i}/wrap-up/extend", {"by_s": 1})
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE
    done = stage.settle()
    assert done.segments[0].wrap_up_taken_s == pytest.approx(3.5, abs=NEAR)
    with gevent.Timeout(5):  # his status is saved after the contact
        while stage.tandem.agents.candidate("1001").status is not Status.ON_BREAK:
            gevent.sleep(0.02)
    [changed] = [
        x
        for x in stage.tandem.store.events("agent:1001")
        if getattr(x, "status", None) is Status.ON_BREAK
        and getattr(x, "reason", "") == "lunch"
        and type(x).__name__ == "StatusChanged"
    ]
    assert changed.at - stage.at(done, e.SegmentClosed) < NEAR
    stage.nothing_left()
