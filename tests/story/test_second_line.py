"""An agent's desk phone asks somebody on its second line, and gives him the customer or does not."""

import gevent
import pytest

from controller.domain.words import ConsultPhase, EndedBy, Outcome
from tests.story import verbs
from tests.story.acts import NEAR, recorded, talk, together
from tests.story.sound import voices
from tests.story.stage import CUSTOMER, OUTSIDE, Caller, Phone


def held(stage, *others: Phone) -> str:
    """1001 has a customer and holds him at his phone; the interaction's id."""
    i = talk(stage, *others)
    stage.tell(stage.find(i).segments[0].leg, "hold")
    stage.until(lambda x: x.segments[0].held_by_phone)
    return i


def asking(stage, party: str = "1002", **how) -> str:
    """The phone has dialled a colleague or an outside number, and they talk."""
    if party == OUTSIDE:
        i = held(stage)
        stage.line()
    else:
        i = held(stage, Phone(extension=party, obeys=True, **how))
    stage.dials("1001", party)
    stage.until(lambda x: x.consult is not None and x.consult.phase is ConsultPhase.TALKING)
    heard(stage, i, party)
    return i


def heard(stage, i: str, party: str) -> None:
    """Agent and party hear each other on the second line, and the customer nobody."""
    legs = {CUSTOMER: i, "1001": line_of(stage, i), party: stage.leg(i, party)}
    wanted = {CUSTOMER: set(), "1001": {party}, party: {"1001"}}
    with gevent.Timeout(5.0):
        while stage.hearing(legs) != wanted:
            gevent.sleep(0.05)  # of sound there is no event


def line_of(stage, i: str) -> str:
    consult = stage.find(i).consult
    assert consult is not None and consult.line is not None
    return str(consult.line)


def give(stage, i: str, *, hangs_up: bool = False) -> None:
    """The phone's transfer key. Most phones hang up then, and that may be told before customer and party
    are together."""
    stage.joins(stage.find(i).segments[0].leg, line_of(stage, i), hangs_up=hangs_up)


def ends_with_the_second(stage, i):
    """The customer talks with agent 1002, and hangs up."""
    together(stage, i, "1002")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert [s.ended_by for s in done.segments] == [EndedBy.TRANSFER, EndedBy.CUSTOMER]
    stage.nothing_left()


@pytest.mark.parametrize(
    ("party", "hangs_up"),
    [("1002", False), pytest.param("1002", True, marks=pytest.mark.slow), (OUTSIDE, True)],
)
def test_the_phone_gives_the_customer_to_whom_it_asked(stage, party, hangs_up):
    i = asking(stage, party)
    asked_at = stage.tandem.clock.now()
    give(stage, i, hangs_up=hangs_up)
    together(stage, i, party)
    recorded(stage, i, 2)
    gevent.sleep(1)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert (done.outcome, done.segments[0].ended_by) == (Outcome.HANDLED, EndedBy.TRANSFER)
    assert done.segments[0].ended_at == pytest.approx(asked_at, abs=NEAR)
    assert done.find_leg(done.leg).cause == "NORMAL_CLEARING"
    if party == "1002":
        assert [s.ended_by for s in done.segments] == [EndedBy.TRANSFER, EndedBy.CUSTOMER]
        assert done.segments[1].connected_at == pytest.approx(asked_at, abs=NEAR)
    names = stage.names(done)
    assert (names.count("Transferred"), names.count("ConsultStarted")) == (1, 1)
    assert "WrapUpStarted" in names
    [row] = stage.api("GET", "reports/cdr")
    kind = "agent 1002" if party == "1002" else f"outside {OUTSIDE}"
    assert row["transfers"] == [f"1001 to {kind}, consulted"]
    first, second = done.recordings
    assert first.error is None and second.error is None
    assert first.length_s == pytest.approx(asked_at - first.started_at, abs=NEAR)
    assert second.length_s == pytest.approx(done.ended_at - asked_at, abs=NEAR)
    if stage.hears:
        assert voices(second)
    stage.nothing_left()


def test_the_phone_gives_whom_it_asked_to_the_customer(stage):
    """Some phones refer on their second line, and name the first: it is all the same."""
    i = asking(stage)
    stage.joins(line_of(stage, i), stage.find(i).segments[0].leg)
    ends_with_the_second(stage, i)


def test_the_console_gives_the_customer_to_whom_the_phone_asked(stage):
    i = asking(stage)
    verbs.complete(stage, i)
    ends_with_the_second(stage, i)


@pytest.mark.parametrize("hangs_up", [pytest.param(False, marks=pytest.mark.slow), True])
def test_transferred_while_it_rings_he_is_rung_as_the_customers_agent(stage, hangs_up):
    i = held(stage, Phone(extension="1002", obeys=True, ring=2.0))
    stage.dials("1001", "1002")
    stage.until(lambda x: x.consult is not None and x.find_leg(x.consult.line).answered_at)
    stage.add_phone(Phone(extension="1002", obeys=True))  # SIPp's take one call each
    give(stage, i, hangs_up=hangs_up)
    ends_with_the_second(stage, i)


@pytest.mark.rare
@pytest.mark.parametrize("who", ["agent", pytest.param("party", marks=pytest.mark.slow), "console"])
def test_the_second_line_is_hung_up_and_the_customer_is_still_held(stage, who):
    i = asking(stage)
    if who == "console":
        verbs.cancel(stage, i)
    else:
        stage.tell(line_of(stage, i) if who == "agent" else stage.leg(i, "1002"), "bye")
    stage.until(lambda x: x.consult is None)
    assert stage.find(i).segments[0].held_by_phone
    stage.tell(stage.find(i).segments[0].leg, "resume")
    together(stage, i, "1001")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    by = EndedBy.AGENT if who == "party" else EndedBy.DISMISSED
    assert [s.ended_by for s in done.segments] == [EndedBy.CUSTOMER, by]
    stage.nothing_left()


@pytest.mark.rare
def test_the_customer_hangs_up_meanwhile_and_both_lines_end(stage):
    i = asking(stage)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert (done.outcome, done.reason) == (Outcome.HANDLED, "customer hung up")
    assert [s.ended_by for s in done.segments] == [EndedBy.CUSTOMER, EndedBy.DISMISSED]
    stage.nothing_left()


@pytest.mark.rare
def test_the_line_of_the_customer_is_hung_up_and_that_is_what_it_means(stage):
    i = asking(stage)
    stage.tell(stage.find(i).segments[0].leg, "bye")
    done = stage.settle()
    assert (done.outcome, done.reason) == (Outcome.HANDLED, "agent hung up")
    assert [s.ended_by for s in done.segments] == [EndedBy.AGENT, EndedBy.DISMISSED]
    stage.nothing_left()


def test_who_cannot_be_asked_is_not_rung_and_the_customer_is_still_held(stage):
    i = held(stage, Phone(extension="1002"))
    stage.api("PUT", "agents/1002/status", {"status": "on_break"})
    stage.dials("1001", "1002")
    stage.until(lambda x: "ConsultEnded" in stage.names(x))
    stage.dials("1001", "0190123456")
    gevent.sleep(1)
    assert stage.find(i).segments[0].held_by_phone and stage.find(i).consult is None
    stage.hangs_up(i, CUSTOMER)
    assert stage.settle().outcome is Outcome.HANDLED
    stage.nothing_left()


def test_a_phone_that_names_a_call_that_is_not_its_own_gets_nobody_together(stage):
    """FreeSWITCH brings the two customers together; they are parted, and wait for agents of their own."""
    first = held(stage)
    stage.agent(Phone(extension="1003", obeys=True))
    stage.dial(Caller(stay=60, address="+4930111333"))
    second = stage.until(lambda x: x.id != first and bool(x.recordings)).id
    mine, strange = (stage.find(i).segments[0].leg for i in (first, second))
    stage.joins(mine, strange)
    for i in (first, second):
        stage.until(lambda x, i=i: x.id == i and "Requeued" in stage.names(x))
        assert [s.ended_by for s in stage.find(i).segments] == [EndedBy.LOST]
    legs = {"first": first, "second": second}
    with gevent.Timeout(5.0):
        while any(CUSTOMER in heard for heard in stage.hearing(legs).values()):
            gevent.sleep(0.05)
    for i in (first, second):
        assert stage.find(i).find_leg(i).ended_at is None


@pytest.mark.rare
def test_a_phone_that_names_a_call_that_is_not_there_changes_nothing(stage):
    i = asking(stage)
    leg = stage.find(i).segments[0].leg
    stage.refers_in_vain(leg)
    gevent.sleep(1)
    assert stage.find(i).consult is not None
    heard(stage, i, "1002")
    give(stage, i)
    together(stage, i, "1002")
    stage.hangs_up(i, CUSTOMER)
    assert [s.ended_by for s in stage.settle().segments] == [EndedBy.TRANSFER, EndedBy.CUSTOMER]
    stage.nothing_left()
