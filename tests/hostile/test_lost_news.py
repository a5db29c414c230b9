"""What the switch did not tell, or Tandem could not say: the reconciler finds it, and goes on from there."""

import gevent
import pytest

from controller.adapters.esl import resync
from controller.adapters.esl import switch as esl_switch
from controller.domain.events import Requeued
from controller.domain.words import Outcome, State
from tests.hostile.centre import OUTSIDE, Centre, talking


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(esl_switch, "PERIOD_S", 0.3)
    monkeypatch.setattr(esl_switch, "SOON_S", ())
    monkeypatch.setattr(esl_switch, "DOUBT_S", 0.3)
    monkeypatch.setattr(resync, "GRACE_S", 0.3)


def test_an_unheard_hangup_of_one_who_hears_music_leaves_nothing_that_waits(centre: Centre):
    call = centre.dial()
    centre.until(lambda i: i.state is State.QUEUED)
    with gevent.Timeout(5, False):
        while not centre.tandem.switch.link.waiting:
            gevent.sleep(0.01)  # the music
    centre.lab.faults.lose(1, {"CHANNEL_HANGUP"})
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.FAILED and done.reason == "switch: SWITCH_LOST"
    with gevent.Timeout(5, False):
        while centre.tandem.switch.link.waiting:
            gevent.sleep(0.01)  # two looks
    assert centre.tandem.switch.link.waiting == 0
    assert not centre.tandem.switch._calls.legs()


def test_one_who_hangs_up_while_the_reconciler_looks_has_abandoned_and_was_not_lost(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(esl_switch, "PERIOD_S", 0.05)
    monkeypatch.setattr(esl_switch, "DOUBT_S", 1.5)
    call = centre.dial()
    centre.until(lambda i: i.state is State.QUEUED)
    gevent.sleep(resync.GRACE_S)
    centre.lab.faults.delay(0.3, {"CHANNEL_HANGUP"})  # many looks
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.ABANDONED


def recorded_on_the_switch(centre: Centre) -> None:
    """Until it is; what Tandem would have heard is lost."""
    with gevent.Timeout(5):
        while not any(leg.recordings for leg in centre.lab.legs.values()):
            gevent.sleep(0.01)


def test_a_recording_whose_beginning_was_unheard_is_in_the_record(centre: Centre):
    centre.agent(answer_after=0.05)
    centre.lab.faults.lose(1, {"RECORD_START"})
    call = centre.dial()
    recorded_on_the_switch(centre)
    call.hang_up()
    done = centre.until(lambda i: bool(i.recordings) and i.recordings[0].ended_at is not None)
    [recording] = done.recordings
    assert recording.error is None and recording.sha256 is not None
    assert recording.started_at == pytest.approx(done.segments[0].connected_at, abs=1)


def test_a_recording_of_which_nothing_was_heard_is_found(centre: Centre):
    centre.furnish(wrap_up_s=3)
    centre.agent(answer_after=0.05)
    centre.lab.faults.lose(2, {"RECORD_START", "RECORD_STOP"})
    call = centre.dial()
    recorded_on_the_switch(centre)
    call.hang_up()
    done = centre.until(lambda i: bool(i.recordings) and i.recordings[0].ended_at is not None)
    [recording] = done.recordings
    assert recording.error is None and recording.started_at == done.segments[0].connected_at


def test_an_unheard_answer_of_an_outside_number_is_found(centre: Centre):
    phone = centre.lab.add_trunk_number("8610555")
    call = centre.dial(OUTSIDE)
    phone.wait_for("ringing")
    centre.lab.faults.lose(1, {"CHANNEL_PARK"})
    phone.answer()
    centre.until(lambda i: i.diverted_at is not None)
    call.wait_for("bridged")
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.SELF_SERVED


def test_a_restarted_switch_asks_for_no_other_agent_for_a_customer_who_is_gone(centre: Centre):
    centre.agent(answer_after=0.05)
    centre.lab.add_trunk_number("8610777", 0.05)
    centre.tandem.dialling.place("1001", "8610777", "sales")
    centre.until(talking)
    centre.lab.faults.restart()
    (done,) = centre.until_quiet(20)
    assert done.outcome is Outcome.HANDLED and done.reason == "switch: SWITCH_RESTARTED"
    assert Requeued.__name__ not in centre.names(done.id)


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("command", ["sched_del", "uuid_setvar", "sendmsg"])
def test_a_phone_that_dialled_is_answered_though_the_socket_was_cut(
    centre: Centre, command: str, carried_out: bool
):
    phone = centre.agent(answer_after=0.05)
    customer = centre.lab.add_trunk_number("8610777", 0.05)
    centre.lab.faults.cut_at(command, carried_out=carried_out)
    phone.dial("8610777")
    centre.until(talking)
    assert centre.lab.faults.trap is None
    customer.hang_up()
    assert [i.outcome for i in centre.until_quiet()] == [Outcome.HANDLED]
