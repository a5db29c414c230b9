import gevent
from gevent.event import AsyncResult

from controller.adapters.esl.waiting import Waiting
from controller.errors import CommandTimeout, LegGone, LinkLost


def waiting_for(*entries, timeout=5.0):
    waiting, told = Waiting(), []
    for key, leg in entries:
        waiting.add(
            key, lambda it, key=key: told.append((key, it)), timeout=timeout, label=key, leg=leg
        )
    return waiting, told


def test_a_wait_ends_once_and_leaves_nothing():
    waiting, told = waiting_for(("a", "leg"))
    assert waiting.finish("a", "result")
    assert not waiting.finish("a", "again")
    waiting.fail_leg("leg", LegGone("leg"))
    assert told == [("a", "result")]
    assert len(waiting) == 0


def test_time_ends_a_wait_and_a_late_result_is_nobodys():
    waiting, box = Waiting(), AsyncResult()
    waiting.add("a", box.set, timeout=0.02, label="execute playback", leg="leg")
    outcome = box.get(timeout=5)
    assert isinstance(outcome, CommandTimeout)
    assert "execute playback" in str(outcome)
    assert not waiting.finish("a", "late")
    assert len(waiting) == 0


def test_a_hangup_ends_only_what_waits_on_that_leg():
    waiting, told = waiting_for(("a", "one"), ("b", "two"), ("c", "one"))
    gone = LegGone("one", "NORMAL_CLEARING")
    waiting.fail_leg("one", gone)
    assert sorted(told) == [("a", gone), ("c", gone)]
    assert "b" in waiting


def test_a_lost_link_ends_all():
    waiting, told = waiting_for(("a", ""), ("b", "two"))
    lost = LinkLost("gone")
    waiting.fail_all(lost)
    assert told == [("a", lost), ("b", lost)]


def test_one_failing_callback_does_not_keep_the_others_waiting():
    waiting, told = waiting_for(("b", ""))

    def fail(_):
        raise RuntimeError("from done")

    waiting.add("a", fail, timeout=5, label="a")
    waiting.fail_all(LinkLost("gone"))
    assert [key for key, _ in told] == ["b"]
    assert len(waiting) == 0


def test_a_forgotten_wait_tells_nobody():
    waiting, told = waiting_for(("a", "leg"), timeout=0.01)
    waiting.forget("a")
    gevent.sleep(0.03)
    assert told == []
