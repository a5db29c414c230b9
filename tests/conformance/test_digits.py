"""Keys: asked for, ending a prompt, pressed while nobody asks."""

import pytest

from tests.conformance.acts import LONG, answered, run
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story

PAGD = "1 1 2 1500 # {prompt} {bad} tandem_choice [1-3] 1000"


@pytest.mark.parametrize(
    ("keys", "choice", "invalid", "result"),
    [("2", "2", None, "success"), ("9", None, "9", None)],
)
def test_play_and_get_digits(
    bench: Bench, client: Client, keys: str, choice: str | None, invalid: str | None, result: str
):
    leg = answered(bench, client)
    arg = PAGD.format(prompt=LONG, bad="silence_stream://100")
    client.sendmsg(leg, "play_and_get_digits", arg, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    bench.press(client, leg, keys)
    client.wait_name("DTMF", leg, DTMF_Digit=keys)
    if invalid:
        client.wait(lambda e: len([n for n in client.seen.names(leg) if n == "PLAYBACK_START"]) > 2)
        client.api(f"uuid_break {leg}")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="play_and_get_digits")
    assert done.get("variable_tandem_choice") == choice
    assert done.get("variable_tandem_choice_invalid") == invalid
    assert done["Application-Response"] == "_none_"
    if result:
        assert done["variable_read_result"] == result
        assert story(client, leg) == [
            "EXECUTE play_and_get_digits",
            "PLAYBACK_START",
            f"DTMF {keys}",
            "PLAYBACK_STOP break",
            "EXECUTE_COMPLETE play_and_get_digits",
        ]


def test_digits_that_never_come(bench: Bench, client: Client):
    leg = answered(bench, client)
    arg = "1 1 1 1000 # silence_stream://100 silence_stream://100 tandem_choice [1-3] 1000"
    done = run(client, leg, "play_and_get_digits", arg)
    assert "variable_tandem_choice" not in done
    assert done["variable_read_result"] == "failure"
    assert story(client, leg) == [
        "EXECUTE play_and_get_digits",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE play_and_get_digits",
    ]


def test_several_digits_end_at_the_terminator(bench: Bench, client: Client):
    leg = answered(bench, client)
    arg = f"1 8 1 3000 # {LONG} silence_stream://100 tandem_number \\d+ 3000"
    client.sendmsg(leg, "play_and_get_digits", arg, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    bench.press(client, leg, "4711#")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="play_and_get_digits")
    assert done["variable_tandem_number"] == "4711"
    assert [line for line in story(client, leg) if "DTMF" in line] == [
        f"DTMF {key}" for key in "4711#"
    ]


def test_a_key_ends_a_prompt_only_when_it_is_a_terminator(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "playback", LONG, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    bench.press(client, leg, "5")
    client.wait_name("DTMF", leg, DTMF_Digit="5")
    bench.press(client, leg, "*")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="playback")
    assert done["variable_playback_terminator_used"] == "*"
    assert done["Application-Response"] == "FILE PLAYED"


def test_keys_while_parked_are_heard(bench: Bench, client: Client):
    leg = answered(bench, client)
    bench.press(client, leg, "7")
    assert client.wait_name("DTMF", leg)["DTMF-Digit"] == "7"
