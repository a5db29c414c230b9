"""An agent asks somebody: talks with him, swaps, brings all three together, or leaves."""

import gevent
import pytest

from controller.domain.agent import Status
from controller.domain.words import ConsultPhase, EndedBy, Outcome, State
from controller.reactions import others
from tests.story import verbs
from tests.story.acts import NEAR, rare, talk, together
from tests.story.sound import voices
from tests.story.stage import CUSTOMER, OUTSIDE, Phone


def ask(stage, i: str, party: str) -> None:
    verbs.ask(stage, i, party)
    stage.until(lambda x: x.consult is not None and x.consult.phase is ConsultPhase.TALKING)


def consult(stage, party: str = "1002") -> str:
    """The two talk while the customer holds."""
    if party == OUTSIDE:
        i = talk(stage)
        stage.line()
    else:
        i = talk(stage, Phone(extension=party, obeys=True))
    ask(stage, i, party)
    stage.until_heard(i, {CUSTOMER: set(), "1001": {party}, party: {"1001"}})
    return i


def bring(stage, i: str, phase: str) -> None:
    """From the talk of the two to this phase of the consult."""
    if phase == "aside":
        verbs.swap(stage, i)
        stage.until_heard(i, {CUSTOMER: {"1001"}, "1001": {CUSTOMER}, "1002": set()})
    elif phase == "joined":
        verbs.join(stage, i)
        everybody = {CUSTOMER, "1001", "1002"}
        stage.until_heard(i, {who: everybody - {who} for who in everybody})


@pytest.mark.parametrize("party", ["1002", OUTSIDE])
def test_swapped_joined_and_left_to_the_customer(stage, party):
    i = consult(stage, party)
    verbs.swap(stage, i)
    stage.until_heard(i, {CUSTOMER: {"1001"}, "1001": {CUSTOMER}, party: set()})
    verbs.swap(stage, i)
    stage.until_heard(i, {CUSTOMER: set(), "1001": {party}, party: {"1001"}})
    verbs.join(stage, i)
    everybody = {CUSTOMER, "1001", party}
    stage.until_heard(i, {who: everybody - {who} for who in everybody})
    verbs.hang_up(stage, i)
    stage.until_heard(i, {CUSTOMER: {party}, party: {CUSTOMER}})
    stage.until(lambda x: len(x.recordings) == 2)
    gevent.sleep(1)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()

    assert done.outcome is Outcome.HANDLED
    [row] = stage.api("GET", "reports/cdr")
    kind = "outside" if party == OUTSIDE else "agent"
    assert row["transfers"] == [f"1001 to {kind} {party}, consulted"]
    assert row["agents"] == ["1001"] if party == OUTSIDE else ["1001", party]
    assert row["holds"] == 2
    asking = done.segments[0]
    assert asking.ended_by is EndedBy.AGENT
    first, second = done.recordings
    assert first.error is None and second.error is None
    assert first.length_s == pytest.approx(asking.ended_at - asking.connected_at, abs=NEAR)
    assert second.length_s == pytest.approx(done.ended_at - asking.ended_at, abs=NEAR)
    if stage.hears:
        assert voices(first) == ({CUSTOMER}, {"1001", party})
        assert voices(second) == ({CUSTOMER}, {party})
    stage.nothing_left()


def test_completed_by_the_agent_and_ended_by_the_consulted(stage):
    i = consult(stage)
    verbs.complete(stage, i)
    stage.until_heard(i, {CUSTOMER: {"1002"}, "1002": {CUSTOMER}})
    stage.until(lambda x: len(x.recordings) == 2)
    stage.hangs_up(i, "1002")
    done = stage.settle()
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.TRANSFER),
        ("1002", EndedBy.AGENT),
    ]
    assert done.outcome is Outcome.HANDLED
    legs = stage.api("GET", "reports/cdr?rows=legs")
    assert [(leg["role"], leg["party"]) for leg in legs] == [
        ("customer", "+4930111222"),
        ("agent", "1001"),
        ("agent", "1002"),
    ]
    assert {leg["cause"] for leg in legs} == {"NORMAL_CLEARING"}
    stage.nothing_left()


@pytest.mark.parametrize("phase", ["talking", rare("aside"), rare("joined")])
def test_the_asking_agents_phone_hangs_up_and_the_two_others_are_together(stage, phase):
    i = consult(stage)
    bring(stage, i, phase)
    stage.hangs_up(i, "1001")
    together(stage, i, "1002")
    stage.until(lambda x: len(x.recordings) == 2)
    verbs.hang_up(stage, i)
    done = stage.settle()
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.TRANSFER),
        ("1002", EndedBy.AGENT),
    ]
    stage.nothing_left()


@pytest.mark.parametrize("phase", ["talking", rare("aside"), rare("joined")])
def test_the_consulted_hangs_up_and_the_customer_is_with_his_agent(stage, phase):
    i = consult(stage)
    bring(stage, i, phase)
    stage.hangs_up(i, "1002")
    together(stage, i, "1001")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.CUSTOMER),
        ("1002", EndedBy.AGENT),
    ]
    assert len(done.recordings) == 1
    stage.nothing_left()


@pytest.mark.parametrize("phase", [rare("talking"), rare("aside"), "joined"])
def test_the_customer_hangs_up(stage, phase):
    i = consult(stage)
    bring(stage, i, phase)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    assert done.segments[0].ended_by is EndedBy.CUSTOMER
    assert {leg.cause for leg in done.legs} == {"NORMAL_CLEARING"}
    stage.nothing_left()


@pytest.mark.parametrize("phase", [rare("talking"), rare("aside"), rare("joined")])
def test_cancelled(stage, phase):
    i = consult(stage)
    bring(stage, i, phase)
    verbs.cancel(stage, i)
    together(stage, i, "1001")
    stage.hangs_up(i, "1001")
    done = stage.settle()
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.AGENT),
        ("1002", EndedBy.DISMISSED),
    ]
    stage.nothing_left()


@pytest.mark.parametrize("phase", [rare("aside"), rare("joined")])
def test_completed_in_any_phase(stage, phase):
    i = consult(stage)
    bring(stage, i, phase)
    verbs.complete(stage, i)
    together(stage, i, "1002")
    stage.hangs_up(i, CUSTOMER)
    assert [s.ended_by for s in stage.settle().segments] == [EndedBy.TRANSFER, EndedBy.CUSTOMER]
    stage.nothing_left()


# --- nobody answers --------------------------------------------------------------------------------


def test_the_consulted_rejects_and_the_customer_is_back(stage):
    i = talk(stage, Phone(extension="1002", rejects=True))
    verbs.ask(stage, i, "1002")
    stage.until(lambda x: x.consult is None)
    together(stage, i, "1001")
    assert stage.tandem.agents.candidate("1002").free == 100
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert [s.agent for s in done.segments] == ["1001"]
    assert done.legs[2].cause in ("USER_BUSY", "CALL_REJECTED")
    stage.nothing_left()


@pytest.mark.rare
def test_the_consulted_never_answers_and_the_customer_is_back(stage, monkeypatch):
    monkeypatch.setattr(others, "CONSULT_S", 2.0)
    i = talk(stage, Phone(extension="1002", ignores=True))
    verbs.ask(stage, i, "1002")
    stage.until(lambda x: x.consult is None)
    together(stage, i, "1001")
    stage.hangs_up(i, CUSTOMER)
    assert stage.settle().outcome is Outcome.HANDLED
    stage.nothing_left()


@pytest.mark.rare
def test_cancelled_while_it_rings_the_phone_stops(stage):
    i = talk(stage, Phone(extension="1002", ignores=True))
    verbs.ask(stage, i, "1002")
    gevent.sleep(0.5)
    cancelled_at = stage.tandem.clock.now()
    verbs.cancel(stage, i)
    together(stage, i, "1001")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert done.legs[2].ended_at - cancelled_at < 0.3
    stage.nothing_left()


@pytest.mark.rare
def test_who_is_busy_is_not_rung_and_the_customer_is_back(stage):
    i = talk(stage, Phone(extension="1002"))
    stage.api("PUT", "agents/1002/status", {"status": "on_break"})
    verbs.ask_who_has_just_become_busy(stage, i, "1002")
    stage.until(lambda x: x.consult is None)
    together(stage, i, "1001")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert done.legs[2].cause == "USER_BUSY" and done.legs[2].answered_at is None
    assert stage.tandem.agents.candidate("1002").status is Status.ON_BREAK
    stage.nothing_left()


@pytest.mark.rare
def test_a_customer_who_was_on_hold_before_stays_so(stage):
    i = talk(stage, Phone(extension="1002", rejects=True))
    verbs.hold(stage, i)
    verbs.ask(stage, i, "1002")
    stage.until(lambda x: x.consult is None)
    stage.until_heard(i, {CUSTOMER: set(), "1001": set()})
    verbs.resume(stage, i)
    together(stage, i, "1001")
    stage.hangs_up(i, CUSTOMER)
    assert stage.settle().segments[0].holds == 1
    stage.nothing_left()


def test_the_asking_agents_phone_hangs_up_while_it_rings_and_the_customer_is_first(stage):
    i = talk(stage, Phone(extension="1002", ignores=True))
    verbs.ask(stage, i, "1002")
    stage.until(lambda x: x.consult is not None)
    stage.hangs_up(i, "1001")
    waiting = stage.until(lambda x: x.state is State.QUEUED)
    assert waiting.place.front
    stage.agent(Phone(extension="1003", obeys=True))
    stage.until(lambda x: x.state is State.CONNECTED)
    together(stage, i, "1003")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.LOST),
        ("1003", EndedBy.CUSTOMER),
    ]
    stage.nothing_left()
