from ipaddress import ip_network

import pytest

from console.peers import Peer, peer_of

OURS = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("connected", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
        ("fe80::1%eth0", [], "fe80::1"),
        ("", ["198.51.100.1"], ""),
        (None, [], ""),
    ],
)
def test_a_client_is_the_last_whom_no_proxy_of_ours_is(connected, forwarded, address):
    assert peer_of(connected, "http", forwarded, None, OURS).address == address


@pytest.mark.parametrize(
    ("connected", "scheme", "proto", "https"),
    [
        ("192.0.2.1", "https", None, True),
        ("192.0.2.1", "http", "https", False),
        ("10.0.0.1", "http", "https", True),
        ("10.0.0.1", "http", "https, http", False),
        ("10.0.0.1", "https", "http", False),
        ("10.0.0.1", "http", "", False),
    ],
)
def test_a_proxy_of_ours_knows_whether_it_was_asked_encrypted(connected, scheme, proto, https):
    assert peer_of(connected, scheme, [], proto, OURS).https == https


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_network_is_what_one_customer_has_to_himself(address, network):
    assert Peer(address=address, https=False).network == network


def test_nobody_is_trusted_unasked():
    assert peer_of("127.0.0.1", "http", ["198.51.100.1"], "https", ()) == Peer(
        address="127.0.0.1", https=False
    )
