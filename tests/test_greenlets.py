import gevent
from gevent.event import Event
from structlog.testing import capture_logs

from controller.greenlets import KEPT, Crew, spawn


def test_it_runs_under_its_name_and_gives_the_result():
    greenlet = spawn("adder", lambda a, b: a + b, 1, b=2)
    assert greenlet.get(timeout=5) == 3
    assert greenlet.name == "adder"


def test_its_death_is_logged_with_its_name():
    def fail():
        raise RuntimeError("why it died")

    with capture_logs() as logs:
        greenlet = spawn("the one that fails", fail)
        greenlet.join(timeout=5)
        gevent.sleep(0)  # links run in the hub, right after the end
    assert [(each["event"], each["greenlet"]) for each in logs] == [
        ("greenlet died", "the one that fails")
    ]
    assert "why it died" in str(logs[0]["exc_info"][1])


def test_killing_it_is_an_ordinary_end():
    with capture_logs() as logs:
        greenlet = spawn("sleeper", gevent.sleep, 60)
        greenlet.kill()
        gevent.sleep(0)
    assert logs == []


def _workers_of(crew, count):
    """The greenlets that do `count` pieces of work, all under way at once."""
    ready, go = Event(), Event()
    workers = []

    def work():
        workers.append(gevent.getcurrent())
        if len(workers) == count:
            ready.set()
        go.wait()

    for _ in range(count):
        crew.give(work)
    assert ready.wait(5)
    go.set()
    gevent.sleep(0)
    return workers


def test_work_of_a_crew_goes_on_beside_each_other_in_greenlets_that_are_kept():
    crew = Crew("crew")
    first = set(_workers_of(crew, 5))
    assert len(first) == 5
    assert set(_workers_of(crew, 5)) == first
    assert set(_workers_of(crew, 2)) < first
    assert {worker.name for worker in first} == {"crew"}


def test_work_that_comes_while_one_waits_is_done_by_another():
    crew, gate, done = Crew("crew"), Event(), Event()
    crew.give(gate.wait)
    crew.give(done.set)
    assert done.wait(5)
    gate.set()


def test_a_crew_keeps_so_many_and_no_more():
    crew = Crew("crew")
    workers = _workers_of(crew, KEPT + 20)
    gevent.sleep(0)
    assert sum(not worker.dead for worker in workers) == KEPT


def test_work_that_fails_is_logged_and_the_next_is_done():
    crew, done = Crew("crew"), Event()

    def fail():
        raise RuntimeError("why it failed")

    with capture_logs() as logs:
        crew.give(fail)
        gevent.sleep(0)
        crew.give(done.set)
        assert done.wait(5)
    assert [(each["event"], each["greenlet"]) for each in logs] == [("work failed", "crew")]
