"""Test tones: PCMU files for SIPp to send, and what of them is found in a recording."""

import array
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RATE = 8000
# Neither is a note of our music on hold, nor a harmonic of the other.
CALLER_HZ = 600
AGENT_HZ = 1000
SILENCE_DB = -60.0
#: Power of a tone that counts as heard: test tones are at -12 dBFS; a tenth of that is well above what
#: their neighbours leak.
AUDIBLE = (32768 * 10 ** (-12 / 20) * 0.1) ** 2 / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """`at` seconds from the start; `hz` the strongest of the frequencies asked for, if any of them
    stands out; `db` the level of everything in the window, dB below full scale.
    """

    at: float
    hz: int | None
    db: float


def write_pcmu_tone(path: Path, hz: int, seconds: float = 2.0) -> Path:
    """Raw G.711 mu-law, 8000 bytes a second, at -12 dBFS; whole periods, so it loops softly."""
    count = int(seconds * RATE)
    level = 32767 * 10 ** (-12 / 20)
    path.write_bytes(
        bytes(mu_law(round(level * math.sin(2 * math.pi * hz * n / RATE))) for n in range(count))
    )
    return path


def write_wav_tone(path: Path, hz: int, seconds: float) -> Path:
    """A 16-bit mono WAV at 8 kHz, -12 dBFS."""
    level = 32767 * 10 ** (-12 / 20)
    samples = array.array(
        "h",
        (round(level * math.sin(2 * math.pi * hz * n / RATE)) for n in range(int(seconds * RATE))),
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def tone_levels(
    path: Path, frequencies: Sequence[int] = (CALLER_HZ, AGENT_HZ), *, window: float = 0.1
) -> list[list[Window]]:
    """For each channel of a 16-bit WAV, window by window, which tone sounds and how loud."""
    channels, rate = _channels(path)
    size = int(rate * window)
    return [
        [
            _look(one[start : start + size], start / rate, frequencies, rate)
            for start in range(0, len(one) - size + 1, size)
        ]
        for one in channels
    ]


def _channels(path: Path) -> tuple[list[Sequence[int]], int]:
    with wave.open(str(path), "rb") as file:
        assert file.getsampwidth() == 2, f"{path}: not 16 bit"
        count, rate = file.getnchannels(), file.getframerate()
        samples = array.array("h", file.readframes(file.getnframes()))
    return [samples[channel::count] for channel in range(count)], rate


def tones_of(
    path: Path, frequencies: Sequence[int], *, window: float = 0.1
) -> list[list[frozenset[int]]]:
    """For each channel of a 16-bit WAV, window by window, the tones that sound, alone or together."""
    channels, rate = _channels(path)
    size = int(rate * window)
    return [
        [
            frozenset(hz for hz in frequencies if strength(part, hz, rate) > AUDIBLE)
            for part in (one[start : start + size] for start in range(0, len(one) - size + 1, size))
        ]
        for one in channels
    ]


def seconds_of(windows: Sequence[Window], hz: int, *, window: float = 0.1) -> float:
    """How long a tone is heard altogether."""
    return sum(window for one in windows if one.hz == hz)


def _look(samples: Sequence[int], at: float, frequencies: Sequence[int], rate: int) -> Window:
    power = sum(sample * sample for sample in samples) / len(samples)
    db = 10 * math.log10(max(power, 1e-9) / 32768**2)
    strengths = {hz: strength(samples, hz, rate) for hz in frequencies}
    best = max(strengths, key=lambda hz: strengths[hz])
    # A pure tone has all its power at its frequency; half is plenty after two codecs.
    stands_out = db > SILENCE_DB and strengths[best] > power / 2
    return Window(at=at, hz=best if stands_out else None, db=db)


def strength(samples: Sequence[int], hz: int, rate: int) -> float:
    """Mean power of the sine at `hz` within the samples."""
    turn = 2 * math.cos(2 * math.pi * hz / rate)
    last = before = 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    power = last * last + before * before - turn * last * before
    return 2 * power / len(samples) ** 2


def mu_law(sample: int) -> int:
    """One linear 16-bit sample as G.711 mu-law."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | (magnitude >> (exponent + 3)) & 0x0F) & 0xFF
