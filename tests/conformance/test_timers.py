"""What sends a leg away later: transfers, timers, a park's limit."""

import re
import uuid

from tests.conformance.acts import answered, run
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story


def test_a_transfer_to_inline_applications(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"uuid_transfer {leg} 'set:tandem_x=1,park' inline") == "+OK\n"
    client.wait_name("CHANNEL_PARK", leg)
    assert story(client, leg) == [
        "UNPARK",
        "EXECUTE_COMPLETE park",
        "CALLSTATE RINGING",
        "CALLSTATE ACTIVE",
        "EXECUTE set",
        "EXECUTE_COMPLETE set",
        "EXECUTE park",
        "PARK",
    ]


def test_a_transfer_to_nowhere_ends_the_call(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"uuid_transfer {leg} nowhere XML no-such-context") == "+OK\n"
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "NO_ROUTE_DESTINATION"


def test_the_dead_man_timer_sends_an_unattended_leg_away(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"sched_transfer +1 {leg} hangup:USER_BUSY inline") == "+OK\n"
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"


def test_a_command_is_scheduled_in_a_group_of_its_own(bench: Bench, client: Client):
    """A task for one leg in another group: neither the leg's deletion nor its number takes it away."""
    leg, group = answered(bench, client), f"{uuid.uuid4()}~spare"
    assert re.fullmatch(
        r"\+OK Added: \d+\n", client.api(f"sched_api +60 {group} uuid_kill {leg} CALL_REJECTED")
    )
    assert client.api(f"sched_del {leg}") == "+OK Deleted: 1\n"
    assert client.api(f"sched_del {group}") == "+OK Deleted: 1\n"
    client.api(f"sched_api +1 {group} uuid_kill {leg} USER_BUSY")
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"
    assert client.api(f"sched_del {group}") == "+OK Deleted: 0\n"


def test_sched_hangup_and_its_deletion(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.api(f"sched_del {leg}")
    assert client.api(f"sched_hangup +60 {leg}") == "+OK\n"
    assert client.api(f"sched_del {leg}") == "+OK Deleted: 1\n"
    run(client, leg, "sched_hangup", "+1 USER_BUSY")
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"


def test_park_timeout_is_consumed_with_park_after_bridge(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.api(f"uuid_setvar_multi {leg} park_timeout=1:USER_BUSY;park_after_bridge=true")
    client.api(f"uuid_park {leg}")
    client.wait_name("CHANNEL_PARK", leg)
    assert client.api(f"uuid_getvar {leg} park_after_bridge") == "_undef_"
    assert client.api(f"uuid_getvar {leg} park_timeout") == "_undef_"
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"
