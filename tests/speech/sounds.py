"""Recordings as people send them, and some as nobody should."""

import io
import math
import struct
import wave
from pathlib import Path

import av


def tone(seconds: float = 1.0, *, rate: int = 48_000, level: float = 0.3, hz: int = 440) -> bytes:
    """A WAV file of one tone; `level`: its peak, 1 is full scale."""
    samples = (
        round(32_767 * level * math.sin(2 * math.pi * hz * n / rate))
        for n in range(int(rate * seconds))
    )
    return wav(b"".join(struct.pack("<h", sample) for sample in samples), rate)


def wav(samples: bytes, rate: int = 48_000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return out.getvalue()


def encoded(sound: bytes, container: str, codec: str) -> bytes:
    """The WAV file in another format, such as a browser records."""
    out = io.BytesIO()
    with (
        av.open(io.BytesIO(sound)) as source,
        av.open(out, "w", format=container) as target,
    ):
        stream = target.add_stream(codec, rate=48_000)
        stream.layout = "mono"
        resampler = av.AudioResampler(
            format=stream.format.name, layout="mono", rate=48_000, frame_size=stream.frame_size or 0
        )
        for frame in [*source.decode(audio=0), None]:
            for ready in resampler.resample(frame):
                target.mux(stream.encode(ready))
        target.mux(stream.encode(None))
    return out.getvalue()


def seconds_of(path: Path) -> tuple[int, int, int, float]:
    """(channels, bytes a sample, rate, seconds)"""
    with wave.open(str(path)) as sound:
        length = round(sound.getnframes() / sound.getframerate(), 1)
        return sound.getnchannels(), sound.getsampwidth(), sound.getframerate(), length
