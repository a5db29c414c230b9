"""How often one may try a password, and whom that keeps out."""

from dataclasses import replace
from ipaddress import ip_network

import gevent
import pytest

from console.app import create_app
from console.door import (
    KNOWN_ADDRESS,
    NAME_AT_KNOWN,
    STRANGE_ADDRESS,
    STRANGE_NAME,
    Door,
    TooManyTriesError,
    WrongPasswordError,
)
from console.passwords import Passwords
from console.services import Web
from controller.domain.catalogue import Account
from tests.api.clients import PASSWORD, Browser


def tries(door, name, network, password="wrong horse"):
    """What comes of one try: in, wrong, or the seconds to wait."""
    try:
        door.sign_in(name, password, network)
    except WrongPasswordError:
        return "wrong"
    except TooManyTriesError as slow:
        return slow.wait_s
    return "in"


@pytest.fixture
def door(centre):
    centre.account("sue", "admin")
    return centre.people.door


def test_ten_thousand_wrong_passwords_get_nowhere_and_keep_nobody_out(centre, door):
    """Each from another address; sue has signed in from her office before."""
    assert tries(door, "sue", "198.51.100.7", PASSWORD) == "in"
    before = centre.people.passwords.checked
    answers = [tries(door, "sue", f"10.{n >> 8 & 255}.{n & 255}.1") for n in range(10_000)]
    assert answers.count("wrong") == STRANGE_NAME[0]
    assert centre.people.passwords.checked - before == STRANGE_NAME[0]
    assert tries(door, "sue", "198.51.100.7", PASSWORD) == "in"
    assert tries(door, "sue", "203.0.113.9", PASSWORD) > 0  # from elsewhere she waits, too


def test_ten_thousand_from_one_address_get_nowhere_with_any_name(centre, door):
    answers = [tries(door, f"name{n}", "10.0.0.1") for n in range(10_000)]
    assert answers.count("wrong") == STRANGE_ADDRESS[0]
    assert tries(door, "sue", "10.0.0.2", PASSWORD) == "in"


def test_it_goes_on_slowly(centre, door):
    answers = [tries(door, "sue", "10.0.0.1") for _ in range(STRANGE_NAME[0] + 1)]
    assert answers[-1] == STRANGE_NAME[1]
    centre.clock.pass_(STRANGE_NAME[1])
    assert [tries(door, "sue", "10.0.0.1") for _ in range(2)] == ["wrong", STRANGE_NAME[1]]


def test_a_right_password_does_not_count(door):
    assert [tries(door, "sue", "10.0.0.1", PASSWORD) for _ in range(500)] == ["in"] * 500


def test_at_an_address_of_ours_each_name_has_its_own_tries(centre, door):
    centre.account("bob", "admin")
    assert tries(door, "sue", "10.0.0.1", PASSWORD) == "in"
    answers = [tries(door, "sue", "10.0.0.1") for _ in range(NAME_AT_KNOWN[0] + 1)]
    assert answers == ["wrong"] * NAME_AT_KNOWN[0] + [NAME_AT_KNOWN[1]]
    assert tries(door, "bob", "10.0.0.1", PASSWORD) == "in"
    spread = [tries(door, f"name{n}", "10.0.0.1") for n in range(KNOWN_ADDRESS[0])]
    assert spread.count("wrong") == KNOWN_ADDRESS[0] - NAME_AT_KNOWN[0]


@pytest.mark.parametrize("address", ["10.0.0.1", "198.51.100.7"])
def test_names_that_there_are_cannot_be_told_from_others(centre, door, address):
    """From an address of nobody's and from one that sue uses."""
    assert tries(door, "sue", "198.51.100.7", PASSWORD) == "in"
    answers = {}
    for name in ("sue", "nobody"):
        other = Door(centre.catalogue, centre.people.passwords, centre.clock)
        [tries(other, name, "10.9.9.9") for _ in range(12)]
        answers[name] = [tries(other, name, address) for _ in range(15)]
    assert answers["sue"] == answers["nobody"]


def test_many_at_once_get_no_more_tries(centre, app):
    centre.account("sue", "admin")
    browsers = [Browser(app, address=f"10.0.0.{n}") for n in range(60)]
    trying = [gevent.spawn(browser.sign_in, "sue", "wrong horse") for browser in browsers]
    gevent.joinall(trying, raise_error=True)
    codes = [one.value.status_code for one in trying]
    assert codes.count(401) == STRANGE_NAME[0]
    assert set(codes) == {401, 429}


def test_the_throttled_are_told_when_to_come_back(centre, app):
    centre.account("sue", "admin")
    browser = Browser(app)
    for _ in range(STRANGE_NAME[0]):
        assert browser.sign_in("sue", "wrong horse").status_code == 401
    response = browser.sign_in("sue", PASSWORD)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    centre.clock.pass_(60)
    assert browser.sign_in("sue", PASSWORD).status_code == 200


def test_an_ipv6_provider_gives_everybody_many_addresses_that_count_as_one(centre, app):
    codes = [
        Browser(app, address=f"2001:db8:1:1::{n:x}").sign_in(f"n{n}", "wrong horse").status_code
        for n in range(STRANGE_ADDRESS[0] + 1)
    ]
    assert codes[-1] == 429
    assert Browser(app, address="2001:db8:1:2::1").sign_in("n", "wrong").status_code == 401


def test_a_forwarded_address_counts_only_from_a_proxy_of_ours(centre, app):
    def from_(app, n):
        headers = {"X-Forwarded-For": f"198.51.100.{n}"}
        return Browser(app, address="10.0.0.1").sign_in(f"n{n}", "wrong", headers=headers)

    lied = [from_(app, n).status_code for n in range(STRANGE_ADDRESS[0] + 1)]
    assert lied[-1] == 429
    trusting = create_app(centre.services(web=Web(trusted_proxies=(ip_network("10.0.0.0/8"),))))
    assert {from_(trusting, n).status_code for n in range(30)} == {401}
    assert centre.rows()[-1].deed.address == "198.51.100.29"


def test_an_account_remembers_its_last_addresses_once_each(centre, door):
    for n in (*range(12), 5):
        assert tries(door, "sue", f"10.0.0.{n}", PASSWORD) == "in"
    remembered = centre.catalogue.get(Account, "sue").addresses
    assert remembered == tuple(f"10.0.0.{n}" for n in (5, 11, 10, 9, 8, 7, 6, 4))


def test_a_hash_of_former_days_is_made_anew_at_the_next_sign_in(centre, door):
    old = Passwords(time_cost=2, memory_kib=16).hash(PASSWORD)
    sue = centre.catalogue.get(Account, "sue")
    centre.catalogue.put(replace(sue, password_hash=old))
    assert tries(door, "sue", "10.0.0.1", PASSWORD) == "in"
    made = centre.catalogue.get(Account, "sue").password_hash
    assert made != old
    assert tries(door, "sue", "10.0.0.1", PASSWORD) == "in"
    assert centre.catalogue.get(Account, "sue").password_hash == made
