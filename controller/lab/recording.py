"""Recordings: real, valid stereo WAV files of the right length, a tone for each side."""

import math
import struct
import time
import wave
from pathlib import Path

import gevent

from controller.lab.channel import Leg
from controller.lab.core import Core

RATE = 8000
_CALLER_HERTZ, _OTHER_HERTZ = 400, 500


def _one_second(left_hertz: int, right_hertz: int) -> bytes:
    """A second of two tones; both periods divide it, so that seconds join without a click."""
    samples = []
    for index in range(RATE):
        for hertz in (left_hertz, right_hertz):
            samples.append(int(4000 * math.sin(2 * math.pi * hertz * index / RATE)))
    return struct.pack(f"<{len(samples)}h", *samples)


class Recording:
    """One recording of one leg, from its start to its file."""

    def __init__(self, path: str, *, stereo: bool) -> None:
        self.path = path
        self.stereo = stereo
        self.masked = False
        self._spans: list[tuple[bool, float]] = []
        self._since = time.monotonic()

    def mask(self, masked: bool) -> None:
        """From now on write silence (True), or sound again (False)."""
        self._close_span()
        self.masked = masked

    def finish(self) -> int:
        """End it; return its length in milliseconds."""
        self._close_span()
        return round(sum(seconds for _, seconds in self._spans) * 1000)

    def write(self) -> None:
        """Write the file. Runs in a thread: it touches no gevent object."""
        width = 4 if self.stereo else 2
        tone = _one_second(_CALLER_HERTZ, _OTHER_HERTZ)
        if not self.stereo:
            tone = b"".join(tone[at : at + 2] for at in range(0, len(tone), 4))
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        with wave.open(self.path, "wb") as file:
            file.setnchannels(width // 2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for masked, seconds in self._spans:
                _write_span(
                    file, bytes(len(tone)) if masked else tone, round(seconds * RATE) * width
                )

    def _close_span(self) -> None:
        now = time.monotonic()
        self._spans.append((self.masked, now - self._since))
        self._since = now


def _write_span(file: wave.Wave_write, second: bytes, size: int) -> None:
    whole, rest = divmod(size, len(second))
    for _ in range(whole):
        file.writeframesraw(second)
    file.writeframesraw(second[:rest])


def start(leg: Leg, path: str) -> bool:
    """Begin to record `leg` into `path`, once; False when the leg is gone or not answered."""
    if not leg.up or not leg.answered:
        return False
    if path in leg.recordings:
        return True
    leg.recordings[path] = Recording(path, stereo=leg.truth("RECORD_STEREO"))
    leg.emit("RECORD_START", {"Record-File-Path": path})
    leg.emit("MEDIA_BUG_START", {"Media-Bug-Function": "session_record", "Media-Bug-Target": path})
    return True


def stop(core: Core, leg: Leg, path: str, reason: str = "") -> bool:
    """End the recording into `path` (or all, for `all`) and write it before saying so."""
    if path == "all":
        for each in tuple(leg.recordings):
            stop(core, leg, each, reason)
        return True
    recording = leg.recordings.pop(path, None)
    if recording is None:
        return False
    close(core, leg, recording)
    told = {"Record-File-Path": path}
    if reason:
        told["Record-Completion-Cause"] = reason
    leg.emit("RECORD_STOP", told)
    leg.emit("MEDIA_BUG_STOP", {"Media-Bug-Function": "session_record", "Media-Bug-Target": path})
    return True


def close(core: Core, leg: Leg, recording: Recording) -> None:
    """Write the file in a thread and set the leg's record_* variables."""
    length = recording.finish()
    if core.settings.write_recordings:
        gevent.get_hub().threadpool.apply(recording.write)
    leg.variables["record_ms"] = str(length)
    leg.variables["record_seconds"] = str(length // 1000)
    leg.variables["record_samples"] = str(length * RATE // 1000)


def mask(leg: Leg, path: str, masked: bool) -> bool:
    recording = leg.recordings.get(path)
    if recording is None:
        return False
    recording.mask(masked)
    return True
