from hypothesis import given, settings

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.words import Outcome
from controller.reports.cdr import flow_path, interaction_row, leg_rows, offer_rows
from tests.domain.drawn import STEPS, told
from tests.domain.stories import CUSTOMER, T0, Story, finish, terms, why

#: Rounding of sums of float seconds around 1.8e9.
EPS = 1e-3


def whole_story() -> Story:
    s = Story().in_flow()
    s.do(c.TakeStep, step="menu", verb="menu")
    s.do(c.TakeStep, step="sales", verb="queue", choice="2")
    s.at(5).queued().at(10).offered(1, "bo").at(30).leg_ended("a1", "NO_ANSWER")
    s.at(31)
    s.do(
        c.MakeOffer,
        offer_id="o2",
        agent="anna",
        leg="a2",
        why=why(
            waited_s=26.0,
            eligible=("anna",),
            eligible_count=1,
            passed_over={"bo": "had this offer a moment ago"},
            passed_over_count=1,
            ahead=0,
        ),
    )
    s.at(34).accepted(2).at(35).connected(2)
    s.do(c.NoteRecordingStarted, recording_id="o2", segment_id="o2", path="/r/o2.wav", at=s.now)
    s.at(40)
    s.do(c.Hold, segment_id="o2")
    s.at(50)
    s.do(c.Resume, segment_id="o2")
    s.do(c.Dispose, segment_id="o2", code="sold", notes=None)
    s.at(65).leg_ended(CUSTOMER).leg_ended("a2")
    return s.at(80).wrapped_up(2)


def test_the_row_of_a_handled_contact():
    s = whole_story()
    row = interaction_row(s.state, s.events)
    assert (row.id, row.channel, row.customer, row.name, row.dialled) == (
        "i1",
        "voice",
        "+4915112345678",
        "Ada",
        "+4930123456",
    )
    assert row.flow_path == ("main", "menu", "sales [2]")
    assert row.queue_path == ("sales",)
    assert (row.arrived_at, row.answered_at, row.connected_at, row.ended_at) == (
        T0,
        T0,
        T0 + 35,
        T0 + 65,
    )
    assert (row.queued_s, row.talk_s, row.hold_s, row.holds, row.wrap_up_s, row.duration_s) == (
        29,
        20,
        10,
        1,
        15,
        65,
    )
    assert (row.agents, row.outcome, row.reason, row.hangup_cause) == (
        ("anna",),
        "handled",
        "customer hung up",
        "NORMAL_CLEARING",
    )
    assert (row.dispositions, row.recordings) == (("sold",), ("/r/o2.wav",))


def test_the_legs_of_a_handled_contact():
    rows = leg_rows(whole_story().state)
    assert [(r.leg, r.role, r.party, r.duration_s, r.billable_s, r.cause) for r in rows] == [
        ("i1", "customer", "+4915112345678", 65, 65, "NORMAL_CLEARING"),
        ("a1", "agent", "bo", 20, 0, "NO_ANSWER"),
        ("a2", "agent", "anna", 34, 31, "NORMAL_CLEARING"),
    ]


def test_the_offers_say_why():
    first, second = offer_rows(whole_story().events)
    assert (first.agent, first.result, first.ring_s, first.queue) == ("bo", "expired", 20, "sales")
    assert (second.agent, second.result, second.ring_s) == ("anna", "accepted", 3)
    assert (second.rule, second.waited_s, second.ahead) == ("longest_idle", 26.0, 0)
    assert (second.eligible, second.eligible_count) == (("anna",), 1)
    assert second.passed_over == {"bo": "had this offer a moment ago"}


def test_an_offer_that_rings_has_no_result_yet():
    (row,) = offer_rows(Story().in_flow().queued().offered().events)
    assert (row.result, row.ended_at, row.ring_s) == (None, None, None)


def test_a_refused_and_a_withdrawn_offer_keep_their_reasons():
    s = Story().in_flow().queued().offered(1)
    s.do(c.DeclineOffer, offer_id="o1", reason="on the other line")
    s.offered(2, "bo").leg_ended(CUSTOMER)
    assert [(r.result, r.result_reason) for r in offer_rows(s.events)] == [
        ("declined", "on the other line"),
        ("withdrawn", "customer left"),
    ]


def test_the_queue_path_tells_overflow_and_return():
    s = Story().in_flow().queued("sales").at(60)
    s.do(c.LeaveQueue, reason="waited")
    s.queued("support").offered().accepted().connected().leg_ended("a1", "SWITCH_LOST")
    row = interaction_row(s.state, s.events)
    assert row.queue_path == ("sales [left: waited]", "support", "support [again: SWITCH_LOST]")
    assert (row.outcome, row.duration_s, row.ended_at) == (None, None, None)


def test_the_reason_for_a_missing_recording_stands_in_its_row():
    s = Story().in_flow().queued().offered().accepted().connected()
    s.do(
        c.NoteRecordingFailed, recording_id="o1", segment_id="o1", path="/r.wav", error="disk full"
    )
    assert interaction_row(s.state, s.events).recordings == ("/r.wav [disk full]",)


def test_a_row_tells_who_called_whom_and_of_every_transfer():
    s = Story(outbound=True)
    s.do(c.NoteLegAnswered, leg="a1", at=s.now)
    s.do(c.NoteLegAnswered, leg=CUSTOMER, at=s.now)
    s.connected().at(10).consulted("bert").at(20)
    s.do(c.CompleteConsult, consult_id="k1")
    s.do(c.NoteConnected, leg="b1", at=s.now)
    s.at(30).do(c.TransferToQueue, segment_id="k1", queue="support", terms=terms())
    row = interaction_row(s.state, s.events)
    assert (row.direction, row.agents) == ("outbound", ("anna", "bert"))
    assert row.transfers == ("anna to agent bert, consulted", "bert to queue support")
    assert (row.hold_s, row.holds) == (10.0, 1)


def test_a_row_tells_how_supervisors_steered_him():
    s = Story().in_flow().queued().at(10).prioritised(5).at(20).moved().assigned("bert")
    s.at(30).offered(1, "bert").accepted().connected()
    row = interaction_row(s.state, s.events)
    assert row.steered == (
        "priority 0 to 5 by supervisor",
        "sales to support by supervisor",
        "to agent bert by supervisor",
    )
    assert (row.queue_path, row.queued_s) == (("sales [moved]", "support"), 30)


def test_no_events_make_no_path():
    assert flow_path([]) == ()


def covered(spans):
    """Seconds that lie in at least one of the spans."""
    total = reached = 0.0
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_the_sums_agree_whatever_happens(steps):
    s = finish(told(steps))
    row = interaction_row(s.state, s.events)
    seconds = (row.queued_s, row.talk_s, row.hold_s, row.wrap_up_s, row.duration_s)
    assert all(value is not None and value >= 0 for value in seconds)
    # The customer is in one place at a time, with two agents at most.
    if not any(isinstance(ev, e.ConsultJoined) for ev in s.events):
        assert row.queued_s + row.talk_s + row.hold_s <= row.duration_s + EPS
    assert len(row.agents) == len(s.state.segments)
    if row.connected_at is not None:
        assert row.arrived_at <= row.connected_at <= row.ended_at
    elif row.outcome == Outcome.HANDLED:
        raise AssertionError("handled, yet nobody was connected")
    for leg in leg_rows(s.state):
        assert 0 <= leg.billable_s <= leg.duration_s
    offers = offer_rows(s.events)
    assert all(offer.result and offer.ring_s >= 0 for offer in offers)
    accepted = sum(offer.result == "accepted" for offer in offers)
    others = sum(
        isinstance(ev, e.CallPlaced | e.ConsultAnswered | e.MonitorEnded) for ev in s.events
    )
    assert accepted <= len(row.agents) <= accepted + others
    ringing = [(offer.made_at, offer.ended_at) for offer in offers]
    assert covered(ringing) <= row.queued_s + EPS
