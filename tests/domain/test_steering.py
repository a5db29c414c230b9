"""A supervisor steers who waits: priority, queue, agent."""

import pytest

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.routing import demand_of, order_key, waiting_of
from controller.domain.words import State
from controller.errors import CommandOutdated, IllegalCommand
from tests.domain.stories import CUSTOMER, ID, T0, Story, terms, why
from tests.domain.test_matching_moments import free


def queued(**promised) -> Story:
    return Story().in_flow().queued(**promised)


def names(story: Story, since: int = 0) -> list[str]:
    return [type(event).__name__ for event in story.events[since:]]


# --- priority ------------------------------------------------------------------------------------


def test_a_new_priority_keeps_his_time():
    s = queued().at(40).prioritised(3)
    assert (s.state.place.priority, s.state.place.since) == (3, T0)
    assert s.events[-1] == e.Prioritised(
        interaction_id=ID, at=T0 + 40, priority=3, was=0, by="supervisor"
    )


def test_a_point_is_a_minute():
    s = queued()
    before = order_key(waiting_of(s.state))[1]
    s.prioritised(2)
    assert order_key(waiting_of(s.state))[1] == before - 120


def test_the_same_priority_again_is_no_news():
    s = queued().prioritised(3)
    assert s.do(c.Prioritise, priority=3, by="somebody else") == ()


def test_while_a_phone_rings_it_rings_on_and_the_priority_is_for_when_he_is_back():
    s = queued().offered().prioritised(5)
    assert s.state.state is State.OFFERED and [o.id for o in s.state.offers] == ["o1"]
    s.do(c.DeclineOffer, offer_id="o1", reason="no")
    assert (s.state.place.priority, s.state.place.front) == (5, True)


# --- another queue -------------------------------------------------------------------------------


def test_his_time_counts_in_the_queue_he_is_moved_to_and_its_terms_hold():
    s = queued(max_wait_s=60.0).at(40).moved("support", wrap_up_s=7.0)
    place = s.state.place
    assert (s.state.state, place.queue) == (State.QUEUED, "support")
    assert (place.since, place.entered_at) == (T0, T0 + 40)
    assert (place.terms.wrap_up_s, place.terms.max_wait_s) == (7.0, None)
    assert s.state.queued_s == 40
    s.at(70).offered().accepted()
    assert s.state.queued_s == 70


def test_credit_he_came_with_counts_on():
    s = Story().in_flow()
    s.do(c.EnterQueue, queue="sales", terms=terms(), credit_s=100.0, credit_for="redial")
    s.at(5).moved()
    assert s.events[-1].credit_s == 105
    assert s.state.place.since == T0 - 100


def test_every_phone_that_rings_for_him_stops():
    s = queued(strategy="ring_all").offered(1, "anna").offered(2, "bert")
    told = len(s.events)
    s.moved()
    assert names(s, told) == ["OfferWithdrawn", "OfferWithdrawn", "Moved", "Queued"]
    assert s.state.offers == ()
    assert names(s.accepted(1), told)[-1] == "LegUnwanted"


def test_moved_to_where_he_is_changes_nothing():
    s = queued()
    assert s.do(c.Move, queue="sales", terms=terms(max_wait_s=1.0), by="supervisor") == ()


def test_a_queue_he_overflowed_from_may_have_him_again_after_a_move():
    s = queued(overflow={"waited": "support"}).at(10)
    s.do(c.LeaveQueue, reason="waited")
    s.do(c.EnterQueue, queue="support", terms=terms())
    assert s.state.place.overflowed_from == ("sales",)
    assert s.moved("sales").state.place.overflowed_from == ()


def test_who_gives_up_after_a_move_has_abandoned_and_not_overflowed():
    assert queued().moved().leg_ended(CUSTOMER).state.outcome == "abandoned"


# --- an agent ------------------------------------------------------------------------------------


def only(story: Story, agent: str = "bert") -> str | None:
    """The agent he is kept for, who is there."""
    return demand_of(waiting_of(story.state), free(agent), story.now).only


def test_he_is_kept_for_that_agent_and_before_all_others_then_the_queue_goes_on():
    s = queued().at(10).assigned("bert", 20)
    place = s.state.place
    assert (place.front, place.preferred, place.preferred_until) == (True, "bert", T0 + 30)
    assert only(s) == "bert"
    assert only(s.at(30)) is None
    assert s.state.place.front


def test_the_phones_of_others_stop_and_his_own_rings_on():
    s = queued(strategy="ring_all").offered(1, "anna").offered(2, "bert")
    told = len(s.events)
    s.assigned("bert")
    assert names(s, told) == ["OfferWithdrawn", "Assigned"]
    assert [offer.agent for offer in s.state.offers] == ["bert"]
    assert s.accepted(2).state.segment.agent == "bert"


def test_who_refused_him_a_moment_ago_may_be_assigned_him_and_may_refuse_again():
    s = queued().offered(1, "bert")
    s.do(c.DeclineOffer, offer_id="o1", reason="no")
    s.assigned("bert")
    assert only(s) == "bert"
    s.offered(2, "bert")
    s.do(c.DeclineOffer, offer_id="o2", reason="no")
    assert only(s) is None


def test_assigned_again_the_last_counts():
    s = queued().assigned("bert", 20).at(5).assigned("carl", 20)
    assert (s.state.place.preferred, s.state.place.preferred_until) == ("carl", T0 + 25)


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (c.Prioritise, {"priority": 1}),
        (c.Move, {"queue": "support", "terms": terms()}),
        (c.Assign, {"agent": "bert"}),
    ],
)
def test_only_who_waits_is_steered(kind, fields):
    for story in (
        Story().in_flow(),
        queued().offered().accepted(),
        queued().offered().accepted().connected(),
        queued().leg_ended(CUSTOMER),
    ):
        with pytest.raises(IllegalCommand):
            story.do(kind, by="supervisor", **fields)


@pytest.mark.parametrize(
    "steer", [Story.moved, Story.assigned, lambda s: s.prioritised(1)], ids=("moved", "to", "first")
)
def test_an_offer_that_was_matched_before_is_not_made(steer):
    s = queued()
    matched = s.state.place
    steer(s)
    offer = {"offer_id": "o1", "agent": "anna", "leg": "a1", "why": why()}
    with pytest.raises(CommandOutdated, match="another place"):
        s.do(c.MakeOffer, place=matched, **offer)
    s.do(c.MakeOffer, place=s.state.place, **offer)
    assert s.state.state is State.OFFERED
