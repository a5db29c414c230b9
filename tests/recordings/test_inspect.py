import hashlib
import os
import shutil

import pytest

from controller.adapters.recordings.inspect import (
    free_space,
    inspect_recording,
    room_for_recording,
)
from tests.recordings.wav import set_data_size, write_wav


def test_a_good_recording(tmp_path):
    path = write_wav(tmp_path / "r.wav", 2.5)
    length, sha256, error = inspect_recording(path)
    assert (length, error) == (2.5, None)
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_good_recording_with_a_name_in_chinese_and_a_chunk_after_its_sound(tmp_path):
    path = write_wav(tmp_path / "录音 '1'.wav", 1.0)
    with path.open("ab") as file:
        file.write(b"LIST\x04\x00\x00\x00INFO")
    assert inspect_recording(path)[::2] == (1.0, None)


@pytest.mark.parametrize("promised", [0, 0xFFFFFFFF, 64_000])
def test_after_a_crash_the_length_comes_from_the_bytes(tmp_path, promised):
    path = write_wav(tmp_path / "r.wav", 1.5)
    set_data_size(path, promised)
    length, _, error = inspect_recording(path)
    assert length == 1.5
    assert error.startswith("cut off")


def test_one_channel_is_named(tmp_path):
    length, _, error = inspect_recording(write_wav(tmp_path / "r.wav", 1.0, channels=1))
    assert length == 1.0
    assert error == "not stereo: 1 channel(s), expected 2"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "the file is empty"),
        (b"RIFF", "not a WAV file"),
        (b"\x7fELF" + b"\0" * 100, "not a WAV file"),
        (b"RIFF\0\0\0\0WAVE", "it holds no sound"),
        (b"RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd", "no usable format"),
        (b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0\x01\0", "format chunk is too short"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + b"\0" * 16 + b"data\0\0\0\0", "no usable format"),
    ],
)
def test_what_is_no_recording_is_named_and_hashed(tmp_path, content, error):
    path = tmp_path / "r.wav"
    path.write_bytes(content)
    found = inspect_recording(path)
    assert found.length_s == 0.0
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert error in found.error


def test_a_header_without_sound(tmp_path):
    assert inspect_recording(write_wav(tmp_path / "r.wav", 0)).error == (
        "the recording holds no sound"
    )


def test_a_missing_file_a_folder_and_a_pipe(tmp_path):
    assert "no file" in inspect_recording(tmp_path / "gone.wav").error
    assert "no regular file" in inspect_recording(tmp_path).error
    os.mkfifo(tmp_path / "pipe.wav")
    assert "no regular file" in inspect_recording(tmp_path / "pipe.wav").error


def test_room_is_measured_where_the_folder_will_be(tmp_path):
    later = tmp_path / "not" / "yet"
    free = free_space(later)
    assert abs(free - shutil.disk_usage(tmp_path).free) < 1 << 30
    assert room_for_recording(later, 0) is None
    problem = room_for_recording(later, free // (1 << 20) + 10_000)
    assert "must stay free" in problem and "archive" in problem
