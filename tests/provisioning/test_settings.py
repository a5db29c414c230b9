from typing import Any

import pytest

from controller.errors import Invalid
from controller.provisioning.settings import load_settings


def test_defaults_serve_one_machine_on_loopback() -> None:
    settings = load_settings({})
    assert settings.esl.host.is_loopback
    assert settings.carrier_bind.ip.is_loopback
    assert settings.carrier_acl == ()
    assert settings.domain == "tandem"


def test_an_address_may_be_written_as_one_word() -> None:
    bind = load_settings({"agents_bind": "10.0.0.5:5070"}).agents_bind
    assert (str(bind.ip), bind.port) == ("10.0.0.5", 5070)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"agents_bind": "10.0.0.5"}, r"agents_bind: must look like 10\.0\.0\.5:5060"),
        ({"agents_bind": "0.0.0.0:5060"}, "give one address of this host"),
        ({"agents_bind": "127.0.0.1:5080"}, "agents_bind and carrier_bind both want"),
        ({"carrier_acl": ["0.0.0.0/0"]}, "list the carrier's signalling networks"),
        ({"carrier_acl": ["10.0.0.1/8"]}, "carrier_acl.0"),
        ({"esl": {"host": "8.8.8.8"}}, "esl: host must be 127.0.0.1 or a private address"),
        ({"esl": {"acl": []}}, "acl must name the controllers' networks"),
        ({"esl": {"password": "ClueCon"}}, "esl.password: must have at least 12"),
        ({"esl": {"password": "with blank inside"}}, "esl.password: must have"),
        ({"esl": {"password": "line\nbreak-line"}}, "esl.password: must have"),
        ({"recordings_dir": "/var/my recordings"}, "recordings_dir: must be an absolute path"),
        ({"recordings_dir": "recordings"}, "recordings_dir: must be an absolute path"),
        ({"recordings_dir": "/a/../b"}, "recordings_dir: must be an absolute path"),
        ({"fallback": {"announcement": "/x/${system(x)}.wav"}}, "fallback.announcement: must be"),
        ({"fallback": {"hunt_group": ["1001,sofia/gateway/x/1"]}}, "fallback.hunt_group.0"),
        ({"tls": {"enabled": True}}, "tls: cert_dir is needed"),
        ({"wss_bind": "127.0.0.1:7443"}, "wss_bind needs tls.enabled"),
        ({"rtp": {"start": 20000, "end": 20001}}, "rtp: end must be at least 10 above start"),
        ({"outbound_prefixes": ["86"]}, "outbound_prefixes needs at least one of gateways"),
        ({"outbound_prefixes": ["86|.*"]}, "outbound_prefixes.0"),
        ({"domain": "agents"}, "domain: that word names a SIP profile"),
        ({"domain": "$${x}"}, "domain"),
        ({"gateways": [{"name": "a/b", "proxy": "x"}]}, "gateways.0.name"),
        ({"gateways": [{"name": "a", "proxy": "x", "register": True}]}, "register needs username"),
        ({"gateways": [{"name": "a", "proxy": "x"}] * 2}, "two gateways have the same name"),
        ({"max_session": 3}, "max_session: Extra inputs are not permitted"),
        ({"codecs": []}, "codecs"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        load_settings(raw)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        load_settings({"max_sessions": 0, "recordings_dir": "here"})
    assert "max_sessions" in str(caught.value)
    assert "recordings_dir" in str(caught.value)


def test_a_fault_never_repeats_a_secret() -> None:
    with pytest.raises(Invalid) as caught:
        load_settings({"esl": {"password": "hunter2"}})
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_secrets_do_not_show_in_a_representation() -> None:
    settings = load_settings({"esl": {"password": "a-very-secret-word"}})
    assert "a-very-secret-word" not in repr(settings)
