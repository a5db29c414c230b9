"""How long things play: read from the file or from its description. Nothing is ever decoded."""

import re
import wave
from pathlib import Path

_TONE = re.compile(r"%\((\d+)(?:,(\d+))?")
_LOOPS = re.compile(r"loops=(-?\d+)")
ENDLESS_PREFIXES = ("local_stream://",)


class Media:
    """Answers with the length of a prompt in seconds."""

    def __init__(self, sounds: str, speed: float) -> None:
        self._sounds = Path(sounds)
        self._speed = speed
        self._lengths: dict[Path, tuple[int, float]] = {}

    def seconds(self, source: str) -> float | None:
        """The length of `source`; infinity for an endless one; None when there is no such file."""
        if source.startswith("file_string://"):
            parts = [self.seconds(part) for part in source[len("file_string://") :].split("!")]
            known = [part for part in parts if part is not None]
            return sum(known) if known else None
        if source.startswith(ENDLESS_PREFIXES):
            return float("inf")
        if source.startswith("silence_stream://"):
            text = source[len("silence_stream://") :].split(",")[0]
            return _milliseconds(text) / self._speed
        if source.startswith("tone_stream://"):
            return _tone_seconds(source) / self._speed
        length = self._file_seconds(source)
        return None if length is None else length / self._speed

    def _file_seconds(self, source: str) -> float | None:
        path = self._sounds / source
        try:
            changed = path.stat().st_mtime_ns
            known = self._lengths.get(path)
            if known is None or known[0] != changed:
                with wave.open(str(path), "rb") as file:
                    known = (changed, file.getnframes() / file.getframerate())
                self._lengths[path] = known
        except (OSError, wave.Error, EOFError):
            return None
        return known[1]


def _milliseconds(text: str) -> float:
    try:
        count = int(text)
    except ValueError:
        return 0.0
    return float("inf") if count < 0 else count / 1000


def _tone_seconds(source: str) -> float:
    once = sum(int(on) + int(off or 0) for on, off in _TONE.findall(source)) / 1000
    loops = _LOOPS.search(source)
    count = int(loops[1]) if loops else 1
    return float("inf") if count < 0 else once * max(1, count)
