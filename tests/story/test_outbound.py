"""An agent calls a customer: his own phone rings first."""

import gevent
import pytest

from controller.domain.words import EndedBy, Outcome, State
from controller.reactions import talk as talking
from tests.story import verbs
from tests.story.acts import NEAR, rare, recorded, together
from tests.story.sound import voices
from tests.story.stage import CUSTOMER, OUTSIDE, TONES, Line, Phone


def place(stage, line: Line, phone: Phone | None = None) -> str:
    stage.agent(phone or Phone(extension="1001", obeys=True))
    stage.line(line, hz=TONES[CUSTOMER])
    return verbs.call(stage, "1001", OUTSIDE)


def connected(stage) -> str:
    i = place(stage, Line())
    stage.until(lambda x: x.state is State.CONNECTED and bool(x.recordings))
    together(stage, i, "1001")
    return i


@pytest.mark.parametrize("leaves", [CUSTOMER, rare("1001")])
def test_the_customer_answers_is_held_and_talks(stage, leaves):
    i = connected(stage)
    verbs.hold(stage, i)
    stage.until_heard(i, {CUSTOMER: set(), "1001": set()})
    verbs.resume(stage, i)
    together(stage, i, "1001")
    gevent.sleep(1)
    stage.hangs_up(i, leaves)
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    [segment] = done.segments
    assert segment.ended_by is (EndedBy.CUSTOMER if leaves == CUSTOMER else EndedBy.AGENT)
    [row] = stage.api("GET", "reports/cdr")
    assert (row["direction"], row["customer"], row["agents"]) == ("outbound", OUTSIDE, ["1001"])
    assert row["holds"] == 1
    [recording] = done.recordings
    assert recording.length_s == pytest.approx(segment.ended_at - segment.connected_at, abs=NEAR)
    if stage.hears:
        assert voices(recording) == ({CUSTOMER}, {"1001"})
    stage.nothing_left()


def test_he_is_transferred_like_any_other(stage):
    i = connected(stage)
    stage.agent(Phone(extension="1002", obeys=True), queues=())
    verbs.transfer(stage, i, "1002")
    together(stage, i, "1002")
    recorded(stage, i, 2)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.TRANSFER),
        ("1002", EndedBy.CUSTOMER),
    ]
    stage.nothing_left()


def test_the_customer_is_busy(stage):
    place(stage, Line(rejects=True))
    done = stage.settle()
    assert (done.outcome, done.reason) == (Outcome.FAILED, "customer not reached: USER_BUSY")
    assert [leg.cause for leg in done.legs] == ["NORMAL_CLEARING", "USER_BUSY"]
    assert stage.tandem.agents.candidate("1001").free == 100
    stage.nothing_left()


@pytest.mark.rare
def test_the_customer_does_not_answer(stage, monkeypatch):
    monkeypatch.setattr(talking, "CUSTOMER_PHONE_S", 2.0)
    place(stage, Line(ignores=True))
    done = stage.settle()
    assert (done.outcome, done.reason) == (Outcome.FAILED, "customer not reached: NO_ANSWER")
    stage.nothing_left()


@pytest.mark.rare
def test_the_agents_own_phone_rejects_and_the_customers_never_rings(stage):
    place(stage, Line(), Phone(extension="1001", rejects=True))
    done = stage.settle()
    assert done.outcome is Outcome.FAILED and done.reason.startswith("agent's phone: ")
    assert [leg.party for leg in done.legs] == ["1001"]
    stage.nothing_left()


@pytest.mark.parametrize("how", ["console", rare("phone")])
def test_the_agent_gives_up_while_the_customers_phone_rings(stage, how):
    i = place(stage, Line(ignores=True))
    stage.until(lambda x: len(x.legs) == 2)
    gevent.sleep(0.5)
    if how == "console":
        verbs.hang_up(stage, i)
    else:
        stage.hangs_up(i, "1001")
    done = stage.settle()
    assert done.outcome is Outcome.FAILED
    agent, customer = done.legs
    assert abs(customer.ended_at - agent.ended_at) < 0.3
    stage.nothing_left()
