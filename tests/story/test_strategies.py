"""Who gets the caller, by the queue's settings, on both switches."""

import pytest

from controller.domain import events as e
from controller.domain.agent import Status
from controller.domain.words import Outcome, State
from tests.story.acts import together
from tests.story.stage import CUSTOMER, Caller, Phone

NEAR = 0.5


def offers(stage, interaction):
    return [x for x in stage.events(interaction) if isinstance(x, e.Offered)]


@pytest.mark.rare
def test_a_ring_lets_in_who_was_not_good_enough(stage):
    stage.queue("sales", skills={"english": 3}, rings=((2.0, {"english": 1}),))
    stage.agent(Phone(extension="1001"), skills={"english": 1})
    stage.dial(Caller(stay=6))
    waiting = stage.until(lambda i: i.state is State.QUEUED)
    found = stage.api("GET", f"interactions/{waiting.id}/candidates")
    assert found["passed_over"] == [{"agent": "1001", "reason": "needs english 3, has 1"}]
    done = stage.settle()
    assert (done.outcome, done.segments[0].agent) == (Outcome.HANDLED, "1001")
    [offered] = offers(stage, done)
    assert offered.at - stage.at(done, e.Queued) == pytest.approx(2, abs=NEAR)
    assert offered.why.needs == {"english": 1}
    assert stage.legs() == 0


@pytest.mark.rare
def test_the_most_able_is_rung_and_when_he_rejects_the_next(stage):
    stage.queue("sales", strategy="best_skill", skills={"english": 1})
    stage.agent(Phone(extension="1001"), skills={"english": 2})
    stage.agent(Phone(extension="1002", rejects=True), skills={"english": 9})
    stage.dial(Caller(stay=4))
    done = stage.settle()
    assert [x.agent for x in offers(stage, done)] == ["1002", "1001"]
    assert offers(stage, done)[0].why.eligible == ("1002", "1001")
    assert offers(stage, done)[1].why.passed_over == {"1002": "had this offer a moment ago"}
    assert done.segments[0].agent == "1001"
    assert stage.legs() == 0


def test_all_phones_ring_until_one_is_answered(stage):
    stage.queue("sales", strategy="ring_all")
    stage.agent(Phone(extension="1001", ignores=True))
    stage.agent(Phone(extension="1002", ring=1.0))
    stage.dial(Caller(stay=5))
    rung = stage.until(lambda i: len(i.offers) == 2)
    assert {offer.why.rule for offer in rung.offers} == {"ring_all"}
    done = stage.settle()
    first, second = offers(stage, done)
    assert second.at - first.at < 0.1
    assert (done.outcome, done.segments[0].agent) == (Outcome.HANDLED, "1002")
    withdrawn = next(x for x in stage.events(done) if isinstance(x, e.OfferWithdrawn))
    assert withdrawn.agent == "1001"
    stopped = next(leg.ended_at for leg in done.legs if leg.party == "1001")
    assert stopped - stage.at(done, e.OfferAccepted) < 0.3
    assert stage.tandem.agents.candidate("1001").free == 100
    assert stage.legs() == 0


@pytest.mark.rare
def test_who_becomes_free_while_phones_ring_is_rung_too(stage):
    stage.queue("sales", strategy="ring_all")
    stage.agent(Phone(extension="1001", ignores=True))
    stage.dial(Caller(stay=5))
    stage.until(lambda i: len(i.offers) == 1)
    stage.agent(Phone(extension="1002", ring=0.5))
    stage.until(lambda i: len(i.offers) == 2)
    done = stage.settle()
    assert (done.outcome, done.segments[0].agent) == (Outcome.HANDLED, "1002")
    assert offers(stage, done)[1].why.passed_over == {"1001": "offered a contact"}
    assert stage.tandem.agents.candidate("1001").free == 100
    assert stage.legs() == 0


def test_two_answer_at_once_and_one_is_let_go_and_free_again(stage):
    stage.queue("sales", strategy="ring_all")
    for extension in ("1001", "1002", "1003"):
        stage.agent(Phone(extension=extension, ring=0.5, obeys=True))
    stage.dial(Caller(stay=60))
    talking = stage.until(lambda i: i.state is State.CONNECTED)
    [winner] = [s.agent for s in talking.segments]
    together(stage, talking.id, winner)
    for extension in {"1001", "1002", "1003"} - {winner}:
        candidate = stage.tandem.agents.candidate(extension)
        assert (candidate.free, candidate.status) == (100, Status.AVAILABLE)
    stage.hangs_up(talking.id, CUSTOMER)
    done = stage.settle()
    lost = [leg for leg in done.legs[1:] if leg.party != winner]
    assert len(lost) == 2 and all(leg.ended_at < done.ended_at for leg in lost)
    assert [s.agent for s in done.segments] == [winner]
    stage.nothing_left()
