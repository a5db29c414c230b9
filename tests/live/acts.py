"""What most tests on the real switch begin with: a caller arrives, a phone registers, a leg answers."""

import uuid

from tests.live.fixtures import PASSWORD
from tests.live.freeswitch import FreeSwitch
from tests.live.probe import EslProbe, Event
from tests.live.sipp import Sipp, SippCall

DID = "861088880000"


def arrive(probe: EslProbe, sipp: Sipp, switch: FreeSwitch, **how: object) -> Event:
    """A caller's PARK event."""
    probe.subscribe("CHANNEL_PARK")
    sipp.call(switch.carrier, DID, **how)
    return probe.wait_named("CHANNEL_PARK", tandem_role="customer")


def register(
    sipp: Sipp, switch: FreeSwitch, extension: str, scenario: str = "phone_answers", **how: float
) -> SippCall:
    """A registered phone of that extension."""
    password = PASSWORD.format(extension)
    phone = sipp.agent_phone(switch.agents_side, extension, password, scenario, **how)
    switch.await_phone(extension)
    return phone


def answer(probe: EslProbe, leg: str) -> None:
    """Answer a parked leg. A leg that is not answered is lost when it is bridged."""
    probe.subscribe("CHANNEL_ANSWER")
    probe.api(f"uuid_broadcast {leg} answer::")
    probe.wait_leg("CHANNEL_ANSWER", leg)


def originate(probe: EslProbe, dial: str, **variables: str) -> tuple[str, str]:
    """(leg's uuid, answer of the switch)"""
    leg = str(uuid.uuid4())
    told = {"origination_uuid": leg, "originate_timeout": "10", **variables}
    line = ",".join(f"{name}={value}" for name, value in told.items())
    return leg, probe.api(f"originate {{{line}}}{dial} &park()")
