"""An agent gives the customer away: to a queue, to another agent, to an outside number."""

import gevent
import pytest

from controller.domain import events as e
from controller.domain.words import EndedBy, Outcome, State
from tests.story import verbs
from tests.story.acts import NEAR, rare, recorded, talk, together
from tests.story.sound import voices
from tests.story.stage import CUSTOMER, OUTSIDE, Caller, Line, Phone


def offers(stage, interaction):
    return [x for x in stage.events(interaction) if isinstance(x, e.Offered)]


def test_to_a_queue_where_another_agent_takes_him(stage):
    stage.dial(Caller(stay=60))
    waiting = stage.until(lambda i: i.state is State.QUEUED)
    gevent.sleep(1)
    stage.agent(Phone(extension="1001", obeys=True), queues=("sales",))
    stage.agent(Phone(extension="1002", obeys=True), queues=("support",))
    i = waiting.id
    stage.until(lambda x: x.state is State.CONNECTED and bool(x.recordings))
    gevent.sleep(1)
    verbs.transfer_to_queue(stage, i, "support")
    together(stage, i, "1002")
    recorded(stage, i, 2)
    gevent.sleep(1)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()

    assert done.outcome is Outcome.HANDLED
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.TRANSFER),
        ("1002", EndedBy.CUSTOMER),
    ]
    first, second = (x for x in stage.events(done) if isinstance(x, e.Queued))
    accepted = stage.at(done, e.OfferAccepted)
    assert second.credit_for == "transfer"
    assert second.credit_s == pytest.approx(accepted - first.at, abs=0.1)
    assert offers(stage, done)[1].why.waited_s >= second.credit_s
    [row] = stage.api("GET", "reports/cdr")
    assert row["transfers"] == ["1001 to queue support"]
    assert row["queue_path"] == ["sales", "support"]
    for segment, recording in zip(done.segments, done.recordings, strict=True):
        talked = segment.ended_at - segment.connected_at
        assert recording.error is None
        assert recording.length_s == pytest.approx(talked, abs=NEAR)
        if stage.hears:
            assert voices(recording) == ({CUSTOMER}, {segment.agent})
    stage.nothing_left()


def test_to_an_agent_who_alone_is_rung(stage):
    i = talk(stage, Phone(extension="1002", obeys=True))
    stage.agent(Phone(extension="1003"))
    verbs.transfer(stage, i, "1002")
    together(stage, i, "1002")
    stage.hangs_up(i, "1002")
    done = stage.settle()
    assert [x.agent for x in offers(stage, done)] == ["1001", "1002"]
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.TRANSFER),
        ("1002", EndedBy.AGENT),
    ]
    [row] = stage.api("GET", "reports/cdr")
    assert row["transfers"] == ["1001 to agent 1002"]
    stage.nothing_left()


@pytest.mark.parametrize("how", ["rejects", rare("ignores")])
def test_who_is_not_taken_by_that_agent_waits_in_the_queue(stage, how):
    i = talk(stage, Phone(extension="1002", **{how: True}))
    stage.agent(Phone(extension="1003", obeys=True))
    verbs.transfer(stage, i, "1002", wait_s=1.5)
    stage.until(lambda x: x.state is State.CONNECTED and len(x.segments) == 2)
    together(stage, i, "1003")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert [x.agent for x in offers(stage, done)] == ["1001", "1002", "1003"]
    assert done.segments[1].agent == "1003" and done.outcome is Outcome.HANDLED
    stage.nothing_left()


@pytest.mark.parametrize("leaves", [OUTSIDE, rare(CUSTOMER)])
def test_to_an_outside_number_where_he_is_recorded_on(stage, leaves):
    i = talk(stage)
    stage.line()
    gevent.sleep(1)
    verbs.transfer(stage, i, OUTSIDE)
    together(stage, i, OUTSIDE)
    recorded(stage, i, 2)
    gevent.sleep(1)
    stage.hangs_up(i, leaves)
    done = stage.settle()
    assert (done.state, done.outcome) == (State.ENDED, Outcome.HANDLED)
    said = {OUTSIDE: "outside party hung up", CUSTOMER: "customer hung up"}
    assert done.reason == said[leaves]
    [row] = stage.api("GET", "reports/cdr")
    assert row["transfers"] == [f"1001 to outside {OUTSIDE}"]
    legs = stage.api("GET", "reports/cdr?rows=legs")
    assert [(leg["role"], leg["party"]) for leg in legs][2] == ("outside", OUTSIDE)
    assert {leg["cause"] for leg in legs} == {"NORMAL_CLEARING"}
    first, second = done.recordings
    talked = done.ended_at - stage.at(done, e.DivertConnected)
    assert second.length_s == pytest.approx(talked, abs=NEAR)
    if stage.hears:
        assert voices(first) == ({CUSTOMER}, {"1001"})
        assert voices(second) == ({CUSTOMER}, {OUTSIDE})
    stage.nothing_left()


def test_from_a_busy_outside_number_he_is_back_before_all_others(stage):
    i = talk(stage)
    stage.line(Line(rejects=True))
    verbs.transfer(stage, i, OUTSIDE)
    waiting = stage.until(lambda x: x.state is State.QUEUED)
    assert waiting.place.front and waiting.place.queue == "sales"
    stage.agent(Phone(extension="1003", obeys=True))
    together(stage, i, "1003")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    failed = next(x for x in stage.events(done) if isinstance(x, e.DivertFailed))
    assert failed.cause == "USER_BUSY"
    assert [s.agent for s in done.segments] == ["1001", "1003"]
    stage.nothing_left()


@pytest.mark.rare
def test_a_customer_on_hold_is_transferred_as_well(stage):
    i = talk(stage, Phone(extension="1002", obeys=True))
    verbs.hold(stage, i)
    stage.until_heard(i, {CUSTOMER: set(), "1001": set()})
    verbs.transfer(stage, i, "1002")
    together(stage, i, "1002")
    stage.hangs_up(i, CUSTOMER)
    assert stage.settle().segments[0].holds == 1
    stage.nothing_left()


@pytest.mark.rare
def test_a_customer_gives_up_while_it_rings_there(stage):
    i = talk(stage)
    stage.line(Line(ignores=True))
    verbs.transfer(stage, i, OUTSIDE)
    gevent.sleep(1)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    assert done.legs[2].ended_at - done.legs[0].ended_at < 0.3
    stage.nothing_left()
