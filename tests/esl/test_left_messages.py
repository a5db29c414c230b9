"""The caller's number in a message's file, whatever else the file is."""

import struct
from pathlib import Path

import pytest

from controller.adapters.esl.left_messages import number_in


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


FORMAT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))
SOUND = chunk(b"data", b"\0" * 320)


def info(*entries: bytes) -> bytes:
    return chunk(b"LIST", b"INFO" + b"".join(entries))


def write(folder: Path, *chunks: bytes) -> Path:
    path = folder / "message.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + b"".join(chunks))
    return path


@pytest.mark.parametrize(
    ("chunks", "number"),
    [
        ((FORMAT, info(chunk(b"ICMT", b"+49301112\0\0\0")), SOUND), "+49301112"),
        ((FORMAT, info(chunk(b"ISFT", b"odd"), chunk(b"ICMT", b"123\0")), SOUND), "123"),
        ((FORMAT, info(chunk(b"ICMT", b"\xff1")), SOUND), "\ufffd1"),
        ((FORMAT, SOUND), ""),
        ((FORMAT, info(), SOUND), ""),
        ((FORMAT, b"LIST\xff\xff\xff\xffINFOICMT\xff\xff\xff\xff12"), "12"),
        ((), ""),
    ],
    ids=["as it is", "second", "no text", "none", "empty", "cut off", "nothing"],
)
def test_the_number_in_a_file(tmp_path: Path, chunks: tuple[bytes, ...], number: str):
    assert number_in(write(tmp_path, *chunks)) == number
