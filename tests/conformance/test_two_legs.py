"""Agents' legs, bridges and what ends them."""

import json

import pytest

from tests.conformance.acts import SAFE, UNSAFE, agent, answered, originate, pair
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story


def test_an_agent_who_answers(bench: Bench, client: Client):
    leg, job = originate(client, bench.phone(), tandem_role="agent")
    done = client.wait_name("BACKGROUND_JOB", Job_UUID=job)
    park = client.wait_name("CHANNEL_PARK", leg)
    assert done["_body"] == f"+OK {leg}\n"
    assert done["Job-Command"] == "originate"
    assert story(client, leg) == [
        "OUTGOING",
        "CREATE",
        "ORIGINATE",
        "PROGRESS",
        "CALLSTATE RINGING",
        "ANSWER",
        "CALLSTATE ACTIVE",
        "EXECUTE park",
        "PARK",
    ]
    assert park["variable_tandem_role"] == "agent"
    assert park["Call-Direction"] == "outbound"
    # Whether the job or the PARK is told first is left to chance; the ANSWER is before both.
    answer = client.wait_name("CHANNEL_ANSWER", leg)
    assert client.seen.events.index(answer) < client.seen.events.index(done)


def test_an_agent_who_rejects(bench: Bench, client: Client):
    leg, job = originate(client, bench.phone(how="rejects"))
    done = client.wait_name("BACKGROUND_JOB", Job_UUID=job)
    client.wait_name("CHANNEL_DESTROY", leg)
    assert done["_body"] == "-ERR USER_BUSY\n"
    assert story(client, leg) == [
        "OUTGOING",
        "CREATE",
        "ORIGINATE",
        "PROGRESS",
        "CALLSTATE RINGING",
        "HANGUP",
        "CALLSTATE HANGUP",
        "HANGUP_COMPLETE",
        "DESTROY",
    ]


def test_an_agent_who_does_not_answer(bench: Bench, client: Client):
    leg, job = originate(client, bench.phone(how="ignores"), originate_timeout="2")
    done = client.wait_name("BACKGROUND_JOB", Job_UUID=job)
    gone = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["_body"] == "-ERR NO_ANSWER\n"
    assert gone["Hangup-Cause"] == "NO_ANSWER"


def test_an_offer_that_is_withdrawn(bench: Bench, client: Client):
    leg, job = originate(client, bench.phone(how="ignores"))
    client.wait_name("CHANNEL_PROGRESS", leg)
    assert client.api(f"uuid_kill {leg} ORIGINATOR_CANCEL") == "+OK\n"
    done = client.wait_name("BACKGROUND_JOB", Job_UUID=job)
    assert done["_body"] == "-ERR ORIGINATOR_CANCEL\n"
    gone = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert gone["Hangup-Cause"] == "ORIGINATOR_CANCEL"


@pytest.mark.parametrize(
    ("dial", "said"),
    [
        ("sofia/agents/9999%tandem", "-ERR USER_NOT_REGISTERED\n"),
        ("no_such_endpoint/123", "-ERR CHAN_NOT_IMPLEMENTED\n"),
    ],
)
def test_nobody_to_ring(bench: Bench, client: Client, dial: str, said: str):
    leg, job = originate(client, dial)
    assert client.wait_name("BACKGROUND_JOB", Job_UUID=job)["_body"] == said
    client.drain(0.2)
    assert "CREATE" not in story(client, leg)


def test_a_uuid_that_is_taken(bench: Bench, client: Client):
    first = agent(bench, client)
    _, job = originate(client, bench.phone(), origination_uuid=first)
    done = client.wait_name("BACKGROUND_JOB", Job_UUID=job)
    assert done["_body"] == "-ERR DESTINATION_OUT_OF_ORDER\n"


def test_bridge(bench: Bench, client: Client):
    a, b = answered(bench, client), agent(bench, client)
    client.forget()
    assert client.api(f"uuid_bridge {a} {b}") == f"+OK {b}\n"
    bridge = client.wait_name("CHANNEL_BRIDGE")
    client.drain(0.3)
    expected = ["UNPARK", "EXECUTE_COMPLETE park", "EXECUTE uuid_bridge"]
    assert story(client, a) == [*expected, "BRIDGE"]
    assert story(client, b) == expected
    assert bridge["Unique-ID"] == bridge["Bridge-A-Unique-ID"] == a
    assert bridge["Bridge-B-Unique-ID"] == bridge["Other-Leg-Unique-ID"] == b
    assert bridge["Other-Type"] == "originatee"
    execute = client.wait_name("CHANNEL_EXECUTE", a, Application="uuid_bridge")
    assert execute["Application-Data"] == b
    assert "Application-UUID" not in execute


def test_the_agent_hangs_up_and_the_caller_stays(bench: Bench, client: Client):
    a, b = pair(bench, client)
    client.api(f"uuid_kill {b}")
    client.wait_name("CHANNEL_PARK", a)
    client.wait_name("CHANNEL_DESTROY", b)
    assert story(client, a) == ["UNBRIDGE", "PARK"]
    assert story(client, b) == ["HANGUP", "CALLSTATE HANGUP", "HANGUP_COMPLETE", "DESTROY"]


def test_the_caller_hangs_up_and_the_agent_with_him(bench: Bench, client: Client):
    a, b = pair(bench, client)
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_DESTROY", a)
    client.wait_name("CHANNEL_DESTROY", b)
    assert story(client, a) == [
        "HANGUP",
        "UNBRIDGE",
        "CALLSTATE HANGUP",
        "HANGUP_COMPLETE",
        "DESTROY",
    ]
    assert story(client, b) == ["HANGUP", "CALLSTATE HANGUP", "HANGUP_COMPLETE", "DESTROY"]


def test_an_agent_who_is_to_be_parked_survives_the_caller(bench: Bench, client: Client):
    a, b = pair(bench, client)
    client.api(f"uuid_setvar {b} park_after_bridge true")
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_PARK", b)
    assert story(client, b) == ["PARK"]


def test_uuid_park_of_a_bridged_caller(bench: Bench, client: Client):
    a, b = pair(bench, client)
    client.api(f"uuid_park {a}")
    client.wait_name("CHANNEL_PARK", a)
    client.wait_name("CHANNEL_DESTROY", b)
    assert story(client, a) == ["UNBRIDGE", "PARK"]


def test_a_blind_transfer_of_a_bridged_caller(bench: Bench, client: Client):
    a, b = pair(bench, client)
    client.api(f"uuid_transfer {a} 'park' inline")
    client.wait_name("CHANNEL_PARK", a)
    client.wait_name("CHANNEL_DESTROY", b)
    told = story(client, a)
    assert told[0] == "UNBRIDGE"
    assert told[-2:] == ["EXECUTE park", "PARK"]


def test_a_leg_is_parked_by_a_transfer_as_often_as_one_likes(bench: Bench, client: Client):
    """Not so by uuid_park: the real switch leaves a leg deaf that is parked a second time that way."""
    leg = answered(bench, client)
    for _ in range(3):
        client.sendmsg(leg, "endless_playback", "silence_stream://-1", event_lock="true")
        client.wait_name("CHANNEL_EXECUTE", leg, Application="endless_playback")
        client.forget()
        assert client.api(f"uuid_transfer {leg} park inline").startswith("+OK")
        client.wait_name("CHANNEL_PARK", leg)


def test_an_attended_transfer(bench: Bench, client: Client):
    a, b = pair(bench, client)
    c = agent(bench, client)
    for leg in (a, b, c):
        client.api(f"uuid_setvar_multi {leg} {SAFE}")
    client.forget()
    client.api(f"uuid_bridge {b} {c}")
    client.wait_name("CHANNEL_BRIDGE", b)
    client.wait_name("CHANNEL_PARK", a)
    client.drain(0.2)
    assert story(client, a) == ["UNBRIDGE", "PARK"]
    client.forget()
    client.api(f"uuid_bridge {a} {c}")
    client.wait_name("CHANNEL_BRIDGE", a)
    client.wait_name("CHANNEL_PARK", b)
    client.drain(0.2)
    assert story(client, b) == ["UNBRIDGE", "PARK"]


def test_hold_and_resume(bench: Bench, client: Client):
    _, b = pair(bench, client)
    assert client.api(f"uuid_hold {b}") == "+OK Success\n"
    client.wait_name("CHANNEL_HOLD", b)
    client.drain(0.3)
    assert story(client, b) == ["CALLSTATE HELD", "HOLD"]
    client.forget()
    assert client.api(f"uuid_hold off {b}") == "+OK Success\n"
    client.wait_name("CHANNEL_UNHOLD", b)
    client.drain(0.5)
    # The last two come in either order.
    told = story(client, b)
    assert told[0] == "CALLSTATE UNHELD"
    assert sorted(told[1:]) == ["CALLSTATE ACTIVE", "UNHOLD"]


def test_keys_in_a_conversation_are_heard(bench: Bench, client: Client):
    a, _ = pair(bench, client)
    bench.press(client, a, "3")
    assert client.wait_name("DTMF", a)["DTMF-Digit"] == "3"


def test_a_bridge_with_nobody(bench: Bench, client: Client):
    a = answered(bench, client)
    assert client.api(f"uuid_bridge {a} nobody") == "-ERR Invalid uuid\n"
    assert client.api(f"uuid_exists {a}") == "true"


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05])
def test_both_variables_save_the_caller_when_the_agent_dies(
    bench: Bench, client: Client, delay: float
):
    a, b = answered(bench, client), agent(bench, client)
    client.api(f"uuid_setvar_multi {a} {SAFE}")
    client.forget()
    client.api(f"uuid_bridge {a} {b}")
    client.drain(delay)
    client.api(f"uuid_kill {b}")
    client.wait_name("CHANNEL_PARK", a)
    assert client.api(f"uuid_exists {a}") == "true"


def test_without_them_the_caller_is_lost(bench: Bench, client: Client):
    a, b = answered(bench, client), agent(bench, client)
    client.api(f"uuid_setvar_multi {a} {UNSAFE}")
    client.forget()
    client.api(f"uuid_bridge {a} {b}")
    client.api(f"uuid_kill {b}")
    gone = client.wait_name("CHANNEL_HANGUP_COMPLETE", a)
    assert gone["Hangup-Cause"] in (
        "DESTINATION_OUT_OF_ORDER",
        "ORIGINATOR_CANCEL",
        "NORMAL_CLEARING",
    )


def test_a_phone_answers_when_told_to_talk(bench: Bench, client: Client):
    leg, _ = originate(client, bench.phone(how="ignores"))
    client.wait_name("CHANNEL_PROGRESS", leg)
    assert client.api(f"uuid_phone_event {leg} talk") == "+OK Success\n"


def test_sending_both_legs_elsewhere(bench: Bench, client: Client):
    a, b = pair(bench, client)
    assert client.api(f"uuid_transfer {a} -both park inline") == "+OK\n"
    for leg in (a, b):
        client.wait_name("CHANNEL_PARK", leg)
    assert story(client, a)[-1] == story(client, b)[-1] == "PARK"


def test_nobody_is_registered(bench: Bench, client: Client):
    assert client.api("sofia_contact agents/9999@tandem") == "error/user_not_registered"


def test_the_calls_that_are_shown(bench: Bench, client: Client):
    a, b = pair(bench, client)
    client.drain(0.5)
    found = json.loads(client.api("show calls as json"))
    assert found["row_count"] == 1
    assert (found["rows"][0]["uuid"], found["rows"][0]["b_uuid"]) == (a, b)
