"""The main stories, each as the events it must leave behind."""

import pytest

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.interaction import advance
from controller.domain.words import EndedBy, Outcome, Party, Phase, State
from controller.errors import CommandOutdated, IllegalCommand
from tests.domain.stories import CUSTOMER, ID, T0, Story, terms

STORIES = {
    "served in the flow": (
        lambda s: (s.in_flow(), s.do(c.Finish, reason="goodbye")),
        "LegAnswered FlowStarted Ended",
        (State.ENDED, Outcome.SELF_SERVED, "goodbye"),
    ),
    "gives up in the queue": (
        lambda s: s.in_flow().queued().at(40).leg_ended(CUSTOMER),
        "LegAnswered FlowStarted Queued LegEnded Ended",
        (State.ENDED, Outcome.ABANDONED, "customer hung up"),
    ),
    "gives up while it rings": (
        lambda s: s.in_flow().queued().offered().leg_ended(CUSTOMER),
        "LegAnswered FlowStarted Queued Offered LegEnded OfferWithdrawn Ended",
        (State.ENDED, Outcome.ABANDONED, "customer hung up"),
    ),
    "handled, customer hangs up": (
        lambda s: s.in_flow().queued().offered().accepted().connected().leg_ended(CUSTOMER),
        "LegAnswered FlowStarted Queued Offered LegAnswered OfferAccepted Connected "
        "LegEnded SegmentEnded WrapUpStarted Ended",
        (State.ENDED, Outcome.HANDLED, "customer hung up"),
    ),
    "handled, agent hangs up": (
        lambda s: s.in_flow().queued().offered().accepted().connected().leg_ended("a1"),
        "LegAnswered FlowStarted Queued Offered LegAnswered OfferAccepted Connected "
        "LegEnded SegmentEnded WrapUpStarted Ended",
        (State.ENDED, Outcome.HANDLED, "agent hung up"),
    ),
    "the agent's phone dies": (
        lambda s: (
            s.in_flow().queued().offered().accepted().connected().leg_ended("a1", "SWITCH_LOST")
        ),
        "LegAnswered FlowStarted Queued Offered LegAnswered OfferAccepted Connected "
        "LegEnded SegmentEnded WrapUpStarted Requeued",
        (State.QUEUED, None, None),
    ),
    "nobody comes to the phone": (
        lambda s: s.in_flow().queued().offered().at(20).leg_ended("a1", "NO_ANSWER"),
        "LegAnswered FlowStarted Queued Offered LegEnded OfferExpired",
        (State.QUEUED, None, None),
    ),
    "no, says the phone": (
        lambda s: s.in_flow().queued().offered().leg_ended("a1", "CALL_REJECTED"),
        "LegAnswered FlowStarted Queued Offered LegEnded OfferDeclined",
        (State.QUEUED, None, None),
    ),
    "too long in the queue": (
        lambda s: (s.in_flow().queued().at(60), s.do(c.LeaveQueue, reason="waited")),
        "LegAnswered FlowStarted Queued LeftQueue",
        (State.IN_FLOW, None, None),
    ),
    "too long in the queue, while it rings": (
        lambda s: (s.in_flow().queued().offered().at(60), s.do(c.LeaveQueue, reason="waited")),
        "LegAnswered FlowStarted Queued Offered OfferWithdrawn LeftQueue",
        (State.IN_FLOW, None, None),
    ),
    "the switch dies under a waiting customer": (
        lambda s: s.in_flow().queued().leg_ended(CUSTOMER, "SWITCH_LOST"),
        "LegAnswered FlowStarted Queued LegEnded Ended",
        (State.ENDED, Outcome.FAILED, "switch: SWITCH_LOST"),
    ),
    "an outside number does not answer": (
        lambda s: (
            s.in_flow(),
            s.do(c.Divert, destination="+49301", leg="d1"),
            s.leg_ended("d1", "NO_ANSWER"),
        ),
        "LegAnswered FlowStarted Diverted LegEnded DivertFailed",
        (State.IN_FLOW, None, None),
    ),
    "the agent answers after the customer has gone": (
        lambda s: s.in_flow().queued().offered().leg_ended(CUSTOMER).accepted(),
        "LegAnswered FlowStarted Queued Offered LegEnded OfferWithdrawn Ended "
        "LegAnswered LegUnwanted",
        (State.ENDED, Outcome.ABANDONED, "customer hung up"),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_story(name):
    tell, expected, (state, outcome, reason) = STORIES[name]
    story = Story()
    tell(story)
    assert [type(event).__name__ for event in story.events] == ["Arrived", *expected.split()]
    assert (story.state.state, story.state.outcome, story.state.reason) == (state, outcome, reason)


def test_times_of_a_handled_contact():
    s = Story().in_flow().at(5).queued().at(15).offered().at(18).accepted().at(19).connected()
    s.at(30)
    s.do(c.Hold, segment_id="o1")
    s.at(40)
    s.do(c.Resume, segment_id="o1")
    s.at(50)
    s.do(c.HangUp, segment_id="o1")
    s.at(62).wrapped_up()
    (segment,) = s.state.segments
    assert s.state.queued_s == 13
    assert (segment.talk_s, segment.held_s, segment.holds) == (21, 10, 1)
    assert (segment.wrap_up_taken_s, segment.phase) == (12, Phase.CLOSED)
    assert s.state.ended_at == T0 + 50


def test_hanging_up_from_hold_ends_the_hold():
    s = Story().in_flow().queued().offered().accepted().connected().at(10)
    s.do(c.Hold, segment_id="o1")
    s.at(25).leg_ended(CUSTOMER)
    (segment,) = s.state.segments
    assert (segment.talk_s, segment.held_s, segment.held_since) == (10, 15, None)


def test_a_returned_customer_stands_in_front_with_his_time():
    s = Story().in_flow().at(10).queued().at(20).offered().accepted().at(25)
    s.do(c.NoteConnectFailed, leg="a1", reason="no bridge")
    place = s.state.place
    assert place.front and place.since == T0 + 10 and place.entered_at == T0 + 25
    s.at(35).leg_ended(CUSTOMER)
    assert s.state.queued_s == 20  # 10 before the acceptance, 10 after the return


def test_the_agent_who_did_not_come_is_not_asked_again_for_a_while():
    s = Story().in_flow().queued(retry_after_s=15.0).offered(agent="anna").at(20)
    s.do(c.ExpireOffer, offer_id="o1")
    (refusal,) = s.state.refusals
    assert (refusal.agent, refusal.until) == ("anna", T0 + 35)


def test_who_had_the_offer_a_moment_ago_is_not_offered_it_by_an_older_picture():
    s = Story().in_flow().queued(strategy="ring_all").offered(1, "anna").offered(2, "bert")
    s.do(c.DeclineOffer, offer_id="o1", reason="no")
    with pytest.raises(CommandOutdated, match="anna had this offer a moment ago"):
        s.offered(3, "anna")
    s.at(15).offered(4, "anna")
    assert [offer.agent for offer in s.state.offers] == ["bert", "anna"]


def test_a_queue_without_wrap_up_frees_the_agent_at_once():
    s = Story().in_flow().queued(wrap_up_s=0.0).offered().accepted().connected().leg_ended("a1")
    assert s.state.segments[0].phase is Phase.CLOSED


def test_a_wrap_up_ends_at_its_limit_also_by_a_clock_that_was_put_back():
    s = Story().in_flow().queued(wrap_up_s=30.0).offered().accepted().connected()
    s.at(60).leg_ended(CUSTOMER)
    s.at(-3600).do(c.EndWrapUp, segment_id="o1", by="limit", until=T0 + 90)
    (segment,) = s.state.segments
    assert (segment.phase, segment.closed_at) == (Phase.CLOSED, T0 + 90)


def test_who_leaves_between_two_agents_was_handled():
    s = Story().in_flow().queued().at(10).offered().accepted().connected().at(60).consulted()
    s.at(70).do(c.CompleteConsult, consult_id="k1")
    assert s.state.state is State.CONNECTING
    s.leg_ended(CUSTOMER)
    assert s.state.outcome is Outcome.HANDLED


def asking_on_a_second_line(kind: Party = Party.AGENT) -> Story:
    s = Story().in_flow().queued().offered().accepted().connected().at(60)
    s.do(c.NoteHeld, leg="a1")
    asked = {"consult_id": "k1", "leg": "b1", "kind": kind, "party": "bert", "line": "d1"}
    s.do(c.StartConsult, segment_id="o1", **asked)
    s.do(c.NoteLegAnswered, leg="d1", at=s.now)
    s.do(c.NoteLegAnswered, leg="b1", at=s.now)
    return s


def test_who_is_asked_on_a_second_line_gets_the_customer_and_both_lines_end():
    s = asking_on_a_second_line()
    assert s.state.wanted_legs == {"a1", "b1", "d1"}
    events = s.at(70).do(c.CompleteConsult, consult_id="k1")
    (handed,) = (event for event in events if isinstance(event, e.HandedOver))
    assert (handed.leg, handed.line) == ("b1", "d1")
    assert s.state.wanted_legs == {"b1"}
    assert s.state.segments[0].ended_by is EndedBy.TRANSFER


@pytest.mark.parametrize("held", [False, True])
def test_a_phone_asks_on_its_second_line_only_while_it_holds_on_its_first(held):
    s = Story().in_flow().queued().offered().accepted().connected()
    if held:
        s.do(c.Hold, segment_id="o1")
    asked = {"consult_id": "k1", "leg": "b1", "kind": Party.OUTSIDE, "party": "+49302"}
    with pytest.raises(IllegalCommand, match="does not hold"):
        s.do(c.StartConsult, segment_id="o1", line="d1", **asked)


@pytest.mark.parametrize("leg", ["d1", "b1"])
def test_a_second_line_that_ends_leaves_the_customer_held(leg):
    s = asking_on_a_second_line().leg_ended(leg)
    assert s.state.consult is None and s.state.segment.held_by_phone


def test_the_customers_line_hung_up_while_the_phone_asks_ends_the_contact():
    s = asking_on_a_second_line().leg_ended("a1")
    assert (s.state.outcome, s.state.reason) == (Outcome.HANDLED, "agent hung up")
    assert s.state.segments[1].ended_by is EndedBy.DISMISSED


def test_a_phone_that_is_lost_while_it_asks_leaves_the_customer_to_whom_it_asked():
    s = asking_on_a_second_line().leg_ended("a1", "SWITCH_LOST")
    assert s.state.state is State.CONNECTING and s.state.segment.agent == "bert"


def test_from_one_line_of_the_phone_to_the_other_only_the_phone_goes():
    s = asking_on_a_second_line()
    for kind in (c.SwapConsult, c.JoinConsult):
        with pytest.raises(IllegalCommand, match="has both calls"):
            s.do(kind, consult_id="k1")


def test_who_leaves_on_the_way_from_a_second_queue_has_abandoned_it():
    s = Story().in_flow().queued().at(10).offered().accepted().connected().at(60)
    s.do(c.TransferToQueue, segment_id="o1", queue="support", terms=terms())
    s.at(70).offered(2, agent="bert").accepted(2).leg_ended(CUSTOMER)
    assert s.state.outcome is Outcome.ABANDONED


def test_what_the_switch_saw_later_than_now_happened_now():
    s = Story().in_flow().queued(wrap_up_s=30.0).offered().accepted().connected().at(60)
    s.do(c.NoteLegEnded, leg=CUSTOMER, cause="NORMAL_CLEARING", at=T0 + 3660)
    assert s.state.segments[0].wrap_up_until == T0 + 90
    assert s.state.segments[0].talk_s == 60


def test_the_limit_of_a_wrap_up_that_was_extended_since_does_not_end_it():
    s = Story().in_flow().queued(wrap_up_s=30.0, wrap_up_extension_s=30.0)
    s.offered().accepted().connected().at(60).leg_ended(CUSTOMER)
    s.at(89).do(c.ExtendWrapUp, segment_id="o1", by_s=20.0)
    assert s.at(90).do(c.EndWrapUp, segment_id="o1", by="limit", until=T0 + 90) == ()
    assert s.state.segments[0].phase is Phase.WRAP_UP


def recorded() -> Story:
    s = Story().in_flow().queued().offered().accepted().connected()
    path = "/r/o1.wav"
    s.do(c.NoteRecordingStarted, recording_id="o1", segment_id="o1", path=path, at=s.now)
    return s


def test_a_pause_asked_for_again_is_one_event():
    s = recorded()
    assert len(s.do(c.PauseRecording, segment_id="o1")) == 1
    assert s.at(4).do(c.PauseRecording, segment_id="o1") == ()
    s.do(c.NoteRecordingPaused, recording_id="o1", at=s.now)
    assert s.at(60).do(c.PauseRecording, segment_id="o1") == ()
    assert len(s.do(c.ResumeRecording, segment_id="o1")) == 1
    assert s.do(c.ResumeRecording, segment_id="o1") == ()


def test_a_pause_that_the_switch_never_confirmed_may_be_asked_for_again():
    s = recorded()
    s.do(c.PauseRecording, segment_id="o1")
    assert len(s.at(5).do(c.PauseRecording, segment_id="o1")) == 1
    assert len(s.at(-60).do(c.PauseRecording, segment_id="o1")) == 1  # the clock was put back


def test_a_pause_asked_for_while_the_recording_is_about_to_go_on_counts():
    s = recorded()
    s.do(c.PauseRecording, segment_id="o1")
    s.do(c.NoteRecordingPaused, recording_id="o1", at=s.now)
    s.do(c.ResumeRecording, segment_id="o1")
    assert len(s.do(c.PauseRecording, segment_id="o1")) == 1


def test_the_same_disposition_again_is_one_event():
    s = Story().in_flow().queued().offered().accepted().connected()
    assert len(s.do(c.Dispose, segment_id="o1", code="sold", notes="blue")) == 1
    assert s.do(c.Dispose, segment_id="o1", code="sold", notes="blue") == ()
    assert len(s.do(c.Dispose, segment_id="o1", code="sold")) == 1


def test_arriving_twice_changes_nothing():
    s = Story().in_flow()
    before = s.state
    again = c.Arrive(
        interaction_id=ID,
        channel="voice",
        leg="x",
        address="",
        name="",
        dialled="",
        arrived_at=s.now,
    )
    assert s.tell(again) == ()
    assert s.state is before


def test_an_illegal_command_raises_and_names_the_state():
    s = Story()
    with pytest.raises(IllegalCommand, match=r"MakeOffer is not possible .* arrived"):
        s.offered()
    assert len(s.events) == 1


def test_an_offer_that_is_over_cannot_be_accepted():
    s = Story().in_flow().queued().offered(1).leg_ended("a1", "NO_ANSWER").offered(2, agent="bo")
    with pytest.raises(CommandOutdated, match="o1"):
        s.do(c.AcceptOffer, offer_id="o1")
    assert s.state.offer.id == "o2"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (c.StartFlow, {"flow": "main"}),
        (c.LeaveQueue, {"reason": "waited"}),
        (c.ExpireOffer, {"offer_id": "o1"}),
        (c.FailConsult, {"consult_id": "k1", "reason": "busy"}),
    ],
)
def test_what_a_timer_says_too_late_is_outdated(kind, fields):
    s = Story().in_flow().queued().offered().accepted()
    with pytest.raises(CommandOutdated, match="while the interaction is connecting"):
        s.do(kind, **fields)


def test_whatever_comes_after_the_end_is_outdated_and_before_it_illegal():
    s = Story().in_flow()
    with pytest.raises(IllegalCommand) as early:
        s.do(c.Hold, segment_id="o1")
    assert not isinstance(early.value, CommandOutdated)
    s.leg_ended(CUSTOMER)
    with pytest.raises(CommandOutdated):
        s.do(c.Hold, segment_id="o1")


def test_the_end_of_a_leg_that_nobody_knows_is_old_news_and_its_answer_is_not():
    with pytest.raises(CommandOutdated):
        advance(None, c.NoteLegEnded(interaction_id=ID, leg="x", cause="", at=T0), T0)
    with pytest.raises(IllegalCommand) as fault:
        advance(None, c.NoteLegAnswered(interaction_id=ID, leg="x", at=T0), T0)
    assert not isinstance(fault.value, CommandOutdated)


def test_nothing_but_an_arrival_begins_an_interaction():
    with pytest.raises(IllegalCommand, match="no interaction"):
        advance(None, c.StartFlow(interaction_id=ID, flow="main"), T0)


def test_accepting_in_the_console_waits_for_the_phone():
    s = Story().in_flow().queued().offered()
    (event,) = s.do(c.AcceptOffer, offer_id="o1")
    assert isinstance(event, e.AcceptRequested)
    assert s.state.state is State.OFFERED
    assert s.do(c.AcceptOffer, offer_id="o1") == ()
    assert s.accepted().state.state is State.CONNECTING


def test_it_is_closed_only_when_all_is_accounted_for():
    s = Story().in_flow().queued().offered().accepted().connected()
    s.do(c.NoteRecordingStarted, recording_id="o1", segment_id="o1", path="/r.wav", at=s.now)
    s.leg_ended(CUSTOMER).leg_ended("a1")
    assert not s.state.closed
    s.do(c.Dispose, segment_id="o1", code="sold", notes=None)
    s.wrapped_up()
    assert not s.state.closed
    s.do(
        c.NoteRecordingStopped,
        recording_id="o1",
        length_s=3.0,
        sha256="00",
        error=None,
        at=s.now,
    )
    assert s.state.closed
    with pytest.raises(CommandOutdated):
        s.do(c.Dispose, segment_id="o1", code="other", notes=None)


def test_a_recording_that_was_not_heard_to_begin_is_named_when_it_stops():
    s = Story().in_flow().queued().offered().accepted().connected().at(60)
    stopped = {"length_s": 50.0, "sha256": "00", "error": None, "at": s.now, "path": "/r/o1.wav"}
    assert s.do(c.NoteRecordingStopped, recording_id="nobody's", **stopped) == ()
    s.do(c.NoteRecordingStopped, recording_id="o1", **stopped)
    [recording] = s.state.recordings
    assert (recording.path, recording.segment) == ("/r/o1.wav", "o1")
    assert (recording.started_at, recording.ended_at) == (T0 + 10, T0 + 60)
    assert s.do(c.NoteRecordingStopped, recording_id="o1", **stopped) == ()


def test_who_has_no_flow_is_not_given_back_to_one():
    s = Story(outbound=True)
    s.do(c.NoteLegAnswered, leg="a1", at=s.now)
    s.do(c.NoteLegAnswered, leg=CUSTOMER, at=s.now)
    s.connected()
    s.do(c.TransferToQueue, segment_id="o1", queue="support", terms=terms(max_wait_s=5.0))
    assert s.do(c.LeaveQueue, reason="waited") == ()
    assert s.state.state is State.QUEUED
