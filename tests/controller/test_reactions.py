"""The stories of a call over memory twins: what is done about each event, and what is left after."""

import gevent.event

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import SetStatus, Status
from controller.domain.catalogue import QueueSettings
from controller.domain.events import Event
from controller.domain.words import EndedBy, MonitorMode, Outcome, Phase, State
from controller.reactions import EARLY, REACTIONS


def test_a_call_from_the_queue_to_the_end_of_wrap_up(world):
    world.agent("1001")
    world.arrive("call")
    offered = world.now("call")
    assert offered.state is State.OFFERED
    assert list(world.medium.ringing) == [offered.offer.leg]
    assert offered.offer.why.eligible == ("1001",)

    world.pass_(3)
    world.medium.answer(offered.offer.leg)
    world.settle()
    assert world.now("call").state is State.CONNECTED
    assert world.medium.bridged == {"call": offered.offer.leg}
    assert list(world.medium.recording) == [offered.offer.id]

    world.pass_(60)
    world.medium.hang_up("call")
    world.settle()
    ended = world.now("call")
    assert (ended.state, ended.outcome) == (State.ENDED, Outcome.HANDLED)
    assert ended.segments[0].phase is Phase.WRAP_UP
    assert ended.segments[0].ended_by is EndedBy.CUSTOMER
    assert ended.segments[0].talk_s == 60
    assert world.agents.candidate("1001").free == 0

    world.pass_(30)
    assert world.now("call").closed
    assert world.agents.candidate("1001").free == 100
    assert world.names("call") == [
        "Arrived", "FlowStarted", "Queued", "Offered", "LegAnswered", "OfferAccepted", "Connected",
        "RecordingStarted", "LegEnded", "SegmentEnded", "WrapUpStarted", "Ended", "RecordingStopped",
        "LegEnded", "SegmentClosed",
    ]  # fmt: skip
    assert world.medium.answered == {} and world.medium.ringing == {}
    assert world.engine.live() == []


def test_a_caller_who_leaves_while_the_agent_rings_stops_the_phone(world):
    world.agent("1001")
    world.arrive("call")
    world.pass_(2)
    world.medium.hang_up("call")
    world.settle()
    assert world.now("call").outcome is Outcome.ABANDONED
    assert world.medium.ringing == {}
    assert world.agents.candidate("1001").free == 100
    assert world.now("call").queued_s == 2


def test_an_offer_left_alone_goes_to_the_next_and_the_agent_is_not_responding(world):
    world.agent("1001")
    world.pass_(1)
    world.agent("1002")
    world.arrive("call")
    assert world.now("call").offer.agent == "1001"
    world.pass_(20)
    again = world.now("call")
    assert again.offer.agent == "1002"
    assert again.offer.why.passed_over == {"1001": "not_responding"}
    assert world.agents.candidate("1001").status is Status.NOT_RESPONDING
    assert world.agents.candidate("1001").free == 100


def test_a_phone_left_alone_is_not_given_the_next_caller(world):
    world.agent("1001")
    world.arrive("first")
    world.arrive("second")
    world.pass_(20)
    assert world.now("second").state is State.QUEUED


def test_a_declined_offer_is_not_repeated_for_a_while_and_keeps_the_place(world):
    world.agent("1001")
    world.arrive("first")
    world.arrive("second")
    offer = world.now("first").offer
    world.engine.handle(c.DeclineOffer(interaction_id="first", offer_id=offer.id, reason="lunch"))
    world.settle()
    assert world.now("first").place.front
    assert world.now("first").place.since == world.now("first").arrived_at
    # The agent is free for the others meanwhile.
    assert world.now("second").offer.agent == "1001"


def test_an_agent_whose_phone_is_lost_loses_no_customer(world):
    world.agent("1001")
    world.arrive("call")
    since = world.now("call").place.since
    leg = world.now("call").offer.leg
    world.medium.answer(leg)
    world.settle()
    world.pass_(10)
    world.medium.hang_up(leg, "MEDIA_TIMEOUT")
    world.settle()
    back = world.now("call")
    assert back.state is State.QUEUED and back.place.front and back.place.since == since
    assert back.segments[0].ended_by is EndedBy.LOST
    assert ("wait", "call") in world.medium.asked[-4:]
    assert "call" in world.medium.answered


def test_an_agent_hangs_up_and_the_customer_is_let_go(world):
    world.agent("1001")
    world.arrive("call")
    leg = world.now("call").offer.leg
    world.medium.answer(leg)
    world.settle()
    world.medium.hang_up(leg)
    world.settle()
    assert world.now("call").outcome is Outcome.HANDLED
    assert world.now("call").segments[0].ended_by is EndedBy.AGENT
    assert "call" not in world.medium.answered


def test_hold_counts_and_is_told_to_the_switch_once(world):
    world.agent("1001")
    world.arrive("call")
    offer = world.now("call").offer
    world.medium.answer(offer.leg)
    world.settle()
    world.engine.handle(c.Hold(interaction_id="call", segment_id=offer.id))
    world.engine.handle(c.NoteHeld(interaction_id="call", leg=offer.leg))
    world.settle()
    assert world.medium.held == {"call"}
    world.pass_(7)
    world.engine.handle(c.Resume(interaction_id="call", segment_id=offer.id))
    world.settle()
    segment = world.now("call").segments[0]
    assert (segment.phase, segment.held_s, segment.holds) == (Phase.TALKING, 7, 1)
    assert world.medium.held == set()


def test_an_unreachable_phone_takes_its_agent_out(world):
    world.agent("1001")
    world.arrive("call")
    leg = world.now("call").offer.leg
    world.medium.hang_up(leg, "USER_NOT_REGISTERED")
    world.settle()
    assert world.agents.candidate("1001").status is Status.NOT_RESPONDING
    assert world.now("call").state is State.QUEUED
    world.engine.handle(SetStatus(agent_id="1001", status=Status.AVAILABLE))
    world.pass_(16)
    world.distributor._wake.set()
    world.settle()
    assert world.now("call").state is State.OFFERED


def test_a_caller_who_waits_too_long_is_given_back_to_his_flow(world):
    world.catalogue.put(QueueSettings(id="sales", name="Sales", max_wait_s=30))
    world.arrive("call")
    world.pass_(29)
    assert world.now("call").state is State.QUEUED
    world.pass_(1)
    assert world.now("call").outcome is Outcome.OVERFLOWED
    assert world.now("call").queued_s == 30


def test_a_leg_that_answers_too_late_is_hung_up(world):
    world.agent("1001")
    world.arrive("call")
    offer = world.now("call").offer
    world.engine.submit(c.ExpireOffer(interaction_id="call", offer_id=offer.id))
    world.engine.submit(
        c.NoteLegAnswered(interaction_id="call", leg=offer.leg, at=world.clock.now())
    )
    world.settle()
    assert "LegUnwanted" in world.names("call")
    assert world.now("call").state is State.QUEUED


def test_an_offer_that_expires_while_the_link_is_down_blames_nobody(world):
    world.agent("1001")
    world.arrive("call")
    world.medium.ready = False
    world.pass_(21)
    assert "OfferExpired" in world.names("call")
    assert world.agents.candidate("1001").status is Status.AVAILABLE


def test_a_phone_has_its_time_to_ring_however_long_the_offer_waited_for_the_database(world):
    world.agent("1001")
    commit, back = world.store.commit, gevent.event.Event()

    def late(changes):
        back.wait()
        commit(changes)

    world.store.commit = late
    world.arrive_soon("call")
    world.settle()
    assert world.agents.candidate("1001").holds == {"call"}
    world.clock.pass_(60)
    back.set()
    world.settle()
    assert "Offered" in world.names("call")
    world.pass_(18)
    assert world.agents.candidate("1001").status is Status.AVAILABLE
    assert world.now("call").state is State.OFFERED
    world.pass_(1)
    assert world.agents.candidate("1001").status is Status.NOT_RESPONDING


def test_every_event_is_in_the_table_or_known_to_need_nothing():
    no_reaction = {
        e.StepTaken,
        e.TurnedAway,
        e.Disposed,
        e.LegAnswered,
        e.LegEnded,
        e.VoicemailLeft,
        e.RecordingPaused,
        e.RecordingResumed,
        e.Transferred,
        e.Prioritised,
        e.Assigned,
        e.NoteWritten,
        e.DeliveryNoted,
    }
    every = {cls for cls in vars(e).values() if isinstance(cls, type) and issubclass(cls, Event)}
    assert every - {Event} == set(REACTIONS) | set(EARLY) | no_reaction


def test_a_status_that_waited_for_what_ended_as_the_process_did_comes_at_the_start(world):
    world.agent("1001")
    world.agent("1002")
    world.arrive("call")
    talking = world.now("call").offer.agent
    world.medium.answer(world.now("call").offer.leg)
    for agent in ("1001", "1002"):
        world.engine.handle(
            SetStatus(agent_id=agent, status=Status.ON_BREAK, reason="lunch", after_contact=True)
        )
    world.settle()
    world.stop()
    second = world.successor()
    second.start()
    second.settle()
    status = {agent.id: (agent.status, agent.pending) for agent in second.engine.agent_states()}
    idle = "1002" if talking == "1001" else "1001"
    assert status[idle] == (Status.ON_BREAK, None)
    assert status[talking] == (Status.AVAILABLE, Status.ON_BREAK)
    second.stop()


def test_a_supervisor_to_whom_something_was_offered_as_he_asked_to_listen_does_not(world):
    world.agent("1001")
    world.arrive("call")
    world.medium.answer(world.now("call").offer.leg)
    world.settle()
    world.agent("9001", queues=())
    assert world.agents.reserve("9001", "other", 100, "voice")
    monitor = c.StartMonitor(
        interaction_id="call",
        segment_id=world.now("call").segment.id,
        monitor_id="monitor",
        supervisor="9001",
        leg="ear",
        mode=MonitorMode.LISTEN,
    )
    world.engine.handle(monitor)
    world.settle()
    after = world.now("call")
    assert after.monitors == () and "ear" not in world.medium.ringing
    assert after.find_leg("ear").cause == "USER_BUSY"
    assert world.agents.candidate("9001").holds == {"other"}
