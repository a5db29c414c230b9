"""What an agent's desk phone does by itself, and Tandem follows."""

import gevent
import pytest

from controller.domain.words import Direction, EndedBy, Outcome, State
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


def test_a_phone_sends_the_customer_to_another_agent(stage):
    stage.agent(Phone(extension="1001", obeys=True))
    call = stage.dial(Caller(stay=9))
    talking = stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings))
    stage.agent(Phone(extension="1002"))
    gevent.sleep(1)
    stage.tell(talking.segments[0].leg, "<sip:1002@tandem>")
    other = stage.until(lambda i: len(i.segments) == 2 and i.state is State.CONNECTED)
    assert other.segments[1].agent == "1002"
    call.wait_over()
    done = stage.settle()
    assert [s.ended_by for s in done.segments] == [EndedBy.TRANSFER, EndedBy.CUSTOMER]
    assert (done.outcome, done.legs[0].cause) == (Outcome.HANDLED, "NORMAL_CLEARING")
    assert done.ended_at - done.legs[0].answered_at == pytest.approx(9, abs=NEAR)
    [row] = stage.api("GET", "reports/cdr")
    assert row["transfers"] == ["1001 to agent 1002"]
    first, second = done.recordings
    assert first.error is None and second.error is None
    assert second.length_s == pytest.approx(done.ended_at - done.segments[1].connected_at, abs=NEAR)
    assert stage.legs() == 0


def test_a_phone_that_sends_the_customer_nowhere_does_not_lose_him(stage):
    stage.agent(Phone(extension="1001", obeys=True))
    stage.dial(Caller(stay=9))
    talking = stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings))
    gevent.sleep(0.5)
    stage.tell(talking.segments[0].leg, "<sip:4242@tandem>")
    back = stage.until(lambda i: i.state is State.QUEUED)
    assert back.place.front and back.place.since == talking.place.since
    assert back.find_leg(back.leg).ended_at is None


def test_what_a_phone_dials_is_the_agents_own_call_or_refused(stage):
    stage.agent(Phone(extension="1001", obeys=True))
    stage.dials("1001", "0190123456")
    stage.dials("1001", "861012345678")
    placed = stage.until(lambda i: i.direction is Direction.OUTBOUND)
    assert (placed.address, placed.segments[0].agent) == ("861012345678", "1001")
    assert stage.tandem.agents.candidate("1001").free == 0
    assert len(stage.interactions()) == 1
    stage.api("POST", f"interactions/{placed.id}/hang-up")
    done = stage.settle()
    assert done.outcome is Outcome.FAILED
    assert stage.tandem.agents.candidate("1001").free == 100


@pytest.mark.rare
def test_a_customer_who_was_sent_on_is_sent_on_once(stage):
    """His leg is parked again when he holds, and that is no transfer."""
    stage.agent(Phone(extension="1001", obeys=True))
    call = stage.dial(Caller(stay=12))
    talking = stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings))
    stage.agent(Phone(extension="1002"))
    stage.tell(talking.segments[0].leg, "<sip:1002@tandem>")
    stage.until(lambda i: len(i.segments) == 2 and i.state is State.CONNECTED)
    stage.api("POST", f"interactions/{talking.id}/hold")
    stage.until(lambda i: i.segments[1].held_since is not None)
    gevent.sleep(1)
    stage.api("POST", f"interactions/{talking.id}/resume")
    call.wait_over()
    done = stage.settle()
    assert [s.agent for s in done.segments] == ["1001", "1002"]
    assert stage.names(done).count("Transferred") == 1
