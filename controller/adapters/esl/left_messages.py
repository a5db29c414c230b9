"""Finds messages whose end nobody heard: Tandem was away, or the switch died over them.

Their files say whose they are: `voicemail/MAILBOX/YYYY/MM/DD/INTERACTION_XXXXXXXX.wav`, left in a flow,
and `fallback/LEG.wav`, left with the switch's fallback, whose INFO chunk names the caller's number.
"""

import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from gevent import get_hub

from controller.adapters.esl.face import ADDRESS_LIMIT, FALLBACK_MAILBOX, printable
from controller.adapters.esl.link import SwitchLink
from controller.domain import commands as c
from controller.domain.channels import VOICE
from controller.domain.decide.parts import TO_FALLBACK
from controller.domain.model import Interaction
from controller.errors import StoreError, SwitchError
from controller.ports import AnyCommand

log = structlog.get_logger(__name__)

#: Files older than this are left alone: a start after so many days is a restore, or another machine.
DAYS = 7


class LeftMessages:
    """`adopt` notes each message once. `find` gives an interaction, open or not; `length` the seconds
    of sound in a file, called in a real thread."""

    def __init__(
        self,
        *,
        root: Path,
        link: SwitchLink,
        submit: Callable[[AnyCommand], None],
        find: Callable[[str], Interaction | None],
        length: Callable[[Path], float],
    ) -> None:
        self._voicemail = root / "voicemail"
        self._fallback = root / "fallback"
        self._link = link
        self._submit = submit
        self._find = find
        self._length = length
        self._settled: set[Path] = set()

    def adopt(self) -> None:
        """Blocks while it reads. What cannot be looked at now is looked at the next time."""
        for path in get_hub().threadpool.apply(self._recent):
            if path in self._settled:
                continue
            try:
                self._consider(path)
            except (SwitchError, StoreError, OSError) as error:
                log.warning("message_not_looked_at", file=path.name, problem=str(error))

    def _recent(self) -> list[Path]:
        since = time.time() - DAYS * 86_400
        found = [*self._fallback.glob("*.wav"), *self._voicemail.glob("*/*/*/*/*.wav")]
        return sorted(path for path in found if _changed(path) > since)

    def _consider(self, path: Path) -> None:
        in_fallback = path.parent == self._fallback
        interaction_id = path.stem if in_fallback else path.stem.rpartition("_")[0]
        interaction = self._find(interaction_id)
        if self._is_settled(path, interaction) or (interaction is None and not in_fallback):
            self._settled.add(path)
            return
        leg = interaction_id if interaction is None else interaction.leg
        if self._link.api(f"uuid_exists {leg}").strip() == "true":
            return  # he may be speaking: its end will be heard
        self._settled.add(path)
        length_s: float = get_hub().threadpool.apply(self._length, (path,))
        if not length_s:
            return
        log.info("message_found", interaction_id=interaction_id)
        if interaction is None:
            self._make_contact(interaction_id, path, length_s)
        self._submit(
            c.NoteVoicemail(
                interaction_id=interaction_id,
                path=str(path),
                mailbox=FALLBACK_MAILBOX
                if in_fallback
                else path.relative_to(self._voicemail).parts[0],
                length_s=length_s,
            )
        )

    @staticmethod
    def _is_settled(path: Path, interaction: Interaction | None) -> bool:
        return interaction is not None and any(
            voicemail.path == str(path) for voicemail in interaction.voicemails
        )

    def _make_contact(self, leg: str, path: Path, length_s: float) -> None:
        """A customer we never saw: he came and went while there was only the fallback."""
        ended_at = _changed(path)
        number = get_hub().threadpool.apply(number_in, (path,))
        self._submit(
            c.Arrive(
                interaction_id=leg,
                channel=VOICE,
                leg=leg,
                address=printable(number, ADDRESS_LIMIT),
                name="",
                dialled="",
                arrived_at=ended_at - length_s,
            )
        )
        self._submit(c.NoteLegEnded(interaction_id=leg, leg=leg, cause=TO_FALLBACK, at=ended_at))


def number_in(path: Path) -> str:
    """The caller's number, as the fallback had FreeSWITCH write it into the file; "" for none."""
    with path.open("rb") as file:
        head = file.read(4096)
    for name, start, size in _chunks(head, 12):
        if name == b"LIST" and head[start : start + 4] == b"INFO":
            for entry, at, length in _chunks(head[: start + size], start + 4):
                if entry == b"ICMT":
                    return head[at : at + length].rstrip(b"\0").decode("utf-8", "replace")
    return ""


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    """RIFF chunks: name, where the content begins, how long it says it is."""
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        yield name, at + 8, size
        at += 8 + size + size % 2


def _changed(path: Path) -> float:
    """Epoch seconds of its last change; 0 when it is gone meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
