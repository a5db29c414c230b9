import orjson

from controller.adapters.esl.health import Health, LinkTiming
from controller.adapters.esl.messages import SwitchEvent
from controller.errors import AccessRefused, LinkLost, WrongPassword

TIMING = LinkTiming(lag=2.0, lag_patience=10.0, heartbeat=65.0)


def made_at(seconds):
    return SwitchEvent(orjson.dumps({"Event-Date-Timestamp": str(int(seconds * 1_000_000))}))


def test_the_pause_doubles_up_to_its_limit_and_is_spread():
    timing = LinkTiming(backoff_first=0.2, backoff_most=10.0, jitter=lambda: 1.0)
    pauses = [timing.pause(LinkLost("x"), attempt) for attempt in range(8)]
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    assert LinkTiming(jitter=lambda: 0.0).pause(LinkLost("x"), 100) == 5.0


def test_what_a_person_must_mend_is_tried_slowly_from_the_start():
    timing = LinkTiming(refused_pause=15.0)
    assert timing.pause(WrongPassword("x"), 0) == 15.0
    assert timing.pause(AccessRefused("x"), 0) == 15.0


def test_lag_leaves_the_difference_of_the_clocks_out():
    health = Health(TIMING, 0.0)
    assert health.seen(made_at(1000), wall=1300, now=0) is None  # our clock is 300 s ahead
    assert health.lag_seconds == 0
    health.seen(made_at(1001), wall=1302.5, now=1)
    assert health.lag_seconds == 1.5


def test_events_that_stay_late_end_the_link_and_a_burst_does_not():
    health = Health(TIMING, 0.0)
    health.seen(made_at(1000), wall=1000, now=0)
    assert health.seen(made_at(1001), wall=1004, now=4) is None
    assert health.seen(made_at(1008), wall=1009, now=9) is None  # caught up
    assert health.seen(made_at(1009), wall=1013, now=13) is None
    assert health.seen(made_at(1019), wall=1023, now=23) is None
    assert isinstance(health.seen(made_at(1020), wall=1023.5, now=23.5), LinkLost)


def test_an_event_without_time_says_nothing_about_lag():
    health = Health(TIMING, 0.0)
    assert health.seen(SwitchEvent(b"{}"), wall=1000, now=100) is None
    assert health.lag_seconds == 0


def test_each_heartbeat_moves_the_moment_of_silence():
    health = Health(TIMING, 100.0)
    assert health.silent_at == 165
    health.heartbeat(120.0)
    assert health.silent_at == 185
    assert "event-heartbeat-interval" in str(health.silence())
