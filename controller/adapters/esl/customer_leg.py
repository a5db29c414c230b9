"""A flow's hold on a customer's leg: answer, play, gather, tape, each blocking its greenlet."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import structlog

from controller.adapters.esl.announcing import hush
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.parking import park
from controller.errors import CommandRefused, LegGone
from controller.ports import GatherSpec

log = structlog.get_logger(__name__)

#: Longest single prompt, in seconds; the flow goes on after it.
PROMPT_LIMIT_S = 600.0

SILENCE = "silence_stream://100"
BEEP = "tone_stream://%(300,0,800)"

#: `record` counts as silence what stays below this energy.
SILENCE_LEVEL = 200


class EslCustomerLeg:
    """CustomerLeg on one FreeSWITCH leg. Raises LegGone when it hangs up, LinkLost without a link."""

    def __init__(
        self, *, link: SwitchLink, calls: Calls, leg: str, interaction_id: str, voicemail_dir: Path
    ) -> None:
        self._link = link
        self._calls = calls
        self._leg = leg
        self._interaction_id = interaction_id
        self._voicemail_dir = voicemail_dir
        self._entries = 0
        self._rate = 8000

    @property
    def rate(self) -> int:
        return self._rate

    def answer(self) -> None:
        self._execute("answer")

    def _execute(self, app: str, arg: str = "", timeout: float | None = None) -> SwitchEvent:
        done = self._link.execute(self._leg, app, arg, timeout)
        rate = done.get("Channel-Read-Codec-Rate")
        self._rate = int(rate) if rate.isdecimal() and int(rate) else self._rate
        return done

    def play(self, files: Sequence[str]) -> None:
        self._stop_music()
        for file in files:
            done = self._execute("playback", file, PROMPT_LIMIT_S)
            response = done.get("Application-Response")
            if response not in ("FILE PLAYED", ""):
                log.error("prompt_not_played", interaction_id=self._interaction_id, why=response)

    def gather(self, files: Sequence[str], invalid: Sequence[str], spec: GatherSpec) -> str | None:
        self._stop_music()
        for file in files[:-1]:
            # A key pressed before the last prompt counts too: people know their menus by heart.
            digits = self._collect(file, SILENCE, replace(spec, attempts=1, timeout_s=0.001))
            if digits is not None:
                return digits
        last = files[-1] if files else SILENCE
        return self._collect(last, invalid[-1] if invalid else SILENCE, spec)

    def _collect(self, file: str, invalid: str, spec: GatherSpec) -> str | None:
        self._entries += 1
        variable = f"tandem_digits_{self._entries}"
        arguments = (
            spec.min_digits,
            spec.max_digits,
            spec.attempts,
            max(1, int(spec.timeout_s * 1000)),
            spec.terminators or "none",
            file,
            invalid,
            variable,
            f"^(?:{spec.pattern})$",
            int(spec.between_s * 1000),
        )
        limit_s = spec.attempts * (PROMPT_LIMIT_S + spec.timeout_s)
        done = self._execute("play_and_get_digits", " ".join(map(str, arguments)), limit_s)
        return done.variable(variable) or None

    def tape(self, mailbox: str, limit_s: float, silence_s: float) -> float:
        self._stop_music()
        self._execute("playback", BEEP)
        day = datetime.now(UTC).strftime("%Y/%m/%d")
        # Whose it is can be read off the file, should nobody hear of its end.
        name = f"{self._interaction_id}_{uuid4().hex[:8]}.wav"
        path = self._voicemail_dir / mailbox / day / name
        if not self._make_folder(path.parent):
            return 0.0
        done = self._execute(
            "record",
            f"{path} {int(limit_s)} {SILENCE_LEVEL} {int(silence_s)}",
            limit_s + 30,
        )
        milliseconds = done.variable("record_ms", "0")
        return int(milliseconds) / 1000 if milliseconds.isdecimal() else 0.0

    def _make_folder(self, folder: Path) -> bool:
        """`record` makes none, and hangs up a caller whose file cannot be opened.

        Who runs FreeSWITCH may be another user of our group.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for made in (
                folder,
                *folder.parents[: len(folder.parts) - len(self._voicemail_dir.parts)],
            ):
                if made.stat().st_uid == os.getuid():
                    made.chmod(0o2770)
        except OSError as error:
            log.error(
                "no_voicemail_taken",
                interaction_id=self._interaction_id,
                folder=str(folder),
                problem=error.strerror,
                remedy="give Tandem the right to write there, and space",
            )
            return False
        return True

    def _stop_music(self) -> None:
        """Queued behind endless music, nothing would ever be heard.

        Parked, for a mere uuid_break lets endless_playback begin again.
        """
        if self._leg in self._calls.music:
            self._calls.waiting.discard(self._leg)
            try:
                hush(self._link, self._calls, self._leg)
                park(self._link, self._calls, self._leg)
            except CommandRefused:
                raise LegGone(self._leg) from None
