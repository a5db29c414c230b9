"""A leg's events written as one readable line each."""

from tests.conformance.client import Client, Headers
from tests.conformance.coverage import EVENTS

#: Not told: how often, and when, FreeSWITCH repeats CALL_UPDATE is its own affair, and of CUSTOM events the
#: lab has those of registrations alone.
UNTOLD = frozenset({"CALL_UPDATE", "CUSTOM"})
Story = list[str]


def tell(event: Headers) -> str:
    """`PARK`, `CALLSTATE RINGING`, `EXECUTE answer` ..."""
    name = event["Event-Name"].removeprefix("CHANNEL_")
    if name == "CALLSTATE":
        return f"{name} {event['Channel-Call-State']}"
    if name in ("EXECUTE", "EXECUTE_COMPLETE"):
        return f"{name} {event['Application']}"
    if name == "DTMF":
        return f"{name} {event['DTMF-Digit']}"
    if name == "PLAYBACK_STOP":
        return f"{name} {event['Playback-Status']}"
    return name


def story(client: Client, leg: str) -> Story:
    """What happened to a leg, of all that the lab claims."""
    return [
        tell(event)
        for event in client.seen.of(leg)
        if event["Event-Name"] in EVENTS and event["Event-Name"] not in UNTOLD
    ]
