"""Which addresses of channels say who somebody is."""

from dataclasses import replace

import pytest

from controller.desk.identities import Identities
from controller.domain.customer import Identity, Kind
from controller.errors import Invalid
from tests.store.calls import arrive


def of_contact(address, channel="voice", region="DE"):
    contact = replace(arrive("c1", address=address).after, channel=channel)
    return Identities(region).of_contact(contact)


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("+4930123456", "DE"),
        ("+4930123456", None),
        ("004930123456", "DE"),
        ("004930123456", None),
        ("030123456", "DE"),
        ("(030) 123-456", "DE"),
        ("4930123456", "DE"),
    ],
)
def test_one_number_is_one_identity_however_the_carrier_writes_it(address, region):
    assert of_contact(address, region=region) == Identity(Kind.PHONE, "+4930123456")


@pytest.mark.parametrize(
    "address",
    [
        *("", " ", "anonymous", "Restricted", "1001", "110", "+491", "+49", "sip:ann@example.com"),
        *("12345678", "0" * 41, "+1800FLOWERS", "+" + "9" * 20, "\x00", "+49 30 12345 \ud800"),
    ],
)
def test_a_withheld_or_internal_number_is_none(address):
    assert of_contact(address) is None


def test_without_a_region_a_national_number_says_nothing():
    assert of_contact("030123456", region=None) is None


def test_other_channels_have_other_identities():
    mail = Identity(Kind.EMAIL, "ann@example.com")
    assert of_contact("Ann@Example.com", "email") == mail
    assert of_contact("wx1/openid", "wechat") == Identity(Kind.WECHAT, "wx1/openid")
    assert of_contact("+4930123456", "sms") == of_contact("030123456")
    assert of_contact("+4930123456", "email") is None
    assert of_contact("+4930123456", "pigeon") is None


def test_what_a_person_types_is_read_or_refused_with_the_way_to_write_it():
    read = Identities("DE").read
    assert read(Kind.PHONE, " 030 123456 ") == Identity(Kind.PHONE, "+4930123456")
    assert read(Kind.ACCOUNT, "17") == Identity(Kind.ACCOUNT, "17")
    with pytest.raises(Invalid, match=r"\+4930123456"):
        read(Kind.PHONE, "17")
