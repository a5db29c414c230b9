"""What holds for every interaction, whatever happens to it in whatever order."""

from functools import reduce
from itertools import pairwise
from random import Random

from hypothesis import given, settings

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.evolve import APPLY, evolve
from controller.domain.interaction import advance
from controller.domain.model import EndedBy, LegRole, Outcome, Phase, State
from controller.errors import IllegalCommand
from tests.domain.stories import STEPS, Story, finish, next_command, possible, told

MANY = settings(max_examples=150, deadline=None)

OPEN_PHASES = (Phase.CONNECTING, Phase.TALKING, Phase.HELD)


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
        assert (state.offer is not None) <= (state.state in (State.OFFERED, State.QUEUED))
        assert sum(segment.open for segment in state.segments) <= 1
        assert (state.outcome is None) == (state.state is not State.ENDED)


@MANY
@given(STEPS)
def test_after_each_command_state_offer_and_segment_agree(steps):
    story = Story()
    for pick, seconds, variant in steps:
        story.now += seconds
        try:
            story.tell(next_command(story, pick, variant))
        except IllegalCommand:
            continue
        i = story.state
        assert (i.offer is not None) == (i.state is State.OFFERED)
        assert (i.segment is not None) == (i.state in (State.CONNECTING, State.CONNECTED))
        if i.state is State.CONNECTED:
            assert i.segment.phase in (Phase.TALKING, Phase.HELD)
        if i.state in (State.QUEUED, State.OFFERED):
            assert i.place is not None


@MANY
@given(STEPS)
def test_offers_never_overlap_and_each_ends_once(steps):
    open_offer = None
    ends = (e.OfferAccepted, e.OfferDeclined, e.OfferExpired, e.OfferWithdrawn)
    for event in told(steps).events:
        if isinstance(event, e.Offered):
            assert open_offer is None
            open_offer = event.offer_id
        elif isinstance(event, ends):
            assert event.offer_id == open_offer
            open_offer = None


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
def test_only_a_lost_agent_sends_a_connected_customer_back(steps):
    events = told(steps).events
    for before, event in pairwise(events):
        if isinstance(event, e.Requeued):
            assert isinstance(before, e.SegmentClosed | e.WrapUpStarted)
    lost = [ev for ev in events if isinstance(ev, e.SegmentEnded)]
    requeues = sum(isinstance(ev, e.Requeued) for ev in events)
    assert requeues == sum(ev.by in (EndedBy.LOST, EndedBy.FAILED) for ev in lost)


@MANY
@given(STEPS)
def test_each_leg_exists_once(steps):
    legs = told(steps).state.legs
    assert len({leg.id for leg in legs}) == len(legs)
    assert [leg.role for leg in legs].count(LegRole.CUSTOMER) == 1


def test_the_stories_reach_every_kind_of_event():
    """Else the properties above would hold for want of cases."""
    chance = Random(1)
    seen = set()
    for _ in range(500):
        steps = [(chance.randrange(100), 1.0, chance.randrange(6)) for _ in range(40)]
        seen.update(type(event) for event in told(steps).events)
    assert seen == {e.Arrived, *APPLY}
