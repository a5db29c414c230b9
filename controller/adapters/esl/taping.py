"""Recordings on a customer's leg: begun, made silent for a while, stopped. All methods block."""

from collections.abc import Callable
from pathlib import Path

import structlog

from controller.adapters.esl.link import SwitchLink
from controller.domain import commands as c
from controller.domain.model import Interaction, Recording
from controller.errors import CommandRefused
from controller.ports import AnyCommand, Clock

log = structlog.get_logger(__name__)


class Taping:
    """`room` answers None, or why there is no room; `finish` reports what the files of recordings hold
    whose end was not heard. RECORD_START and RECORD_STOP are the face's to report."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        clock: Clock,
        submit: Callable[[AnyCommand], None],
        path: Callable[[Interaction, str], Path],
        room: Callable[[], str | None],
        finish: Callable[[Interaction], None],
    ) -> None:
        self._link = link
        self._clock = clock
        self._submit = submit
        self._path = path
        self._room = room
        self._finish = finish

    def record(self, interaction: Interaction, of: str) -> None:
        path = self._path(interaction, of)
        problem = self._room()
        if problem is None:
            try:
                self._link.api(f"uuid_record {interaction.leg} start {path}")
            except CommandRefused as error:
                problem = error.reply
        if problem is not None:
            log.error("not_recorded", interaction_id=interaction.id, problem=problem)
            self._submit(
                c.NoteRecordingFailed(
                    interaction_id=interaction.id,
                    recording_id=of,
                    segment_id=of,
                    path=str(path),
                    error=problem,
                )
            )

    def pause(self, interaction: Interaction, recording: Recording) -> None:
        """The switch tells of it by its answer alone, so the report comes from here."""
        self._link.api(f"uuid_record {interaction.leg} mask {recording.path}")
        self._submit(
            c.NoteRecordingPaused(
                interaction_id=interaction.id, recording_id=recording.id, at=self._clock.now()
            )
        )

    def resume(self, interaction: Interaction, recording: Recording) -> None:
        self._link.api(f"uuid_record {interaction.leg} unmask {recording.path}")
        self._submit(
            c.NoteRecordingResumed(
                interaction_id=interaction.id, recording_id=recording.id, at=self._clock.now()
            )
        )

    def stop(self, interaction: Interaction, of: str) -> None:
        self._link.api(f"uuid_record {interaction.leg} stop {self._path(interaction, of)}")

    def stop_stale(self, interaction: Interaction, recording: Recording) -> None:
        """Of a segment that is over: stop it if it runs, and say what it holds."""
        try:
            self._link.api(f"uuid_record {interaction.leg} stop {recording.path}")
        except CommandRefused:
            log.info("recording_had_stopped", interaction_id=interaction.id)
        self._finish(interaction)
