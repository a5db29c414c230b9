"""Hands render requests to worker processes; the greenlet that asks waits, the hub does not."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gevent
import structlog
from gevent import subprocess
from gevent.lock import BoundedSemaphore

from controller.domain.prompt import Measured
from controller.errors import PromptUnavailable

_log = structlog.get_logger(__name__)

_MODULE = "controller.adapters.speech.render_worker"
_ROOT = Path(__file__).resolve().parents[3]

#: Of the workers: calls come first, by a little only, for a caller may be waiting for the prompt.
NICENESS = 3


class Synthesizer:
    """A small pool of render workers, each started when first needed.

    workers: processes at most. timeout_s: for one request; a worker that takes longer is killed.
    environment: added to that of the workers.
    Every method raises PromptUnavailable when the request could not be carried out.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        timeout_s: float = 30.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._environment = dict(environment or {})
        self._free = BoundedSemaphore(workers)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._engine = ""
        self._closed = False

    def engine(self) -> str:
        """Name and version of what speaks, for example `espeak-ng 1.51 pyttsx3 2.99`."""
        if not self._engine:
            self._engine = str(self._ask({"do": "probe"})["engine"])
        return self._engine

    def speak(self, *, text: str, voice: str, rate_wpm: int, targets: Mapping[int, Path]) -> None:
        """Writes the spoken text to a WAV file for each sample rate (Hz) of `targets`."""
        request = {"do": "speak", "text": text, "voice": voice, "rate_wpm": rate_wpm}
        self._ask(request | {"targets": _names(targets)})

    def convert(self, *, file: Path, targets: Mapping[int, Path]) -> None:
        """Writes a recording to a WAV file for each sample rate (Hz) of `targets`."""
        self._ask({"do": "convert", "file": str(file.absolute()), "targets": _names(targets)})

    def take_in(self, *, file: Path, folder: Path) -> tuple[str, Measured]:
        """Puts a recording, whatever its format, into the folder as a WAV file named by its digest."""
        request = {"do": "take_in", "file": str(file.absolute()), "folder": str(folder.absolute())}
        answer = self._ask(request)
        return str(answer["digest"]), Measured(**answer["measured"])

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Ends the workers; requests under way fail."""
        self._closed = True
        while self._idle:
            self._idle.pop().stop()
        for worker in self._busy:  # who asked it hears that it is gone, and stops it
            worker.kill()

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        with self._free:
            self._require_open()
            worker = self._idle.pop() if self._idle else _Worker(self._environment)
            self._busy.add(worker)
            is_usable = False
            try:
                self._require_open()  # to start a worker takes a moment
                answer = worker.ask(request, self._timeout_s)
                is_usable = not self._closed
            finally:  # killed while waiting: the answer still to come must reach nobody else
                self._busy.discard(worker)
                if is_usable:
                    self._idle.append(worker)
                else:
                    worker.stop()
        if not answer.get("ok"):
            raise PromptUnavailable(
                str(answer.get("error")), str(answer.get("remedy")), ours=bool(answer.get("ours"))
            )
        return answer

    def _require_open(self) -> None:
        if self._closed:
            raise PromptUnavailable("the synthesizer is closed", "Start Tandem again.")


class _Worker:
    """One child process and the pipe to it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        # A session of its own: Ctrl-C in a terminal ends Tandem, which then ends the worker.
        self._process = subprocess.Popen(
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment, "PYTHONPATH": path},
            start_new_session=True,
        )
        with contextlib.suppress(ProcessLookupError):  # it ended at once; `ask` will say so
            # Not real-time, as Tandem may be (docs/operations.md).
            os.sched_setscheduler(self._process.pid, os.SCHED_OTHER, os.sched_param(0))
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)

    def ask(self, request: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        line = b""
        try:
            with gevent.Timeout(timeout_s):
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                self._process.stdin.flush()
                line = self._process.stdout.readline()
        except gevent.Timeout:
            message = f"rendering took longer than {timeout_s:g} s"
            raise PromptUnavailable(message, "Shorten the prompt.") from None
        except OSError as error:
            _log.warning("speech worker's pipe broke", error=str(error))
        if not line.endswith(b"\n"):
            code = self._process.poll()
            message = f"the speech worker ended by itself (exit code {code})"
            raise PromptUnavailable(message, "See its messages on Tandem's stderr.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()

    def stop(self) -> None:
        self.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def _names(targets: Mapping[int, Path]) -> dict[str, str]:
    return {str(rate): str(path.absolute()) for rate, path in targets.items()}
