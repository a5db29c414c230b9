"""Where admins' recordings are taken in and kept, and where a text can be heard before it is used.

Layout: `<folder>/<digest>.wav`, 16 bit mono; a file is written once and never changed, so who hears it
is not cut off when the prompt becomes another. It has workers of its own: whatever an admin sends,
callers' prompts do not wait for it.
"""

import contextlib
import re
import tempfile
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import ParamSpec, TypeVar

import gevent
import structlog

from controller.adapters.speech.intake import RATE
from controller.adapters.speech.synthesizer import Synthesizer
from controller.domain.prompt import Measured
from controller.errors import Invalid, PromptUnavailable, say

_log = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

_DIGEST = re.compile(r"[0-9a-f]{64}")

#: What no prompt names is kept for so long: a change can be undone.
UNUSED_S = 30 * 86_400.0


class Studio:
    """`folder` is made when first needed. Every method blocks the asking greenlet only, not the hub."""

    def __init__(self, folder: Path, synthesizer: Synthesizer) -> None:
        self._folder = folder.absolute()
        self._synthesizer = synthesizer

    def take_in(self, content: bytes) -> tuple[str, Measured]:
        """Keep a recording in any usual format. Its digest, 64 hex digits.

        Raises Invalid when it is none that can be taken, PromptUnavailable when we fail.
        """
        incoming = _off_hub(self._put_down, content)
        try:
            return self._synthesizer.take_in(file=incoming, folder=self._folder)
        except PromptUnavailable as error:
            if error.ours or self._synthesizer.closed:
                raise
            raise Invalid(say("recording_refused", "{text}", text=str(error))) from None
        finally:
            _off_hub(incoming.unlink, missing_ok=True)

    def file(self, digest: str) -> Path | None:
        """Of a recording that was taken in; None when it is not here."""
        path = self._folder / f"{digest}.wav"
        return path if _DIGEST.fullmatch(digest) and path.is_file() else None

    def speak(self, text: str, voice: str, rate_wpm: int) -> bytes:
        """A WAV file, kept nowhere. Raises PromptUnavailable."""
        with tempfile.TemporaryDirectory(prefix="tandem-preview-") as folder:
            target = Path(folder) / "spoken.wav"
            self._synthesizer.speak(
                text=text, voice=voice, rate_wpm=rate_wpm, targets={RATE: target}
            )
            return _off_hub(target.read_bytes)

    def tidy(self, used: Collection[str]) -> int:
        """Deletes recordings whose digests are not `used`, once they are old; number of files."""
        removed = _off_hub(_remove_unused, self._folder, used, time.time() - UNUSED_S)
        _log.info("recordings_of_prompts_tidied", removed=removed)
        return removed

    def _put_down(self, content: bytes) -> Path:
        try:
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self._folder, prefix=".incoming-", delete=False
            ) as file:
                file.write(content)
        except OSError as error:
            raise PromptUnavailable(
                f"{self._folder} cannot be written: {error.strerror}",
                "Give Tandem the right to write there, and space.",
                ours=True,
            ) from None
        return Path(file.name)


def _off_hub(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    done: R = gevent.get_hub().threadpool.apply(fn, args, kwargs)
    return done


def _remove_unused(folder: Path, used: Collection[str], before: float) -> int:
    removed = 0
    for path in [*folder.glob("*.wav"), *folder.glob(".*")]:
        with contextlib.suppress(FileNotFoundError):
            if path.stem not in used and path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed
