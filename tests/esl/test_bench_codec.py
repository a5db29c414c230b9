import json
from pathlib import Path

import pytest

from controller.adapters.esl import bench_codec
from controller.adapters.esl.frames import FrameReader
from controller.adapters.esl.messages import SwitchEvent

RECORDINGS = sorted(bench_codec.RECORDINGS.glob("*.json.esl"))


def frames_of(path: Path):
    return list(FrameReader().feed(path.read_bytes()))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_the_plain_recording_is_of_the_same_events(path):
    exact = [SwitchEvent.from_json(frame.body) for frame in frames_of(path)]
    plain = frames_of(path.with_name(path.name.replace(".json.", ".plain.")))
    assert len(exact) == len(plain) > 50
    for event, frame in zip(exact, plain, strict=True):
        assert f"Event-Name: {event.name}\n".encode() in frame.body
        assert f"Event-Sequence: {event.sequence}\n".encode() in frame.body


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_a_recorded_call_is_bridged_held_recorded_and_hung_up(path):
    events = [SwitchEvent.from_json(frame.body) for frame in frames_of(path)]
    names = [event.name for event in events]
    for name in ("CHANNEL_BRIDGE", "CHANNEL_HOLD", "RECORD_START", "RECORD_STOP"):
        assert name in names
    sequences = [event.sequence for event in events]
    assert len(set(sequences)) == len(sequences)
    assert {event.get("FreeSWITCH-Hostname") for event in events} == {"switch"}


def test_the_bench_ends_with_numbers_that_carry_their_units(monkeypatch, capsys):
    monkeypatch.setattr(bench_codec, "REPEATS", 1)
    monkeypatch.setattr(bench_codec, "ROUNDS", 1)
    bench_codec.run(as_json=True)
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    events = sum(len(frames_of(path)) for path in RECORDINGS)
    assert result["events"] == events
    assert result["cpu_us_per_event"] > 0
    assert result["ratio_vs_greenswitch"] == pytest.approx(
        result["greenswitch_cpu_us_per_event"] / result["cpu_us_per_event"], rel=0.05
    )
