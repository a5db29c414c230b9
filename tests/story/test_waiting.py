"""What happens to a caller who waits, on both switches: turned away, given back, moved, told, known again."""

from pathlib import Path

import gevent
import pytest

from controller.domain import events as e
from controller.domain.agent import SignIn, SignOut, Status
from controller.domain.catalogue import AgentProfile
from controller.domain.model import Interaction, Telling
from controller.domain.schedule import Schedule
from controller.domain.words import Outcome, State
from controller.reports.explain import explain
from ivr_flows.announcements import announcement
from tests.live.tones import AGENT_HZ, CALLER_HZ, seconds_of, tone_levels, write_wav_tone
from tests.story.stage import PATIENT, Caller, Phone, Stage

NEAR = 0.5

#: Our music on hold is louder than this, silence is not.
MUSIC_DB = -50.0


def steps(stage: Stage, interaction: Interaction) -> list[str]:
    return [event.step for event in stage.events(interaction) if isinstance(event, e.StepTaken)]


def only(stage: Stage, interaction: Interaction, kind: type) -> list:
    return [event for event in stage.events(interaction) if isinstance(event, kind)]


def story(stage: Stage, interaction: Interaction) -> str:
    """What `tandem explain` says."""
    profiles = stage.tandem.catalogue.all(AgentProfile)
    return "\n".join(line.text for line in explain(stage.tandem.store, profiles, interaction.id))


def row(stage: Stage, interaction: Interaction) -> dict:
    rows = stage.api("GET", "reports/cdr")
    return next(each for each in rows if each["id"] == interaction.id)


def sign_in(stage: Stage, agent: str, *queues: str) -> None:
    """Somebody who is there and takes nothing."""
    stage.tandem.catalogue.put(
        AgentProfile(id=agent, name=agent, extension=agent, queues=queues or ("sales",))
    )
    stage.tandem.engine.handle(SignIn(agent_id=agent, status=Status.ON_BREAK))


def check_given_back(stage: Stage, done: Interaction, reason: str, step: str) -> None:
    assert (done.outcome, done.segments) == (Outcome.OVERFLOWED, ())
    assert steps(stage, done) == ["sales", step]
    assert done.flow.variables["returned"] == reason
    assert row(stage, done)["outcome"] == "overflowed"
    assert reason in row(stage, done)["queue_path"][0]
    assert f"sales: {reason}" in story(stage, done)


@pytest.mark.rare
def test_a_full_queue_turns_the_next_caller_away(stage):
    stage.queue("sales", max_length=1)
    stage.dial(Caller(number=PATIENT, stay=12))
    stage.until(lambda i: i.state is State.QUEUED)
    stage.dial(Caller(number=PATIENT, stay=10, address="+4930999")).wait_over()
    done = stage.until(lambda i: i.closed)
    assert done.address == "+4930999"
    check_given_back(stage, done, "full", "too_many")
    assert only(stage, done, e.Queued) == []


@pytest.mark.rare
def test_a_queue_without_anybody_takes_nobody_and_keeps_nobody(stage):
    stage.queue("sales", nobody_s=0)
    stage.dial(Caller(number=PATIENT, stay=10)).wait_over()
    first = stage.until(lambda i: i.closed)
    check_given_back(stage, first, "nobody", "nobody_there")
    sign_in(stage, "1001")
    call = stage.dial(Caller(number=PATIENT, stay=15, address="+4930999"))
    waiting = stage.until(lambda i: i.state is State.QUEUED)
    stage.tandem.engine.handle(SignOut(agent_id="1001"))
    call.wait_over()
    done = stage.until(lambda i: i.closed and i.id == waiting.id)
    check_given_back(stage, done, "nobody", "nobody_there")
    [left] = only(stage, done, e.LeftQueue)
    assert left.waited_s == pytest.approx(done.queued_s, abs=0.01)


@pytest.mark.rare
def test_a_closed_queue_sends_callers_home(stage):
    stage.tandem.catalogue.put(Schedule(id="never"))
    stage.queue("sales", schedule="never")
    stage.dial(Caller(number=PATIENT, stay=10)).wait_over()
    check_given_back(stage, stage.settle(), "closed", "come_again")


@pytest.mark.rare
def test_who_has_waited_long_enough_goes_on_in_his_flow(stage):
    stage.queue("sales", max_wait_s=2)
    stage.dial(Caller(number=PATIENT, stay=15)).wait_over()
    done = stage.settle()
    check_given_back(stage, done, "waited", "long_enough")
    assert done.queued_s == pytest.approx(2, abs=NEAR)
    assert done.legs[0].cause == "NORMAL_CLEARING" and stage.legs() == 0


@pytest.mark.rare
def test_another_queue_has_him_with_the_time_he_waited(stage):
    stage.queue("sales", max_wait_s=2, overflow={"waited": "support"})
    stage.agent(Phone(extension="1001"), queues=("support",))
    call = stage.dial(Caller(number=PATIENT, stay=7))
    call.wait_over()
    done = stage.settle()
    assert (done.outcome, done.segments[0].agent) == (Outcome.HANDLED, "1001")
    first, second = only(stage, done, e.Queued)
    assert (second.queue, second.credit_for) == ("support", "moved")
    assert second.credit_s == pytest.approx(second.at - first.at, abs=0.05)
    assert row(stage, done)["queue_path"] == ["sales [left: waited]", "support"]
    assert "support is to have him" in story(stage, done)
    assert steps(stage, done) == ["sales"]


def test_a_redialler_has_his_place_back(stage):
    stage.queue("sales", redial_s=60)
    stage.dial(Caller(stay=3, address="+49301")).wait_over()
    gave_up = stage.until(lambda i: i.closed)
    stage.dial(Caller(stay=12, address="+49302"))
    other = stage.until(lambda i: i.state is State.QUEUED)
    stage.dial(Caller(stay=9, address="+49301"))
    again = stage.until(lambda i: i.state is State.QUEUED and i.id != other.id)
    [queued] = only(stage, again, e.Queued)
    assert queued.credit_s == pytest.approx(gave_up.queued_s, abs=0.1)
    assert stage.tandem.distributor.waiting_in("sales") == [again.id, other.id]
    stage.agent(Phone(extension="1001"))
    served = stage.until(lambda i: i.state is State.CONNECTED)
    assert served.id == again.id
    assert "credited: he had waited so long when he gave up" in story(stage, again)


def say_a_tone(stage: Stage, seconds: float) -> None:
    """In place of the words for who is first, so that they are told from music and voices."""
    telling = Telling(position=True, wait=True, first_s=1, every_s=10)
    [prompt] = announcement(telling, 1, None)
    write_wav_tone(stage.tandem.prompts.path_for(prompt, 8000), hz=CALLER_HZ, seconds=seconds)


def test_he_hears_where_he_stands_and_then_music_again(stage, tmp_path: Path):
    say_a_tone(stage, 2)
    sign_in(stage, "1002")
    call = stage.dial(Caller(number=PATIENT, stay=7))
    waiting = stage.until(lambda i: i.state is State.QUEUED)
    ear = call.listen() if stage.hears else None
    call.wait_over()
    done = stage.settle()
    [told] = only(stage, done, e.WaitTold)
    assert (told.position, told.expected_s) == (1, None)
    assert told.at - waiting.place.entered_at == pytest.approx(1, abs=NEAR)
    assert "was told: place 1" in story(stage, done)
    if ear is not None:
        [heard] = tone_levels(ear.stop(tmp_path / "heard.wav"), (CALLER_HZ,))
        assert seconds_of(heard, CALLER_HZ) == pytest.approx(2, abs=0.3)
        tone = [number for number, window in enumerate(heard) if window.hz == CALLER_HZ]
        afterwards = heard[tone[-1] + 2 :]
        assert len(afterwards) > 20
        assert sum(window.db > MUSIC_DB for window in afterwards) > 0.9 * len(afterwards)


@pytest.mark.rare
def test_an_agent_who_answers_meanwhile_is_heard_at_once(stage, tmp_path: Path):
    say_a_tone(stage, 8)
    stage.agent(Phone(extension="1001", ring=0.0))
    stage.api("PUT", "agents/1001/status", {"status": "on_break"})
    call = stage.dial(Caller(number=PATIENT, stay=9))
    stage.until(lambda i: i.state is State.QUEUED)
    ear = call.listen() if stage.hears else None
    stage.until(lambda i: bool(only(stage, i, e.WaitTold)), 10)
    gevent.sleep(1)  # the tone is heard by now
    stage.api("PUT", "agents/1001/status", {"status": "available"})
    talking = stage.until(lambda i: i.state is State.CONNECTED)
    # Some five seconds of what he is told are left; the commands alone take one on a busy machine.
    assert stage.at(talking, e.Connected) - stage.at(talking, e.OfferAccepted) < 2
    call.wait_over()
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED and stage.legs() == 0
    if ear is not None:
        [heard] = tone_levels(ear.stop(tmp_path / "heard.wav"), (CALLER_HZ, AGENT_HZ))
        assert seconds_of(heard, CALLER_HZ) > 0.5
        talked = [number for number, window in enumerate(heard) if window.hz == AGENT_HZ]
        assert seconds_of(heard, AGENT_HZ) == pytest.approx(done.segments[0].talk_s, abs=NEAR)
        assert not any(window.hz == CALLER_HZ for window in heard[talked[0] :])
