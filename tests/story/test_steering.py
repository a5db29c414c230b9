"""A supervisor steers who waits: the order, the queue, the agent. Phones stop to ring, others begin."""

import gevent
import pytest

from controller.domain import events as e
from controller.domain.agent import Status
from controller.domain.model import Interaction
from controller.domain.words import Outcome, State
from tests.story.acts import talk, together
from tests.story.stage import CUSTOMER, Caller, Phone, Stage
from tests.story.verbs import Supervisor


def waits(stage: Stage, **who: object) -> Interaction:
    """One more caller in queue sales."""
    known = {i.id for i in stage.interactions()}
    stage.dial(Caller(stay=60, **who))
    return stage.until(lambda i: i.id not in known and i.state is State.QUEUED)


def rings(stage: Stage, phone: Phone, queue: str = "sales") -> Interaction:
    """A caller, and this agent's phone rings for him."""
    stage.agent(phone, queues=(queue,))
    stage.dial(Caller(stay=60))
    return stage.until(lambda i: i.state is State.OFFERED)


def boss(stage: Stage) -> Supervisor:
    """He serves no queue."""
    stage.agent(Phone(extension="1003", obeys=True), queues=())
    return Supervisor(stage, "1003")


def cause_of(stage: Stage, i: Interaction, agent: str) -> str:
    """Why that agent's phone, which was rung in vain, stopped."""
    done = stage.until(
        lambda x: x.id == i.id and any(g.party == agent and g.ended_at for g in x.legs)
    )
    leg = next(leg for leg in done.legs if leg.party == agent)
    assert leg.answered_at is None
    return str(leg.cause)


def row(stage: Stage, i: Interaction) -> dict:
    return next(each for each in stage.api("GET", "reports/cdr") if each["id"] == i.id)


def test_who_is_given_priority_is_served_first(stage):
    first = waits(stage, address="+49301")
    second = waits(stage, address="+49302")
    boss(stage).prioritise(second.id, 2)
    stage.agent(Phone(extension="1001", obeys=True))
    together(stage, second.id, "1001")
    assert stage.find(first.id).state is State.QUEUED
    stage.hangs_up(second.id, CUSTOMER)
    stage.agent(Phone(extension="1002", obeys=True))
    together(stage, first.id, "1002")
    stage.hangs_up(first.id, CUSTOMER)
    stage.until(lambda i: i.id == first.id and i.closed)
    assert row(stage, second)["steered"] == ["priority 0 to 2 by supervisor 1003"]
    stage.nothing_left()


def test_moved_while_a_phone_rings_which_stops_and_another_queue_has_him(stage):
    moved = rings(stage, Phone(extension="1001", afar=True))
    gevent.sleep(1)  # time that counts in the other queue
    boss(stage).move(moved.id, "support")
    assert cause_of(stage, moved, "1001") == "ORIGINATOR_CANCEL"
    waiting = stage.find(moved.id)
    assert (waiting.state, waiting.place.queue) == (State.QUEUED, "support")
    stage.agent(Phone(extension="1002", obeys=True), queues=("support",))
    together(stage, moved.id, "1002")
    stage.hangs_up(moved.id, CUSTOMER)
    done = stage.settle()
    first, second = (x for x in stage.events(done) if isinstance(x, e.Queued))
    assert second.credit_s == pytest.approx(second.at - first.at, abs=0.01)
    assert done.queued_s == pytest.approx(done.segments[0].accepted_at - first.at, abs=0.1)
    assert done.outcome is Outcome.HANDLED
    assert row(stage, done)["queue_path"] == ["sales [moved]", "support"]
    assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE
    stage.nothing_left()


def test_assigned_to_another_while_a_phone_rings(stage):
    pulled = rings(stage, Phone(extension="1001", afar=True))
    stage.agent(Phone(extension="1002", obeys=True), queues=())
    boss(stage).assign(pulled.id, "1002")
    together(stage, pulled.id, "1002")
    assert cause_of(stage, pulled, "1001") == "ORIGINATOR_CANCEL"
    stage.hangs_up(pulled.id, CUSTOMER)
    done = stage.settle()
    assert [segment.agent for segment in done.segments] == ["1002"]
    assert row(stage, done)["steered"] == ["to agent 1002 by supervisor 1003"]
    stage.nothing_left()


def test_kept_for_a_busy_agent_while_others_are_free(stage):
    talking = talk(stage)
    waiting = waits(stage)
    boss(stage).assign(waiting.id, "1001")
    stage.agent(Phone(extension="1002", obeys=True))
    stage.add_phone(Phone(extension="1001", obeys=True))  # each is for one call
    gevent.sleep(1)
    assert stage.find(waiting.id).state is State.QUEUED
    stage.hangs_up(talking, CUSTOMER)
    together(stage, waiting.id, "1001")
    stage.hangs_up(waiting.id, CUSTOMER)
    stage.until(lambda i: i.id == waiting.id and i.closed)
    stage.nothing_left()


@pytest.mark.rare
def test_signed_out_by_a_supervisor_he_talks_to_the_end(stage):
    talking = talk(stage)
    boss(stage).sign_out("1001")
    gevent.sleep(1)
    together(stage, talking, "1001")
    next_one = waits(stage)
    stage.hangs_up(talking, CUSTOMER)
    with gevent.Timeout(10):
        while stage.api("GET", "agents/1001")["status"] != "offline":
            gevent.sleep(0.1)  # his wrap-up
    assert stage.api("GET", "agents/1001")["by"] == "supervisor 1003"
    assert stage.find(next_one.id).state is State.QUEUED
    stage.hangs_up(next_one.id, CUSTOMER)
    stage.until(lambda i: i.id == next_one.id and i.closed)
    stage.nothing_left()
