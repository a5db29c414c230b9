"""Database, event socket and switch go away and come back; nobody is lost, no agent is blamed."""

import sqlite3

import gevent
import pytest

from controller.domain.agent import Status
from controller.domain.words import Outcome, State
from tests.hostile.centre import Centre, talking


@pytest.mark.slow
def test_a_database_away_for_long_turns_nobody_away(centre: Centre):
    """Longer than an API call waits; and the callers are in a menu, which takes steps."""
    centre.agent(answer_after=0.1)
    other = sqlite3.connect(centre.folder / "data" / "tandem.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    call, gives_up = centre.dial("5000"), centre.dial("5000")
    gives_up.wait_for("parked")
    gives_up.hang_up()
    gevent.sleep(12)
    assert call.cause is None
    assert "another process holds it" in centre.tandem.readiness()["database"]
    other.execute("ROLLBACK")
    other.close()
    centre.until(talking, 30)
    assert centre.tandem.readiness()["database"] == "ok"
    call.hang_up()
    outcomes = {i.leg: i.outcome for i in centre.until_quiet()}
    assert outcomes == {call.uuid: Outcome.HANDLED, gives_up.uuid: Outcome.SELF_SERVED}


@pytest.mark.slow
def test_a_database_away_for_longer_than_an_offer_blames_no_agent(centre: Centre):
    """They call straight to agents who are free: the first finds that it is away, the second knows."""
    for extension in ("1001", "1002"):
        centre.agent(extension, answer_after=1.0)
    other = sqlite3.connect(centre.folder / "data" / "tandem.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    calls = [centre.dial("5001")]
    gevent.sleep(1)
    calls.append(centre.dial("5001"))
    gevent.sleep(6)
    other.execute("ROLLBACK")
    other.close()
    for call in calls:
        centre.until(lambda i, call=call: i.leg == call.uuid and talking(i), 20)
    statuses = {agent.status for agent in centre.tandem.engine.agent_states()}
    assert statuses == {Status.AVAILABLE}
    for call in calls:
        call.hang_up()
    assert {len(i.segments) for i in centre.until_quiet()} == {1}


def test_a_cut_socket_is_not_noticed_by_a_pair_that_talks(centre: Centre):
    centre.agent(answer_after=0.1)
    call = centre.dial()
    centre.until(talking)
    bridge = call.leg.bridge
    centre.lab.faults.cut()
    assert call.leg.bridge is bridge
    assert centre.tandem.switch.link.wait_up(10)
    gevent.sleep(0.2)
    assert call.leg.bridge is bridge
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.HANDLED and done.recordings[0].error is None


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_a_hangup_while_the_socket_is_away_is_found(centre: Centre, who):
    phone = centre.agent(answer_after=0.1)
    call = centre.dial()
    centre.until(talking)
    centre.lab.faults.cut()
    call.hang_up() if who == "customer" else phone.hang_up()
    if who == "agent":
        centre.until(lambda i: talking(i) and len(i.segments) == 2, 20)
        call.hang_up()
    done = centre.until_quiet(20)[0]
    assert done.outcome is Outcome.HANDLED and all(r.ended_at for r in done.recordings)


def test_while_the_switch_is_away_nothing_is_offered_and_nobody_blamed(centre: Centre):
    call = centre.dial()
    centre.until(lambda i: i.state is State.QUEUED)
    centre.lab.faults.stall()
    centre.lab.faults.cut()
    centre.agent(answer_after=0.1)
    gevent.sleep(1)
    waiting = centre.until(lambda i: i.state is State.QUEUED)
    assert "Offered" not in centre.names(waiting.id)
    centre.lab.faults.resume()
    done = centre.until(talking, 30)
    assert centre.tandem.agents.candidate("1001").status is Status.AVAILABLE
    assert done.place.since == waiting.place.since
    call.hang_up()
    centre.until_quiet()


@pytest.mark.parametrize("stage", ["waiting", "ringing", "talking", "menu"])
def test_a_restarted_switch_ends_its_calls_in_the_record(centre: Centre, stage):
    if stage in ("ringing", "talking"):
        centre.agent(ignore=True) if stage == "ringing" else centre.agent(answer_after=0.1)
    centre.dial("5000" if stage == "menu" else "5001")
    reached = {
        "waiting": lambda i: i.state is State.QUEUED,
        "ringing": lambda i: i.state is State.OFFERED,
        "talking": talking,
        "menu": lambda i: i.state is State.IN_FLOW and i.flow.step == "menu",
    }
    centre.until(reached[stage])
    centre.lab.faults.restart()
    (done,) = centre.until_quiet(20)
    assert done.reason == "switch: SWITCH_RESTARTED"
    assert done.outcome is (Outcome.HANDLED if stage == "talking" else Outcome.FAILED)
    if stage == "ringing":
        assert centre.tandem.agents.candidate("1001").status is Status.AVAILABLE


def test_events_late_and_out_of_order_lose_nobody(centre: Centre):
    centre.lab.faults.reorder(0.3)
    for extension in ("1001", "1002"):
        centre.agent(extension, answer_after=0.1)
    calls = [centre.dial("5000") for _ in range(6)]
    for _ in calls:
        centre.until(lambda i: talking(i) and i.closed is False, 30)
        talks = centre.until(talking, 30)
        next(call for call in calls if call.uuid == talks.leg).hang_up()
        centre.until(lambda i, key=talks.id: i.id == key and i.state is State.ENDED, 10)
    assert {i.outcome for i in centre.until_quiet(20)} == {Outcome.HANDLED}
