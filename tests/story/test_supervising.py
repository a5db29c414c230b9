"""A supervisor listens, whispers, barges in, takes over; nobody but the agent ever hears a whisper."""

import gevent
import pytest

from controller.domain.words import EndedBy, MonitorMode, Outcome
from tests.story import verbs
from tests.story.acts import rare, recorded, talk, together
from tests.story.sound import voices
from tests.story.stage import CUSTOMER, Phone

LISTEN = {CUSTOMER: {"1001"}, "1001": {CUSTOMER}, "1003": {CUSTOMER, "1001"}}
WHISPER = {**LISTEN, "1001": {CUSTOMER, "1003"}}
BARGE = {**WHISPER, CUSTOMER: {"1001", "1003"}}


def watched(stage, mode: MonitorMode = MonitorMode.LISTEN) -> tuple[str, verbs.Supervisor]:
    i = talk(stage, Phone(extension="1003", obeys=True))
    supervisor = verbs.Supervisor(stage, "1003")
    supervisor.listen(i, mode)
    stage.until(lambda x: any(m.listening for m in x.monitors))
    return i, supervisor


def test_listening_and_whispering_through_a_hold_and_the_customer_hears_nothing(stage):
    i, supervisor = watched(stage)
    stage.until_heard(i, LISTEN)
    assert stage.tandem.agents.candidate("1003").free == 0
    supervisor.listen(i, MonitorMode.WHISPER)
    stage.until_heard(i, WHISPER)
    verbs.hold(stage, i)
    stage.until_heard(i, {CUSTOMER: set(), "1001": {"1003"}, "1003": {"1001"}})
    verbs.resume(stage, i)
    stage.until_heard(i, WHISPER)
    supervisor.listen(i, MonitorMode.LISTEN)
    stage.until_heard(i, LISTEN)
    supervisor.stop(i)
    together(stage, i, "1001")
    assert stage.tandem.agents.candidate("1003").free == 100
    gevent.sleep(0.5)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED and len(done.segments) == 1
    legs = stage.api("GET", "reports/cdr?rows=legs")
    assert [leg["role"] for leg in legs] == ["customer", "agent", "supervisor"]
    assert {leg["cause"] for leg in legs} == {"NORMAL_CLEARING"}
    if stage.hears:
        assert voices(done.recordings[0]) == ({CUSTOMER}, {"1001"})
    stage.nothing_left()


def test_a_mode_that_is_changed_as_his_phone_answers_is_the_one_that_counts(stage):
    i, supervisor = watched(stage)
    supervisor.listen(i, MonitorMode.WHISPER)
    stage.until_heard(i, WHISPER)
    stage.hangs_up(i, CUSTOMER)
    stage.settle()
    stage.nothing_left()


def test_he_barges_in_and_takes_over(stage):
    i, supervisor = watched(stage, MonitorMode.BARGE)
    stage.until_heard(i, BARGE)
    supervisor.take_over(i)
    together(stage, i, "1003")
    recorded(stage, i, 2)
    gevent.sleep(1)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert [(s.agent, s.ended_by) for s in done.segments] == [
        ("1001", EndedBy.TAKEN_OVER),
        ("1003", EndedBy.CUSTOMER),
    ]
    if stage.hears:
        assert voices(done.recordings[0]) == ({CUSTOMER}, {"1001", "1003"})
        assert voices(done.recordings[1]) == ({CUSTOMER}, {"1003"})
    stage.nothing_left()


@pytest.mark.rare
def test_it_can_begin_with_a_whisper(stage):
    i, _ = watched(stage, MonitorMode.WHISPER)
    stage.until_heard(i, WHISPER)
    stage.hangs_up(i, CUSTOMER)
    stage.settle()
    stage.nothing_left()


@pytest.mark.rare
def test_the_supervisor_hangs_up_and_the_two_notice_nothing(stage):
    i, _ = watched(stage)
    stage.until_heard(i, LISTEN)
    stage.hangs_up(i, "1003")
    together(stage, i, "1001")
    stage.until(lambda x: not x.monitors)
    stage.hangs_up(i, CUSTOMER)
    assert stage.settle().segments[0].ended_by is EndedBy.CUSTOMER
    stage.nothing_left()


@pytest.mark.parametrize("leaves", ["1001", rare(CUSTOMER)])
def test_who_is_listened_to_hangs_up_and_the_supervisor_is_let_go(stage, leaves):
    i, _ = watched(stage)
    stage.until_heard(i, LISTEN)
    stage.hangs_up(i, leaves)
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    stage.nothing_left()


@pytest.mark.parametrize("before", [rare("held"), rare("consulting"), rare("joined")])
def test_he_takes_over_whatever_the_agent_was_at(stage, before):
    stage.agent(Phone(extension="1002", obeys=True), queues=())
    i, supervisor = watched(stage)
    stage.until_heard(i, LISTEN)
    if before == "held":
        verbs.hold(stage, i)
    else:
        verbs.ask(stage, i, "1002")
        stage.until(lambda x: len(x.segments) == 2)
        if before == "joined":
            verbs.join(stage, i)
    gevent.sleep(0.3)
    supervisor.take_over(i)
    together(stage, i, "1003")
    stage.hangs_up(i, "1003")
    done = stage.settle()
    assert (done.segments[0].ended_by, done.segments[-1].agent) == (EndedBy.TAKEN_OVER, "1003")
    stage.nothing_left()


@pytest.mark.rare
def test_a_phone_that_rejects_leaves_him_where_he_was(stage):
    i = talk(stage, Phone(extension="1003", rejects=True))
    verbs.Supervisor(stage, "1003").listen(i)
    stage.until(lambda x: not x.monitors and len(x.legs) == 3)
    together(stage, i, "1001")
    stage.hangs_up(i, CUSTOMER)
    stage.settle()
    stage.nothing_left()
