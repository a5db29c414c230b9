"""The phone in an agent's page is lost in mid-call: the customer is not."""

import gevent
import pytest

from controller.adapters.esl import presence
from controller.domain import events as e
from controller.domain.agent import Status
from controller.domain.words import ConsultPhase, EndedBy, Outcome, Phase, State
from tests.story import verbs
from tests.story.stage import Caller, Phone, Stage

#: Seconds from the page's return until the two hear each other; it takes about half a second.
BACK_S = 5.0

NEAR = 0.5


def in_a_page(stage: Stage, *others: Phone, stay: float = 60, nailed_up: bool = False) -> str:
    """A customer and agent 1001, whose phone is in a page, in conversation, recorded."""
    stage.agent(Phone(extension="1001", page=True), nailed_up=nailed_up)
    if nailed_up:
        stage.nailed_leg("1001")
    for phone in others:
        stage.agent(phone, queues=())
    stage.dial(Caller(stay=stay))
    return stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings)).id


def back(stage: Stage, i: str, phase: Phase = Phase.TALKING, times: int = 1) -> None:
    """Wait until the agent has his customer again."""
    found = stage.until(
        lambda x: (
            x.id == i
            and bool(x.segments)
            and x.segments[0].reconnects == times
            and x.state is State.CONNECTED
        )
    )
    assert (found.segment.phase, len(found.segments)) == (phase, 1)


def away(stage: Stage, i: str) -> None:
    stage.until(lambda x: x.id == i and x.state is State.RECONNECTING)


def asks(stage: Stage, i: str) -> None:
    """He talks with agent 1002, while his customer holds."""
    verbs.ask(stage, i, "1002")
    found = stage.until(lambda x: x.id == i and x.consult.phase is ConsultPhase.TALKING)
    with gevent.Timeout(10):
        while found.consult.leg not in stage.tandem.switch._calls.pairs:
            gevent.sleep(0.02)  # of the bridge of these two nothing is published


def gap(stage: Stage, i: str) -> float:
    """Seconds from the loss to the return, which the talk leaves out."""
    return stage.find(i).segments[0].away_s


def recorded_through(stage: Stage, i: str) -> None:
    """One recording, as long as the segment: it went on, with the music in it."""
    done = stage.until(lambda x: x.id == i and x.closed)
    [segment], [recording] = done.segments, done.recordings
    assert recording.error is None
    length = segment.ended_at - segment.connected_at
    assert recording.length_s == pytest.approx(length, abs=NEAR)
    assert segment.talk_s == pytest.approx(length - segment.away_s - segment.held_s, abs=0.01)


def test_a_page_that_is_loaded_anew_takes_its_call_back(stage):
    i = in_a_page(stage)
    first = stage.find(i).segment.leg
    stage.vanishes("1001")
    stage.opens("1001")
    opened_at = stage.tandem.clock.now()
    back(stage, i)
    assert stage.tandem.clock.now() - opened_at < BACK_S
    segment = stage.find(i).segment
    assert (segment.leg != first, segment.wrap_up_until) == (True, None)
    assert 0 < gap(stage, i) < BACK_S
    assert stage.marks("1001") == [(i, "auto")]
    verbs.hang_up(stage, i)
    recorded_through(stage, i)
    assert stage.find(i).segments[0].ended_by is EndedBy.AGENT
    stage.nothing_left()


def test_who_is_asked_to_ring_knows_for_which_contact(stage):
    i = in_a_page(stage)
    assert stage.marks("1001") == [(i, "")]


def test_a_page_that_ends_its_call_as_it_goes_takes_it_back(stage):
    i = in_a_page(stage)
    stage.closes("1001")
    away(stage, i)
    assert stage.find(i).segment.phase is Phase.RECONNECTING
    stage.opens("1001")
    back(stage, i)
    verbs.hang_up(stage, i)
    recorded_through(stage, i)


def test_the_page_asks_itself_and_twice_is_once(stage):
    i = in_a_page(stage)
    posts = [gevent.spawn(verbs.reconnect, stage, i) for _ in range(2)]
    gevent.joinall(posts, raise_error=True)
    verbs.reconnect(stage, i)
    back(stage, i)
    verbs.reconnect(stage, i)  # harmless, and too soon for another
    assert stage.names(stage.find(i)).count("ReconnectRung") == 1
    assert stage.find(i).segment.reconnects == 1
    verbs.hang_up(stage, i)
    recorded_through(stage, i)
    stage.nothing_left()


def test_a_connection_that_is_gone_for_long_is_a_phone_lost(stage, monkeypatch):
    """A lid that is closed, a network that is lost: the leg lives on, and the customer hears music."""
    monkeypatch.setattr(presence, "GRACE_S", 1.0)
    i = in_a_page(stage)
    stage.vanishes("1001")
    away(stage, i)
    [lost] = [x for x in stage.events(stage.find(i)) if isinstance(x, e.ReconnectStarted)]
    assert lost.cause == "PHONE_LOST"
    stage.until(lambda x: x.id == i and x.find_leg(lost.leg).ended_at is not None)
    stage.opens("1001")
    back(stage, i)


def test_a_lid_that_is_closed_is_a_phone_lost(stage):
    """Nothing is cut and nothing is said: nothing comes any more."""
    i = in_a_page(stage)
    closed_at = stage.tandem.clock.now()
    stage.freezes("1001")
    away(stage, i)
    [lost] = [x for x in stage.events(stage.find(i)) if isinstance(x, e.ReconnectStarted)]
    assert lost.cause == "MEDIA_TIMEOUT"
    assert lost.at - closed_at == pytest.approx(stage.tandem.fs_settings.page_timeout, abs=1.0)
    stage.opens("1001")
    back(stage, i)
    verbs.hang_up(stage, i)
    recorded_through(stage, i)
    stage.nothing_left()


def test_a_page_that_stays_away_costs_the_agent_his_customer(stage):
    stage.queue("sales", reconnect_s=1.5)
    i = in_a_page(stage)
    before = stage.find(i).place
    stage.closes("1001")
    stage.until(lambda x: x.id == i and x.state is State.QUEUED)
    found = stage.find(i)
    [segment] = found.segments
    assert (segment.ended_by, segment.phase) == (EndedBy.LOST, Phase.CLOSED)
    assert (found.place.front, found.place.since) == (True, before.since)
    with gevent.Timeout(5):
        while stage.tandem.agents.candidate("1001").status is not Status.NOT_RESPONDING:
            gevent.sleep(0.02)
    assert stage.tandem.agents.candidate("1001").free == 100
    stage.agent(Phone(extension="1002"))
    stage.until(lambda x: x.id == i and x.state is State.CONNECTED)
    assert stage.find(i).segment.agent == "1002"
    waits = found.segments[0].away_s
    assert waits == pytest.approx(1.5, abs=NEAR)


def test_back_too_late_he_gets_the_customer_anew_when_he_says_that_he_is_there(stage):
    stage.queue("sales", reconnect_s=1)
    i = in_a_page(stage)
    stage.closes("1001")
    stage.until(lambda x: x.id == i and x.state is State.QUEUED)
    stage.opens("1001")
    stage.api("PUT", "agents/1001/status", {"status": "available"})
    stage.until(lambda x: x.id == i and x.state is State.CONNECTED)
    assert [s.agent for s in stage.find(i).segments] == ["1001", "1001"]


def test_a_customer_on_hold_is_on_hold_again(stage):
    i = in_a_page(stage)
    verbs.hold(stage, i)
    stage.closes("1001")
    away(stage, i)
    stage.opens("1001")
    back(stage, i, Phase.HELD)
    verbs.resume(stage, i)
    stage.until(lambda x: x.id == i and x.segment.phase is Phase.TALKING)
    verbs.hang_up(stage, i)
    recorded_through(stage, i)


def test_whom_he_asked_waits_for_him(stage):
    i = in_a_page(stage, Phone(extension="1002", obeys=True))
    asks(stage, i)
    stage.closes("1001")
    away(stage, i)
    assert stage.find(i).consult.phase is ConsultPhase.ASIDE
    stage.opens("1001")
    stage.until(lambda x: x.id == i and x.segments[0].reconnects == 1)
    stage.until(lambda x: x.id == i and x.segment.phase is Phase.TALKING)
    verbs.complete(stage, i)
    stage.until(lambda x: x.id == i and x.state is State.CONNECTED and x.segment.agent == "1002")
    assert stage.find(i).segments[0].ended_by is EndedBy.TRANSFER


def test_who_is_asked_and_lost_leaves_the_customer_to_who_asked(stage):
    stage.agent(Phone(extension="1001", obeys=True))
    stage.agent(Phone(extension="1002", page=True), queues=())
    stage.dial(Caller(stay=60))
    i = stage.until(lambda x: x.state is State.CONNECTED and bool(x.recordings)).id
    asks(stage, i)
    stage.vanishes("1002")
    stage.opens("1002")
    opened_at = stage.tandem.clock.now()
    stage.until(lambda x: x.id == i and x.consult is None and x.segment.phase is Phase.TALKING)
    assert stage.tandem.clock.now() - opened_at < 1.0
    assert stage.find(i).segments[1].ended_by is EndedBy.LOST
    asks(stage, i)  # and can be asked again
    verbs.cancel(stage, i)
    verbs.hang_up(stage, i)
    stage.until(lambda x: x.id == i and x.closed)
    stage.nothing_left()


def test_who_listens_and_is_lost_can_listen_again(stage):
    i = in_a_page(stage, Phone(extension="1003", page=True))
    supervisor = verbs.Supervisor(stage, "1003")
    supervisor.listen(i)
    stage.until(lambda x: x.id == i and any(m.listening for m in x.monitors))
    stage.vanishes("1003")
    stage.opens("1003")
    stage.until(lambda x: x.id == i and not x.monitors)
    supervisor.listen(i)
    stage.until(lambda x: x.id == i and any(m.listening for m in x.monitors))
    verbs.hang_up(stage, i)
    stage.until(lambda x: x.id == i and x.closed)
    stage.nothing_left()


@pytest.mark.rare
def test_of_three_who_talk_the_other_two_wait(stage):
    i = in_a_page(stage, Phone(extension="1002", obeys=True))
    asks(stage, i)
    verbs.join(stage, i)
    stage.until(lambda x: x.id == i and x.consult.phase is ConsultPhase.JOINED)
    verbs.reconnect(stage, i)
    stage.until(lambda x: x.id == i and x.segments[0].reconnects == 1)
    found = stage.until(lambda x: x.id == i and x.segment.phase is Phase.TALKING)
    assert found.consult.phase is ConsultPhase.ASIDE
    assert [s.phase for s in found.segments] == [Phase.TALKING, Phase.CONSULTED]
    verbs.cancel(stage, i)
    verbs.hang_up(stage, i)
    stage.until(lambda x: x.id == i and x.closed)
    stage.nothing_left()


def test_a_customer_who_hangs_up_meanwhile_was_handled(stage):
    i = in_a_page(stage, stay=3)
    stage.closes("1001")
    away(stage, i)
    done = stage.until(lambda x: x.id == i and x.closed)
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.CUSTOMER)
    stage.nothing_left()


def test_he_hangs_up_by_the_console_while_his_phone_is_lost(stage):
    i = in_a_page(stage)
    stage.closes("1001")
    away(stage, i)
    verbs.hang_up(stage, i)
    recorded_through(stage, i)
    assert stage.find(i).outcome is Outcome.HANDLED
    stage.nothing_left()


def test_a_queue_that_does_not_wait_for_phones(stage):
    """As a desk phone: who hangs up there has hung up."""
    stage.queue("sales", reconnect_s=0)
    i = in_a_page(stage)
    stage.closes("1001")
    done = stage.until(lambda x: x.id == i and x.closed)
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.AGENT)


def test_who_has_no_phone_is_passed_over_until_it_is_there(stage):
    stage.agent(Phone(extension="1001", page=True, registered=False))
    stage.dial(Caller(stay=30))
    stage.until(lambda x: x.state is State.QUEUED)
    assert stage.api("GET", "agents/1001")["phone"] == "unregistered"
    [waiting] = stage.interactions()
    [passed] = stage.api("GET", f"interactions/{waiting.id}/candidates")["passed_over"]
    assert (passed["agent"], passed["reason"]) == ("1001", "phone not registered")
    stage.opens("1001")
    stage.until(lambda x: x.state is State.CONNECTED)
    assert stage.api("GET", "agents/1001")["phone"] == "registered"
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE


def test_a_nailed_up_page_is_called_again_and_stays_connected(stage):
    i = in_a_page(stage, nailed_up=True)
    assert stage.marks("1001") == [("", "auto")]
    stage.vanishes("1001")
    stage.opens("1001")
    back(stage, i)
    assert stage.marks("1001") == [("", "auto")]
    verbs.hang_up(stage, i)
    recorded_through(stage, i)
    stage.nailed_leg("1001")
    stage.api("POST", "agents/1001/sign-out")
    stage.nothing_left()


@pytest.mark.rare
def test_a_nailed_up_page_is_called_again_between_contacts(stage):
    stage.agent(Phone(extension="1001", page=True), nailed_up=True)
    first = stage.nailed_leg("1001")
    stage.vanishes("1001")
    stage.opens("1001")
    with gevent.Timeout(10):
        while stage.tandem.switch.medium.nailed.leg_of("1001") in (None, first):
            gevent.sleep(0.02)
    stage.dial(Caller(stay=30))
    stage.until(lambda x: x.state is State.CONNECTED)
