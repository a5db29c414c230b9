"""The dead-man switch over a lab: renewed while we live, true when we do not, never on who talks."""

import gevent
import pytest
from gevent.event import Event

from controller.adapters.esl import guard as module
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.link import SwitchLink
from controller.errors import CommandRefused
from controller.greenlets import spawn
from controller.lab import Caller, Dialplan, LabSwitch, Settings


@pytest.fixture
def lab():
    with LabSwitch(settings=Settings(), dialplan=Dialplan(dead_man_seconds=1)) as lab:
        yield lab


@pytest.fixture
def link(lab):
    link = SwitchLink(
        host=lab.host, port=lab.port, password=lab.password, on_event=lambda event: None
    )
    link.start()
    assert link.wait_up(5)
    yield link
    link.stop()


@pytest.fixture
def guard(link, monkeypatch):
    monkeypatch.setattr(module, "RENEW_S", 0.1)
    guard = Guard(link)
    yield guard
    guard.stop()


def dial(lab):
    call = lab.dial(Caller(number="1", did="2"))
    call.wait_for("parked")
    return call


def pending(lab, leg: str) -> bool:
    return leg in lab.core.schedule.groups()


def renewals(lab, leg: str) -> int:
    return len(lab.commands_received(f"sched_transfer +60 {leg}"))


def until(check) -> None:
    with gevent.Timeout(3):
        while not check():
            gevent.sleep(0.01)


def test_who_is_guarded_is_renewed_and_stays(lab, guard):
    call = dial(lab)
    guard.take(call.uuid)
    until(lambda: renewals(lab, call.uuid) >= 3)
    assert pending(lab, call.uuid) and call.cause is None


def test_who_is_left_has_no_deadline_any_more(lab, guard):
    call = dial(lab)
    guard.take(call.uuid)
    guard.leave(call.uuid)
    assert not pending(lab, call.uuid)
    before = renewals(lab, call.uuid)
    gevent.sleep(0.25)  # two renewals would have come
    assert renewals(lab, call.uuid) == before


def test_who_is_left_in_the_middle_of_a_renewal_has_no_deadline_either(lab, guard, link):
    """Else the fallback would tear a talking pair apart a minute later."""
    call = dial(lab)
    guard.take(call.uuid)
    api, deleted, go_on = link.api, Event(), Event()

    def slow(command: str, timeout: float | None = None) -> str:
        answer = api(command, timeout)
        if command.startswith("sched_del") and not deleted.is_set():
            deleted.set()
            go_on.wait()
        return answer

    link.api = slow
    assert deleted.wait(2)  # the renewal has deleted the old deadline and not yet set a new one
    link.api = api
    guard.leave(call.uuid)
    go_on.set()
    gevent.sleep(0.1)
    assert not pending(lab, call.uuid)


def test_a_leg_that_hung_up_before_it_was_taken_is_not_renewed_for_ever(lab, guard):
    call = dial(lab)
    call.hang_up()
    call.wait_for("ended")
    taking = spawn("take", _take, guard, call.uuid)
    taking.join(3)
    before = renewals(lab, call.uuid)
    gevent.sleep(0.25)  # two renewals would have come
    assert renewals(lab, call.uuid) == before
    assert guard._timers == {}


def _take(guard: Guard, leg: str) -> None:
    try:
        guard.take(leg)
    except CommandRefused:
        return


def test_a_caller_nobody_renews_goes_to_the_fallback(lab):
    call = dial(lab)
    call.wait_for("ended", 10)
    assert call.cause == "NORMAL_TEMPORARY_FAILURE"


def test_stop_leaves_the_deadline_in_the_switch(lab, guard):
    call = dial(lab)
    guard.take(call.uuid)
    guard.stop()
    assert pending(lab, call.uuid)
