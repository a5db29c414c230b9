"""Prompts that admins keep, as callers hear them, on both switches."""

import urllib.request
from pathlib import Path

from controller.domain.words import Outcome, State
from tests.live.tones import seconds_of, tone_levels, write_wav_tone
from tests.story.stage import NAMED, Caller, Stage, off_hub

#: None is a note of the music on hold, nor a harmonic of another.
HELLO_HZ, MUSIC_HZ, OTHER_HZ = 1300, 1700, 2100


def upload(stage: Stage, name: str, hz: int, seconds: float, folder: Path) -> None:
    sound = write_wav_tone(folder / f"{name}-{hz}.wav", hz=hz, seconds=seconds)
    request = urllib.request.Request(
        f"{stage.tandem.url}/api/v1/prompts/{name}",
        method="PUT",
        data=sound.read_bytes(),
        headers={"Authorization": f"Bearer {stage.token}", "Content-Type": "audio/wav"},
    )
    with off_hub(urllib.request.urlopen, request, timeout=20) as answer:
        assert answer.status in (200, 201)


def test_a_caller_hears_what_was_uploaded_and_is_not_cut_when_it_becomes_another(
    stage: Stage, tmp_path: Path
):
    upload(stage, "hello", HELLO_HZ, 2.0, tmp_path)
    upload(stage, "jazz", MUSIC_HZ, 1.0, tmp_path)
    stage.queue("sales", music="jazz")
    first = stage.dial(Caller(number=NAMED, stay=9))
    waiting = stage.until(lambda i: i.state in (State.IN_FLOW, State.QUEUED))
    ear = first.listen() if stage.hears else None
    stage.until(lambda i: i.id == waiting.id and i.state is State.QUEUED)
    upload(stage, "jazz", OTHER_HZ, 1.0, tmp_path)
    first.wait_over()
    done = stage.settle()
    assert done.outcome is Outcome.ABANDONED
    second = stage.dial(Caller(number=NAMED, stay=6, address="+4930999"))
    later = stage.until(lambda i: i.id != done.id and i.state is State.QUEUED)
    other = second.listen() if stage.hears else None
    second.wait_over()
    stage.until(lambda i: i.id == later.id and i.closed)
    if ear is not None and other is not None:
        tones = (HELLO_HZ, MUSIC_HZ, OTHER_HZ)
        [heard] = tone_levels(ear.stop(tmp_path / "heard.wav"), tones)
        assert seconds_of(heard, HELLO_HZ) > 1
        assert seconds_of(heard, MUSIC_HZ) > 4
        assert seconds_of(heard, OTHER_HZ) == 0
        [then] = tone_levels(other.stop(tmp_path / "then.wav"), tones)
        assert seconds_of(then, OTHER_HZ) > 1
        assert seconds_of(then, MUSIC_HZ) == 0
    stage.nothing_left()
