"""Monitor, whisper, barge and take over: `s` hangs on the agent's leg `a`."""

import pytest

from tests.conformance.acts import agent, answered, bridge
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story
from tests.conformance.test_three_legs import talk


def listen(bench: Bench, client: Client, **settings: str) -> tuple[str, str, str]:
    """Customer and agent talk, the supervisor listens; the past is forgotten."""
    c, a, s = talk(bench, client)
    for name, value in settings.items():
        client.api(f"uuid_setvar {s} {name} {value}")
    client.sendmsg(s, "eavesdrop", a)
    bug = client.wait_name("MEDIA_BUG_START", a)
    assert (bug["Media-Bug-Function"], bug["Media-Bug-Target"]) == ("eavesdrop", a)
    assert story(client, s) == ["EXECUTE eavesdrop"]
    assert story(client, a) == ["MEDIA_BUG_START"]
    assert story(client, c) == []
    client.forget()
    return c, a, s


def switch_to(client: Client, s: str, mode: str) -> None:
    said = client.reply(f"sendevent COMMAND\nunique-id: {s}\neavesdrop-command: {mode}")
    assert said.startswith("+OK ")


@pytest.mark.parametrize(("mode", "heard_by"), [("2", "a"), ("1", "c"), ("3", "ac"), ("0", "")])
def test_the_command_switches_who_hears_the_supervisor_and_no_event_tells(
    bench: Bench, client: Client, mode: str, heard_by: str
):
    c, a, s = listen(bench, client, eavesdrop_enable_dtmf="false")
    switch_to(client, s, mode)
    client.drain(0.3)
    assert story(client, s) == story(client, a) == story(client, c) == []
    heard = bench.hearers(client, s, {"a": a, "c": c})
    assert "".join(sorted(heard)) == heard_by


@pytest.mark.parametrize(("allowed", "heard_by"), [("true", "c"), ("false", "")])
def test_his_own_keys_switch_only_where_they_may(
    bench: Bench, client: Client, allowed: str, heard_by: str
):
    c, a, s = listen(bench, client, eavesdrop_enable_dtmf=allowed)
    assert client.api(f"uuid_recv_dtmf {s} 1") == f"+OK {s} received DTMF 1.\n"
    client.drain(0.3)
    heard = bench.hearers(client, s, {"a": a, "c": c})
    assert "".join(sorted(heard)) == heard_by


def test_it_can_begin_with_a_whisper(bench: Bench, client: Client):
    c, a, s = listen(bench, client, eavesdrop_whisper_bleg="true")
    assert bench.hearers(client, s, {"a": a, "c": c}) == ["a"]


def test_a_command_that_comes_as_he_begins_is_not_lost(bench: Bench, client: Client):
    c, a, s = talk(bench, client)
    client.api(f"uuid_setvar {s} eavesdrop_enable_dtmf false")
    client.sendmsg(s, "eavesdrop", a)
    client.api(f"uuid_setvar {s} eavesdrop_whisper_bleg true")
    switch_to(client, s, "2")
    client.wait_name("MEDIA_BUG_START", a)
    assert bench.hearers(client, s, {"a": a, "c": c}) == ["a"]


@pytest.mark.parametrize("also_set", [True, False])
def test_a_command_that_comes_before_he_begins_is_lost_and_what_is_set_is_not(
    bench: Bench, client: Client, also_set: bool
):
    c, a, s = talk(bench, client)
    if also_set:
        client.api(f"uuid_setvar {s} eavesdrop_whisper_bleg true")
    switch_to(client, s, "2")
    client.drain(0.2)
    client.sendmsg(s, "eavesdrop", a)
    client.wait_name("MEDIA_BUG_START", a)
    assert bench.hearers(client, s, {"a": a, "c": c}) == (["a"] if also_set else [])


def test_a_whisper_outlives_hold_and_reaches_the_agent_alone(bench: Bench, client: Client):
    c, a, s = listen(bench, client)
    switch_to(client, s, "2")
    client.api(f"uuid_park {c}")
    client.wait_name("CHANNEL_PARK", a)
    client.wait_name("CHANNEL_PARK", c)
    bridge(client, c, a)
    assert story(client, s) == []
    assert bench.hearers(client, s, {"a": a, "c": c}) == ["a"]


def test_it_ends_with_the_agents_leg_and_leaves_him_parked(bench: Bench, client: Client):
    c, a, s = listen(bench, client)
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", s, Application="eavesdrop")
    client.wait_name("CHANNEL_PARK", c)
    client.wait_name("MEDIA_BUG_STOP", a)
    client.drain(0.2)
    assert story(client, s) == ["EXECUTE_COMPLETE eavesdrop"]
    bridge(client, c, s)


def test_it_ends_when_he_is_parked_or_hangs_up_but_not_by_a_break(bench: Bench, client: Client):
    c, a, s = listen(bench, client)
    client.api(f"uuid_break {s}")
    client.drain(0.3)
    assert story(client, s) == []
    client.api(f"uuid_park {s}")
    client.wait_name("CHANNEL_PARK", s)
    client.wait_name("MEDIA_BUG_STOP", a)
    assert story(client, s)[0] == "EXECUTE_COMPLETE eavesdrop"
    client.forget()
    client.sendmsg(s, "eavesdrop", a)
    client.wait_name("MEDIA_BUG_START", a)
    client.api(f"uuid_kill {s}")
    client.wait_name("MEDIA_BUG_STOP", a)
    assert story(client, c) == []


def test_of_nobody_it_ends_at_once(bench: Bench, client: Client):
    s = agent(bench, client)
    client.forget()
    client.sendmsg(s, "eavesdrop", "00000000-0000-0000-0000-000000000000")
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", s, Application="eavesdrop")
    assert story(client, s) == ["EXECUTE eavesdrop", "EXECUTE_COMPLETE eavesdrop"]


def test_it_begins_before_the_agent_has_anybody(bench: Bench, client: Client):
    a, s = agent(bench, client), agent(bench, client)
    client.sendmsg(s, "eavesdrop", a)
    client.wait_name("MEDIA_BUG_START", a)
    c = answered(bench, client)
    bridge(client, c, a)
    assert bench.hearers(client, s, {"a": a, "c": c}) == []
    switch_to(client, s, "3")
    assert bench.hearers(client, s, {"a": a, "c": c}) == ["a", "c"]


def test_he_takes_the_customer_over(bench: Bench, client: Client):
    c, a, s = listen(bench, client)
    bridge(client, c, s)
    client.wait_name("CHANNEL_PARK", a)
    client.wait_name("MEDIA_BUG_STOP", a)
    client.drain(0.2)
    assert story(client, c) == ["UNBRIDGE", "EXECUTE uuid_bridge", "BRIDGE"]
    assert story(client, s)[0] == "EXECUTE_COMPLETE eavesdrop"
    client.forget()
    client.api(f"uuid_kill {a}")
    client.wait_name("CHANNEL_DESTROY", a)
    assert story(client, c) == story(client, s) == []
