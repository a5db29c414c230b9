"""What the parts are told of the configuration."""

import pytest

from controller import provisioning
from controller.config import Config
from controller.opening import phone_network

WSS = {"wss_bind": "10.0.0.5:7443", "tls": {"enabled": True, "cert_dir": "/etc/tls"}}


@pytest.mark.parametrize(
    ("fs", "phone_url", "url", "transport"),
    [
        ({}, None, "ws://127.0.0.1:5066", "ws"),
        ({}, "ws://10.0.0.9:5066", "ws://10.0.0.9:5066", "ws"),
        ({}, "wss://contact.example.com/phone", "wss://contact.example.com/phone", "ws"),
        (WSS, None, "wss://10.0.0.5:7443", "wss"),
        (WSS, "wss://pbx.example.com:7443", "wss://pbx.example.com:7443", "wss"),
        (WSS, "ws://10.0.0.9:5066", "ws://10.0.0.9:5066", "ws"),
    ],
)
def test_a_pages_phone_is_told_where_tls_ends(fs, phone_url, url, transport):
    config = Config.model_validate({"switch": {"kind": "freeswitch", "phone_url": phone_url}})
    network = phone_network(config, provisioning.load_settings(fs))
    assert (network.url, network.transport) == (url, transport)
