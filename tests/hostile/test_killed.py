"""Tandem dies between saving an event and doing something about it. Back up, it goes on from there."""

import pytest

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.words import Outcome, State
from tests.hostile.centre import Centre, talking

ON_THE_WAY = [
    e.Arrived,
    e.FlowStarted,
    e.StepTaken,
    e.LegAnswered,
    e.Queued,
    e.Offered,
    e.OfferAccepted,
    e.Connected,
    e.RecordingStarted,
]


@pytest.mark.parametrize("kind", ON_THE_WAY, ids=lambda kind: kind.__name__)
def test_killed_on_the_way_to_the_agent_the_caller_still_gets_there(centre: Centre, kind):
    centre.agent(answer_after=0.2)
    died = centre.die_at(kind)
    call = centre.dial()
    assert died.wait(10)
    centre.die()
    centre.restart()
    centre.until(talking)
    assert call.leg.bridge is not None
    call.hang_up()
    (done,) = centre.until_quiet()
    assert (done.outcome, len(done.segments)) == (Outcome.HANDLED, 1)
    assert all(r.error is None for r in done.recordings)


@pytest.mark.parametrize("by", ["customer", "agent"])
@pytest.mark.parametrize(
    "kind",
    [e.SegmentEnded, e.WrapUpStarted, e.Ended, e.LegEnded, e.SegmentClosed, e.RecordingStopped],
    ids=lambda kind: kind.__name__,
)
def test_killed_at_the_end_nothing_is_left_behind(centre: Centre, kind, by):
    phone = centre.agent(answer_after=0.1)
    call = centre.dial()
    centre.until(talking)
    died = centre.die_at(kind)
    call.hang_up() if by == "customer" else phone.hang_up()
    assert died.wait(10)
    centre.die()
    centre.restart()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.HANDLED


@pytest.mark.parametrize(
    "kind", [e.OfferWithdrawn, e.Ended, e.LegEnded], ids=lambda kind: kind.__name__
)
def test_killed_as_the_caller_gives_up_the_phone_stops_ringing(centre: Centre, kind):
    phone = centre.agent(ignore=True)
    call = centre.dial()
    phone.wait_for("ringing")
    died = centre.die_at(kind)
    call.hang_up()
    assert died.wait(10)
    centre.die()
    centre.restart()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.ABANDONED


@pytest.mark.parametrize("kind", [e.OfferDeclined, e.OfferExpired], ids=lambda kind: kind.__name__)
def test_killed_after_a_refusal_the_next_agent_rings(centre: Centre, kind):
    if kind is e.OfferDeclined:
        centre.agent("1001", reject="CALL_REJECTED", answer_after=0.2)
    else:
        centre.agent("1001", ignore=True)
    died = centre.die_at(kind)
    call = centre.dial()
    assert died.wait(10)
    centre.die()
    centre.restart()
    centre.agent("1002", answer_after=0.1)
    centre.until(talking)
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.segments[0].agent == "1002"


@pytest.mark.parametrize("kind", [e.Requeued, e.SegmentEnded], ids=lambda kind: kind.__name__)
def test_killed_when_the_agent_is_lost_the_caller_gets_another(centre: Centre, kind):
    first = centre.agent("1001", answer_after=0.1)
    call = centre.dial()
    centre.until(talking)
    died = centre.die_at(kind)
    first.hang_up("MEDIA_TIMEOUT")
    assert died.wait(10)
    centre.die()
    centre.restart()
    centre.agent("1002", answer_after=0.1)
    centre.until(lambda i: talking(i) and len(i.segments) == 2)
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.segments[1].ended_at is not None and done.outcome is Outcome.HANDLED


@pytest.mark.parametrize("kind", [e.Held, e.Resumed], ids=lambda kind: kind.__name__)
def test_killed_around_a_hold_it_can_still_be_resumed(centre: Centre, kind):
    centre.agent(answer_after=0.1)
    call = centre.dial()
    i = centre.until(talking)
    segment = i.segments[0].id
    died = centre.die_at(kind)
    centre.tandem.engine.submit(c.Hold(interaction_id=i.id, segment_id=segment))
    if kind is e.Resumed:
        centre.until(lambda i: i.segments[0].held_since is not None)
        centre.tandem.engine.submit(c.Resume(interaction_id=i.id, segment_id=segment))
    assert died.wait(10)
    centre.die()
    centre.restart()
    if kind is e.Held:
        centre.tandem.engine.handle(c.Resume(interaction_id=i.id, segment_id=segment))
    centre.until(talking)
    call.wait_for("bridged", 5)
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.segments[0].holds == 1


def test_killed_when_the_wait_is_over_the_caller_leaves_his_message(centre: Centre):
    centre.furnish(max_wait_s=0.5)
    # Begun again, the step would keep him for an hour.
    died = centre.die_at(e.LeftQueue)
    call = centre.dial()
    assert died.wait(10)
    centre.furnish(max_wait_s=3600)
    centre.die()
    centre.restart()
    centre.until(lambda i: i.flow is not None and i.flow.step == "message")
    call.wait_for("prompt")
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome in (Outcome.OVERFLOWED, Outcome.ABANDONED)
    assert done.state is State.ENDED


@pytest.mark.parametrize(
    "kind", [e.Diverted, e.DivertAnswered, e.DivertFailed], ids=lambda kind: kind.__name__
)
def test_killed_on_the_way_to_an_outside_number(centre: Centre, kind):
    fails = kind is e.DivertFailed
    centre.lab.add_trunk_number("8610555", 0.3, reject="USER_BUSY" if fails else "")
    centre.agent(answer_after=0.1)
    died = centre.die_at(kind)
    call = centre.dial("5002")
    assert died.wait(10)
    centre.die()
    centre.restart()
    if fails:  # the flow goes on with what it has for a failure
        centre.until(talking)
    call.wait_for("bridged", 10)
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is (Outcome.HANDLED if fails else Outcome.SELF_SERVED)
