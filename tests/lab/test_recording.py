import array
import wave
from pathlib import Path

from controller.lab import Caller, LabSwitch
from tests.conformance.client import Client


def samples(path: Path) -> tuple[array.array, array.array]:
    with wave.open(str(path)) as file:
        assert file.getnchannels() == 2
        both = array.array("h", file.readframes(file.getnframes()))
    return both[0::2], both[1::2]


def start(lab: LabSwitch, client: Client, path: Path) -> str:
    call = lab.dial(Caller(number="1", did="2"))
    call.wait_for("parked")
    client.api(f"uuid_answer {call.uuid}")
    assert client.api(f"uuid_record {call.uuid} start {path}") == "+OK Success\n"
    return call.uuid


def test_the_two_sides_sound_different(lab: LabSwitch, client: Client, tmp_path: Path):
    leg = start(lab, client, tmp_path / "new" / "a.wav")
    client.drain(0.2)
    client.api(f"uuid_record {leg} stop {tmp_path}/new/a.wav")
    left, right = samples(tmp_path / "new" / "a.wav")
    assert len(left) > 800
    assert max(left) > 3000 < max(right)
    assert left != right


def test_what_is_masked_is_silence(lab: LabSwitch, client: Client, tmp_path: Path):
    path = tmp_path / "a.wav"
    leg = start(lab, client, path)
    client.api(f"uuid_record {leg} mask {path}")
    client.drain(0.3)
    client.api(f"uuid_record {leg} stop {path}")
    left, _ = samples(path)
    assert max(left[-800:]) == 0


def test_an_unanswered_leg_cannot_be_recorded(lab: LabSwitch, client: Client, tmp_path: Path):
    call = lab.dial(Caller(number="1", did="2"))
    call.wait_for("parked")
    said = client.api(f"uuid_record {call.uuid} start {tmp_path}/a.wav")
    assert said == "-ERR Cannot record session!\n"
