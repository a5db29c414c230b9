"""Tandem dies while the phone of an agent's page is lost, and comes back: the customer is not."""

import gevent
import pytest

from controller.domain import events as e
from controller.domain.words import Outcome, State
from controller.lab.phones import Phone as LabPhone
from tests.hostile.centre import Centre, talking
from tests.hostile.live import come_back, die
from tests.story import verbs
from tests.story.test_reconnect import away, back, in_a_page


def in_page(centre: Centre) -> tuple[object, object]:
    phone = centre.agent(page=True, answer_after=0.1)
    call = centre.dial()
    centre.until(talking)
    return phone, call


def back_together(centre: Centre, call) -> None:
    """He has his agent again, and it was the same segment all the time."""
    found = centre.until(lambda i: talking(i) and i.segments[0].reconnects > 0)
    assert len(found.segments) == 1
    with gevent.Timeout(5):
        while call.leg.bridge is None:
            gevent.sleep(0.02)
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.HANDLED
    assert all(r.error is None for r in done.recordings)


@pytest.mark.parametrize(
    "kind",
    [e.ReconnectStarted, e.ReconnectRung, e.ReconnectAnswered, e.Connected],
    ids=lambda kind: kind.__name__,
)
def test_killed_on_the_way_back_he_still_gets_there(centre: Centre, kind):
    phone, call = in_page(centre)
    died = centre.die_at(kind)
    phone.close()
    phone.register()
    assert died.wait(10)
    centre.die()
    centre.restart()
    back_together(centre, call)


@pytest.mark.parametrize("when", ["before", "meanwhile", "after"])
def test_the_page_is_back_before_meanwhile_or_after(centre: Centre, when):
    phone, call = in_page(centre)
    phone.close()
    centre.until(lambda i: i.state is State.RECONNECTING)
    if when == "before":
        phone.register()
        centre.until(lambda i: i.reconnecting is not None and i.reconnecting.leg is not None)
    centre.die()
    if when == "meanwhile":
        phone.register()
    centre.restart()
    if when == "after":
        phone.register()
    back_together(centre, call)


def test_a_page_loaded_anew_while_nobody_looked(centre: Centre):
    """Its leg lives on with nobody there; that it was lost, only another contact says."""
    phone, call = in_page(centre)
    centre.die()
    phone.vanish()
    phone.register()
    centre.restart()
    back_together(centre, call)


def test_a_phone_that_did_not_take_it_is_rung_again(centre: Centre):
    phone, call = in_page(centre)
    died = centre.die_at(e.ReconnectUnanswered)
    ready = phone.phone
    phone.close()
    phone.configure(LabPhone(extension="1001", page=True, reject="USER_BUSY"))
    phone.register()
    assert died.wait(10)
    centre.die()
    phone.configure(ready)
    centre.restart()
    back_together(centre, call)


def test_killed_as_the_time_is_over_the_customer_gets_another_agent(centre: Centre):
    centre.furnish(reconnect_s=0.5)
    phone, call = in_page(centre)
    died = centre.die_at(e.ReconnectEnded)
    phone.close()
    assert died.wait(10)
    centre.die()
    centre.restart()
    centre.agent("1002", answer_after=0.1)
    found = centre.until(lambda i: talking(i) and len(i.segments) == 2)
    assert found.segment.agent == "1002"
    call.hang_up()
    centre.until_quiet()


def test_the_time_goes_on_while_tandem_is_dead(centre: Centre):
    centre.furnish(reconnect_s=1)
    phone, call = in_page(centre)
    phone.close()
    centre.until(lambda i: i.state is State.RECONNECTING)
    centre.die()
    gevent.sleep(1.2)
    centre.restart()
    centre.agent("1002", answer_after=0.1)
    found = centre.until(lambda i: talking(i) and len(i.segments) == 2)
    assert found.segment.agent == "1002"
    call.hang_up()
    centre.until_quiet()


@pytest.mark.live
@pytest.mark.parametrize("again", ["before", "meanwhile", "after"])
def test_killed_and_back_on_a_real_switch(stage, again):
    i = in_a_page(stage)
    stage.closes("1001")
    away(stage, i)
    if again == "before":
        stage.opens("1001")
    die(stage)
    gevent.sleep(0.5)
    if again == "meanwhile":
        stage.opens("1001")
    come_back(stage)
    if again == "after":
        stage.opens("1001")
    back(stage, i)
    verbs.hang_up(stage, i)
    done = stage.until(lambda x: x.id == i and x.closed)
    assert (done.outcome, len(done.segments)) == (Outcome.HANDLED, 1)
    stage.nothing_left()


@pytest.mark.live
def test_a_lid_closed_while_nobody_looked_on_a_real_switch(stage):
    """FreeSWITCH ended its leg and parked the customer; who comes back finds him so."""
    i = in_a_page(stage)
    die(stage)
    stage.freezes("1001")
    gevent.sleep(stage.tandem.fs_settings.page_timeout + 1)
    come_back(stage)
    away(stage, i)
    stage.opens("1001")
    back(stage, i)
    verbs.hang_up(stage, i)
    stage.until(lambda x: x.id == i and x.closed)
