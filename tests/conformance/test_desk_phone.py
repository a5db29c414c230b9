"""What an agent's phone does by itself: hold, transfer, dial, hang up while it holds."""

import pytest

from tests.conformance.acts import agent, answered, bridge
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story

HELD = ["CALLSTATE HELD", "HOLD"]
UNHELD = ["CALLSTATE UNHELD", "UNHOLD"]
PARKED_ANEW = [
    "UNBRIDGE",
    "CALLSTATE RINGING",
    "CALLSTATE ACTIVE",
    "EXECUTE unset",
    "EXECUTE_COMPLETE unset",
    "EXECUTE set",
    "EXECUTE_COMPLETE set",
    "EXECUTE sched_transfer",
    "EXECUTE_COMPLETE sched_transfer",
    "EXECUTE park",
    "PARK",
]


def talk(bench: Bench, client: Client) -> tuple[str, str]:
    """Customer and an agent whose phone obeys."""
    c = answered(bench, client)
    client.api(f"sched_del {c}")
    a = agent(bench, client, how="obeys")
    bridge(client, c, a)
    client.drain(0.4)
    client.forget()
    return c, a


def hold(bench: Bench, client: Client, c: str, a: str) -> None:
    bench.tell(client, a, "hold")
    client.wait_name("PLAYBACK_START", c)
    client.wait_name("CHANNEL_HOLD", a)


def test_a_phone_holds_and_resumes(bench: Bench, client: Client):
    c, a = talk(bench, client)
    for _ in range(2):
        hold(bench, client, c, a)
        client.drain(0.3)
        assert story(client, a) == HELD
        assert story(client, c) == ["EXECUTE playback", "PLAYBACK_START"]
        client.forget()
        bench.tell(client, a, "resume")
        client.wait_name("CHANNEL_UNHOLD", a)
        client.drain(0.5)
        assert sorted(story(client, a)) == sorted([*UNHELD, "CALLSTATE ACTIVE"])
        assert story(client, c) == ["PLAYBACK_STOP break", "EXECUTE_COMPLETE playback"]
        client.forget()


def test_it_hangs_up_while_it_holds_and_the_customer_is_parked(bench: Bench, client: Client):
    c, a = talk(bench, client)
    hold(bench, client, c, a)
    client.forget()
    bench.tell(client, a, "bye")
    client.wait_name("CHANNEL_PARK", c)
    client.wait_name("CHANNEL_DESTROY", a)
    assert story(client, a)[:3] == [*UNHELD, "HANGUP"]
    assert story(client, c) == [
        "PLAYBACK_STOP break",
        "EXECUTE_COMPLETE playback",
        "UNBRIDGE",
        "PARK",
    ]


def test_who_is_not_to_be_parked_then_is_parked_by_the_dialplan(bench: Bench, client: Client):
    c, a = talk(bench, client)
    client.api(f"uuid_setvar {c} park_after_bridge")
    hold(bench, client, c, a)
    bench.tell(client, a, "bye")
    parked = client.wait_name("CHANNEL_PARK", c)
    assert parked["Caller-Context"] == "tandem-transfer"
    assert parked["Caller-Destination-Number"] == "left-on-hold"
    assert "variable_tandem_referred_to" not in parked


def test_a_blind_transfer_parks_the_customer_and_says_where_to(bench: Bench, client: Client):
    c, a = talk(bench, client)
    bench.tell(client, a, "<sip:+49301234@tandem>")
    parked = client.wait_name("CHANNEL_PARK", c)
    client.wait_name("CHANNEL_PARK", a)
    assert story(client, c) == PARKED_ANEW
    assert story(client, a) == ["PARK"]
    assert parked["Caller-Context"] == "tandem-transfer"
    assert parked["Caller-Destination-Number"] == "+49301234"
    assert parked["variable_tandem_referred_to"] == "+49301234"
    assert parked["variable_sip_refer_to"] == "<sip:+49301234@tandem>"
    assert client.api(f"sched_del {c}") == "+OK Deleted: 1\n"


def test_a_blind_transfer_hangs_up_an_agent_who_is_not_to_be_parked(bench: Bench, client: Client):
    c, a = talk(bench, client)
    client.api(f"uuid_setvar {a} park_after_bridge")
    hold(bench, client, c, a)
    client.forget()
    bench.tell(client, a, "<sip:somebody@tandem>")
    parked = client.wait_name("CHANNEL_PARK", c)
    client.wait_name("CHANNEL_DESTROY", a)
    assert story(client, c)[:2] == ["PLAYBACK_STOP done", "EXECUTE_COMPLETE playback"]
    assert "variable_tandem_referred_to" not in parked
    told = story(client, a)
    assert told.index("UNHOLD") < told.index("HANGUP")


def test_what_it_dials_is_tagged_and_parked_unanswered(bench: Bench, client: Client):
    d = bench.dials(client, "+49301234")
    assert story(client, d)[:2] == ["CREATE", "CALLSTATE RINGING"]
    assert story(client, d)[-2:] == ["EXECUTE park", "PARK"]
    parked = client.wait_name("CHANNEL_PARK", d)
    assert parked["variable_tandem_role"] == "agent_dial"
    assert parked["variable_tandem_dialled"] == "+49301234"
    assert parked["variable_tandem_extension"] == "1001"
    assert parked["Caller-Context"] == "tandem-agents"
    assert parked["Answer-State"] == "ringing"


def test_what_it_dials_is_refused_when_nobody_takes_it(bench: Bench, client: Client):
    d = bench.dials(client, "49301234")
    gone = client.wait_name("CHANNEL_HANGUP_COMPLETE", d)
    assert gone["Hangup-Cause"] == "CALL_REJECTED"
    assert "EXECUTE respond" in story(client, d)


@pytest.mark.parametrize("reached", [True, False])
def test_an_attended_transfer(bench: Bench, client: Client, reached: bool):
    """With somebody at the second call he gets the customer; else it is as a blind one."""
    c, a = talk(bench, client)
    hold(bench, client, c, a)
    d = bench.dials(client, "49301234")
    client.api(f"sched_del {d}")
    client.sendmsg(d, "answer", event_lock="true")
    client.wait_name("CHANNEL_ANSWER", d)
    o = ""
    if reached:
        o = agent(bench, client)
        bridge(client, d, o)
        client.drain(0.2)
    client.forget()
    bench.join(client, a, d)
    if reached:
        client.wait_name("CHANNEL_BRIDGE", c, Bridge_B_Unique_ID=o)
        gone = client.wait_name("CHANNEL_HANGUP", d)
        assert story(client, d)[:2] == ["UNBRIDGE", "PARK"]
        assert story(client, c) == [
            "PLAYBACK_STOP done",
            "EXECUTE_COMPLETE playback",
            "UNBRIDGE",
            "EXECUTE uuid_bridge",
            "BRIDGE",
        ]
    else:
        gone = client.wait_name("CHANNEL_HANGUP", d)
        parked = client.wait_name("CHANNEL_PARK", c)
        assert parked["variable_tandem_referred_to"] == "49301234"
    assert gone["Hangup-Cause"] == "ATTENDED_TRANSFER"
    if reached:
        assert gone["variable_endpoint_disposition"] == "ATTENDED_TRANSFER"
    parked = client.wait_name("CHANNEL_PARK", a)
    assert parked.get("variable_transfer_to") == (f"att:{o}" if reached else None)
    assert story(client, a)[:2] == UNHELD
    assert story(client, a)[-1] == "PARK"
