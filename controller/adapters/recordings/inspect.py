"""What is in a recording's file, and whether the disk takes another one.

These functions read whole files: call them in a real thread, not on the hub. They change nothing: a
recording is evidence, and its hash must stay what it was. FreeSWITCH writes a WAV's sizes into its
header when it closes the file; after a crash they are 0 or too small. So a length is taken from the
bytes that are there, and a header that says otherwise is named as the recording's error.
"""

import hashlib
import shutil
import stat
import struct
from pathlib import Path
from typing import IO, NamedTuple

#: Bytes hashed at a time.
BLOCK = 1 << 20

_MIB = 1 << 20


class Inspection(NamedTuple):
    """`sha256` is None where nothing could be read. `error` None: a whole stereo recording."""

    length_s: float
    sha256: str | None
    error: str | None


class _Wav(NamedTuple):
    """`data_at`: where the samples begin; `data_size`: how many bytes of them the header promises."""

    channels: int
    bytes_per_s: int
    data_at: int
    data_size: int


class _NotWavError(Exception):
    pass


def inspect_recording(path: Path) -> Inspection:
    """Length in seconds, SHA-256 in hex, and what is wrong with it. Never raises for a bad file."""
    try:
        return _inspect(path)
    except FileNotFoundError:
        return Inspection(0.0, None, "there is no file; the switch recorded nothing")
    except OSError as error:
        return Inspection(0.0, None, f"the file cannot be read: {error.strerror}")


def _inspect(path: Path) -> Inspection:
    if not stat.S_ISREG(path.stat().st_mode):
        return Inspection(0.0, None, "this is no regular file")
    with path.open("rb") as file:
        sha256, size = _hash(file)
        if size == 0:
            return Inspection(0.0, sha256, "the file is empty")
        file.seek(0)
        try:
            wav = _read_header(file)
        except _NotWavError as why:
            return Inspection(0.0, sha256, f"not a WAV file: {why}")
    return _judge(wav, size, sha256)


def _judge(wav: _Wav, size: int, sha256: str) -> Inspection:
    there = size - wav.data_at
    # A chunk of the header's own length may be followed by others (LIST); more bytes than promised
    # are sound only where the promise was never made good, as after a crash.
    cut_off = wav.data_size in (0, 0xFFFFFFFF) or wav.data_size > there
    length = round((there if cut_off else wav.data_size) / wav.bytes_per_s, 3)
    if there == 0:
        return Inspection(0.0, sha256, "the recording holds no sound")
    if cut_off:
        said = wav.data_size / wav.bytes_per_s
        return Inspection(
            length,
            sha256,
            f"cut off: the header says {said:.1f} s, the file holds {length:.1f} s",
        )
    if wav.channels != 2:
        return Inspection(length, sha256, f"not stereo: {wav.channels} channel(s), expected 2")
    return Inspection(length, sha256, None)


def _hash(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _read_header(file: IO[bytes]) -> _Wav:
    """RIFF: a 12-byte head, then chunks of a 4-byte name, a 4-byte size and an even number of bytes."""
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise _NotWavError("it does not begin with RIFF and WAVE")
    channels = bytes_per_s = 0
    while len(chunk := file.read(8)) == 8:
        name, size = chunk[:4], struct.unpack("<I", chunk[4:])[0]
        if name == b"data":
            if channels < 1 or bytes_per_s < 1:
                raise _NotWavError("no usable format stands before its sound")
            return _Wav(channels, bytes_per_s, file.tell(), size)
        if name == b"fmt ":
            body = file.read(16)
            if size < 16 or len(body) < 16:
                raise _NotWavError("its format chunk is too short")
            _, channels, _, bytes_per_s = struct.unpack("<HHII", body[:12])
            size -= 16
        file.seek(size + size % 2, 1)
    raise _NotWavError("it holds no sound")


def free_space(root: Path) -> int:
    """Bytes free for us where `root` is, or will be. Raises OSError."""
    while not root.exists() and root != root.parent:
        root = root.parent
    return shutil.disk_usage(root).free


def room_for_recording(root: Path, min_free_mb: int) -> str | None:
    """None, or why no recording should begin now, and what to do. `min_free_mb`: MiB to stay free."""
    try:
        free = free_space(root)
    except OSError as error:
        return f"the recordings folder cannot be reached: {error.strerror}; mount it again"
    if free < min_free_mb * _MIB:
        return (
            f"{free // _MIB} MiB are free for recordings, {min_free_mb} must stay free; "
            "move old days to an archive, or lower min_free_mb"
        )
    return None
