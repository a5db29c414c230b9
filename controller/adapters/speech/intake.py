"""Takes a recording in that somebody sent: any of a few formats becomes one plain WAV file, measured.

Runs in the worker process only. What comes may be hostile, so the format is told from the first bytes and
never guessed by ffmpeg: its guess may be a playlist, which reads other files and addresses.
"""

import hashlib
import math
import operator
import wave
from array import array
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import av
import av.error

from controller.domain.prompt import Measured

RATE = 16_000
"""Of the files that are kept, in Hz: the most that is ever played."""

LONGEST_S = 300
_BLOCK = RATE // 10
_HEADER = 16

#: Full scale of 16 bits. A tenth of a second below AUDIBLE_DB (of full scale) is silence.
_FULL, _AUDIBLE_DB = 32_768, -50.0

FORMATS = "WAV, MP3, OGG, WebM, M4A or FLAC"


class Refused(Exception):  # noqa: N818 - says what happened
    """It is not taken in; `remedy` says what would be."""

    def __init__(self, error: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(error)


def format_of(head: bytes) -> str:
    """Ffmpeg's name for what begins so. Raises Refused."""
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    if head[:4] == b"fLaC":
        return "flac"
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    raise Refused("this is no sound of a known kind", f"Send {FORMATS}.")


def take_in(
    source: Path, folder: Path, temporary: Callable[[Path], AbstractContextManager[Path]]
) -> tuple[str, Measured]:
    """Writes `<digest>.wav` into the folder and answers the digest: SHA-256 of the samples, in hex.

    `temporary` makes a file beside the one it is given. Raises Refused.
    """
    with source.open("rb") as opened:
        kind = format_of(opened.read(_HEADER))
    samples = _decoded(source, kind)
    measured = _measure(samples)
    digest = hashlib.sha256(samples.tobytes()).hexdigest()
    target = folder / f"{digest}.wav"
    with temporary(target) as unfinished:
        with wave.open(str(unfinished), "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
            out.writeframes(samples.tobytes())
        unfinished.replace(target)
    return digest, measured


def _decoded(source: Path, kind: str) -> "array[int]":
    samples = array("h")
    try:
        with av.open(str(source), format=kind, options={"protocol_whitelist": "file"}) as container:
            if not container.streams.audio:
                raise Refused("there is no sound in it", f"Send {FORMATS}.")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in _frames(container):
                for ready in resampler.resample(frame):
                    samples.frombytes(bytes(ready.planes[0])[: ready.samples * 2])
                if len(samples) > LONGEST_S * RATE:
                    raise Refused(f"it is longer than {LONGEST_S // 60} minutes", "Shorten it.")
    except (av.error.FFmpegError, ValueError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Refused(f"it cannot be decoded: {reason}", f"Send {FORMATS}, not damaged.") from error
    return samples


def _frames(container: Any) -> Iterator[Any]:
    yield from container.decode(audio=0)
    yield None  # the resampler gives out what it holds back


def _measure(samples: "array[int]") -> Measured:
    if not samples:
        raise Refused("there is no sound in it", f"Send {FORMATS}.")
    energies = []
    for start in range(0, len(samples), _BLOCK):
        block = samples[start : start + _BLOCK]
        energies.append(sum(map(operator.mul, block, block)) / len(block))
    audible = [energy for energy in energies if _db(energy) > _AUDIBLE_DB]
    if not audible:
        raise Refused(
            "nothing can be heard in it", "Record it again, nearer to the microphone or louder."
        )
    at_full = sum(map(samples.count, (_FULL - 1, 1 - _FULL, -_FULL)))
    return Measured(
        length_s=round(len(samples) / RATE, 2),
        loudness_db=round(_db(sum(audible) / len(audible)), 1),
        clipped=round(at_full / len(samples), 4),
    )


def _db(energy: float) -> float:
    return 10 * math.log10(max(energy, 1e-3) / _FULL**2)
