"""The hub alone: pace, readers who come and go, feeds that fail."""

import orjson
import pytest

from console.api.visible import Sight
from console.live.hub import Hub, Snapshot
from console.live.schemas import Done, PhoneHolder
from console.live.subjects import Subject
from controller.adapters.memory.time import ManualClock
from tests.livefeed.told import Outbox

NEWS = Subject("agent", "ann")


class Numbers:
    """A feed of one entity that is set from outside."""

    def __init__(self, pace_s: float = 0.0) -> None:
        self.name, self.pace_s = "numbers", pace_s
        self.value = "0"
        self.broken = False

    def interests(self):
        return {Subject("agent", None)}

    def whole(self):
        return {"n": PhoneHolder(holder=self.value), "always": Done(ok=True)}

    def part(self, touched):
        if self.broken:
            raise RuntimeError("secret")
        return {"n": PhoneHolder(holder=self.value)}

    def refusal(self, sight):
        return "closed" if sight.own else None

    def notice(self, published):
        return True


@pytest.fixture
def steady():
    return [0.0]


@pytest.fixture
def hub(steady):
    return Hub(outlet=Outbox(), clock=ManualClock(), epoch="e", steady=lambda: steady[0])


def change(hub, feed, value):
    feed.value = value
    hub.touch(NEWS)
    hub.flush()


def sent(hub, reader="r"):
    return hub._outlet.sent.pop(reader, [])


def test_only_what_differs_is_pushed_and_only_when_it_does(hub):
    feed = Numbers()
    opened = hub.open("r", "id", lambda: feed, Sight())
    assert isinstance(opened, Snapshot)
    assert orjson.loads(opened.entities) == {"n": {"holder": "0"}, "always": {"ok": True}}
    change(hub, feed, "0")
    assert sent(hub) == []
    change(hub, feed, "1")
    [(event, push)] = sent(hub)
    assert (event, push["number"], push["put"], push["drop"]) == (
        "push",
        1,
        {"n": {"holder": "1"}},
        [],
    )


def test_what_comes_within_the_pace_goes_with_the_next_push(hub, steady):
    feed = Numbers(pace_s=1.0)
    hub.open("r", "id", lambda: feed, Sight())
    for value in "1234":
        change(hub, feed, value)
    assert [push["put"]["n"]["holder"] for _, push in sent(hub)] == ["1"]
    assert hub._later_s() == 1.0
    steady[0] = 1.0
    hub.flush()
    [(_, push)] = sent(hub)
    assert (push["number"], push["put"]["n"]["holder"]) == (2, "4")
    assert hub._later_s() is None


def test_who_comes_between_news_and_push_gets_the_push_too(hub, steady):
    feed = Numbers()
    hub.open("r", "id", lambda: feed, Sight())
    feed.value = "1"
    hub.touch(NEWS)
    late = hub.open("late", "id", lambda: feed, Sight())
    assert (late.number, orjson.loads(late.entities)["n"]["holder"]) == (0, "0")
    hub.flush()
    assert sent(hub) == sent(hub, "late") != []


def test_opened_twice_it_is_read_once(hub):
    feed = Numbers()
    hub.open("r", "id", lambda: feed, Sight())
    hub.open("r", "id", lambda: feed, Sight())
    change(hub, feed, "1")
    assert len(sent(hub)) == 1
    hub.close("r", "numbers")
    hub.close("r", "numbers")
    change(hub, feed, "2")
    assert sent(hub) == []


def test_a_feed_that_nobody_reads_is_forgotten(hub):
    hub.open("r", "id", Numbers, Sight())
    hub.open("s", "id", Numbers, Sight())
    hub.gone("r")
    assert hub.has("id")
    hub.gone("s")
    assert not hub.has("id")
    assert not hub._by_subject and not hub._due and not hub._of_reader


def test_who_may_not_is_told_why_and_reads_nothing(hub):
    assert hub.open("r", "id", Numbers, Sight(own=True)) == "closed"
    assert not hub.has("id")


def test_a_feed_that_fails_is_ended_without_words_of_the_failure(hub):
    feed = Numbers()
    hub.open("r", "id", lambda: feed, Sight())
    feed.broken = True
    change(hub, feed, "1")
    [(event, message)] = sent(hub)
    assert (event, message["status"]) == ("ended", 500)
    assert "secret" not in str(message)
    assert not hub.has("id")
