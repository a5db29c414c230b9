"""Jobs of one key in order, of different keys at once; a failure ends one job only."""

import gevent
import pytest
from gevent.event import Event
from structlog.testing import capture_logs

from controller.adapters.esl.series import Series
from controller.errors import CommandRefused, LegGone, LinkLost


def wait(event: Event) -> None:
    assert event.wait(10)


def test_jobs_of_one_key_wait_for_each_other_and_other_keys_do_not():
    series, gate, done = Series(), Event(), Event()
    seen: list[str] = []
    series.add("a", lambda: (seen.append("a1"), gate.wait()))
    series.add("a", lambda: (seen.append("a2"), done.set()))
    series.add("b", lambda: seen.append("b1"))
    gevent.sleep(0)
    gevent.sleep(0)
    assert seen == ["a1", "b1"] and len(series) == 2
    gate.set()
    wait(done)
    gevent.sleep(0)
    assert seen == ["a1", "b1", "a2"] and len(series) == 0


@pytest.mark.parametrize(
    "error",
    [LegGone("u", "NORMAL_CLEARING"), LinkLost("x"), CommandRefused("-ERR"), ValueError("x")],
)
def test_a_job_that_fails_does_not_stop_the_next(error):
    series, done = Series(), Event()

    def fail() -> None:
        raise error

    series.add("a", fail)
    series.add("a", done.set)
    wait(done)


def test_a_job_may_add_to_its_own_series():
    series, done = Series(), Event()
    series.add("a", lambda: series.add("a", done.set))
    wait(done)
    gevent.sleep(0)
    assert len(series) == 0


def test_a_failure_is_told_with_what_the_work_was_about():
    series, done = Series(), Event()

    def fail() -> None:
        raise LinkLost("away")

    with capture_logs() as lines:
        series.add("kill:b", fail, leg="b")
        series.add("a", fail)
        series.add("a", done.set)
        wait(done)
    assert [{**line, "problem": ""} for line in lines] == [
        {"event": "leg_work_dropped", "log_level": "info", "problem": "", **about}
        for about in ({"leg": "b"}, {"interaction_id": "a"})
    ]
