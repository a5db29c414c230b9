import gevent
import pytest
from gevent.event import Event

from console.live import alarms as alarms_module
from console.live.alarms import LoopAlarms
from controller.adapters.timers import SystemClock


@pytest.fixture
def alarms():
    made = LoopAlarms(SystemClock())
    yield made
    made.stop()


def test_an_alarm_does_its_work_once_it_is_time(alarms):
    done = Event()
    alarms.set("a", SystemClock().now() + 0.02, done.set)
    assert not done.is_set()
    assert done.wait(10)
    assert SystemClock().now() > 0 and not alarms._timers


def test_one_that_is_cancelled_or_replaced_does_nothing(alarms):
    done: list[str] = []
    other = Event()
    now = SystemClock().now()
    alarms.set("a", now + 0.01, lambda: done.append("first"))
    alarms.set("a", now + 0.02, lambda: done.append("second"))
    alarms.set("b", now + 0.01, lambda: done.append("third"))
    alarms.cancel("b")
    alarms.cancel("never")
    alarms.set("c", now + 0.05, other.set)
    assert other.wait(10)
    gevent.sleep(0)
    assert done == ["second"]


def test_a_clock_that_is_put_back_makes_it_wait(monkeypatch):
    monkeypatch.setattr(alarms_module, "LONGEST_S", 0.01)
    times = iter([0.0, 50.0, 99.0, 100.0])

    class Clock:
        def now(self) -> float:
            return next(times)

    done = Event()
    alarms = LoopAlarms(Clock())
    alarms.set("a", 100.0, done.set)
    assert done.wait(10)
    assert next(times, None) is None
