"""An agent whose phone stays connected: calls come with a beep, and his leg outlives them."""

from contextlib import suppress
from uuid import uuid4

import gevent
import pytest

from controller.adapters.esl.nailed import BEEP
from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import Status
from controller.domain.words import ConsultPhase, EndedBy, Outcome, Party, State
from controller.errors import CommandRefused, LinkLost
from tests.story.acts import together
from tests.story.stage import CUSTOMER, Caller, Phone

NEAR = 0.5


@pytest.fixture
def beeps(stage):
    """The legs that a beep was played to its end on, as the switch said."""
    heard, take = [], stage.tandem.switch.link._on_event

    def listen(event) -> None:
        if event.name == "CHANNEL_EXECUTE_COMPLETE" and event.get("Application-Data") == BEEP:
            heard.append((event.uuid, event.get("Application-Response")))
        take(event)

    stage.tandem.switch.link._on_event = listen
    return heard


def over(interaction) -> bool:
    """With all that comes late."""
    stopped = all(recording.ended_at is not None for recording in interaction.recordings)
    return interaction.closed and stopped


def free(stage, agent: str = "1001") -> None:
    with gevent.Timeout(10):
        while stage.tandem.agents.candidate(agent).free < 100:
            gevent.sleep(0.02)


def only(stage, legs: int) -> None:
    """So many legs are left, once the last farewells are said."""
    with gevent.Timeout(10):
        while stage.legs() != legs:
            gevent.sleep(0.05)


def test_three_calls_over_one_leg_each_with_a_beep(stage, beeps):
    stage.agent(Phone(extension="1001", ring=2.5), nailed_up=True)
    leg = stage.nailed_leg("1001")
    only(stage, 1)
    for call in range(3):
        stage.dial(Caller(stay=3)).wait_over()
        stage.until(lambda i, at=call: over(i) and len(stage.interactions()) == at + 1)
        assert stage.nailed_leg("1001") == leg
        only(stage, 1)
    assert beeps == [(leg, "FILE PLAYED")] * 3
    for done in stage.interactions():
        [segment], customer = done.segments, done.find_leg(done.leg)
        assert (done.outcome, segment.ended_by) == (Outcome.HANDLED, EndedBy.CUSTOMER)
        assert segment.connected_at - stage.at(done, e.Offered) < 2.4  # it was not rung
        assert segment.leg != leg
        assert done.find_leg(segment.leg).cause == "NORMAL_CLEARING"
        assert done.find_leg(segment.leg).ended_at == pytest.approx(customer.ended_at, abs=NEAR)
        assert done.recordings[0].error is None
        assert done.recordings[0].length_s == pytest.approx(
            segment.ended_at - segment.connected_at, abs=NEAR
        )
    assert len({i.segments[0].leg for i in stage.interactions()}) == 3
    stage.api("POST", "agents/1001/sign-out")
    only(stage, 0)


@pytest.mark.rare
def test_hold_and_the_agents_hanging_up_by_api_leave_the_leg(stage):
    stage.agent(Phone(extension="1001"), nailed_up=True)
    leg = stage.nailed_leg("1001")
    call = stage.dial(Caller(stay=20))
    talking = stage.until(lambda i: i.state is State.CONNECTED)
    stage.api("POST", f"interactions/{talking.id}/hold")
    stage.until(lambda i: i.segments[0].held_since is not None)
    gevent.sleep(1)
    stage.api("POST", f"interactions/{talking.id}/resume")
    stage.until(lambda i: i.segments[0].held_since is None)
    gevent.sleep(1)
    stage.api("POST", f"interactions/{talking.id}/hang-up")
    call.wait_over()
    done = stage.settle()
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.AGENT)
    assert done.segments[0].holds == 1
    assert stage.nailed_leg("1001") == leg
    only(stage, 1)


@pytest.mark.rare
def test_who_hangs_it_up_in_a_call_ends_the_contact_and_is_rung_from_then_on(stage, beeps):
    phone = Phone(extension="1001", obeys=True, ring=1.0, talk=20)
    stage.agent(phone, nailed_up=True)
    leg = stage.nailed_leg("1001")
    call = stage.dial(Caller(stay=20))
    stage.until(lambda i: i.state is State.CONNECTED)
    gevent.sleep(0.5)
    stage.tell(leg, "bye")
    call.wait_over()
    done = stage.settle()
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.AGENT)
    only(stage, 0)

    stage.add_phone(phone)  # SIPp's take one call
    stage.dial(Caller(stay=4)).wait_over()
    rung = stage.until(lambda i: i.closed and i.id != done.id)
    assert rung.outcome is Outcome.HANDLED
    assert rung.segments[0].connected_at - stage.at(rung, e.Offered) > 0.9
    assert len(beeps) == 1
    only(stage, 0)
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE
    stage.add_phone(phone)
    for status in ("on_break", "available"):
        stage.api("PUT", "agents/1001/status", {"status": status})
    assert stage.nailed_leg("1001") != leg


@pytest.mark.rare
def test_signed_out_in_a_call_he_is_let_go_after_it(stage):
    stage.agent(Phone(extension="1001"), nailed_up=True)
    leg = stage.nailed_leg("1001")
    stage.dial(Caller(stay=4))
    stage.until(lambda i: i.state is State.CONNECTED)
    stage.api("POST", "agents/1001/sign-out")
    gevent.sleep(1)
    # Asked of the leg itself: the switch's list may be seconds behind.
    assert stage.tandem.switch.link.api(f"uuid_exists {leg}") == "true"
    assert stage.settle().segments[0].ended_by is EndedBy.CUSTOMER
    only(stage, 0)


def test_a_lost_leg_is_dialled_again(stage):
    phone = Phone(extension="1001")
    stage.agent(phone, nailed_up=True)
    leg = stage.nailed_leg("1001")
    stage.add_phone(phone)  # SIPp's take one call
    stage.tandem.switch.link.api(f"uuid_kill {leg} MEDIA_TIMEOUT")
    with gevent.Timeout(10):
        while stage.tandem.switch.medium.nailed.leg_of("1001") in (leg, None):
            gevent.sleep(0.05)
    assert stage.nailed_leg("1001") != leg


@pytest.mark.rare
def test_an_offer_while_the_phone_still_rings_for_it_is_answered_with_it(stage):
    stage.dial(Caller(stay=6))
    stage.until(lambda i: i.state is State.QUEUED)
    stage.agent(Phone(extension="1001", ring=1.0), nailed_up=True)
    talking = stage.until(lambda i: i.state is State.CONNECTED)
    leg = stage.tandem.switch.medium.nailed.leg_of("1001")
    done = stage.settle()
    assert (done.id, done.outcome) == (talking.id, Outcome.HANDLED)
    assert stage.nailed_leg("1001") == leg
    stage.nailed_leg("1001")
    only(stage, 1)


@pytest.mark.rare
def test_a_nailed_up_agent_asks_another_and_hands_over(stage):
    stage.agent(Phone(extension="1001"), nailed_up=True)
    stage.nailed_leg("1001")
    call = stage.dial(Caller(stay=10))
    talking = stage.until(lambda i: i.state is State.CONNECTED)
    stage.agent(Phone(extension="1002"), nailed_up=True)
    stage.nailed_leg("1002")
    engine, segment = stage.tandem.engine, talking.segments[0].id
    asked = c.StartConsult(
        interaction_id=talking.id,
        segment_id=segment,
        consult_id=str(uuid4()),
        leg=str(uuid4()),
        kind=Party.AGENT,
        party="1002",
    )
    engine.handle(asked)
    stage.until(lambda i: i.consult is not None and i.consult.phase.value == "talking")
    gevent.sleep(1)
    engine.handle(c.CompleteConsult(interaction_id=talking.id, consult_id=asked.consult_id))
    stage.until(lambda i: i.segment is not None and i.segment.agent == "1002")
    stage.nailed_leg("1001")
    call.wait_over()
    done = stage.settle()
    assert [s.agent for s in done.segments] == ["1001", "1002"]
    assert [s.ended_by for s in done.segments] == [EndedBy.TRANSFER, EndedBy.CUSTOMER]
    stage.nailed_leg("1002")
    only(stage, 2)
    free(stage)
    free(stage, "1002")


def test_the_link_is_cut_in_a_call_and_the_leg_lives_on(stage, beeps):
    stage.agent(Phone(extension="1001"), nailed_up=True)
    leg = stage.nailed_leg("1001")
    stage.dial(Caller(stay=7))
    stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings))
    link = stage.tandem.switch.link
    link._lose(LinkLost("cut by the test"))
    with gevent.Timeout(5):
        while link.up:
            gevent.sleep(0.01)
        link.wait_up()
    done = stage.until(over)
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.CUSTOMER)
    assert len(done.segments) == 1
    assert done.ended_at - done.legs[0].answered_at == pytest.approx(7, abs=NEAR)
    assert stage.nailed_leg("1001") == leg
    only(stage, 1)
    stage.dial(Caller(stay=3)).wait_over()
    again = stage.until(lambda i: over(i) and i.id != done.id)
    assert (again.outcome, len(beeps)) == (Outcome.HANDLED, 2)


@pytest.mark.parametrize("away_s", [pytest.param(0, marks=pytest.mark.slow), 5])
def test_tandem_is_restarted_in_a_call_and_finds_the_leg(stage, away_s):
    """Back in the call, or after it; its customer hangs up at six seconds."""
    if stage.tandem.lab is not None:
        pytest.skip("the lab switch ends with Tandem")
    stage.agent(Phone(extension="1001"), nailed_up=True)
    leg = stage.nailed_leg("1001")
    call = stage.dial(Caller(stay=6))
    stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings))
    stage.restart(away_s)
    call.wait_over()
    done = stage.until(over)
    assert (done.outcome, len(done.segments)) == (Outcome.HANDLED, 1)
    assert stage.nailed_leg("1001") == leg
    only(stage, 1)
    stage.dial(Caller(stay=3)).wait_over()
    again = stage.until(lambda i: over(i) and i.id != done.id)
    assert (again.outcome, again.segments[0].agent) == (Outcome.HANDLED, "1001")
    assert stage.nailed_leg("1001") == leg


@pytest.mark.rare
@pytest.mark.parametrize("every_ms", [20, pytest.param(7, marks=pytest.mark.slow)])
def test_customers_who_go_as_they_are_bridged_cost_no_leg(stage, every_ms):
    stage.queue("sales", wrap_up_s=0)
    stage.agent(Phone(extension="1001"), nailed_up=True)
    leg = stage.nailed_leg("1001")
    link, delays = stage.tandem.switch.link, [each / 1000 for each in range(0, 80, every_ms)]
    send = link.api

    def api(command, timeout=None, **more):
        if command.startswith("uuid_bridge "):
            gevent.spawn_later(delays.pop(0), leave, command.split()[1])
        return send(command, timeout, **more)

    def leave(customer) -> None:
        with suppress(CommandRefused):
            send(f"uuid_kill {customer}")

    link.api = api
    for call in range(len(delays)):
        stage.dial(Caller(stay=20))
        stage.until(lambda _, at=call: [over(i) for i in stage.interactions()] == [True] * (at + 1))
        assert stage.nailed_leg("1001") == leg
    assert delays == []
    link.api = send
    stage.dial(Caller(stay=2))
    stage.until(lambda i: i.state is State.CONNECTED)
    stage.until(lambda i: over(i) and i.outcome is Outcome.HANDLED and i.segments[0].talk_s > 1)
    assert stage.nailed_leg("1001") == leg
    only(stage, 1)
    free(stage)
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE


def test_a_nailed_phone_asks_on_its_second_line_and_gives_the_customer(stage):
    stage.agent(Phone(extension="1001", obeys=True), nailed_up=True)
    stage.agent(Phone(extension="1002", obeys=True), queues=())
    leg = stage.nailed_leg("1001")
    stage.dial(Caller(stay=60))
    i = stage.until(lambda x: x.state is State.CONNECTED and bool(x.recordings)).id
    stage.tell(leg, "hold")
    stage.until(lambda x: x.segments[0].held_by_phone)
    stage.dials("1001", "1002")
    asked = stage.until(lambda x: x.consult and x.consult.phase is ConsultPhase.TALKING).consult
    gevent.sleep(0.3)  # until the two are together
    stage.joins(leg, asked.line)
    together(stage, i, "1002")
    free(stage, "1001")
    stage.hangs_up(i, CUSTOMER)
    done = stage.until(over)
    assert [s.ended_by for s in done.segments] == [EndedBy.TRANSFER, EndedBy.CUSTOMER]
    free(stage, "1002")
