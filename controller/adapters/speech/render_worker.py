"""The child process that makes WAV files: `python -m controller.adapters.speech.render_worker`.

espeak-ng (through pyttsx3) and PyAV block for as long as they work, so they live here and never
in a process that serves calls. One request a line on stdin, one answer a line on stdout, JSON:

    {"do": "probe"}                                          -> {"ok": true, "engine": "..."}
    {"do": "speak", "text", "voice", "rate_wpm", "targets"}  -> {"ok": true}
    {"do": "convert", "file", "targets"}                     -> {"ok": true}
    {"do": "take_in", "file", "folder"}          -> {"ok": true, "digest": "...", "measured": {}}
    any that failed                          -> {"ok": false, "error": "...", "remedy": "..."}

`targets` maps a sample rate in Hz to the WAV file (16 bit, mono) to put there, whole or not at all.
`"ours": true` in a failure: it is our disk, not what was asked. The end of stdin ends the process. An
answer never repeats the text to be spoken.
"""

import contextlib
import ctypes
import importlib.metadata
import json
import os
import resource
import sys
import tempfile
import threading
import wave
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import av
import av.error

from controller.adapters.speech.intake import Refused, take_in

LONGEST_S = 1800  # of a recording
SPEAKING_S = 25.0  # of work for one text
_LIMITS = {
    resource.RLIMIT_AS: 2 << 30,
    resource.RLIMIT_FSIZE: 1 << 29,
    resource.RLIMIT_CORE: 0,
}
NO_ENGINE = "Install the Debian package espeak-ng: apt-get install espeak-ng"
BAD_FILE = "Replace it by a recording that ffmpeg can read, for example WAV, MP3 or OGG."


class RenderFailed(Exception):  # noqa: N818 - says what happened
    """Becomes the answer; `remedy` says what to do."""

    def __init__(self, error: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(error)


class Voice:
    """pyttsx3 on espeak-ng, loaded on first use: recorded files need neither."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._errors: list[Exception] = []
        self._finished = threading.Event()

    def load(self) -> Any:
        if self._engine is not None:
            return self._engine
        try:
            import pyttsx3

            self._engine = pyttsx3.init("espeak")
        except (RuntimeError, OSError, ImportError) as error:
            raise RenderFailed(f"espeak-ng cannot be loaded ({error})", NO_ENGINE) from error
        self._engine.connect("error", self._note_error)
        self._engine.connect("finished-utterance", self._note_end)
        return self._engine

    def _note_error(self, name: str | None, exception: Exception) -> None:
        self._errors.append(exception)  # pyttsx3 would go on with another voice

    def _note_end(self, name: str | None, completed: bool) -> None:
        self._finished.set()

    def version(self) -> str:
        self.load()
        from pyttsx3.drivers import _espeak

        info = _espeak.dll.espeak_Info
        info.restype, info.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
        return f"espeak-ng {info(None).decode()} pyttsx3 {importlib.metadata.version('pyttsx3')}"

    def speak(self, text: str, voice: str, rate_wpm: int, target: Path) -> None:
        engine = self.load()
        self._errors.clear()
        self._finished.clear()
        engine.setProperty("voice", voice.lower())
        engine.setProperty("rate", rate_wpm)
        engine.save_to_file(text, str(target))
        engine.runAndWait()
        # espeak-ng works in a thread of its own, and pyttsx3 does not always wait for it.
        is_finished = self._finished.wait(SPEAKING_S)
        if self._errors:
            raise RenderFailed(
                f"espeak-ng refused the voice {voice}",
                "Take a voice from `espeak-ng --voices` (a name of its File column).",
            )
        if not is_finished or not target.exists() or target.stat().st_size == 0:
            raise RenderFailed("espeak-ng made no sound of the text", "Write words it can speak.")


def convert(source: Path, targets: Mapping[str, str]) -> None:
    """Writes `source` at every rate of `targets`; all files are whole before any is put there."""
    with contextlib.ExitStack() as stack:
        ready = []
        for rate, target in targets.items():
            unfinished = stack.enter_context(_temporary(Path(target)))
            _write_wav(source, int(rate), unfinished)
            ready.append((unfinished, target))
        for unfinished, target in ready:
            unfinished.replace(target)


def _write_wav(source: Path, rate: int, target: Path) -> None:
    written = 0
    try:
        with av.open(str(source)) as container, wave.open(str(target), "wb") as out:
            if not container.streams.audio:
                raise RenderFailed(f"{source.name} has no sound in it", BAD_FILE)
            out.setparams((1, 2, rate, 0, "NONE", "not compressed"))
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            for frame in [*_limited(container), None]:  # None: give out what is held back
                for ready in resampler.resample(frame):
                    samples = bytes(ready.planes[0])[: ready.samples * 2]
                    out.writeframesraw(samples)
                    written += ready.samples
    except (av.error.FFmpegError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise RenderFailed(f"{source.name} cannot be read: {reason}", BAD_FILE) from error
    if not written:
        raise RenderFailed(f"{source.name} has no sound in it", BAD_FILE)


def _limited(container: Any) -> Iterator[Any]:
    for frame in container.decode(audio=0):
        if frame.time is not None and frame.time > LONGEST_S:
            raise RenderFailed(
                f"the recording is longer than {LONGEST_S // 60} minutes", "Shorten it."
            )
        yield frame


@contextlib.contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A file beside `target`, so that renaming it is atomic; gone at the end if still there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def answer(voice: Voice, request: Mapping[str, Any]) -> dict[str, Any]:
    """Does one request. Raises RenderFailed, OSError or KeyError."""
    if request["do"] == "probe":
        return {"ok": True, "engine": voice.version()}
    if request["do"] == "convert":
        convert(Path(request["file"]), request["targets"])
        return {"ok": True}
    if request["do"] == "speak":
        with tempfile.TemporaryDirectory(prefix="tandem-speech-") as folder:
            raw = Path(folder) / "spoken.wav"
            voice.speak(request["text"], request["voice"], request["rate_wpm"], raw)
            convert(raw, request["targets"])
        return {"ok": True}
    if request["do"] == "take_in":
        digest, measured = take_in(Path(request["file"]), Path(request["folder"]), _temporary)
        return {"ok": True, "digest": digest, "measured": asdict(measured)}
    raise RenderFailed(f"unknown request {request['do']!r}", "Upgrade both ends together.")


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answers every request until the end of `requests`."""
    voice = Voice()
    for line in requests:
        try:
            reply = answer(voice, json.loads(line))
        except (RenderFailed, Refused) as error:
            reply = {"ok": False, "error": str(error), "remedy": error.remedy}
        except OSError as error:
            what = f"{error.filename or 'a file'}: {error.strerror or error}"
            remedy = "Check that the folder exists, is writable and has space."
            reply = {"ok": False, "error": what, "remedy": remedy, "ours": True}
        except Exception as error:
            # The parent logs it; a request that we do not foresee must not end the worker.
            what = f"unexpected {type(error).__name__}"
            reply = {"ok": False, "error": what, "remedy": "Report this as a defect of Tandem."}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


def _limit_resources() -> None:
    """A recording made to harm us ends its worker, not the machine."""
    for what, limit in _LIMITS.items():
        resource.setrlimit(what, (limit, limit))


def main() -> None:
    _limit_resources()
    # pyttsx3 prints to stdout, where only answers may go.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a real stdin here
    try:
        serve(sys.stdin, answers)
    except BrokenPipeError:
        os._exit(0)  # who asked has gone, and an orderly end would try to write once more


if __name__ == "__main__":
    main()
