"""The dead-man switch over a lab: renewed while we live, true when we do not, never on who talks."""

from collections.abc import Callable
from contextlib import suppress

import gevent
import pytest
from gevent.event import Event

from controller.adapters.esl import guard as module
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.link import SwitchLink
from controller.errors import CommandRefused
from controller.greenlets import spawn
from controller.lab import Caller, Dialplan, LabSwitch, Settings

#: The age, in seconds, of a leg that is renewed 0.1 s later.
JUST_BEFORE_S = module.FIRST * module.LEAST_S - 0.1


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


def pending(lab, leg: str) -> list[str]:
    """The groups of the leg's tasks."""
    return [group for group in lab.core.schedule.groups() if group.startswith(leg)]


def renewals(lab, leg: str) -> int:
    return len(lab.commands_received(f"sched_transfer +60 {leg}"))


def until(check) -> None:
    with gevent.Timeout(10):
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


class Killed(BaseException):
    """Nothing more is done, as by kill -9."""


def stop_after(link, count: int, what: Callable[[str], object]) -> list[str]:
    """`what` is called with the command after the next `count` ones, before it is sent."""
    api, sent = link.api, []

    def counting(command: str, timeout: float | None = None) -> str:
        if len(sent) == count:
            link.api = api
            what(command)
        sent.append(command)
        return api(command, timeout)

    link.api = counting
    return sent


@pytest.mark.parametrize("count", range(5))
def test_killed_in_the_middle_of_a_renewal_the_leg_has_a_deadline(lab, guard, link, count):
    api = link.api

    def killed(command: str, timeout: float | None = None) -> str:
        link.api = killed
        raise Killed

    call = dial(lab)
    stop_after(link, count, killed)
    with suppress(Killed):
        guard.take(call.uuid)
    guard.stop()
    link.api = api
    assert pending(lab, call.uuid)
    again = Guard(link)
    again.take(call.uuid)
    assert pending(lab, call.uuid) == [call.uuid]
    again.stop()


@pytest.mark.parametrize("count", range(4))
def test_who_is_left_in_the_middle_of_a_renewal_has_no_deadline(lab, guard, link, count):
    """Else the fallback would tear a talking pair apart a minute later."""
    call, left = dial(lab), Event()

    def leave(command: str) -> None:
        # Runs once this command is sent and waits for its answer.
        spawn("leave", guard.leave, call.uuid).link(lambda _: left.set())

    guard.meet(call.uuid, JUST_BEFORE_S)
    stop_after(link, count, leave)
    assert left.wait(10)
    gevent.sleep(0.05)  # the rest of the renewal
    assert pending(lab, call.uuid) == []
    before = len(lab.commands_received("sched_"))
    gevent.sleep(0.25)  # two renewals would have come
    assert len(lab.commands_received("sched_")) == before


def test_who_was_guarded_by_an_earlier_process_has_no_deadline_once_he_is_left(lab, guard, link):
    call = dial(lab)
    earlier = Guard(link)
    stop_after(link, 1, lambda command: gevent.sleep(60))
    taking = spawn("take", earlier.take, call.uuid)
    until(lambda: len(pending(lab, call.uuid)) == 2)
    guard.leave(call.uuid)
    assert pending(lab, call.uuid) == []
    taking.kill()
    earlier.stop()


def test_who_was_met_just_now_costs_no_command_until_his_first_renewal(lab, guard):
    call = dial(lab)
    guard.meet(call.uuid, JUST_BEFORE_S)
    guard.take(call.uuid)
    assert lab.commands_received("sched_") == []
    until(lambda: renewals(lab, call.uuid) >= 2)
    until(lambda: pending(lab, call.uuid) == [call.uuid])  # while it is renewed there is a spare


def test_a_long_deadline_is_renewed_late(lab, guard):
    call = dial(lab)
    guard.meet(call.uuid, JUST_BEFORE_S + 0.1, 60.0)
    gevent.sleep(0.25)  # two renewals would have come
    assert renewals(lab, call.uuid) == 0 and len(guard) == 1


def test_who_is_met_late_is_renewed_at_once(lab, guard):
    call = dial(lab)
    guard.meet(call.uuid, JUST_BEFORE_S + 0.1)
    assert renewals(lab, call.uuid) >= 1  # on a slow machine the next one is due already


def test_a_leg_that_hung_up_before_it_was_taken_is_not_renewed_for_ever(lab, guard):
    call = dial(lab)
    call.hang_up()
    call.wait_for("ended")
    taking = spawn("take", _take, guard, call.uuid)
    taking.join(3)
    before = renewals(lab, call.uuid)
    gevent.sleep(0.25)  # two renewals would have come
    assert renewals(lab, call.uuid) == before
    assert len(guard) == 0
    assert pending(lab, call.uuid) == []


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
