"""What an agent's desk phone does by itself: hold, transfer, dial. No way leads past the controller."""

import socket

import pytest

from tests.live.acts import answer, arrive, originate, register
from tests.live.fixtures import PASSWORD
from tests.live.freeswitch import FreeSwitch
from tests.live.ports import HOST
from tests.live.probe import EslProbe, Event
from tests.live.sipp import Sipp

pytestmark = pytest.mark.live

SAFE = "park_after_bridge=true;uuid_bridge_park_on_cancel=true"
UNSAFE = "park_after_bridge=;uuid_bridge_park_on_cancel="  # what the dialplan set
NUMBER = "861012345678"  # on the allowlist of the outbound context


def talk(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, customer_settings: str = SAFE
) -> tuple[str, str]:
    """A customer and an agent whose phone obeys, in conversation: their legs."""
    register(sipp, freeswitch, "1001", "phone_obeys")
    customer = arrive(probe, sipp, freeswitch, talk=30)["Unique-ID"]
    probe.api(f"sched_del {customer}")
    answer(probe, customer)
    agent, reply = originate(
        probe, "sofia/agents/1001%tandem", fs_send_unsupported_info="true", tandem_role="agent"
    )
    assert reply.startswith("+OK")
    probe.subscribe(
        "CHANNEL_BRIDGE", "CHANNEL_HOLD", "CHANNEL_UNHOLD", "CHANNEL_HANGUP", "CHANNEL_UNBRIDGE"
    )
    probe.api(f"uuid_setvar_multi {customer} {customer_settings}")
    probe.api(f"uuid_bridge {customer} {agent}")
    probe.wait_leg("CHANNEL_BRIDGE", customer)
    return customer, agent


def tell(probe: EslProbe, agent: str, order: str) -> None:
    """What the hand on the phone does; see scenarios/phone_obeys.xml."""
    assert probe.api(f"uuid_send_info {agent} {order}") == "+OK Success"


def dial(freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, number: str) -> Event:
    """The PARK of the call that the agent's phone starts."""
    sipp.dials(freeswitch.agents_side, "1001", PASSWORD.format("1001"), number)
    return probe.wait_named("CHANNEL_PARK", tandem_role="agent_dial")


def test_a_phone_holds_and_resumes_by_itself(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    _, agent = talk(freeswitch, probe, sipp)
    for _ in range(2):
        tell(probe, agent, "hold")
        probe.wait_leg("CHANNEL_HOLD", agent)
        tell(probe, agent, "resume")
        probe.wait_leg("CHANNEL_UNHOLD", agent)


@pytest.mark.parametrize(
    ("settings", "context"), [(SAFE, "tandem-carrier"), (UNSAFE, "tandem-transfer")]
)
def test_a_customer_outlives_a_phone_that_hangs_up_while_it_holds(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, settings: str, context: str
) -> None:
    customer, agent = talk(freeswitch, probe, sipp, settings)
    probe.subscribe("PLAYBACK_START")
    tell(probe, agent, "hold")
    probe.wait_leg("PLAYBACK_START", customer)
    tell(probe, agent, "bye")
    parked = probe.wait_leg("CHANNEL_PARK", customer)
    assert parked["Caller-Context"] == context
    assert "variable_tandem_referred_to" not in parked


@pytest.mark.parametrize("held", [False, True])
def test_a_blind_transfer_by_the_phone_parks_the_customer_and_says_where_to(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, held: bool
) -> None:
    customer, agent = talk(freeswitch, probe, sipp)
    if held:
        tell(probe, agent, "hold")
        probe.wait_leg("CHANNEL_HOLD", agent)
    tell(probe, agent, f"<sip:{NUMBER}@tandem>")
    parked = probe.wait_leg("CHANNEL_PARK", customer)
    assert parked["Caller-Context"] == "tandem-transfer"
    assert parked["variable_tandem_referred_to"] == NUMBER
    assert parked["variable_tandem_role"] == "customer"
    assert parked["Answer-State"] == "answered"
    # The dead-man timer runs again.
    assert probe.api(f"sched_del {customer}") == "+OK Deleted: 1"


def test_a_transfer_to_no_number_parks_the_customer_without_one(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    customer, agent = talk(freeswitch, probe, sipp)
    tell(probe, agent, "<sip:some.body@elsewhere.example>")
    parked = probe.wait_leg("CHANNEL_PARK", customer)
    assert "variable_tandem_referred_to" not in parked


def test_a_transfer_to_a_call_that_is_not_ours_dials_nobody(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    customer, agent = talk(freeswitch, probe, sipp)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind((HOST, 0))
        stranger.settimeout(2.0)
        port = stranger.getsockname()[1]
        replaces = "Replaces=unknown%3Bto-tag%3D1%3Bfrom-tag%3D2"
        tell(probe, agent, f"<sip:{NUMBER}@{HOST}:{port}?{replaces}>")
        with pytest.raises(TimeoutError):
            stranger.recv(100)
    assert probe.api(f"uuid_exists {customer}") == "true"


def test_what_an_agents_phone_dials_is_tagged_and_parked_unanswered(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    probe.subscribe("CHANNEL_PARK")
    parked = dial(freeswitch, probe, sipp, NUMBER)
    assert parked["variable_tandem_dialled"] == NUMBER
    assert parked["variable_tandem_extension"] == "1001"
    assert parked["Answer-State"] == "ringing"


@pytest.mark.parametrize("reached", [True, False])
def test_an_attended_transfer_by_the_phone(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, reached: bool
) -> None:
    """With somebody at the other end he and the customer talk; else it is a blind one."""
    customer, agent = talk(freeswitch, probe, sipp)
    tell(probe, agent, "hold")
    probe.wait_leg("CHANNEL_HOLD", agent)
    second = dial(freeswitch, probe, sipp, NUMBER)["Unique-ID"]
    probe.api(f"sched_del {second}")
    answer(probe, second)
    other = ""
    if reached:
        register(sipp, freeswitch, "1002")
        other, reply = originate(probe, "sofia/agents/1002%tandem")
        assert reply.startswith("+OK")
        probe.api(f"uuid_setvar_multi {other} {SAFE}")
        probe.api(f"uuid_bridge {second} {other}")
        probe.wait_leg("CHANNEL_BRIDGE", second)
    names = ("sip_call_id", "sip_to_tag", "sip_from_tag")
    call, to_tag, from_tag = (probe.api(f"uuid_getvar {second} {name}") for name in names)
    replaces = f"Replaces={call}%3Bto-tag%3D{to_tag}%3Bfrom-tag%3D{from_tag}"
    tell(probe, agent, f"<sip:1002@tandem?{replaces}>")
    if reached:
        bridge = probe.wait_leg("CHANNEL_BRIDGE", customer)
        assert bridge["Bridge-B-Unique-ID"] == other
        gone = probe.wait_leg("CHANNEL_HANGUP", second)
    else:
        gone = probe.wait_leg("CHANNEL_HANGUP", second)
        parked = probe.wait_leg("CHANNEL_PARK", customer)
        assert parked["Caller-Context"] == "tandem-transfer"
        assert parked["variable_tandem_referred_to"] == NUMBER
    assert gone["Hangup-Cause"] == "ATTENDED_TRANSFER"
