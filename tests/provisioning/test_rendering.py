from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import Invalid
from controller.provisioning.directory import DirectoryEntry, display_name
from controller.provisioning.rendering import render_all, xml_text
from controller.provisioning.settings import load_settings

OUT = Path("/etc/freeswitch")
ESL = "esl-password-for-tests"


def agent(extension: str = "1001", name: str = "Ada", contact: str | None = None) -> DirectoryEntry:
    return DirectoryEntry(
        extension=extension, name=name, password="phone-password", contact=contact
    )


def rendered(raw: dict[str, Any] | None = None, *agents: DirectoryEntry) -> dict[str, str]:
    files = render_all(load_settings(raw or {}), agents, ESL, OUT)
    return {str(file.path): file.content.decode() for file in files if file.path.suffix != ".wav"}


def params(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in ElementTree.fromstring(text).iter("param"):
        found.setdefault(element.attrib["name"], []).append(element.attrib["value"])
    return found


def actions(text: str) -> list[tuple[str, str]]:
    return [
        (element.attrib["application"], element.get("data", ""))
        for element in ElementTree.fromstring(text).iter("action")
    ]


HOSTILE = [
    "quote \" and ' apostrophe",
    "<action application='system' data='x'/>",
    "a & b &amp; c",
    "${system(rm -rf /)}",
    "$${domain}",
    "X-PRE-PROCESS",
    '<X-PRE-PROCESS cmd="exec" data="x"/>',
    "<!--#exec x-->",
    "--> <?php ?> ]]>",
    "王小明 Ünï",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    text = rendered({}, agent(name=name))["directory/domain.xml"]
    values = [
        element.attrib["value"]
        for element in ElementTree.fromstring(text).iter("variable")
        if element.attrib["name"] == "tandem_display_name"
    ]
    assert values == [name]


@given(st.text(max_size=80))
def test_any_text_survives_xml_and_cannot_reach_the_preprocessor(text: str) -> None:
    clean = display_name(text)
    written = str(xml_text(clean))
    assert ElementTree.fromstring(f'<a b="{written}"/>').attrib["b"] == clean
    assert not {"$", "<", '"', "'", "\n"} & set(written)
    assert "x-pre-process" not in written.lower()


def test_every_file_is_well_formed_and_secret_ones_are_not_for_everybody() -> None:
    files = render_all(load_settings({}), [agent()], ESL, OUT)
    for file in files:
        if file.path.suffix == ".xml":
            ElementTree.fromstring(file.content)
        if ESL.encode() in file.content or b"a1-hash" in file.content:
            assert file.mode == 0o640
    assert {file.mode for file in files} == {0o640, 0o644}


def test_a_password_is_never_written_only_its_digest() -> None:
    assert not any("phone-password" in text for text in rendered({}, agent()).values())


def test_what_a_caller_says_is_never_run() -> None:
    assert params(rendered()["autoload_configs/switch.conf.xml"])["api-expansion"] == ["false"]


def test_the_agents_side_asks_everybody_for_a_password() -> None:
    found = params(rendered()["sip_profiles/agents.xml"])
    assert found["auth-calls"] == ["true"]
    assert found["inbound-reg-force-matching-username"] == ["true"]
    assert found["enable-timer"] == ["false"]
    assert found["challenge-realm"] == ["tandem"]
    assert not [name for name in found if name.startswith("accept-blind")]


def test_the_carriers_side_knows_addresses_only() -> None:
    found = params(rendered({"carrier_acl": ["10.1.0.0/24"]})["sip_profiles/carrier.xml"])
    assert found["apply-inbound-acl"] == ["tandem-carriers"]
    assert found["auth-calls-acl-only"] == ["true"]
    assert found["disable-register"] == ["true"]
    acl = ElementTree.fromstring(
        rendered({"carrier_acl": ["10.1.0.0/24"]})["autoload_configs/acl.conf.xml"]
    )
    carriers = acl.find(".//list[@name='tandem-carriers']")
    assert carriers is not None
    assert carriers.get("default") == "deny"
    assert [node.attrib["cidr"] for node in carriers] == ["10.1.0.0/24"]


def test_an_arriving_caller_is_tagged_guarded_and_parked_in_this_order() -> None:
    done = actions(rendered({"fallback": {"after_seconds": 20}})["dialplan/tandem-carrier.xml"])
    name, variables = done[0]
    assert name == "multiset"
    assert variables.startswith("^^;tandem_role=customer;")
    assert done[-2:] == [("sched_transfer", "+20 fallback XML tandem-fallback"), ("park", "")]


def test_no_context_but_the_outbound_one_names_a_trunk() -> None:
    files = rendered(
        {"gateways": [{"name": "trunk", "proxy": "10.0.0.1"}], "outbound_prefixes": ["+86"]}
    )
    named = [path for path, text in files.items() if "sofia/gateway" in text]
    assert named == ["dialplan/tandem-outbound.xml"]
    profiles = files["sip_profiles/agents.xml"] + files["sip_profiles/carrier.xml"]
    assert "tandem-outbound" not in profiles


def test_without_an_allowlist_nothing_goes_out() -> None:
    text = rendered({"gateways": [{"name": "trunk", "proxy": "10.0.0.1"}]})[
        "dialplan/tandem-outbound.xml"
    ]
    assert [application for application, _ in actions(text)] == ["respond"]


def test_the_fallback_announces_hunts_and_records() -> None:
    raw = {"fallback": {"announcement": "/x/sorry.wav", "hunt_group": ["1001", "1002"]}}
    agents = agent("1001"), agent("1002", contact="sip:1002@10.0.0.9:5060")
    done = actions(rendered(raw, *agents)["dialplan/tandem-fallback.xml"])
    assert ("playback", "/x/sorry.wav") in done
    assert ("bridge", "sofia/agents/1001%tandem,sofia/agents/sip:1002@10.0.0.9:5060") in done
    recorded = "/var/lib/freeswitch/recordings/fallback/${uuid}.wav 180 200 5"
    assert ("record", recorded) in done
    # Deadlines of the leg, and of its stand-in, strike nobody here; the message says who left it.
    assert done[:2] == [("sched_cancel", ""), ("sched_cancel", "${uuid}~spare")]
    assert ("set", "RECORD_COMMENT=${caller_id_number}") in done
    assert done[-1] == ("hangup", "NORMAL_CLEARING")


def test_modules_follow_the_codecs() -> None:
    few = rendered({"codecs": ["PCMA"]})["autoload_configs/modules.conf.xml"]
    assert "mod_opus" not in few
    assert "mod_spandsp" not in few
    assert "mod_opus" in rendered()["autoload_configs/modules.conf.xml"]


def test_opus_is_not_offered_to_carriers() -> None:
    found = params(rendered()["sip_profiles/carrier.xml"])
    assert found["outbound-codec-prefs"] == ["G722,PCMU,PCMA"]


def test_tls_and_wss_appear_only_when_asked_for() -> None:
    assert "tls" not in params(rendered()["sip_profiles/agents.xml"])
    raw = {"tls": {"enabled": True, "cert_dir": "/etc/tls"}, "wss_bind": "10.0.0.5:7443"}
    found = params(rendered(raw)["sip_profiles/agents.xml"])
    assert found["tls-cert-dir"] == ["/etc/tls"]
    assert found["wss-binding"] == ["10.0.0.5:7443"]
    assert found["tls-version"] == ["tlsv1.2,tlsv1.3"]


def test_a_gateways_hostile_password_stays_a_password() -> None:
    secret = 'a"/><param name="x" value="${y}$${z}'
    gateway = {"name": "t", "proxy": "p", "username": "u", "password": secret, "register": True}
    found = params(rendered({"gateways": [gateway]})["sip_profiles/carrier.xml"])
    assert found["password"] == [secret]


def test_two_agents_with_one_extension_are_refused() -> None:
    with pytest.raises(Invalid, match="extension 1001 is given to two agents"):
        rendered({}, agent(), agent())


def test_a_hunt_group_of_strangers_is_refused() -> None:
    with pytest.raises(Invalid, match="no agent has extension 1009"):
        rendered({"fallback": {"hunt_group": ["1001", "1009"]}}, agent())


def test_own_music_replaces_ours() -> None:
    files = render_all(load_settings({"moh_dir": "/srv/music"}), [], ESL, OUT)
    assert not [file for file in files if file.path.suffix == ".wav"]
    streams = next(file for file in files if file.path.name == "local_stream.conf.xml")
    paths = {e.attrib["path"] for e in ElementTree.fromstring(streams.content).iter("directory")}
    assert paths == {"/srv/music"}


def test_no_phone_transfers_by_itself_unless_it_is_allowed_and_no_carrier_ever() -> None:
    for allowed in (False, True):
        files = rendered({"phone_transfers": allowed})
        agents = params(files["sip_profiles/agents.xml"])
        assert agents["disable-transfer"] == ["false" if allowed else "true"]
        assert params(files["sip_profiles/carrier.xml"])["disable-transfer"] == ["true"]
