"""Real WAV files for tests."""

import struct
import wave
from pathlib import Path

RATE = 8000


def write_wav(path: Path, seconds: float, channels: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"\x10\x00" * channels * round(seconds * RATE))
    return path


def set_data_size(path: Path, size: int) -> None:
    """What a crash leaves: the header promises `size` bytes of sound."""
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", size)
    path.write_bytes(content)
