"""Our configuration on a real FreeSWITCH: it starts clean, and lets in whom it should."""

import socket
import time
import wave

import pytest

from tests.live.acts import DID, answer, arrive, originate, register
from tests.live.fixtures import AGENTS, PASSWORD
from tests.live.freeswitch import FreeSwitch, gateway_port
from tests.live.ports import HOST
from tests.live.probe import EslProbe, RefusedError
from tests.live.sipp import Sipp
from tests.live.tones import AGENT_HZ, CALLER_HZ, SILENCE_DB, seconds_of, tone_levels

pytestmark = pytest.mark.live


def test_the_switch_starts_without_complaint(freeswitch: FreeSwitch) -> None:
    complaints = [
        line
        for line in freeswitch.log_lines("ERR", "CRIT", "ALERT")
        # FreeSWITCH drops its tables before it creates them, and reports that there are none.
        if "NATIVE SQL ERR [no such" not in line
        # Said at a call, not at the start: the name of AGENTS is not run.
        and "tandem_display_name} contains a variable" not in line
    ]
    assert complaints == []


def test_both_profiles_run_and_the_gateway_is_known(probe: EslProbe) -> None:
    status = probe.api("sofia status")
    rows = {tuple(line.split()[:2]) for line in status.splitlines()}
    assert {("agents", "profile"), ("carrier", "profile"), ("tandem", "alias")} <= rows
    assert "carrier::trunk" in status


def test_the_event_socket_wants_its_password(freeswitch: FreeSwitch) -> None:
    with pytest.raises(RefusedError, match="invalid"):
        freeswitch.probe("ClueCon")


def test_the_event_socket_is_bound_to_loopback_alone(freeswitch: FreeSwitch) -> None:
    with pytest.raises(ConnectionRefusedError):
        EslProbe("127.0.0.2", freeswitch.settings.esl.port, freeswitch.password)


def test_the_websocket_for_softphones_listens(freeswitch: FreeSwitch) -> None:
    ws = freeswitch.settings.ws_bind
    assert ws is not None
    with socket.create_connection((HOST, ws.port), timeout=5) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nHost: tandem\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: sip\r\n\r\n"
        )
        assert connection.recv(1024).startswith(b"HTTP/1.1 101 ")


def test_a_call_from_the_carrier_is_tagged_and_parked(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    event = arrive(probe, sipp, freeswitch)
    assert event["variable_tandem_entry"] == "carrier"
    assert event["Caller-Destination-Number"] == DID
    assert event["Answer-State"] == "ringing"


@pytest.mark.parametrize("name", ["${version()}", "${system(touch x)}", "a${uuid}b", "$${domain}"])
def test_a_callers_name_is_never_run(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, name: str
) -> None:
    event = arrive(probe, sipp, freeswitch, from_name=name)
    # FreeSWITCH itself writes `%{` for `${` in what a peer sends; nothing was expanded.
    assert event["Caller-Caller-ID-Name"].replace("%", "$") == name


def test_an_argument_that_calls_an_api_expands_to_nothing(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    leg = arrive(probe, sipp, freeswitch)["Unique-ID"]
    probe.subscribe("CHANNEL_EXECUTE_COMPLETE")
    probe.api(f"uuid_broadcast {leg} set::proof=[${{version()}}]")
    probe.wait_event(lambda event: event.get("Application") == "set" and "proof" in str(event))
    assert "1.11" not in probe.api(f"uuid_getvar {leg} proof")


def test_without_a_controller_the_caller_reaches_the_fallback_and_leaves_a_message(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    probe.subscribe("CHANNEL_PARK", "CHANNEL_ANSWER", "RECORD_STOP")
    caller = sipp.call(freeswitch.carrier, DID, talk=20)
    parked = probe.wait_named("CHANNEL_PARK", tandem_role="customer")
    answered = probe.wait_leg("CHANNEL_ANSWER", parked["Unique-ID"], timeout=20)
    waited = (int(answered["Event-Date-Timestamp"]) - int(parked["Event-Date-Timestamp"])) / 1e6
    # The timer counts whole seconds of the clock.
    assert 6.5 < waited < 10
    assert answered["variable_tandem_fallback"] == "true"
    stopped = probe.wait_leg("RECORD_STOP", parked["Unique-ID"], timeout=20)
    assert caller.wait().ok
    message = freeswitch.settings.recordings_dir / "fallback" / f"{parked['Unique-ID']}.wav"
    assert stopped["Record-File-Path"] == str(message)
    assert seconds_of(tone_levels(message)[0], CALLER_HZ) > 3


def test_a_stranger_is_refused_by_the_carriers_list(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    call = sipp.call(freeswitch.carrier, DID, source="127.0.0.2")
    result = call.wait()
    assert not result.ok
    assert result.received(403)
    assert "0 total" in probe.api("show calls")


def test_the_carrier_cannot_reach_a_trunk(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    """A number that the allowlist would let out is a customer like any other when it comes in."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trunk:
        trunk.bind((HOST, gateway_port(freeswitch.settings)))
        trunk.settimeout(1.0)
        event = arrive(probe, sipp, freeswitch)
        assert event["Caller-Context"] == "tandem-carrier"
        with pytest.raises(TimeoutError):
            trunk.recv(100)


def test_nobody_registers_with_the_carriers_side(freeswitch: FreeSwitch, sipp: Sipp) -> None:
    extension = AGENTS[0].extension
    result = sipp.register(
        freeswitch.carrier, extension, PASSWORD.format(extension), f"{HOST}:5999"
    )
    assert not result.ok
    assert not result.received(200)


def test_an_agent_registers_and_is_dialled_by_extension_and_domain(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    register(sipp, freeswitch, "1001")
    _, reply = originate(probe, "sofia/agents/1001%tandem")
    assert reply.startswith("+OK")
    assert originate(probe, "sofia/agents/1002%tandem")[1] == "-ERR USER_NOT_REGISTERED"


@pytest.mark.parametrize(
    ("extension", "username", "password"),
    [
        ("1001", "1001", "wrong"),
        ("1001", "1002", PASSWORD.format("1002")),
        ("1999", "1999", "anything"),
    ],
)
def test_a_registration_with_wrong_credentials_is_refused(
    freeswitch: FreeSwitch,
    probe: EslProbe,
    sipp: Sipp,
    extension: str,
    username: str,
    password: str,
) -> None:
    result = sipp.register(
        freeswitch.agents_side, extension, password, f"{HOST}:5999", username=username, expect=403
    )
    assert result.received(403)
    assert not result.received(200)
    assert "Total items returned: 0" in probe.api("sofia status profile agents reg")


def test_what_an_agents_phone_dials_is_refused_when_no_controller_takes_it(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    probe.subscribe("CHANNEL_HANGUP_COMPLETE")
    result = sipp.start(
        "agent_dials",
        freeswitch.agents_side,
        DID="861012345678",
        EXTENSION="1001",
        DOMAIN="tandem",
        PASSWORD=PASSWORD.format("1001"),
        EXPECT=403,
    ).wait()
    assert result.ok, result
    probe.wait_named("CHANNEL_HANGUP_COMPLETE", tandem_role="agent_dial")


@pytest.mark.parametrize(
    ("scenario", "cause"),
    [("phone_rejects", "USER_BUSY"), ("phone_ignores", "NO_ANSWER")],
)
def test_a_phone_that_does_not_answer_gives_its_cause(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, scenario: str, cause: str
) -> None:
    phone = register(sipp, freeswitch, "1001", scenario)
    reply = probe.api("originate {originate_timeout=2}sofia/agents/1001%tandem &park()")
    assert reply == f"-ERR {cause}"
    assert phone.wait().ok


def test_a_number_goes_out_by_the_named_gateway(freeswitch: FreeSwitch, probe: EslProbe) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trunk:
        trunk.bind((HOST, gateway_port(freeswitch.settings)))
        trunk.settimeout(5.0)
        probe.api("bgapi originate {originate_timeout=2}sofia/gateway/trunk/861012345678 &park()")
        assert trunk.recv(2000).startswith(b"INVITE sip:861012345678@")


@pytest.mark.parametrize(
    ("number", "leaves"), [("861012345678", True), ("19005550100", False), ("8610x", False)]
)
def test_the_outbound_context_dials_only_what_is_on_the_allowlist(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp, number: str, leaves: bool
) -> None:
    leg = arrive(probe, sipp, freeswitch)["Unique-ID"]
    probe.subscribe("CHANNEL_HANGUP_COMPLETE")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trunk:
        trunk.bind((HOST, gateway_port(freeswitch.settings)))
        trunk.settimeout(3.0)
        assert probe.api(f"uuid_transfer {leg} {number} XML tandem-outbound").startswith("+OK")
        if leaves:
            assert trunk.recv(2000).startswith(f"INVITE sip:{number}@".encode())
        else:
            assert probe.wait_leg("CHANNEL_HANGUP_COMPLETE", leg)["Hangup-Cause"] == "CALL_REJECTED"


def test_new_agents_are_taken_over_by_a_reload(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    freeswitch.render([agent for agent in AGENTS if agent.extension != "1003"])
    assert "+OK" in probe.api("reloadxml")
    password = PASSWORD.format("1003")
    refused = sipp.register(freeswitch.agents_side, "1003", password, f"{HOST}:5999", expect=403)
    freeswitch.render(AGENTS)
    assert "+OK" in probe.api("reloadxml")
    accepted = sipp.register(freeswitch.agents_side, "1003", password, f"{HOST}:5999")
    assert refused.received(403)
    assert accepted.ok


def test_digits_pressed_by_the_caller_arrive(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    probe.subscribe("CHANNEL_PARK", "CHANNEL_ANSWER", "DTMF")
    sipp.call(freeswitch.carrier, DID, dtmf="42", talk=8)
    leg = probe.wait_named("CHANNEL_PARK", tandem_role="customer")["Unique-ID"]
    probe.api(f"uuid_broadcast {leg} answer::")
    pressed = [probe.wait_leg("DTMF", leg)["DTMF-Digit"] for _ in range(2)]
    assert pressed == ["4", "2"]


def test_a_recording_holds_both_voices_through_hold_and_the_caller_hears_music(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    """Caller's leg recorded in stereo: left hears the caller, right what the caller hears."""
    phone = register(sipp, freeswitch, "1001")
    customer = arrive(probe, sipp, freeswitch, talk=30)["Unique-ID"]
    probe.subscribe(
        "CHANNEL_BRIDGE", "CHANNEL_HOLD", "CHANNEL_UNHOLD", "RECORD_START", "RECORD_STOP"
    )
    # As the controller does while it looks after a caller: no dead-man transfer.
    assert probe.api(f"sched_del {customer}").startswith("+OK")
    answer(probe, customer)
    agent, reply = originate(probe, "sofia/agents/1001%tandem")
    assert reply.startswith("+OK")
    recording = freeswitch.settings.recordings_dir / f"{customer}.wav"
    probe.api(
        f"uuid_setvar_multi {customer} park_after_bridge=true;uuid_bridge_park_on_cancel=true"
    )
    assert probe.api(f"uuid_bridge {customer} {agent}").startswith("+OK")
    probe.wait_leg("CHANNEL_BRIDGE", customer)
    assert probe.api(f"uuid_record {customer} start {recording}").startswith("+OK")
    probe.wait_leg("RECORD_START", customer)
    time.sleep(2)  # speech to be recorded; nothing marks its passing
    assert probe.api(f"uuid_hold {agent}").startswith("+OK")
    probe.wait_leg("CHANNEL_HOLD", agent)
    time.sleep(3)
    assert probe.api(f"uuid_hold off {agent}").startswith("+OK")
    probe.wait_leg("CHANNEL_UNHOLD", agent)
    time.sleep(2)
    probe.api(f"uuid_record {customer} stop {recording}")
    probe.wait_leg("RECORD_STOP", customer)
    with wave.open(str(recording), "rb") as file:
        assert file.getnchannels() == 2
        assert 6.5 < file.getnframes() / file.getframerate() < 9
    left, right = tone_levels(recording)
    assert seconds_of(left, CALLER_HZ) > 6
    assert seconds_of(left, AGENT_HZ) == 0
    talking = [window.at for window in right if window.hz == AGENT_HZ]
    # A window in which the agent begins or ends is neither his voice nor music.
    edges = {round(at + side, 1) for at in talking for side in (-0.1, 0.1)}
    sounds = [w.at for w in right if w.hz is None and w.db > SILENCE_DB]
    music = [at for at in sounds if round(at, 1) not in edges]
    assert len(talking) > 25
    # The switch is silent for up to two seconds before the music of its own hold starts.
    assert len(music) > 5
    assert min(talking) < min(music) < max(music) < max(talking)
    probe.api(f"uuid_kill {customer}")
    probe.api(f"uuid_kill {agent}")
    assert phone.wait().ok
