"""A recording is paused while something is said that must not be kept."""

import array
import json
import wave
from pathlib import Path

import gevent
import pytest

from controller.adapters.esl import face
from controller.domain.words import State
from tests.story import verbs
from tests.story.acts import NEAR, talk
from tests.story.stage import CUSTOMER, Caller, Phone


def silence(path: Path) -> list[float]:
    """The tenths of a second, counted from the start, in which both channels are exactly silent."""
    with wave.open(str(path), "rb") as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        size = file.getframerate() // 10 * file.getnchannels()
    return [
        at / size / 10
        for at in range(0, len(samples) - size + 1, size)
        if not any(samples[at : at + size])
    ]


def test_paused_held_while_paused_and_resumed(stage):
    i = talk(stage)
    gevent.sleep(1)
    verbs.pause_recording(stage, i)
    stage.until(lambda x: x.recordings[0].paused)
    verbs.hold(stage, i)
    gevent.sleep(1)
    verbs.resume(stage, i)
    gevent.sleep(0.5)
    verbs.resume_recording(stage, i)
    stage.until(lambda x: not x.recordings[0].paused)
    gevent.sleep(1)
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()

    [recording], [segment] = done.recordings, done.segments
    [pause] = recording.pauses
    assert recording.error is None
    assert recording.length_s == pytest.approx(segment.ended_at - segment.connected_at, abs=NEAR)
    quiet = silence(Path(recording.path))
    began, ended = pause.since - recording.started_at, pause.until - recording.started_at
    assert quiet[0] == pytest.approx(began, abs=NEAR)
    assert quiet[-1] == pytest.approx(ended, abs=NEAR)
    assert len(quiet) / 10 == pytest.approx(ended - began, abs=NEAR)
    [shown] = stage.api("GET", f"interactions/{i}")["recordings"]
    assert len(shown["pauses"]) == 1
    manifest = json.loads((Path(recording.path).parent / "manifest.json").read_text())
    [kept] = manifest["recordings"][0]["pauses"]
    assert kept["until_s"] - kept["from_s"] == pytest.approx(ended - began, abs=0.01)
    stage.nothing_left()


@pytest.mark.rare
def test_a_recording_that_was_not_heard_to_begin_is_in_the_record(stage, monkeypatch):
    monkeypatch.delitem(face.ON, "RECORD_START")
    stage.dial(Caller(stay=60))
    stage.agent(Phone(extension="1001", ring=0.2))
    i = stage.until(lambda x: x.state is State.CONNECTED).id
    gevent.sleep(2)
    stage.hangs_up(i, CUSTOMER)
    stage.until(lambda x: bool(x.recordings) and x.recordings[0].ended_at is not None)
    done = stage.settle()
    [recording], [segment] = done.recordings, done.segments
    assert recording.error is None and recording.segment == segment.id
    assert recording.started_at == pytest.approx(segment.connected_at, abs=NEAR)
    assert recording.length_s == pytest.approx(segment.ended_at - segment.connected_at, abs=NEAR)
    assert (Path(recording.path).parent / "manifest.json").exists()
    stage.nothing_left()
