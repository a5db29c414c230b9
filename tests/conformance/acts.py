"""What most tests of the suite begin with: legs that are answered, parked, bridged."""

import uuid
from typing import Any

from tests.conformance.benches import Bench
from tests.conformance.client import Client

TONE = "tone_stream://%(300,0,440)"
LONG = "tone_stream://%(1000,0,440);loops=20"
SAFE = "park_after_bridge=true;uuid_bridge_park_on_cancel=true"
UNSAFE = "park_after_bridge=;uuid_bridge_park_on_cancel="  # what the dialplan set


def answered(bench: Bench, client: Client) -> str:
    """An answered, parked caller, with what led there forgotten."""
    leg = bench.dial(client)
    client.sendmsg(leg, "answer", event_lock="true")
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="answer")
    client.drain(0.1)
    client.forget()
    return leg


def run(client: Client, leg: str, app: str, arg: str = "", **headers: str) -> dict[str, str]:
    """Execute and wait for the completion."""
    client.sendmsg(leg, app, arg, event_lock="true", **headers)
    return client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application=app)


def originate(client: Client, phone: str, **variables: str) -> tuple[str, str]:
    """Ring a phone; return the leg's uuid and the job's uuid."""
    leg = str(uuid.uuid4())
    job = f"job-{leg}"
    told = {
        "origination_uuid": leg,
        "ignore_early_media": "true",
        "fs_send_unsupported_info": "true",  # how a phone that obeys is told
        **variables,
    }
    line = ",".join(f"{name}={value}" for name, value in told.items())
    client.request(f"bgapi originate {{{line}}}{phone} &park()\nJob-UUID: {job}")
    return leg, job


def agent(bench: Bench, client: Client, **how: Any) -> str:
    """An agent's leg, answered and parked."""
    leg, _ = originate(client, bench.phone(**how))
    client.wait_name("CHANNEL_PARK", leg)
    return leg


def pair(bench: Bench, client: Client) -> tuple[str, str]:
    """A caller and an agent in conversation, with the past forgotten."""
    a, b = answered(bench, client), agent(bench, client)
    client.api(f"uuid_setvar_multi {a} {SAFE}")
    assert client.api(f"uuid_bridge {a} {b}") == f"+OK {b}\n"
    client.wait_name("CHANNEL_BRIDGE", a)
    client.drain(0.2)
    client.forget()
    return a, b


def bridge(client: Client, first: str, second: str) -> None:
    """Both are to be parked when it ends."""
    for leg in (first, second):
        client.api(f"uuid_setvar_multi {leg} {SAFE}")
    client.forget()
    assert client.api(f"uuid_bridge {first} {second}") == f"+OK {second}\n"
    client.wait_name("CHANNEL_BRIDGE", first, Bridge_B_Unique_ID=second)
