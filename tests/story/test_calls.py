"""What a phone call can go through, told once and played on both switches.

CDR, events and recordings must say exactly what happened, with times within half a second.
"""

import json
from pathlib import Path

import gevent
import pytest

from controller.domain import events as e
from controller.domain.agent import Status
from controller.domain.words import EndedBy, Outcome, State
from tests.live.tones import AGENT_HZ, CALLER_HZ, seconds_of, tone_levels
from tests.story.stage import MENU, NOBODY, Caller, Phone

NEAR = 0.5


def test_from_the_menu_to_the_agent_held_and_resumed_until_the_caller_hangs_up(stage):
    stage.agent(Phone(extension="1001", ring=0.5))
    call = stage.dial(Caller(number=MENU, keys="1", press_after=1.0, stay=9))
    talking = stage.until(lambda i: bool(i.recordings))
    assert talking.place.queue == "sales"
    held_at = stage.tandem.clock.now()
    stage.api("POST", f"interactions/{talking.id}/hold")
    stage.until(lambda i: i.segments[0].held_since is not None)
    gevent.sleep(2)
    stage.api("POST", f"interactions/{talking.id}/resume")
    call.wait_over()
    done = stage.settle()

    segment = done.segments[0]
    assert (done.outcome, segment.ended_by) == (Outcome.HANDLED, EndedBy.CUSTOMER)
    assert (done.address, done.name, done.dialled) == ("+4930111222", "Ann Smith", MENU)
    assert segment.held_s == pytest.approx(2, abs=NEAR) and segment.holds == 1
    assert stage.at(done, e.Held) == pytest.approx(held_at, abs=NEAR)
    answered = done.legs[0].answered_at
    assert done.ended_at - answered == pytest.approx(9, abs=3 * NEAR)  # the caller's own clock
    assert stage.at(done, e.OfferAccepted) - stage.at(done, e.Offered) == pytest.approx(
        0.5, abs=NEAR
    )
    names = [name for name in stage.names(done) if name != "StepTaken"]
    assert names[:15] == [
        "Arrived", "FlowStarted", "LegAnswered", "Queued", "Offered", "LegAnswered", "OfferAccepted",
        "Connected", "RecordingStarted", "Held", "Resumed", "LegEnded", "SegmentEnded", "WrapUpStarted",
        "Ended",
    ]  # fmt: skip
    assert sorted(names[15:]) == ["LegEnded", "RecordingStopped", "SegmentClosed"]
    recorded = done.recordings[0]
    assert recorded.error is None
    talked = segment.ended_at - segment.connected_at
    assert recorded.length_s == pytest.approx(talked, abs=NEAR)
    manifest = json.loads((Path(recorded.path).parent / "manifest.json").read_text())
    assert manifest["recordings"][0]["sha256"] == recorded.sha256
    [row] = stage.api("GET", "reports/cdr")
    assert (row["id"], row["outcome"], row["agents"]) == (done.id, "handled", ["1001"])
    assert (row["customer"], row["hangup_cause"], row["holds"]) == (
        "+4930111222",
        "NORMAL_CLEARING",
        1,
    )
    assert row["hold_s"] == pytest.approx(2, abs=NEAR)
    assert row["talk_s"] + row["hold_s"] == pytest.approx(talked, abs=0.1)
    assert row["duration_s"] == pytest.approx(done.ended_at - done.arrived_at, abs=0.001)
    [offer] = stage.api("GET", "reports/cdr?rows=offers")
    assert (offer["agent"], offer["result"], offer["eligible"]) == ("1001", "accepted", ["1001"])
    legs = stage.api("GET", "reports/cdr?rows=legs")
    assert [(leg["role"], leg["cause"]) for leg in legs] == [
        ("customer", "NORMAL_CLEARING"),
        ("agent", "NORMAL_CLEARING"),
    ]
    if stage.hears:
        customer, agent = tone_levels(Path(recorded.path))
        assert seconds_of(customer, CALLER_HZ) == pytest.approx(talked, abs=1)
        assert seconds_of(agent, AGENT_HZ) == pytest.approx(talked - 2, abs=1)
        assert seconds_of(customer, AGENT_HZ) == 0 and seconds_of(agent, CALLER_HZ) == 0
    assert stage.legs() == 0


def test_the_agent_hangs_up(stage):
    stage.agent(Phone(extension="1001", talk=2))
    call = stage.dial(Caller(stay=20))
    call.wait_over()
    done = stage.settle()
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.AGENT)
    assert done.segments[0].talk_s == pytest.approx(2, abs=NEAR)
    assert stage.legs() == 0


def test_the_agent_ends_the_call_by_api(stage):
    stage.agent(Phone(extension="1001"))
    call = stage.dial(Caller(stay=20))
    talking = stage.until(lambda i: i.state is State.CONNECTED)
    stage.api("POST", f"interactions/{talking.id}/hang-up")
    call.wait_over()
    done = stage.settle()
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.AGENT)
    assert {leg.cause for leg in done.legs} == {"NORMAL_CLEARING"}


def test_a_caller_gives_up_in_the_queue(stage):
    stage.dial(Caller(stay=2)).wait_over()
    done = stage.settle()
    assert (done.outcome, done.segments) == (Outcome.ABANDONED, ())
    assert done.queued_s == pytest.approx(2, abs=NEAR)
    assert [leg.cause for leg in done.legs] == ["NORMAL_CLEARING"]


def test_a_caller_gives_up_while_the_agent_rings_and_the_phone_stops(stage):
    stage.agent(Phone(extension="1001", ignores=True))
    stage.dial(Caller(stay=1.5)).wait_over()
    done = stage.settle()
    assert done.outcome is Outcome.ABANDONED
    caller, phone = done.legs
    assert phone.ended_at - caller.ended_at < 0.3
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE
    assert stage.tandem.agents.candidate("1001").free == 100


def test_a_rejected_offer_goes_to_the_next_agent(stage):
    stage.agent(Phone(extension="1001", rejects=True))
    stage.agent(Phone(extension="1002"))
    stage.dial(Caller(stay=6)).wait_over()
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED and done.segments[0].agent == "1002"
    declined = next(x for x in stage.events(done) if isinstance(x, e.OfferDeclined))
    assert (declined.agent, declined.unreachable) == ("1001", False)
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE


@pytest.mark.rare
def test_a_phone_left_alone_makes_its_agent_not_responding(stage):
    stage.agent(Phone(extension="1001", ignores=True))
    stage.agent(Phone(extension="1002"))
    stage.dial(Caller(stay=7)).wait_over()
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED and done.segments[0].agent == "1002"
    assert stage.at(done, e.OfferExpired) - stage.at(done, e.Offered) == pytest.approx(3, abs=NEAR)
    assert stage.tandem.agents.candidate("1001").status is Status.NOT_RESPONDING


@pytest.mark.rare
def test_an_unregistered_phone_is_passed_over_at_once(stage):
    stage.agent(Phone(extension="1001", registered=False))
    stage.agent(Phone(extension="1002"))
    stage.dial(Caller(stay=4)).wait_over()
    done = stage.settle()
    [offered] = [x for x in stage.events(done) if isinstance(x, e.Offered)]
    assert offered.why.passed_over == {"1001": "phone not registered"}
    assert done.segments[0].agent == "1002"
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE


def test_an_offer_is_declined_and_the_next_accepted_in_the_console(stage):
    stage.agent(Phone(extension="1001", ignores=True))
    stage.dial(Caller(stay=5))
    offered = stage.until(lambda i: i.offer is not None)
    stage.api("POST", f"offers/{offered.offer.id}/decline", {"reason": "lunch"})
    declined = stage.until(lambda i: i.state is State.QUEUED)
    assert declined.refusals[0].agent == "1001"
    again = stage.until(lambda i: i.offer is not None)
    assert again.offer.id != offered.offer.id
    assert stage.at(again, e.OfferDeclined) + 1 <= again.offer.made_at


def test_an_offer_accepted_in_the_console_answers_the_phone(stage):
    stage.agent(Phone(extension="1001", afar=True))
    call = stage.dial(Caller(stay=5))
    offered = stage.until(lambda i: i.offer is not None)
    stage.api("POST", f"offers/{offered.offer.id}/accept")
    talking = stage.until(lambda i: i.state is State.CONNECTED)
    assert talking.segments[0].agent == "1001"
    call.wait_over()
    assert stage.settle().outcome is Outcome.HANDLED


@pytest.mark.rare
def test_a_number_nobody_claims_gets_a_courteous_message(stage):
    call = stage.dial(Caller(number=NOBODY, stay=30))
    call.wait_over(40)
    done = stage.settle()
    assert (done.outcome, done.flow.flow) == (Outcome.FAILED, "unknown_number")
    assert done.legs[0].cause == "UNALLOCATED_NUMBER"
    assert "StepTaken" in stage.names(done)


@pytest.mark.rare
def test_a_caller_waits_for_the_agent_who_comes_later(stage):
    call = stage.dial(Caller(stay=6))
    waiting = stage.until(lambda i: i.state is State.QUEUED)
    gevent.sleep(2)
    stage.agent(Phone(extension="1001"))
    call.wait_over()
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    offered = next(x for x in stage.events(done) if isinstance(x, e.Offered))
    assert offered.why.eligible == ("1001",)
    assert offered.why.waited_s == pytest.approx(offered.at - waiting.place.since, abs=0.1)
    assert offered.why.waited_s >= 2
