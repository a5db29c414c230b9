import gevent
import pytest
from gevent.event import Event

from console.live import agenda as agenda_module
from console.live.agenda import LoopAgenda
from controller.adapters.timers import SystemClock


@pytest.fixture
def agenda():
    made = LoopAgenda(SystemClock())
    yield made
    made.stop()


def test_an_entry_does_its_work_once_it_is_time(agenda):
    done = Event()
    agenda.set("a", SystemClock().now() + 0.02, done.set)
    assert not done.is_set()
    assert done.wait(10)
    assert SystemClock().now() > 0 and not agenda._timers


def test_one_that_is_cancelled_or_replaced_does_nothing(agenda):
    done: list[str] = []
    other = Event()
    now = SystemClock().now()
    agenda.set("a", now + 0.01, lambda: done.append("first"))
    agenda.set("a", now + 0.02, lambda: done.append("second"))
    agenda.set("b", now + 0.01, lambda: done.append("third"))
    agenda.cancel("b")
    agenda.cancel("never")
    agenda.set("c", now + 0.05, other.set)
    assert other.wait(10)
    gevent.sleep(0)
    assert done == ["second"]


def test_a_clock_that_is_put_back_makes_it_wait(monkeypatch):
    monkeypatch.setattr(agenda_module, "LONGEST_S", 0.01)
    times = iter([0.0, 50.0, 99.0, 100.0])

    class Clock:
        def now(self) -> float:
            return next(times)

    done = Event()
    agenda = LoopAgenda(Clock())
    agenda.set("a", 100.0, done.set)
    assert done.wait(10)
    assert next(times, None) is None
