import gevent
from structlog.testing import capture_logs

from controller.greenlets import spawn


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
