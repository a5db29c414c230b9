"""What scripted callers do."""

import pytest

from controller.lab import (
    Caller,
    HangUp,
    HangUpAfter,
    LabSwitch,
    Phone,
    Press,
    Talk,
    WaitForAgent,
    WaitForPrompt,
)
from tests.conformance.client import Client

QUESTION = "1 1 1 3000 # {prompt} silence_stream://100 choice \\d"


def dial(lab: LabSwitch, *script: object):
    return lab.dial(Caller(number="5550100", name="Ann", did="800", script=script))


def test_he_presses_a_key_at_the_prompt_he_waits_for(lab: LabSwitch, client: Client):
    call = dial(lab, WaitForPrompt("tone"), Press("2"))
    call.wait_for("parked")
    client.sendmsg(call.uuid, "answer", event_lock="true")
    client.sendmsg(call.uuid, "playback", "silence_stream://500", event_lock="true")
    arg = QUESTION.format(prompt="tone_stream://%(9000,0,400)")
    client.sendmsg(call.uuid, "play_and_get_digits", arg, event_lock="true")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", Application="play_and_get_digits")
    assert done["variable_choice"] == "2"
    assert call.heard == ["silence_stream://500", "tone_stream://%(9000,0,400)"]


def test_he_talks_and_hangs_up(lab: LabSwitch, client: Client):
    phone = lab.add_phone(Phone(extension="1001", answer_after=0.0))
    call = dial(lab, Talk(0.2), HangUp())
    call.wait_for("parked")
    client.api(f"uuid_answer {call.uuid}")
    client.job("originate {origination_uuid=agent}user/1001@lab &park()")
    client.wait_name("CHANNEL_PARK", "agent")
    client.api(f"uuid_bridge {call.uuid} agent")
    phone.wait_for("bridged")
    call.wait_for("ended")
    assert call.cause == "NORMAL_CLEARING"
    phone.wait_for("idle")


def test_he_does_not_wait_for_ever(lab: LabSwitch):
    call = dial(lab, WaitForAgent(timeout=0.2))
    call.wait_for("ended")
    assert call.cause == "ORIGINATOR_CANCEL"


def test_his_patience_ends_whatever_he_is_doing(lab: LabSwitch):
    call = dial(lab, HangUpAfter(0.2), WaitForPrompt())
    call.wait_for("ended")


def test_waiting_in_vain_is_said(lab: LabSwitch):
    call = dial(lab)
    with pytest.raises(TimeoutError, match="the caller is not bridged"):
        call.wait_for("bridged", timeout=0.1)
