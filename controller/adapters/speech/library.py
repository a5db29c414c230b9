"""Prompts as WAV files that FreeSWITCH can play: made once, kept in a folder.

Layout: `<cache>/8000/<key>.wav` and `<cache>/16000/<key>.wav`, 16 bit mono. The key is that of
what is heard, so a changed text or recording is a new file and no file is ever written twice.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

import gevent
import structlog

from controller.adapters.speech.synthesizer import Synthesizer
from controller.errors import Invalid, PromptUnavailable
from controller.greenlets import spawn

_log = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

RATES = (8000, 16000)
"""Sample rates in Hz that every prompt is made at."""
_HEADER = 44  # bytes before the samples
_LEFTOVER_S = 3600  # a temporary file so old belongs to a worker that died


class Playable(Protocol):
    """A prompt as the library needs it: text to speak, or a recorded file's absolute path."""

    @property
    def text(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def voice_id(self) -> str: ...
    @property
    def rate_wpm(self) -> int: ...
    def cache_key(self, source: str) -> str:
        """Of the engine's version (text) or the content's digest (file): hex digits."""
        ...


class PromptLibrary:
    """Where prompts are looked up. Waits in the asking greenlet only, never in the hub."""

    def __init__(self, cache: Path, synthesizer: Synthesizer) -> None:
        if not re.fullmatch(r"[A-Za-z0-9/._+-]+", str(cache.absolute())):
            raise Invalid(
                f"prompt cache {cache} cannot be named to FreeSWITCH; "
                "use letters, digits, /, dot, - and _ only"
            )
        self._cache = cache.absolute()
        self._synthesizer = synthesizer
        self._under_way: dict[str, gevent.Greenlet] = {}
        self._digests: dict[tuple[str, int, int], str] = {}

    def path_for(self, prompt: Playable, sample_rate: int) -> Path:
        """The file to play on a leg of `sample_rate` Hz; made now if it is not there yet.

        Raises PromptUnavailable. Two who ask for the same prompt at a time wait for one render.
        """
        key = self._key(prompt)
        path = self._targets(key)[16000 if sample_rate >= 16000 else 8000]
        if self._is_there(key):
            return path
        render = self._under_way.get(key)
        if render is None:
            # A greenlet of its own: who asked first may hang up, the others still wait for it.
            render = spawn(f"render prompt {key[:8]}", self._render, prompt, key)
            self._under_way[key] = render
            render.link(lambda _: self._under_way.pop(key, None))
        fault = render.get()
        if fault is not None:
            raise PromptUnavailable(fault.error, fault.remedy)
        return path

    def playable(self, prompts: Iterable[Playable], sample_rate: int) -> tuple[Path, ...]:
        """The files of all prompts that can be had; the others are logged and left out.

        For a leg: a caller would rather miss a sentence than be cut off.
        """
        paths = []
        for prompt in prompts:
            try:
                paths.append(self.path_for(prompt, sample_rate))
            except PromptUnavailable as error:
                # At the end of Tandem what is under way is given up: no fault.
                tell = _log.info if self._synthesizer.closed else _log.error
                tell("prompt skipped", error=error.error, remedy=error.remedy)
        return tuple(paths)

    def prerender(self, prompts: Iterable[Playable]) -> int:
        """Makes all that are missing, one after the other; faults are logged. Number playable.

        Run it in a greenlet at start: callers' prompts then need not be waited for.
        """
        return len(self.playable(prompts, RATES[0]))

    def fault_of(self, prompt: Playable) -> tuple[str, str] | None:
        """(message, remedy) if the prompt cannot be made; makes it otherwise."""
        try:
            self.path_for(prompt, RATES[0])
        except PromptUnavailable as error:
            return error.error, error.remedy
        return None

    def length_s(self, path: Path) -> float:
        """Of a file that `path_for` answered, in seconds. Raises PromptUnavailable when it is gone."""
        try:
            size = path.stat().st_size
        except OSError as error:
            raise PromptUnavailable(
                f"{path.name} is gone: {error.strerror}", "Ask again."
            ) from None
        return round(max(0, size - _HEADER) / (2 * int(path.parent.name)), 2)

    def prune(self, unused_s: float) -> int:
        """Deletes what nobody played for so many seconds; number of files. Off the hub.

        Texts with variables make a file for every value, and a value may be a caller's number.
        """
        removed = _off_hub(_remove_older, self._cache, time.time() - unused_s)
        _log.info("prompt cache pruned", removed=removed)
        return removed

    def _key(self, prompt: Playable) -> str:
        if prompt.file:
            return prompt.cache_key(self._digest(Path(prompt.file)))
        return prompt.cache_key(self._synthesizer.engine())

    def _digest(self, file: Path) -> str:
        try:
            status = file.stat()
            known = (str(file), status.st_mtime_ns, status.st_size)
            if known not in self._digests:
                self._digests[known] = _off_hub(_digest_of, file)
        except OSError as error:
            message = f"{file.name} cannot be read: {error.strerror}"
            raise PromptUnavailable(message, f"Put the recording at {file}.") from error
        return self._digests[known]

    def _targets(self, key: str) -> dict[int, Path]:
        return {rate: self._cache / str(rate) / f"{key}.wav" for rate in RATES}

    def _is_there(self, key: str) -> bool:
        try:
            for path in self._targets(key).values():
                os.utime(path)  # `prune` goes by this
        except FileNotFoundError:
            return False
        except PermissionError:  # made by another user; it can be played all the same
            return True
        return True

    def _render(self, prompt: Playable, key: str) -> PromptUnavailable | None:
        targets = self._targets(key)
        try:
            if prompt.file:
                self._synthesizer.convert(file=Path(prompt.file), targets=targets)
            else:
                self._synthesizer.speak(
                    text=prompt.text,
                    voice=prompt.voice_id,
                    rate_wpm=prompt.rate_wpm,
                    targets=targets,
                )
        except PromptUnavailable as error:
            return error
        return None


def _off_hub(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`fn` in a thread of gevent's pool: disk work of unknown length."""
    done: R = gevent.get_hub().threadpool.apply(fn, args, kwargs)
    return done


def _digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _remove_older(cache: Path, before: float) -> int:
    """Deletes prompts last used before `before` (POSIX time), and what dead workers left."""
    removed = 0
    for path in [*cache.glob("*/*.wav"), *cache.glob("*/.*.tmp")]:
        limit = before if path.suffix == ".wav" else time.time() - _LEFTOVER_S
        try:
            if path.stat().st_mtime < limit:
                path.unlink()
                removed += 1
        except FileNotFoundError:  # another process pruned it first
            continue
    return removed
