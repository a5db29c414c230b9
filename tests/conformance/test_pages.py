"""Phones in browser pages: how their registrations come and go, and what becomes of their legs."""

import re

from tests.conformance.acts import originate
from tests.conformance.benches import Bench
from tests.conformance.client import Client, Headers

LIST = "sofia xmlstatus profile agents reg"
CALLED = "sofia/agents/1001%tandem"


def told(client: Client, subclass: str) -> Headers:
    """The CUSTOM event, which is forgotten then."""
    event = client.wait(lambda e: e.get("Event-Subclass") == subclass)
    client.seen.events.remove(event)
    return event


def listed(client: Client) -> list[str]:
    """The Call-IDs of all registrations of extension 1001."""
    entries = re.findall(r"<registration>(.*?)</registration>", client.api(LIST), re.DOTALL)
    return [
        re.findall(r"<call-id>(.*?)</call-id>", entry)[0]
        for entry in entries
        if "<user>1001@tandem</user>" in entry
    ]


def test_a_page_registers_and_is_gone_with_its_connection(bench: Bench, client: Client):
    page = bench.page()
    came = told(client, "sofia::register")
    assert (came["Event-Name"], came["profile-name"]) == ("CUSTOM", "agents")
    assert (came["from-user"], came["to-user"], came["from-host"]) == ("1001", "1001", "tandem")
    assert came["status"].startswith("Registered(WS")
    assert ";transport=ws" in came["contact"]
    assert listed(client) == [came["call-id"]]
    assert "<status>Registered(WS" in client.api(LIST)
    assert ";transport=ws" in client.api("sofia_contact agents/1001@tandem")
    page.vanish()
    went = told(client, "sofia::unregister")
    assert (went["call-id"], went["from-user"]) == (came["call-id"], "1001")
    assert (went["profile-name"], went["reason"]) == ("agents", "socket-disconnection")
    client.drain(0.3)
    assert listed(client) == []
    assert client.api("sofia_contact agents/1001@tandem") == "error/user_not_registered"


def test_of_two_pages_the_second_stays_and_the_end_of_the_first_names_the_first(
    bench: Bench, client: Client
):
    first = bench.page()
    of_first = told(client, "sofia::register")
    bench.page()
    of_second = told(client, "sofia::register")
    assert of_second["contact"] != of_first["contact"]
    first.vanish()
    assert told(client, "sofia::unregister")["call-id"] == of_first["call-id"]
    assert listed(client) == [of_second["call-id"]]


def test_a_profile_that_is_not_there(bench: Bench, client: Client):
    assert "<registrations>" not in client.api("sofia xmlstatus profile nosuch reg")


def test_the_leg_says_that_it_leads_to_a_page(bench: Bench, client: Client):
    bench.page()
    told(client, "sofia::register")
    leg, _ = originate(client, CALLED)
    for name in ("CHANNEL_ANSWER", "CHANNEL_PARK"):
        event = client.wait_name(name, leg)
        assert ";transport=ws" in event["variable_sip_destination_url"]
    client.api(f"uuid_kill {leg}")
    end = client.wait_name("CHANNEL_HANGUP", leg)
    assert ";transport=ws" in end["variable_sip_destination_url"]


def test_a_leg_lives_on_when_its_page_has_vanished(bench: Bench, client: Client):
    page = bench.page()
    told(client, "sofia::register")
    leg, _ = originate(client, CALLED)
    client.wait_name("CHANNEL_PARK", leg)
    page.vanish()
    told(client, "sofia::unregister")
    client.drain(1.0)
    assert "CHANNEL_HANGUP" not in client.seen.names(leg)
    assert client.api(f"uuid_kill {leg}") == "+OK\n"
    assert client.wait_name("CHANNEL_HANGUP", leg)["Hangup-Cause"] == "NORMAL_CLEARING"


def test_a_leg_ends_when_nothing_comes_from_its_page(bench: Bench, client: Client):
    page = bench.page()
    told(client, "sofia::register")
    leg, _ = originate(client, CALLED, media_timeout="2000")
    client.wait_name("CHANNEL_PARK", leg)
    client.drain(3.0)
    assert "CHANNEL_HANGUP" not in client.seen.names(leg)
    page.freeze()
    end = client.wait_name("CHANNEL_HANGUP", leg)
    assert end["Hangup-Cause"] == "MEDIA_TIMEOUT"
    other, _ = originate(client, CALLED)
    client.drain(1.0)
    assert "CHANNEL_ANSWER" not in client.seen.names(other)
    client.api(f"uuid_kill {other}")


def test_a_leg_that_rings_there_rings_on(bench: Bench, client: Client):
    page = bench.page(answers=False)
    told(client, "sofia::register")
    leg, _ = originate(client, CALLED)
    client.wait_name("CHANNEL_PROGRESS", leg)
    page.vanish()
    told(client, "sofia::unregister")
    client.drain(1.0)
    assert "CHANNEL_HANGUP" not in client.seen.names(leg)
    again = bench.page()
    told(client, "sofia::register")
    second, _ = originate(client, CALLED)
    client.wait_name("CHANNEL_PARK", second)
    again.vanish()
