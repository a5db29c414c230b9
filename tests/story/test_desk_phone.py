"""What an agent's desk phone does by itself, and Tandem follows."""

import gevent
import pytest

from controller.domain.model import EndedBy, Outcome, State
from tests.story.stage import Caller, Phone

NEAR = 0.5


def test_a_phone_holds_and_resumes_by_itself(stage):
    stage.agent(Phone(extension="1001", obeys=True))
    call = stage.dial(Caller(stay=8))
    talking = stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings))
    gevent.sleep(0.5)
    leg = talking.segments[0].leg
    stage.tell(leg, "hold")
    stage.until(lambda i: bool(i.segments) and i.segments[0].held_since is not None)
    gevent.sleep(2)
    stage.tell(leg, "resume")
    stage.until(lambda i: bool(i.segments) and i.segments[0].held_since is None)
    call.wait_over()
    done = stage.settle()
    segment = done.segments[0]
    assert (done.outcome, segment.ended_by) == (Outcome.HANDLED, EndedBy.CUSTOMER)
    assert segment.holds == 1
    assert segment.held_s == pytest.approx(2, abs=NEAR)
    assert stage.legs() == 0
