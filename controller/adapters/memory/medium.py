"""A channel without a network: legs are entries in a dict, and a test's hand is the other side.

What the reactions ask happens at once and is reported as the switch would report it; whoever stands
for the people calls `answer`, `hang_up`, `refuse`.
"""

from collections.abc import Callable

from controller.domain import commands as c
from controller.domain.model import Interaction, Offer, Segment
from controller.ports import AnyCommand, Clock


class MemoryMedium:
    """Medium. `ringing`, `answered`: leg to interaction id; `asked`: what the reactions called."""

    def __init__(self, clock: Clock, submit: Callable[[AnyCommand], None]) -> None:
        self._clock = clock
        self._submit = submit
        self.ready = True
        self.ringing: dict[str, str] = {}
        self.answered: dict[str, str] = {}
        self.bridged: dict[str, str] = {}
        self.held: set[str] = set()
        self.recording: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []

    # --- the port --------------------------------------------------------------------------------

    def welcome(self, interaction: Interaction) -> None:
        self._note("welcome", interaction.leg)
        self.answered[interaction.leg] = interaction.id

    def wait(self, interaction: Interaction) -> None:
        self._note("wait", interaction.leg)

    def ring(self, interaction: Interaction, offer: Offer) -> None:
        self._note("ring", offer.leg)
        self.ringing[offer.leg] = interaction.id

    def pick_up(self, interaction: Interaction, offer: Offer) -> None:
        self._note("pick_up", offer.leg)
        self.answer(offer.leg)

    def drop(self, interaction: Interaction, leg: str, cause: str) -> None:
        self._note("drop", leg)
        self.hang_up(leg, cause)

    def connect(self, interaction: Interaction, leg: str) -> None:
        self._note("connect", leg)
        if leg in self.answered and interaction.leg in self.answered:
            self.bridged[interaction.leg] = leg
            self._submit(
                c.NoteConnected(interaction_id=interaction.id, leg=leg, at=self._clock.now())
            )
        else:
            self._submit(
                c.NoteConnectFailed(interaction_id=interaction.id, leg=leg, reason="no such leg")
            )

    def hold(self, interaction: Interaction, segment: Segment) -> None:
        self._note("hold", segment.leg)
        self.held.add(segment.leg)

    def resume(self, interaction: Interaction, segment: Segment) -> None:
        self._note("resume", segment.leg)
        self.held.discard(segment.leg)

    def divert(
        self, interaction: Interaction, destination: str, leg: str, timeout_s: float
    ) -> None:
        self._note("divert", leg)
        self.ringing[leg] = interaction.id

    def record(self, interaction: Interaction, segment: Segment) -> None:
        self._note("record", segment.id)
        self.recording[segment.id] = interaction.id
        self._submit(
            c.NoteRecordingStarted(
                interaction_id=interaction.id,
                recording_id=segment.id,
                segment_id=segment.id,
                path=f"/memory/{segment.id}.wav",
                at=self._clock.now(),
            )
        )

    def stop_recording(self, interaction: Interaction, segment: Segment) -> None:
        self._note("stop_recording", segment.id)
        if self.recording.pop(segment.id, None) is not None:
            self._submit(
                c.NoteRecordingStopped(
                    interaction_id=interaction.id,
                    recording_id=segment.id,
                    length_s=1.0,
                    sha256="0" * 64,
                    error=None,
                    at=self._clock.now(),
                )
            )

    def end(self, interaction: Interaction, cause: str) -> None:
        self._note("end", interaction.leg)
        self.hang_up(interaction.leg, cause)

    # --- the people ------------------------------------------------------------------------------

    def answer(self, leg: str) -> None:
        """Whoever has the ringing phone takes it."""
        interaction_id = self.ringing.pop(leg)
        self.answered[leg] = interaction_id
        self._submit(
            c.NoteLegAnswered(interaction_id=interaction_id, leg=leg, at=self._clock.now())
        )

    def hang_up(self, leg: str, cause: str = "NORMAL_CLEARING") -> None:
        """The leg ends, ringing or answered; nothing happens when there is none."""
        interaction_id = self.ringing.pop(leg, None) or self.answered.pop(leg, None)
        if interaction_id is not None:
            self._submit(
                c.NoteLegEnded(
                    interaction_id=interaction_id, leg=leg, cause=cause, at=self._clock.now()
                )
            )

    def _note(self, what: str, about: str) -> None:
        self.asked.append((what, about))
