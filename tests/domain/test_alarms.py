"""Thresholds and their alarms: when they begin, when they end, and when to look."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.alarms import (
    EVERY_QUEUE,
    MOMENT_S,
    Alarm,
    Alarms,
    AlarmState,
    Metric,
    Threshold,
    misfit,
    step,
)
from controller.errors import IllegalCommand

QUIET, RISING, ALARMING = AlarmState
T0 = 1_772_355_600.0


def many(**changes) -> Threshold:
    """More than 10 wait, for 30 s; until it is 7."""
    fields = {"id": "many", "metric": Metric.WAITING, "above": 10.0, "clear": 7.0, "for_s": 30.0}
    return Threshold(**{**fields, **changes})


def few(**changes) -> Threshold:
    fields = {"id": "few", "metric": Metric.AVAILABLE_AGENTS, "below": 2.0, "clear": 4.0}
    return Threshold(**{**fields, **changes})


def watching(*thresholds: Threshold) -> Alarms:
    alarms = Alarms()
    alarms.arrange(thresholds, T0)
    return alarms


def seen(alarms: Alarms, at: float, value: float | None, metric=Metric.WAITING, queue="sales"):
    """The state it changes to, if it does."""
    changes = alarms.observe({queue: {metric: value}}, T0 + at)
    assert len(changes) <= 1
    return changes[0].state if changes else None


# --- the story -----------------------------------------------------------------------------------


def test_it_rings_when_it_was_beyond_for_so_long_and_is_quiet_when_it_is_clear():
    alarms = watching(many())
    steps = [(0, 10), (5, 11), (34, 12), (35, 11), (50, 8), (60, 10), (70, 7), (80, 8), (90, 10)]
    assert [seen(alarms, at, value) for at, value in steps] == [
        None,
        RISING,
        None,
        ALARMING,
        None,
        None,
        QUIET,
        None,
        None,
    ]


def test_a_peak_is_no_alarm():
    alarms = watching(many())
    assert [seen(alarms, at, value) for at, value in ((0, 20), (29, 10), (31, 20), (60, 20))] == [
        RISING,
        QUIET,
        RISING,
        None,
    ]
    assert alarms.alarming == ()


def test_at_once_when_it_need_not_last():
    assert seen(watching(many(for_s=0.0)), 0, 11) is ALARMING


def test_what_is_below_rings_too():
    alarms = watching(few())
    steps = [(0, 2), (1, 1), (2, 3), (3, 4)]
    states = [seen(alarms, at, value, Metric.AVAILABLE_AGENTS) for at, value in steps]
    assert states == [None, ALARMING, None, QUIET]


def test_what_is_not_known_begins_no_alarm_and_ends_none():
    alarms = watching(many(metric=Metric.EXPECTED_WAIT_S))
    metric = Metric.EXPECTED_WAIT_S
    assert seen(alarms, 0, None, metric) is None
    assert seen(alarms, 1, 20, metric) is RISING
    assert seen(alarms, 20, None, metric) is QUIET
    assert seen(alarms, 21, 20, metric) is RISING
    assert seen(alarms, 51, 20, metric) is ALARMING
    assert seen(alarms, 60, None, metric) is None
    assert alarms.alarming[0].value == 20


def test_each_queue_by_itself():
    alarms = watching(many(for_s=0.0), few(queue="support"))
    there = {
        "sales": {Metric.WAITING: 11.0, Metric.AVAILABLE_AGENTS: 0.0},
        "support": {Metric.WAITING: 0.0, Metric.AVAILABLE_AGENTS: 1.0},
    }
    changes = alarms.observe(there, T0)
    assert [alarm.id for alarm in changes] == ["many@sales", "few@support"]
    assert [alarm.id for alarm in alarms.alarming] == ["few@support", "many@sales"]
    [ended] = alarms.observe({"sales": there["sales"]}, T0 + 1)  # support is no queue any more
    assert (ended.id, ended.state) == ("few@support", QUIET)


def test_a_threshold_that_is_changed_begins_anew_and_one_that_is_not_goes_on():
    alarms = watching(many(for_s=0.0), few())
    both = {"sales": {Metric.WAITING: 11.0, Metric.AVAILABLE_AGENTS: 0.0}}
    alarms.observe(both, T0)
    [ended] = alarms.arrange([many(for_s=0.0, above=20.0), few()], T0 + 1)
    assert (ended.id, ended.state, ended.since) == ("many@sales", QUIET, T0 + 1)
    [ended] = alarms.arrange([few(enabled=False)], T0 + 2)
    assert ended.id == "few@sales"
    assert alarms.observe(both, T0 + 3) == ()


# --- acknowledged --------------------------------------------------------------------------------


def test_acknowledged_it_rings_on_and_the_first_counts_and_the_next_alarm_is_a_new_one():
    alarms = watching(many(for_s=0.0))
    seen(alarms, 0, 11)
    assert alarms.acknowledge("many@sales", "supervisor eve", T0 + 5).state is ALARMING
    again = alarms.acknowledge("many@sales", "supervisor bob", T0 + 6)
    assert (again.acknowledged_by, again.acknowledged_at) == ("supervisor eve", T0 + 5)
    assert seen(alarms, 7, 12) is None
    assert alarms.alarming == (replace(again, value=12),)
    assert seen(alarms, 8, 0) is QUIET
    assert seen(alarms, 9, 11) is ALARMING
    assert alarms.alarming[0].acknowledged_by is None


@pytest.mark.parametrize("value", [0, 11])
def test_what_does_not_ring_cannot_be_acknowledged(value):
    alarms = watching(many())
    seen(alarms, 0, value)
    for alarm in ("many@sales", "many@nowhere", "nothing"):
        with pytest.raises(IllegalCommand, match="does not ring"):
            alarms.acknowledge(alarm, "eve", T0)


# --- when to look --------------------------------------------------------------------------------


def test_who_watches_is_told_when_a_rise_becomes_an_alarm():
    alarms = watching(many())
    assert alarms.next_change(T0) is None
    seen(alarms, 0, 11)
    assert alarms.next_change(T0) == T0 + 30
    assert seen(alarms, 30, 11) is ALARMING
    assert alarms.next_change(T0 + 30) is None


def test_and_when_the_longest_wait_will_pass_its_limit():
    alarms = watching(many(metric=Metric.LONGEST_WAIT_S, above=60.0, clear=60.0, for_s=5.0))
    metric = Metric.LONGEST_WAIT_S
    seen(alarms, 0, 0.0, metric)
    assert alarms.next_change(T0) is None  # nobody waits, for all we know
    seen(alarms, 0, 20.0, metric)
    due = alarms.next_change(T0)
    assert due == T0 + 40 + MOMENT_S
    assert seen(alarms, due - T0, 20 + (due - T0), metric) is RISING
    assert alarms.next_change(due) == due + 5


# --- whatever happens ----------------------------------------------------------------------------

values = st.none() | st.integers(0, 20).map(float)
#: Seconds since the last look, and what is seen. Below 0: the clock is put back.
looks = st.lists(
    st.tuples(st.sampled_from((0.0, 1.0, 10.0, 29.9, 30.0, 300.0)), values), max_size=30
)
thresholds = st.one_of(
    st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
        lambda x: many(above=float(max(x)), clear=float(min(x)))
    ),
    st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
        lambda x: many(above=None, below=float(min(x)), clear=float(max(x)))
    ),
).flatmap(lambda t: st.sampled_from((0.0, 5.0, 30.0)).map(lambda s: replace(t, for_s=s)))


def told(threshold: Threshold, looks) -> list[tuple[float, float | None, Alarm]]:
    found, alarm, now = [], Alarm(threshold=threshold, queue="sales", since=T0), T0
    for passed, value in looks:
        now += passed
        alarm = step(alarm, value, now)
        found.append((now, value, alarm))
    return found


@given(thresholds, looks)
def test_an_alarm_begins_only_when_all_that_was_seen_for_so_long_was_beyond(threshold, looks):
    run: float | None = None
    before = QUIET
    for now, value, alarm in told(threshold, looks):
        beyond = value is not None and threshold.beyond(value)
        run = (now if run is None else run) if beyond else None
        if before is not ALARMING:
            expected = QUIET
            if run is not None:
                expected = ALARMING if now >= run + threshold.for_s else RISING
            assert alarm.state is expected
        before = alarm.state


@given(thresholds, looks)
def test_an_alarm_ends_exactly_when_it_is_clear(threshold, looks):
    before = QUIET
    for _, value, alarm in told(threshold, looks):
        if before is ALARMING:
            clear = value is not None and threshold.cleared(value)
            assert alarm.state is (QUIET if clear else ALARMING)
        before = alarm.state


@given(thresholds)
def test_no_value_is_both_beyond_and_clear(threshold):
    assert misfit(threshold) is None or threshold.above == 0 or threshold.below == 0
    for value in range(25):
        assert not (threshold.beyond(value) and threshold.cleared(value))


@given(thresholds, looks, st.lists(values, max_size=30))
def test_queues_do_not_touch_each_other_and_changes_are_those_of_the_states(
    threshold, looks, others
):
    alarms, now = watching(threshold), T0
    alone = {queue: Alarm(threshold=threshold, queue=queue, since=T0) for queue in ("a", "b")}
    for n, (passed, value) in enumerate(looks):
        now += passed
        there = {"a": value, "b": others[n] if n < len(others) else None}
        changes = alarms.observe({q: {Metric.WAITING: v} for q, v in there.items()}, now)
        after = {queue: step(alone[queue], there[queue], now) for queue in alone}
        assert [alarm.queue for alarm in changes] == [
            queue for queue in alone if after[queue].state is not alone[queue].state
        ]
        alone = after
        assert {a.queue for a in alarms.alarming} == {
            queue for queue, alarm in alone.items() if alarm.state is ALARMING
        }


@given(
    thresholds,
    st.lists(st.tuples(st.floats(-400, 400), values), max_size=20),
    st.sampled_from((Metric.WAITING, Metric.LONGEST_WAIT_S)),
)
def test_the_next_look_is_later_and_none_is_asked_for_in_vain_for_ever(threshold, looks, metric):
    """Also with a clock that is put back. A look when one is due, with nothing new, leads somewhere."""
    alarms, now = watching(replace(threshold, metric=metric)), T0
    for passed, value in looks:
        now += passed
        seen(alarms, now - T0, value, metric)
        for _ in range(4):
            due = alarms.next_change(now)
            if due is None:
                break
            assert due > now
            assert due <= now + 400 + threshold.for_s + 20 + 2 * MOMENT_S
            grown = due - now if metric is Metric.LONGEST_WAIT_S and value else 0.0
            now, value = due, None if value is None else value + grown
            seen(alarms, now - T0, value, metric)
        else:
            raise AssertionError(f"{alarms.next_change(now)} after {now}")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"above": None}, "above"),
        ({"below": 1.0}, "above"),
        ({"clear": 11.0}, "clear"),
        ({"above": None, "below": 8.0}, "clear"),
        ({"metric": Metric.SERVICE_LEVEL}, "above"),
        ({"metric": Metric.ABANDONED_RATIO, "above": 0.5, "clear": -0.1}, "clear"),
        ({"metric": Metric.ABANDONED_RATIO, "above": 1.0, "clear": 1.0}, "above"),
        ({"above": -1.0, "clear": -2.0}, "above"),
        ({"above": None, "below": 0.0}, "below"),
    ],
)
def test_what_could_not_ring_or_not_be_clear_again_is_no_threshold(changes, field):
    assert misfit(many(**changes))[0] == field


def test_good_ones():
    assert misfit(many()) is None
    assert misfit(few(queue=EVERY_QUEUE)) is None
    assert misfit(few(metric=Metric.SERVICE_LEVEL, below=0.8, clear=0.8)) is None
