"""Faults on purpose."""

import gevent
import pytest

from controller.lab import Caller, LabSwitch, Phone
from tests.conformance.client import Client, connect


def test_cut_closes_the_socket_and_lets_the_client_return(lab: LabSwitch, client: Client):
    lab.faults.cut()
    with pytest.raises(OSError):
        client.read()
    again = connect(lab.host, lab.port, lab.password)
    assert again.api("uuid_exists x") == "false"
    again.close()


def test_restart_forgets_the_legs_and_changes_the_core_uuid(lab: LabSwitch, client: Client):
    call = lab.dial(Caller(number="1", did="2"))
    before = client.wait_name("CHANNEL_PARK", call.uuid)["Core-UUID"]
    lab.faults.restart()
    again = connect(lab.host, lab.port, lab.password)
    again.reply("event json HEARTBEAT")
    assert again.wait_name("HEARTBEAT")["Core-UUID"] != before
    assert again.api(f"uuid_exists {call.uuid}") == "false"
    assert call.ended.is_set()
    again.close()


def test_a_delay_of_some_events_keeps_the_order_inside_a_leg(lab: LabSwitch, client: Client):
    lab.faults.delay(0.3, names={"CHANNEL_CREATE"})
    call = lab.dial(Caller(number="1", did="2"))
    client.wait_name("CHANNEL_PARK", call.uuid)
    numbers = [int(event["Event-Sequence"]) for event in client.seen.of(call.uuid)]
    assert numbers == sorted(numbers)
    assert client.seen.names(call.uuid)[0] == "CHANNEL_CREATE"


def test_reordering_lets_legs_overtake_each_other_only(lab: LabSwitch, client: Client):
    lab.faults.reorder(0.05)
    calls = [lab.dial(Caller(number=str(n), did="2")) for n in range(8)]
    for call in calls:
        client.wait_name("CHANNEL_PARK", call.uuid)
    all_numbers = [int(e["Event-Sequence"]) for e in client.seen.events]
    assert all_numbers != sorted(all_numbers)
    for call in calls:
        numbers = [int(event["Event-Sequence"]) for event in client.seen.of(call.uuid)]
        assert numbers == sorted(numbers)


def test_a_stalled_switch_says_nothing_until_it_resumes(lab: LabSwitch, client: Client):
    lab.faults.stall()
    client.send("api uuid_exists x")
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.3):
        client.read()
    lab.faults.resume()
    while True:
        frame = client.read()
        if frame.kind == "api/response":
            break
    assert frame.body == b"false"


def test_a_lost_event_is_told_to_nobody(lab: LabSwitch, client: Client):
    lab.faults.lose(1, names={"CHANNEL_PARK"})
    first, second = (lab.dial(Caller(number=str(n), did="2")) for n in range(2))
    client.wait_name("CHANNEL_PARK", second.uuid)
    assert "CHANNEL_PARK" not in client.seen.names(first.uuid)
    assert first.parked == 1


def test_a_doubled_event_comes_twice_in_its_place(lab: LabSwitch, client: Client):
    lab.faults.double(1, names={"CHANNEL_CREATE"})
    call = lab.dial(Caller(number="1", did="2"))
    client.wait_name("CHANNEL_PARK", call.uuid)
    assert client.seen.names(call.uuid).count("CHANNEL_CREATE") == 2
    numbers = [int(event["Event-Sequence"]) for event in client.seen.of(call.uuid)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("carried_out", [True, False])
def test_the_socket_is_cut_at_a_command(lab: LabSwitch, client: Client, carried_out: bool):
    call = lab.dial(Caller(number="1", did="2"))
    client.wait_name("CHANNEL_PARK", call.uuid)
    lab.faults.cut_at("uuid_setvar", carried_out=carried_out)
    with pytest.raises(OSError):
        client.api(f"uuid_setvar {call.uuid} color red")
    assert call.leg.variables.get("color") == ("red" if carried_out else None)
    again = connect(lab.host, lab.port, lab.password)
    assert again.api(f"uuid_setvar {call.uuid} color blue") == "+OK\n"
    again.close()


def test_no_fault_is_left_when_they_are_cleared(lab: LabSwitch, client: Client):
    lab.faults.lose(5)
    lab.faults.double(5)
    lab.faults.delay(5)
    lab.faults.cut_at("uuid_exists", carried_out=False)
    lab.faults.clear()
    call = lab.dial(Caller(number="1", did="2"))
    client.wait_name("CHANNEL_PARK", call.uuid)
    assert client.api("uuid_exists x") == "false"
    numbers = [event["Event-Sequence"] for event in client.seen.of(call.uuid)]
    assert len(set(numbers)) == len(numbers)


def test_a_restarted_switch_has_phones_without_calls(lab: LabSwitch, client: Client):
    phone = lab.add_phone(Phone(extension="1001", answer_after=0.0, lines=1))
    client.send("bgapi originate user/1001 &park()")
    phone.wait_for("answered")
    lab.faults.restart()
    assert phone.leg is None
