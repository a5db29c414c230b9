"""Consult, swap, complete, three-way; a nailed-up agent. Customer, agent and a third: `c`, `a`, `o`."""

import pytest

from tests.conformance.acts import SAFE, agent, answered, bridge
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story

MUSIC = "tone_stream://%(1000,0,330);loops=-1"
RINGING = "tone_stream://%(1000,4000,440,480);loops=-1"
BROKEN_OFF = ["PLAYBACK_STOP done", "EXECUTE_COMPLETE endless_playback", "UNPARK"]


def talk(bench: Bench, client: Client) -> tuple[str, str, str]:
    """Customer and agent in conversation, the third answered and parked."""
    c, a, o = answered(bench, client), agent(bench, client), agent(bench, client)
    bridge(client, c, a)
    client.drain(0.2)
    client.forget()
    return c, a, o


def play(client: Client, leg: str, sound: str) -> None:
    client.sendmsg(leg, "endless_playback", sound, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)


def consult(bench: Bench, client: Client) -> tuple[str, str, str]:
    """The customer hears music, agent and third talk."""
    c, a, o = talk(bench, client)
    client.api(f"uuid_park {c}")
    client.wait_name("CHANNEL_PARK", c)
    client.wait_name("CHANNEL_PARK", a)
    play(client, c, MUSIC)
    play(client, a, RINGING)
    bridge(client, a, o)
    client.drain(0.2)
    return c, a, o


def test_an_agent_who_hears_ringing_is_bridged_as_he_is(bench: Bench, client: Client):
    c, a, o = consult(bench, client)
    assert story(client, a) == [*BROKEN_OFF, "EXECUTE uuid_bridge", "BRIDGE"]
    assert story(client, o) == ["UNPARK", "EXECUTE_COMPLETE park", "EXECUTE uuid_bridge"]
    assert story(client, c) == []


def test_swapping_parks_the_third_and_swapping_back_the_customer(bench: Bench, client: Client):
    c, a, o = consult(bench, client)
    bridge(client, c, a)
    client.drain(0.2)
    assert story(client, c) == [*BROKEN_OFF, "EXECUTE uuid_bridge", "BRIDGE"]
    assert story(client, a) == ["UNBRIDGE", "EXECUTE uuid_bridge"]
    assert story(client, o) == ["PARK"]
    bridge(client, a, o)
    client.drain(0.2)
    assert story(client, c) == ["UNBRIDGE", "PARK"]
    assert story(client, o) == ["UNPARK", "EXECUTE uuid_bridge"]


def test_completing_leaves_the_agent_parked_until_he_is_let_go(bench: Bench, client: Client):
    c, a, o = consult(bench, client)
    bridge(client, c, o)
    client.wait_name("CHANNEL_PARK", a)
    client.drain(0.2)
    assert story(client, a) == ["UNBRIDGE", "PARK"]
    assert story(client, o) == ["EXECUTE uuid_bridge"]
    client.forget()
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_DESTROY", a)
    client.drain(0.2)
    assert story(client, c) == story(client, o) == []


def test_the_third_hangs_up_and_the_agent_is_parked(bench: Bench, client: Client):
    c, a, o = consult(bench, client)
    client.forget()
    client.api(f"uuid_kill {o}")
    client.wait_name("CHANNEL_PARK", a)
    assert story(client, a) == ["UNBRIDGE", "PARK"]
    bridge(client, c, a)


def test_the_agent_hangs_up_and_the_third_can_have_the_customer(bench: Bench, client: Client):
    c, a, o = consult(bench, client)
    client.forget()
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_PARK", o)
    assert story(client, o) == ["PARK"]
    bridge(client, c, o)


def test_the_customer_hangs_up_and_the_two_talk_on(bench: Bench, client: Client):
    c, a, o = consult(bench, client)
    client.forget()
    client.api(f"uuid_kill {c}")
    client.wait_name("CHANNEL_DESTROY", c)
    assert story(client, a) == story(client, o) == []


def test_the_third_dies_at_completion_and_nobody_else_is_lost(bench: Bench, client: Client):
    c, a, o = consult(bench, client)
    client.api(f"uuid_setvar_multi {c} {SAFE}")
    client.forget()
    client.api(f"uuid_bridge {c} {o}")
    client.api(f"uuid_kill {o}")
    client.wait_name("CHANNEL_PARK", c)
    client.wait_name("CHANNEL_PARK", a)


def test_the_customer_dies_at_completion_and_the_third_is_stuck_until_parked(
    bench: Bench, client: Client
):
    c, a, o = consult(bench, client)
    client.api(f"uuid_setvar_multi {c} {SAFE}")
    client.forget()
    client.api(f"uuid_bridge {c} {o}")
    client.api(f"uuid_kill {c}")
    client.wait_name("CHANNEL_DESTROY", c)
    client.wait_name("CHANNEL_PARK", a)
    client.drain(0.3)
    assert story(client, o) == []
    client.api(f"uuid_park {o}")
    client.wait_name("CHANNEL_PARK", o)


def joined(bench: Bench, client: Client) -> tuple[str, str, str]:
    """The third is with customer and agent."""
    c, a, o = talk(bench, client)
    assert client.sendmsg(o, "three_way", a) == "+OK"
    bug = client.wait_name("MEDIA_BUG_START", a)
    assert (bug["Media-Bug-Function"], bug["Media-Bug-Target"]) == ("eavesdrop", a)
    assert story(client, o) == ["EXECUTE three_way"]
    assert story(client, c) == []
    client.forget()
    return c, a, o


def test_in_a_three_way_the_third_leaves_and_the_two_talk_on(bench: Bench, client: Client):
    c, a, o = joined(bench, client)
    client.api(f"uuid_park {o}")
    client.wait_name("CHANNEL_PARK", o)
    client.wait_name("MEDIA_BUG_STOP", a)
    assert story(client, o) == [
        "EXECUTE_COMPLETE three_way",
        "UNPARK",
        "EXECUTE_COMPLETE park",
        "PARK",
    ]
    assert story(client, a) == ["MEDIA_BUG_STOP"]
    assert story(client, c) == []


def test_in_a_three_way_the_agent_leaves_and_the_others_can_be_bridged(
    bench: Bench, client: Client
):
    c, a, o = joined(bench, client)
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_PARK", c)
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", o, Application="three_way")
    assert story(client, c) == ["UNBRIDGE", "PARK"]
    assert story(client, o) == ["EXECUTE_COMPLETE three_way"]  # parked, without another PARK
    bridge(client, c, o)


def test_in_a_three_way_the_customer_leaves_and_the_third_stays_with_the_agent(
    bench: Bench, client: Client
):
    c, a, o = joined(bench, client)
    client.api(f"uuid_kill {c}")
    client.wait_name("CHANNEL_PARK", a)
    client.drain(0.3)
    assert story(client, a) == ["PARK"]
    assert story(client, o) == []
    bridge(client, a, o)


def test_a_recording_goes_on_through_a_three_way(bench: Bench, client: Client):
    path = bench.folder() / "three.wav"
    c, a, o = talk(bench, client)
    client.api(f"uuid_record {c} start {path}")
    client.wait_name("RECORD_START", c)
    client.sendmsg(o, "three_way", a)
    client.wait_name("MEDIA_BUG_START", a)
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_PARK", c)
    bridge(client, c, o)
    assert client.api(f"uuid_record {c} stop {path}") == "+OK Success\n"
    client.wait_name("RECORD_STOP", c)


def test_a_pause_of_the_recording_says_nothing_and_outlives_hold(bench: Bench, client: Client):
    path = bench.folder() / "paused.wav"
    c, a, _ = talk(bench, client)
    client.api(f"uuid_record {c} start {path}")
    client.wait_name("MEDIA_BUG_START", c)
    client.forget()
    for _ in range(2):  # again is no error
        assert client.api(f"uuid_record {c} mask {path}") == "+OK Success\n"
    client.drain(0.5)
    assert story(client, c) == []
    client.api(f"uuid_park {c}")
    client.wait_name("CHANNEL_PARK", c)
    bridge(client, c, a)
    client.drain(0.5)
    assert client.api(f"uuid_record {c} unmask {path}") == "+OK Success\n"
    said = client.api(f"uuid_record {a} mask {path}")
    assert said == "-ERR Cannot mask recording session!\n"
    client.api(f"uuid_record {c} stop {path}")
    stop = client.wait_name("RECORD_STOP", c)
    assert int(stop["variable_record_ms"]) > 700


def test_a_nailed_up_agent_gets_call_after_call(bench: Bench, client: Client):
    n = agent(bench, client)
    for _ in range(2):
        c = answered(bench, client)
        client.sendmsg(n, "playback", "tone_stream://%(200,0,800)", event_lock="true")
        client.wait_name("CHANNEL_EXECUTE_COMPLETE", n, Application="playback")
        bridge(client, c, n)
        client.forget()
        client.api(f"uuid_kill {c}")
        client.wait_name("CHANNEL_PARK", n)
        assert story(client, n) == ["PARK"]
    assert client.api(f"uuid_getvar {n} park_after_bridge") == "true"


@pytest.mark.parametrize("delay", [0.0, 0.03])
def test_a_nailed_up_agent_whose_customer_goes_at_once_is_parked_again(
    bench: Bench, client: Client, delay: float
):
    n, c = agent(bench, client), answered(bench, client)
    for leg in (n, c):
        client.api(f"uuid_setvar_multi {leg} {SAFE}")
    client.forget()
    client.api(f"uuid_bridge {c} {n}")
    client.drain(delay)
    client.api(f"uuid_kill {c}")
    client.wait_name("CHANNEL_DESTROY", c)
    client.drain(0.3)
    if "PARK" not in story(client, n):
        client.api(f"uuid_park {n}")
    client.wait_name("CHANNEL_PARK", n)


def test_a_nailed_up_agents_own_hangup_parks_the_customer(bench: Bench, client: Client):
    c, n, _ = talk(bench, client)
    client.api(f"uuid_kill {n}")
    client.wait_name("CHANNEL_PARK", c)
