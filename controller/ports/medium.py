"""A channel: the customer, the other legs, and what joins them."""

from typing import Protocol

from controller.domain.model import Interaction, Message, Recording
from controller.domain.words import LegRole, MonitorMode


class Medium(Protocol):
    """What the reactions ask of a channel. Legs are named by ids that the events chose."""

    @property
    def ready(self) -> bool:
        """Whether an offer made now could reach an agent."""

    # --- the customer

    def welcome(self, interaction: Interaction) -> None:
        """The customer is ours now: keep him safe from here on."""

    def wait(self, interaction: Interaction) -> None:
        """The customer is with nobody: let him hear so, and keep him safe while he is."""

    def tell_wait(self, interaction: Interaction, position: int, expected_s: float | None) -> None:
        """Let who waits know where he stands, as his place's `terms.telling` has it."""

    def end(self, interaction: Interaction, cause: str) -> None:
        """The interaction is over: let the customer go, and tell his side the cause."""

    def write(self, interaction: Interaction, message: Message) -> None:
        """Let the customer have a message: NoteDelivery will follow, as far as the channel can tell."""

    # --- other legs

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
        """Ring an agent's phone: NoteLegAnswered or NoteLegEnded of `leg` will follow.

        `again`: it has lost this call, and is asked to answer by itself.
        """

    def call(self, interaction: Interaction, number: str, leg: str, limit_s: float) -> None:
        """Call an outside number, as `ring` does an agent. `leg` may be the customer's own."""

    def ringback(self, interaction: Interaction, leg: str) -> None:
        """Let a leg that waits for another hear that it rings there."""

    def pick_up(self, interaction: Interaction, leg: str) -> None:
        """The agent accepted in the console: answer for him."""

    def drop(self, interaction: Interaction, leg: str, cause: str) -> None:
        """End a leg at once, ringing or answered."""

    def let_go(self, interaction: Interaction, leg: str) -> None:
        """End a leg once everything asked before is done."""

    def abandon(self, interaction: Interaction, leg: str) -> None:
        """As `let_go`, of a leg whose phone is not there any more, or has forgotten it."""

    # --- together

    def connect(self, interaction: Interaction, leg: str) -> None:
        """Let customer and `leg` hear each other: NoteConnected, or NoteConnectFailed."""

    def hold(self, interaction: Interaction, leg: str) -> None:
        """Part customer and `leg`; the customer hears music."""

    def consult(self, interaction: Interaction, leg: str, other: str) -> None:
        """Let two legs hear each other while the customer holds; NoteConnectFailed of `other` if not."""

    def set_aside(self, interaction: Interaction, leg: str) -> None:
        """Whoever has this leg waits, with music."""

    def join(self, interaction: Interaction, leg: str, third: str) -> None:
        """`third` hears, and is heard by, `leg` and whom that one talks with."""

    def listen(
        self, interaction: Interaction, leg: str, supervisor: str, mode: MonitorMode
    ) -> None:
        """The supervisor's leg hears `leg` and whom it talks with."""

    def set_mode(self, interaction: Interaction, supervisor: str, mode: MonitorMode) -> None:
        """Who hears the supervisor from now on."""

    # --- recordings, of a segment or an outside leg (`of`)

    def record(self, interaction: Interaction, of: str) -> None:
        """NoteRecordingStarted, or NoteRecordingFailed."""

    def pause_recording(self, interaction: Interaction, recording: Recording) -> None:
        """NoteRecordingPaused will follow."""

    def resume_recording(self, interaction: Interaction, recording: Recording) -> None:
        """NoteRecordingResumed will follow."""

    def stop_recording(self, interaction: Interaction, of: str) -> None:
        """NoteRecordingStopped will follow."""
