"""Timers by hand and on the loop keep the same promises."""

import time

import pytest
from gevent.event import Event

from controller.adapters.memory.time import ManualClock, ManualTimers
from controller.adapters.timers import LoopTimers, SystemClock
from controller.domain import commands as c


def command(name: str) -> c.ExpireOffer:
    return c.ExpireOffer(interaction_id="call", offer_id=name)


class Fired:
    """What was submitted; `wait(n)` until there are n."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._more = Event()

    def __call__(self, command: c.ExpireOffer) -> None:
        self.names.append(command.offer_id)
        self._more.set()

    def wait(self, count: int) -> list[str]:
        while len(self.names) < count:
            self._more.clear()
            assert self._more.wait(10), self.names
        return self.names


class ByHand:
    def __init__(self) -> None:
        self.clock, self.fired = ManualClock(), Fired()
        self.timers = ManualTimers(self.clock, self.fired)

    def after(self, count: int) -> list[str]:
        self.clock.pass_(1)
        self.timers.fire_due()
        return self.fired.wait(count)


class OnTheLoop:
    def __init__(self) -> None:
        self.clock, self.fired = SystemClock(), Fired()
        self.timers = LoopTimers(self.fired)

    def after(self, count: int) -> list[str]:
        return self.fired.wait(count)


@pytest.fixture(params=[ByHand, OnTheLoop])
def watch(request):
    return request.param()


def test_timers_fire_in_order_of_time(watch):
    now = watch.clock.now()
    for name, delay in (("c", 0.06), ("a", 0.02), ("b", 0.04)):
        watch.timers.set(name, now + delay, command(name))
    assert watch.after(3) == ["a", "b", "c"]


def test_the_second_of_a_key_replaces_the_first(watch):
    now = watch.clock.now()
    watch.timers.set("key", now + 0.01, command("old"))
    watch.timers.set("key", now + 0.03, command("new"))
    assert watch.after(1) == ["new"]


def test_what_is_cancelled_does_not_fire_and_cancelling_nothing_is_nothing(watch):
    now = watch.clock.now()
    watch.timers.set("gone", now + 0.01, command("gone"))
    watch.timers.set("stays", now + 0.02, command("stays"))
    watch.timers.cancel("gone")
    watch.timers.cancel("never was")
    assert watch.after(1) == ["stays"]


def test_a_time_that_has_passed_fires_at_once(watch):
    watch.timers.set("key", watch.clock.now() - 100, command("late"))
    assert watch.fired.wait(1) == ["late"]


def test_a_loop_timer_is_not_early_and_stop_ends_all():
    fired = Fired()
    timers = LoopTimers(fired)
    at = time.time() + 0.05
    timers.set("key", at, command("key"))
    assert fired.wait(1) == ["key"] and time.time() >= at - 0.005
    timers.set("never", time.time() + 0.01, command("never"))
    timers.stop()
    timers.set("marker", time.time() + 0.03, command("marker"))
    assert fired.wait(2) == ["key", "marker"]
