"""What phones do when they ring, and when hands touch them."""

import pytest

from controller.lab import LabSwitch, Phone
from tests.conformance.client import Client

DIALS = ["sofia/agents/1001%lab", "user/1001@lab", "sofia/agents/sip:1001@127.0.0.1:5060"]


@pytest.mark.parametrize("dial", DIALS)
def test_every_dial_string_reaches_it(lab: LabSwitch, client: Client, dial: str):
    phone = lab.add_phone(Phone(extension="1001", answer_after=0.0))
    assert client.job(f"originate {dial} &park()").startswith("+OK ")
    assert phone.rang == 1


def test_it_is_answered_by_hand(lab: LabSwitch, client: Client):
    phone = lab.add_phone(Phone(extension="1001"))
    client.request("bgapi originate {origination_uuid=b}user/1001@lab &park()")
    phone.wait_for("ringing")
    phone.answer()
    client.wait_name("CHANNEL_PARK", "b")
    phone.hang_up("NORMAL_CLEARING")
    assert client.wait_name("CHANNEL_HANGUP_COMPLETE", "b")["Hangup-Cause"] == "NORMAL_CLEARING"
    phone.wait_for("idle")


def test_a_talk_event_answers_it(lab: LabSwitch, client: Client):
    phone = lab.add_phone(Phone(extension="1001"))
    client.request("bgapi originate {origination_uuid=b}user/1001@lab &park()")
    phone.wait_for("ringing")
    client.api("uuid_phone_event b talk")
    client.wait_name("CHANNEL_ANSWER", "b")


def test_it_is_rejected_by_hand(lab: LabSwitch, client: Client):
    phone = lab.add_phone(Phone(extension="1001"))
    client.request("bgapi originate user/1001@lab &park()\nJob-UUID: j")
    phone.wait_for("ringing")
    phone.reject("CALL_REJECTED")
    assert client.wait_name("BACKGROUND_JOB", Job_UUID="j")["_body"] == "-ERR CALL_REJECTED\n"


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        (Phone(extension="1001", unregistered=True), "-ERR USER_NOT_REGISTERED\n"),
        (Phone(extension="1001", reject="USER_BUSY"), "-ERR USER_BUSY\n"),
        (Phone(extension="1001", answer_after=0.0, lines=0), "-ERR USER_BUSY\n"),
        (Phone(extension="1001", ignore=True), "-ERR NO_ANSWER\n"),
    ],
)
def test_why_nobody_answers(lab: LabSwitch, client: Client, phone: Phone, said: str):
    lab.add_phone(phone)
    assert client.job("originate {originate_timeout=1}user/1001@lab &park()") == said


def test_it_drops_the_call(lab: LabSwitch, client: Client):
    lab.add_phone(
        Phone(extension="1001", answer_after=0.0, drop_after=0.1, cause="NORMAL_CLEARING")
    )
    client.job("originate {origination_uuid=b}user/1001@lab &park()")
    client.wait_name("CHANNEL_HANGUP_COMPLETE", "b")


def test_early_media_counts_as_an_answer_unless_it_is_ignored(lab: LabSwitch, client: Client):
    lab.add_phone(Phone(extension="1001", early_media=True))
    assert client.job("originate {origination_uuid=b}user/1001@lab &park()") == "+OK b\n"
    client.wait_name("CHANNEL_PARK", "b")
    assert "CHANNEL_ANSWER" not in client.seen.names("b")


def test_numbers_behind_a_trunk(lab: LabSwitch, client: Client):
    lab.add_trunk_number("5550100")
    assert client.job("originate sofia/gateway/any/5550100 &park()").startswith("+OK ")
    assert client.job("originate sofia/gateway/any/1 &park()") == "-ERR NO_ROUTE_DESTINATION\n"
