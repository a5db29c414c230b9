"""The voice medium in a whole Tandem on the lab switch: races, failures, and what is left after them."""

from dataclasses import replace

import gevent
import pytest

from controller.adapters.esl import together
from controller.domain import events as e
from controller.domain.catalogue import Did, QueueSettings
from controller.domain.words import EndedBy, Outcome, State
from controller.lab.callers import Caller, HangUp, Talk, Wait, WaitForPrompt
from controller.lab.phones import Phone as LabPhone
from tests.live.tones import write_wav_tone
from tests.story.lab_stage import LabStage
from tests.story.stage import STRAIGHT, Phone, write_flows

MESSAGE = "5003"
FLOW = """
flow: message
language: en
start: sales
numbers: ["5003"]
steps:
  sales: {queue: {name: sales}, otherwise: message}
  message: {voicemail: {mailbox: sales, greeting: {file: menu.wav}, limit: 20s}, next: end}
  end: {hangup: }
"""


@pytest.fixture
def stage(tmp_path):
    prompt = write_wav_tone(tmp_path / "prompt.wav", hz=440, seconds=0.3).read_bytes()
    write_flows(tmp_path / "flows", prompt)
    (tmp_path / "flows/message.yaml").write_text(FLOW)
    stage = LabStage.open(tmp_path)
    stage.furnish()
    stage.tandem.catalogue.put(Did(id=MESSAGE, flow="message"))
    yield stage
    stage.close()


def dial(stage, *script, did: str = STRAIGHT):
    return stage.tandem.lab.dial(Caller(number="+49301", name="Ann", did=did, script=script))


def nothing_left(stage, agents=()) -> None:
    """No leg, wait, guard or unit outlives the calls."""
    switch = stage.tandem.switch
    with gevent.Timeout(5):
        while stage.legs() or stage.tandem.engine.live() or switch.medium.series:
            gevent.sleep(0.01)  # the switch's own farewells
    calls = switch._calls
    assert (calls.owner, calls.bridging, calls.partner, calls.music) == ({}, {}, {}, set())
    assert calls.doomed == {}
    assert len(switch._guard) == 0 and stage.tandem.timers._timers == {}
    for agent in agents:
        assert stage.tandem.agents.candidate(agent).free == 100


def test_an_offer_withdrawn_before_the_leg_exists_kills_it_when_it_is_made(stage):
    """The caller leaves in the moment of the offer: the kill may come before the leg."""
    stage.agent(Phone(extension="1001", ignores=True))
    lab, withdrawn = stage.tandem.lab, []

    def leave(published) -> None:
        for event in published.events:
            if isinstance(event, e.Offered):
                call = lab.legs.get(event.interaction_id)
                if call is not None:
                    call.hang_up("ORIGINATOR_CANCEL")
                    withdrawn.append(event.leg)

    stage.tandem.publisher.subscribe("impatient", leave)
    for _ in range(5):
        call = dial(stage)
        call.wait_for("ended")
    stage.until(lambda i: i.closed)
    assert len(withdrawn) == 5
    nothing_left(stage, ["1001"])
    assert lab.exchange.phones["1001"].leg is None


def test_a_desk_phone_is_not_told_for_which_contact_it_rings(stage):
    """Pages are (tests/story/test_reconnect.py); the switch reads a command one byte a turn."""
    stage.agent(Phone(extension="1001", ring=0.05))
    call = dial(stage)
    stage.until(lambda i: i.state is State.CONNECTED)
    (variables,) = stage.tandem.lab.exchange.phones["1001"].invited
    assert not [name for name in variables if name.startswith("sip_h_")]
    call.hang_up()
    stage.settle()


def test_a_bridge_that_never_comes_is_rescued_and_the_caller_stands_first_again(stage, monkeypatch):
    monkeypatch.setattr(together, "BRIDGE_S", 0.2)
    lab = stage.tandem.lab
    usual = lab.core.settings
    lab.core.settings = replace(usual, bridge_seconds=(5.0, 5.0))
    stage.agent(Phone(extension="1001", ring=0.05))
    call = dial(stage)
    back = stage.until(lambda i: "Requeued" in stage.names(i))
    assert back.place.front and back.place.since == stage.at(back, e.Queued)
    assert back.segments[0].ended_by in (EndedBy.FAILED, EndedBy.LOST)  # his leg is killed as well
    lab.core.settings = usual
    talking = stage.until(lambda i: i.state is State.CONNECTED, 10)
    assert talking.id == back.id and call.cause is None
    call.hang_up()
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    nothing_left(stage, ["1001"])


def test_an_agent_who_leaves_while_he_is_being_bridged_loses_no_caller(stage):
    lab = stage.tandem.lab
    stage.agent(Phone(extension="1001", ring=0.05))
    phone = lab.exchange.phones["1001"]
    call = dial(stage)
    stage.until(lambda i: "OfferAccepted" in stage.names(i))
    phone.hang_up("MEDIA_TIMEOUT")
    stage.until(lambda i: "Requeued" in stage.names(i))
    assert call.cause is None
    call.hang_up()
    stage.settle()
    nothing_left(stage, ["1001"])


def test_ringing_is_nothing_that_a_shutdown_waits_for(stage):
    """It ends with the offer, and the switch goes on with it without us."""
    stage.agent(Phone(extension="1001", ignores=True))
    dial(stage)
    stage.until(lambda i: i.state is State.OFFERED)
    with gevent.Timeout(20):
        stage.tandem.stop(drain_s=60)


def test_a_leg_told_to_end_after_its_end_was_heard_is_forgotten(stage):
    """The news of its end and the command to end it pass each other."""
    stage.agent(Phone(extension="1001", ring=0.05))
    call = dial(stage)
    before = stage.until(lambda i: i.state is State.CONNECTED)
    call.hang_up()
    stage.settle()
    for leg in before.legs:
        stage.tandem.switch.medium.drop(before, leg.id, "NORMAL_CLEARING")
    nothing_left(stage, ["1001"])


def test_music_stops_before_the_flows_next_prompt(stage):
    stage.tandem.catalogue.put(QueueSettings(id="sales", name="sales", max_wait_s=0.5))
    call = dial(stage, WaitForPrompt("moh"), WaitForPrompt("tone_stream"),
                Wait(0.5), HangUp(), did=MESSAGE)  # fmt: skip
    call.wait_for("ended", 60)  # the greeting is made first
    music, greeting, beep = call.heard
    assert "moh" in music and greeting.endswith(".wav") and beep.startswith("tone_stream")
    done = stage.settle()
    assert done.outcome is Outcome.OVERFLOWED
    nothing_left(stage)


def test_a_message_is_noted_though_the_caller_ends_it_by_hanging_up(stage):
    stage.tandem.catalogue.put(QueueSettings(id="sales", name="sales", max_wait_s=0.2))
    call = dial(stage, WaitForPrompt("tone_stream"), Wait(2.0), HangUp(), did=MESSAGE)
    call.wait_for("ended", 60)
    done = stage.until(lambda i: bool(i.voicemails))
    [message] = done.voicemails
    assert message.mailbox == "sales" and 0.5 < message.length_s < 2.5
    assert "/voicemail/sales/" in message.path
    nothing_left(stage)


def test_late_events_of_legs_that_overtake_each_other_leave_nothing_behind(stage):
    lab = stage.tandem.lab
    lab.faults.reorder(0.15)
    stage.tandem.catalogue.put(
        QueueSettings(id="sales", name="sales", offer_s=3, wrap_up_s=0.1, retry_after_s=0.2)
    )
    agents = [f"100{number}" for number in range(4)]
    for number, agent in enumerate(agents):
        stage.agent(Phone(extension=agent, ring=0.05 * number))
    lab.exchange.phones["1003"].configure(LabPhone(extension="1003", reject="CALL_REJECTED"))
    calls = [dial(stage, Talk(0.3), HangUp()) for _ in range(6)]
    calls += [dial(stage, Wait(0.05 * number), HangUp()) for number in range(8)]
    for call in calls:
        call.wait_for("ended", 20)
    nothing_left(stage, agents)
    assert len(stage.interactions()) >= 6
    for interaction in stage.interactions():
        history = stage.events(interaction)
        assert sum(isinstance(event, e.Ended) for event in history) == 1
        assert interaction.outcome is not None
