"""The queues' day: the reports' own numbers, kept from news."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.live.day import SHORT_S, Days
from controller.domain.catalogue import QueueSettings
from controller.domain.events import Event
from controller.domain.words import LegRole
from controller.ports import InteractionFilter
from controller.reports.formulas import QueueCounts
from controller.reports.history import histories
from controller.reports.period import parse_start
from controller.reports.summary import queue_rows
from tests.domain.drawn import STEPS
from tests.domain.stories import Story
from tests.livefeed.test_law import play
from tests.livefeed.told import Told, renamed


def report(told: Told, queue: str) -> QueueCounts:
    """Over the store, for the day so far."""
    since = parse_start("today", told.clock.now(), told.live.days._zone)
    wanted = InteractionFilter(since=since)
    settings = told.catalogue.find(QueueSettings, queue)
    within_s = settings.target_s if settings is not None else 0.0
    rows = queue_rows(histories(told.store, wanted), within_s, SHORT_S, queue)
    return rows[0].counts if rows else QueueCounts()


def rounded(counts: QueueCounts) -> QueueCounts:
    return replace(
        counts,
        answer_wait_s=round(counts.answer_wait_s, 6),
        foresight_error_s=round(counts.foresight_error_s, 6),
    )


@settings(max_examples=60)
@given(
    STEPS,
    st.lists(
        st.tuples(st.sampled_from([9, 13]), st.integers(0, 3), st.integers(0, 3)), max_size=20
    ),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Shanghai"]),
)
def test_the_day_is_what_the_report_says(steps, happenings, zone):
    told = Told(zone=zone)
    play(told, steps, happenings, [])
    for queue in ("q0", "q1", "q2", "sales"):
        assert rounded(told.live.days.counts(queue)) == rounded(report(told, queue))
        days = told.live.days
        counts = days.counts(queue)
        curve = [days.quarter(of, begin) for of, begin in days.quarters() if of == queue]
        assert sum(quarter.offered for quarter in curve) == counts.offered
        assert sum(quarter.answered for quarter in curve) == counts.answered
        assert sum(quarter.abandoned for quarter in curve) == counts.abandoned


def contact(told: Told, name: str, *, wait_s: float = 10.0) -> Story:
    """Somebody who has waited and is still waiting."""
    story = Story(arrived_at=told.clock.now())
    story.now = told.clock.now()
    story.in_flow().queued("sales")
    tell(told, name, story, 0)
    told.pass_(wait_s)
    return story


def tell(told: Told, name: str, story: Story, begin: int) -> None:
    events: tuple[Event, ...] = tuple(renamed(event, name) for event in story.events[begin:])
    told.tell(renamed(story.state, name), events)


def leave(told: Told, name: str, story: Story) -> None:
    begin = len(story.events)
    story.now = told.clock.now()
    customer = next(leg for leg in story.state.legs if leg.role is LegRole.CUSTOMER)
    story.leg_ended(customer.id)
    tell(told, name, story, begin)


def test_what_was_before_the_start_is_read_and_what_happens_meanwhile_is_counted_once():
    told = Told()
    first, second = contact(told, "c1"), contact(told, "c2")
    leave(told, "c1", first)
    late = Days(
        catalogue=told.catalogue,
        clock=told.clock,
        zone=told.live.days._zone,
        changed=lambda queue, quarter: None,
    )
    told._subscribers.insert(0, late.notice)
    leave(told, "c2", second)  # of a contact that has not been read yet
    contact(told, "c3")
    late.learn(told.store)
    late.learn(told.store)
    assert late.counts("sales") == report(told, "sales")
    assert late.counts("sales").offered == 3


def test_midnight_begins_a_new_day_and_who_came_before_it_is_of_the_old_one():
    told = Told()
    told.clock.pass_(86_400 - told.clock.now() % 86_400 - 5)
    told.live.days.roll()
    story = contact(told, "c1", wait_s=0.0)
    assert told.live.days.counts("sales").offered == 1
    told.agenda.fire_due()
    told.pass_(10.0)
    assert told.live.days.counts("sales") == QueueCounts()
    leave(told, "c1", story)
    assert told.live.days.counts("sales") == QueueCounts()
    contact(told, "c2")
    assert told.live.days.counts("sales").offered == 1


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)]
)
def test_a_day_is_as_long_as_its_clocks_say(day, hours):
    told = Told(zone="Europe/Berlin")
    noon = datetime.fromisoformat(f"{day}T12:00:00+02:00").timestamp()
    told.clock.pass_(noon - told.clock.now())
    told.live.days.roll()
    assert (told.live.days.until - told.live.days.since) / 3600 == hours


def test_another_target_measures_the_whole_day_anew():
    told = Told()
    story = contact(told, "c1", wait_s=25.0)
    begin = len(story.events)
    story.now = told.clock.now()
    story.offered().accepted().connected()
    tell(told, "c1", story, begin)
    assert told.live.days.counts("sales").answered_within == 1
    told.catalogue.put(QueueSettings(id="sales", name="Sales", target_s=20.0))
    assert told.live.days.counts("sales").answered_within == 0
    assert told.live.days.counts("sales") == report(told, "sales")


def test_times_are_of_the_centres_day():
    told = Told(zone="Asia/Shanghai")
    view = told.live.days.view("sales")
    assert view.since.astimezone(UTC).hour == 16
