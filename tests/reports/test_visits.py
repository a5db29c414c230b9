from functools import reduce

import pytest
from hypothesis import given, settings

from controller.domain import commands as c
from controller.domain import events as e
from controller.reports.formulas import Handling, QueueCounts
from controller.reports.visits import Fate, add_segment, count, visits
from tests.domain.drawn import STEPS, told
from tests.domain.stories import CUSTOMER, Story, finish


def _overflow(story):
    story.do(c.LeaveQueue, reason="waited")
    return story


FATES = [
    (lambda s: s.queued(), [("sales", Fate.WAITING, None)]),
    (lambda s: s.queued().at(7).leg_ended(CUSTOMER), [("sales", Fate.ABANDONED, 7)]),
    (
        lambda s: s.queued().at(7).leg_ended(CUSTOMER, "SWITCH_LOST"),
        [("sales", Fate.FAILED, 7)],
    ),
    (
        lambda s: s.queued().at(5).offered().at(8).accepted().at(9).connected(),
        [("sales", Fate.ANSWERED, 9)],
    ),
    # lost before they heard each other: the same visit goes on
    (
        lambda s: s.queued().offered().accepted().leg_ended("a1", "SWITCH_LOST").at(20)
        .offered(2, "bo").accepted(2).connected(2),
        [("sales", Fate.ANSWERED, 20)],
    ),
    # lost after they did: answered, and no second visit
    (
        lambda s: s.queued().at(4).offered().accepted().connected().at(9)
        .leg_ended("a1", "SWITCH_LOST").at(30).leg_ended(CUSTOMER),
        [("sales", Fate.ANSWERED, 4)],
    ),
    (
        lambda s: s.queued().at(60).moved().at(65).offered().at(70).accepted().connected(),
        [("sales", Fate.OVERFLOWED, 60), ("support", Fate.ANSWERED, 10)],
    ),
    (
        lambda s: _overflow(s.queued().at(60)).queued("support").at(70).leg_ended(CUSTOMER),
        [("sales", Fate.OVERFLOWED, 60), ("support", Fate.ABANDONED, 10)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tell", "expected"), FATES)
def test_fate(tell, expected):
    story = Story().in_flow()
    tell(story)
    assert [(v.queue, v.fate, v.wait_s) for v in visits(story.events)] == expected


def test_counting_with_target_and_short_abandons():
    stories = [
        Story().in_flow().queued().at(20).offered().accepted().connected(),  # just within
        Story().in_flow().queued().at(21).offered().accepted().connected(),
        Story().in_flow().queued().at(4).leg_ended(CUSTOMER),  # short
        Story().in_flow().queued().at(5).leg_ended(CUSTOMER),  # not short
        Story().in_flow().queued(),
    ]
    found = [visit for story in stories for visit in visits(story.events)]
    counts = reduce(lambda so_far, v: count(so_far, v, 20, 5), found, QueueCounts())
    assert counts == QueueCounts(
        offered=5,
        answered=2,
        answered_within=1,
        abandoned=2,
        short_abandoned=1,
        answer_wait_s=41.0,
    )


def test_a_segment_counts_when_it_has_ended():
    story = Story().in_flow().queued().offered().accepted().connected().at(10)
    assert add_segment(Handling(), story.state.segments[0]) == Handling()
    story.leg_ended("a1").at(15).wrapped_up()
    assert add_segment(Handling(), story.state.segments[0]) == Handling(
        handled=1, talk_s=10.0, wrap_up_s=5.0
    )


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_every_entry_is_one_visit_with_one_fate(steps):
    story = finish(told(steps))
    found = visits(story.events)
    assert len(found) == sum(isinstance(event, e.Queued | e.TurnedAway) for event in story.events)
    assert all(visit.fate is not Fate.WAITING and visit.wait_s >= 0 for visit in found)


def test_who_is_turned_away_came_and_overflowed():
    story = Story().in_flow()
    story.do(c.TurnAway, queue="sales", reason="full", to="support")
    story.queued("support")
    assert [(v.queue, v.fate, v.wait_s) for v in visits(story.events)] == [
        ("sales", Fate.OVERFLOWED, 0.0),
        ("support", Fate.WAITING, None),
    ]
