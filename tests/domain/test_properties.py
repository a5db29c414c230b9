"""What holds for every interaction, whatever happens to it in whatever order."""

from functools import reduce
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.evolve import APPLY, evolve
from controller.domain.interaction import advance
from controller.domain.words import ConsultPhase, LegRole, Outcome, Party, Phase, State
from controller.errors import IllegalCommand
from tests.domain.drawn import STEPS, begun, next_command, told
from tests.domain.possible import possible
from tests.domain.stories import finish

MANY = settings(max_examples=150, deadline=None)


@MANY
@given(STEPS)
def test_replaying_the_events_gives_the_state(steps):
    story = told(steps)
    assert reduce(evolve, story.events, None) == story.state
    assert story.state.version == len(story.events)


@MANY
@given(STEPS)
def test_every_state_on_the_way_is_whole(steps):
    state = None
    for event in told(steps).events:
        state = evolve(state, event)
        assert (state.offers != ()) <= (state.state in (State.OFFERED, State.QUEUED))
        assert len({offer.agent for offer in state.offers}) == len(state.offers)
        assert (state.outcome is None) == (state.state is not State.ENDED)


@MANY
@given(STEPS)
def test_after_each_command_state_offer_and_segment_agree(steps):
    story = begun(steps)
    for pick, seconds, variant in steps:
        story.now += seconds
        try:
            story.tell(next_command(story, pick, variant))
        except IllegalCommand:
            continue
        i = story.state
        assert (i.offers != ()) == (i.state is State.OFFERED)
        with_agent = (State.DIALLING, State.CONNECTING, State.CONNECTED, State.RECONNECTING)
        assert (i.segment is not None) == (i.state in with_agent)
        joined = i.consult is not None and i.consult.phase is ConsultPhase.JOINED
        three = joined and i.consult.kind is Party.AGENT
        assert sum(s.open for s in i.segments) == (i.segment is not None) + three
        assert all(i.find_segment(m.segment).open for m in i.monitors)
        assert len({s.agent for s in i.segments if s.open}) == sum(s.open for s in i.segments)
        if i.consult is not None:
            assert i.state in with_agent[1:] and i.segment.id == i.consult.by
            both = (ConsultPhase.RINGING, ConsultPhase.TALKING)
            held = i.consult.phase in both and i.consult.line is None
            assert i.segment.phase is Phase.HELD or not held
            away = i.state in (State.CONNECTING, State.RECONNECTING)
            assert not away or i.consult.phase is ConsultPhase.ASIDE
        assert (i.reconnecting is not None) == (i.state is State.RECONNECTING)
        if i.state is State.RECONNECTING:
            assert i.segment.phase is Phase.RECONNECTING and i.monitors == ()
            assert i.reconnecting.leg is None or i.find_leg(i.reconnecting.leg).ended_at is None
        if i.state is State.CONNECTED:
            assert i.segment.phase in (Phase.TALKING, Phase.HELD)
        if i.state in (State.QUEUED, State.OFFERED):
            assert i.place is not None


@MANY
@given(STEPS)
def test_offers_overlap_by_ring_all_only_and_each_ends_once(steps):
    open_offers, strategy = set(), ""
    ends = (e.OfferAccepted, e.OfferDeclined, e.OfferExpired, e.OfferWithdrawn)
    for event in told(steps).events:
        if isinstance(event, e.Queued):
            strategy = event.terms.strategy
        elif isinstance(event, e.Offered):
            assert not open_offers or strategy == "ring_all"
            open_offers.add(event.offer_id)
        elif isinstance(event, ends):
            open_offers.remove(event.offer_id)
        if isinstance(event, e.OfferAccepted):
            assert not open_offers


@MANY
@given(STEPS)
def test_who_is_steered_loses_none_of_his_time(steps):
    state, moved_from = None, None
    for event in told(steps).events:
        before, state = state, evolve(state, event)
        if isinstance(event, e.Prioritised | e.Assigned):
            assert state.place.since == before.place.since
        if isinstance(event, e.Moved):
            moved_from = before.place
            assert before.offers == () and moved_from.queue == event.queue != event.to
            assert state.queued_s >= before.queued_s
        elif moved_from is not None:
            assert isinstance(event, e.Queued)
            assert state.place.since == pytest.approx(moved_from.since, abs=1e-3)
            moved_from = None


@MANY
@given(STEPS)
def test_it_ends_at_most_once_and_once_when_the_customer_has_gone(steps):
    story = told(steps)
    before = [event for event in story.events if isinstance(event, e.Ended)]
    assert len(before) <= 1
    finish(story)
    ends = [event for event in story.events if isinstance(event, e.Ended)]
    assert len(ends) == 1
    assert story.state.outcome in Outcome


@MANY
@given(STEPS)
def test_closed_is_reached_when_legs_wrap_ups_and_recordings_end(steps):
    assert finish(told(steps)).state.closed


@MANY
@given(STEPS)
def test_after_the_end_the_customer_goes_nowhere(steps):
    story = finish(told(steps))
    legs, segments = story.state.legs, story.state.segments
    for variant in range(6):
        for command in possible(story, variant):
            try:
                after, events = advance(story.state, command, story.now)
            except IllegalCommand:
                continue
            assert after.state is State.ENDED
            assert (after.legs, after.segments) == (legs, segments)
            assert not any(isinstance(event, e.Offered | e.Ended | e.LegEnded) for event in events)


@MANY
@given(STEPS)
def test_every_segment_has_units_released_once(steps):
    story = finish(told(steps))
    closed = [ev.segment_id for ev in story.events if isinstance(ev, e.SegmentClosed)]
    assert sorted(closed) == sorted(segment.id for segment in story.state.segments)


@MANY
@given(STEPS)
def test_a_report_told_twice_is_old_news(steps):
    story = told(steps)
    for leg in story.state.legs:
        first = c.NoteLegEnded(
            interaction_id=story.state.id, leg=leg.id, cause="NORMAL_CLEARING", at=story.now
        )
        story.tell(first)
        assert story.tell(first) == ()


@MANY
@given(STEPS)
def test_only_a_lost_agent_or_an_outside_number_in_vain_sends_a_customer_back(steps):
    for before, event in pairwise(told(steps).events):
        if isinstance(event, e.Requeued):
            assert isinstance(before, e.SegmentClosed | e.WrapUpStarted | e.DivertFailed)


@MANY
@given(STEPS)
def test_who_talked_with_a_customer_leaves_him_with_somebody_or_the_talk_ends(steps):
    """After each command an ended segment of the customer's leaves him another, a queue, or the end."""
    story = begun(steps)
    for pick, seconds, variant in steps:
        story.now += seconds
        try:
            events = story.tell(next_command(story, pick, variant))
        except IllegalCommand:
            continue
        if any(isinstance(ev, e.SegmentEnded) for ev in events):
            assert story.state.state is not State.IN_FLOW


@MANY
@given(STEPS)
def test_monitors_and_consults_end_once(steps):
    events = finish(told(steps)).events
    for begin, end, name in (
        (e.ConsultStarted, e.ConsultEnded, "consult_id"),
        (e.MonitorStarted, e.MonitorEnded, "monitor_id"),
    ):
        begun_ids = [getattr(ev, name) for ev in events if isinstance(ev, begin)]
        assert sorted(begun_ids) == sorted(getattr(v, name) for v in events if isinstance(v, end))


@MANY
@given(STEPS)
def test_each_leg_exists_once(steps):
    legs = told(steps).state.legs
    assert len({leg.id for leg in legs}) == len(legs)
    assert [leg.role for leg in legs].count(LegRole.CUSTOMER) <= 1


def test_the_stories_reach_every_kind_of_event():
    """Else the properties above would hold for want of cases."""
    chance = Random(1)
    seen = set()
    for _ in range(1000):
        steps = [(chance.randrange(100), 1.0, chance.randrange(6)) for _ in range(40)]
        seen.update(type(event) for event in told(steps).events)
    assert seen == {e.Arrived, e.CallPlaced, *APPLY}
