"""Recordings that people send are taken in, measured and kept, or refused in words."""

import os
import time

import gevent
import pytest

from controller.adapters.speech import studio as studios
from controller.adapters.speech.studio import Studio
from controller.adapters.speech.synthesizer import Synthesizer
from controller.errors import Invalid, PromptUnavailable
from tests.speech.sounds import encoded, seconds_of, tone, wav

PLAYLIST = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n"
CONCAT = b"ffconcat version 1.0\nfile '/etc/passwd'\n"


@pytest.fixture
def studio(tmp_path, synthesizer):
    return Studio(tmp_path / "kept", synthesizer)


def in_folder(tmp_path):
    return sorted(path.name for path in (tmp_path / "kept").iterdir())


def test_a_recording_is_kept_as_plain_wav_under_its_digest(studio, tmp_path):
    digest, measured = studio.take_in(tone(1.5))
    path = studio.file(digest)
    assert seconds_of(path) == (1, 2, 16000, 1.5)
    assert in_folder(tmp_path) == [f"{digest}.wav"]
    assert measured.length_s == pytest.approx(1.5, abs=0.01)
    assert measured.loudness_db == pytest.approx(-13.5, abs=0.3)  # 0.3 of full scale, sine
    assert measured.clipped == 0
    assert studio.take_in(tone(1.5))[0] == digest
    assert studio.file("0" * 64) is None
    assert studio.file("../../etc/passwd") is None


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("webm", "libopus"),
        ("ogg", "libopus"),
        ("mp3", "libmp3lame"),
        ("flac", "flac"),
        ("mp4", "aac"),
    ],
)
def test_what_browsers_and_people_record_is_taken(studio, container, codec):
    digest, measured = studio.take_in(encoded(tone(1.0), container, codec))
    assert measured.length_s == pytest.approx(1.0, abs=0.1)
    assert measured.loudness_db == pytest.approx(-13.5, abs=1.5)
    assert seconds_of(studio.file(digest))[:3] == (1, 2, 16000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no sound of a known kind"),
        (b"hello, this is text", "no sound of a known kind"),
        (PLAYLIST, "no sound of a known kind"),
        (CONCAT, "no sound of a known kind"),
        (b"RIFF\0\0\0\0WAVE", "cannot be decoded"),
        (b"RIFF\0\0\0\0WAVE" + PLAYLIST, "cannot be decoded"),
        (b"OggS" + bytes(100), "cannot be decoded"),
        (b"\x1aE\xdf\xa3" + os.urandom(1000), "cannot be decoded"),
        (b"\0\0\0\x20ftypisom" + bytes(500), "cannot be decoded"),
        (b"ID3" + bytes(2000), "cannot be decoded"),
        (wav(bytes(96_000)), "nothing can be heard"),
        (wav(b""), "no sound in it"),
    ],
)
def test_what_is_no_sound_is_refused_in_words_and_leaves_nothing(studio, tmp_path, content, words):
    with pytest.raises(Invalid, match=words):
        studio.take_in(content)
    assert in_folder(tmp_path) == []
    assert studio.take_in(tone(0.2))[0]  # and whoever comes next is served


def test_a_film_has_its_sound_taken_and_one_without_is_refused(studio):
    import io

    import av

    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as film:
        pictures = film.add_stream("mpeg4", rate=25)
        pictures.width = pictures.height = 16
        film.mux(pictures.encode(av.VideoFrame(16, 16, "yuv420p")))
        film.mux(pictures.encode(None))
    with pytest.raises(Invalid, match="no sound in it"):
        studio.take_in(out.getvalue())


def test_a_small_file_with_hours_of_sound_is_refused(studio, tmp_path):
    long = encoded(wav(bytes(2 * 8_000 * 310), 8_000), "ogg", "flac")
    assert len(long) < 300_000
    with pytest.raises(Invalid, match="longer than 5 minutes"):
        studio.take_in(long)
    assert in_folder(tmp_path) == []


def test_damage_of_any_kind_ends_in_words(studio):
    whole = encoded(tone(0.5), "webm", "libopus")
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        damaged = whole[:place] + b"\xff\x00\xff" + whole[place + 3 :]
        try:
            studio.take_in(damaged)
        except Invalid as error:
            assert "." in str(error)


def test_distortion_is_measured(studio):
    square = (bytes.fromhex("ff7f") * 40 + bytes.fromhex("0080") * 40) * 400
    assert studio.take_in(wav(square, 16_000))[1].clipped > 0.9


def test_the_hub_goes_on_meanwhile(studio):
    turns = [0]

    def watch():
        while True:
            gevent.sleep(0.001)
            turns[0] += 1

    content = tone(60, rate=16_000)
    watcher = gevent.spawn(watch)
    studio.take_in(content)
    watcher.kill()
    assert turns[0] > 20


def test_a_disk_that_fails_is_not_the_senders_fault(tmp_path, synthesizer):
    (tmp_path / "kept").write_text("a file in the way")
    with pytest.raises(PromptUnavailable, match="cannot be written"):
        Studio(tmp_path / "kept", synthesizer).take_in(tone(0.2))


def test_a_worker_that_takes_too_long_is_ended_and_the_sender_told(tmp_path):
    synthesizer = Synthesizer(timeout_s=0.01)
    try:
        with pytest.raises(Invalid, match="took longer"):
            Studio(tmp_path / "kept", synthesizer).take_in(tone(30, rate=16_000))
    finally:
        synthesizer.close()


def test_a_text_is_spoken_and_kept_nowhere(studio, espeak, tmp_path):
    spoken = studio.speak("Good day", "en-us", 160)
    assert spoken[:4] == b"RIFF" and len(spoken) > 16_000
    assert list(tmp_path.iterdir()) == []


def test_what_no_prompt_names_goes_when_it_is_old(studio, tmp_path):
    used, unused, fresh = (studio.take_in(tone(0.2, hz=hz))[0] for hz in (300, 400, 500))
    old = time.time() - studios.UNUSED_S - 1
    for digest in (used, unused):
        os.utime(studio.file(digest), (old, old))
    assert studio.tidy({used}) == 1
    assert in_folder(tmp_path) == sorted(f"{digest}.wav" for digest in (used, fresh))
