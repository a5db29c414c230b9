"""A channel without a network: legs are entries in a dict, and a test's hand is the other side.

What the reactions ask happens at once and is reported as the switch would report it; whoever stands
for the people calls `answer`, `hang_up`, `refuse`.
"""

from collections.abc import Callable

from controller.domain import commands as c
from controller.domain.model import Interaction, Message, Recording
from controller.domain.words import LegRole, MonitorMode
from controller.ports import AnyCommand, Clock


class MemoryMedium:
    """Medium. `ringing`, `answered`: leg to interaction id; `held`: customers' legs; `listening`: a
    third leg to the one it listens to or has joined; `written`: messages to customers; `asked`: what the
    reactions called."""

    def __init__(self, clock: Clock, submit: Callable[[AnyCommand], None]) -> None:
        self._clock = clock
        self._submit = submit
        self.ready = True
        self.ringing: dict[str, str] = {}
        self.answered: dict[str, str] = {}
        self.bridged: dict[str, str] = {}
        self.held: set[str] = set()
        self.listening: dict[str, str] = {}
        self.recording: dict[str, str] = {}
        self.written: list[Message] = []
        self.asked: list[tuple[str, str]] = []

    # --- the port --------------------------------------------------------------------------------

    def welcome(self, interaction: Interaction) -> None:
        self._note("welcome", interaction.leg)
        self.answered[interaction.leg] = interaction.id

    def wait(self, interaction: Interaction) -> None:
        self._note("wait", interaction.leg)

    def tell_wait(self, interaction: Interaction, position: int, expected_s: float | None) -> None:
        self._note("tell_wait", f"{interaction.leg} {position} {expected_s}")

    def write(self, interaction: Interaction, message: Message) -> None:
        self._note("write", message.id)
        self.written.append(message)

    def ring(
        self,
        interaction: Interaction,
        agent: str,
        leg: str,
        limit_s: float,
        role: LegRole,
        *,
        again: bool = False,
    ) -> None:
        self._note("ring again" if again else "ring", leg)
        self.ringing[leg] = interaction.id

    def call(self, interaction: Interaction, number: str, leg: str, limit_s: float) -> None:
        self._note("call", leg)
        self.ringing[leg] = interaction.id

    def ringback(self, interaction: Interaction, leg: str) -> None:
        self._note("ringback", leg)

    def pick_up(self, interaction: Interaction, leg: str) -> None:
        self._note("pick_up", leg)
        self.answer(leg)

    def drop(self, interaction: Interaction, leg: str, cause: str) -> None:
        self._note("drop", leg)
        self.hang_up(leg, cause)

    def let_go(self, interaction: Interaction, leg: str) -> None:
        self._note("let_go", leg)
        self.hang_up(leg)

    def abandon(self, interaction: Interaction, leg: str) -> None:
        self._note("abandon", leg)
        self.hang_up(leg)

    def connect(self, interaction: Interaction, leg: str) -> None:
        self._note("connect", leg)
        self.held.discard(interaction.leg)
        if leg in self.answered and interaction.leg in self.answered:
            self._bridge(interaction.leg, leg)
            self._submit(
                c.NoteConnected(interaction_id=interaction.id, leg=leg, at=self._clock.now())
            )
        else:
            self._fail(interaction, leg)

    def hold(self, interaction: Interaction, leg: str) -> None:
        self._note("hold", leg)
        self.bridged.pop(interaction.leg, None)
        self.held.add(interaction.leg)

    def consult(self, interaction: Interaction, leg: str, other: str) -> None:
        self._note("consult", other)
        if leg in self.answered and other in self.answered:
            self._bridge(leg, other)
        else:
            self._fail(interaction, other)

    def set_aside(self, interaction: Interaction, leg: str) -> None:
        self._note("set_aside", leg)

    def join(self, interaction: Interaction, leg: str, third: str) -> None:
        self._note("join", third)
        self.listening[third] = leg

    def listen(
        self, interaction: Interaction, leg: str, supervisor: str, mode: MonitorMode
    ) -> None:
        self._note("listen", supervisor)
        self.listening[supervisor] = leg

    def set_mode(self, interaction: Interaction, supervisor: str, mode: MonitorMode) -> None:
        self._note("set_mode", f"{supervisor} {mode.value}")

    def _bridge(self, first: str, second: str) -> None:
        """Whoever one of the two was with before is left."""
        for one, other in list(self.bridged.items()):
            if {one, other} & {first, second}:
                del self.bridged[one]
        self.bridged[first] = second

    def _fail(self, interaction: Interaction, leg: str) -> None:
        self._submit(
            c.NoteConnectFailed(interaction_id=interaction.id, leg=leg, reason="no such leg")
        )

    def record(self, interaction: Interaction, of: str) -> None:
        self._note("record", of)
        self.recording[of] = interaction.id
        self._submit(
            c.NoteRecordingStarted(
                interaction_id=interaction.id,
                recording_id=of,
                segment_id=of,
                path=f"/memory/{of}.wav",
                at=self._clock.now(),
            )
        )

    def pause_recording(self, interaction: Interaction, recording: Recording) -> None:
        self._note("pause_recording", recording.id)
        self._submit(
            c.NoteRecordingPaused(
                interaction_id=interaction.id, recording_id=recording.id, at=self._clock.now()
            )
        )

    def resume_recording(self, interaction: Interaction, recording: Recording) -> None:
        self._note("resume_recording", recording.id)
        self._submit(
            c.NoteRecordingResumed(
                interaction_id=interaction.id, recording_id=recording.id, at=self._clock.now()
            )
        )

    def stop_recording(self, interaction: Interaction, of: str) -> None:
        self._note("stop_recording", of)
        if self.recording.pop(of, None) is not None:
            self._submit(
                c.NoteRecordingStopped(
                    interaction_id=interaction.id,
                    recording_id=of,
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

    def answer(self, leg: str, *, page: bool = False) -> None:
        """Whoever has the ringing phone takes it. `page`: it is one in a browser page."""
        interaction_id = self.ringing.pop(leg)
        self.answered[leg] = interaction_id
        self._submit(
            c.NoteLegAnswered(
                interaction_id=interaction_id, leg=leg, at=self._clock.now(), page=page
            )
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
