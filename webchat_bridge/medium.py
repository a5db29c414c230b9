"""A written channel as a Medium. There is no phone to ring: an offer stands on the agent's desk, and whoever
takes it there has the customer at once."""

from collections.abc import Callable

from controller.domain import commands as c
from controller.domain.model import Interaction, Message, Recording
from controller.domain.words import Delivery, LegRole, MonitorMode
from controller.ports import AnyCommand, Clock
from webchat_bridge.channel import TextChannel

#: Cause of a leg that a written contact cannot have.
NOT_BY_TEXT = "FACILITY_NOT_SUBSCRIBED"


class TextMedium:
    """Medium. The customer's leg is his thread in the channel; an agent's, his part in it."""

    def __init__(
        self, channel: TextChannel, *, clock: Clock, submit: Callable[[AnyCommand], None]
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._submit = submit

    @property
    def ready(self) -> bool:
        """Always: what is written while the channel is away waits for it."""
        return True

    # --- the customer

    def welcome(self, interaction: Interaction) -> None:
        self._answered(interaction, interaction.leg)

    def wait(self, interaction: Interaction) -> None:
        """He is told by `tell_wait`."""

    def tell_wait(self, interaction: Interaction, position: int, expected_s: float | None) -> None:
        self._channel.tell_wait(interaction.leg, position, expected_s)

    def write(self, interaction: Interaction, message: Message) -> None:
        def report(delivery: Delivery, problem: str | None) -> None:
            self._submit(
                c.NoteDelivery(
                    interaction_id=interaction.id,
                    message_id=message.id,
                    delivery=delivery,
                    at=self._clock.now(),
                    problem=problem,
                )
            )

        self._channel.write(interaction.leg, message, report)

    def end(self, interaction: Interaction, cause: str) -> None:
        self._channel.ended(interaction.leg)
        self._ended(interaction, interaction.leg, cause)

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
        """An agent sees it on his desk. A supervisor asked for it himself."""
        if role is LegRole.SUPERVISOR:
            self._answered(interaction, leg)

    def call(self, interaction: Interaction, number: str, leg: str, limit_s: float) -> None:
        self._ended(interaction, leg, NOT_BY_TEXT)

    def ringback(self, interaction: Interaction, leg: str) -> None:
        """Nothing is heard."""

    def pick_up(self, interaction: Interaction, leg: str) -> None:
        self._answered(interaction, leg)

    def drop(self, interaction: Interaction, leg: str, cause: str) -> None:
        self._ended(interaction, leg, cause)

    def let_go(self, interaction: Interaction, leg: str) -> None:
        self._ended(interaction, leg, "NORMAL_CLEARING")

    def abandon(self, interaction: Interaction, leg: str) -> None:
        self._ended(interaction, leg, "NORMAL_CLEARING")

    # --- together: who may see and write is the engine's to say, and nothing need be joined

    def connect(self, interaction: Interaction, leg: str) -> None:
        self._submit(c.NoteConnected(interaction_id=interaction.id, leg=leg, at=self._clock.now()))

    def hold(self, interaction: Interaction, leg: str) -> None: ...

    def consult(self, interaction: Interaction, leg: str, other: str) -> None: ...

    def set_aside(self, interaction: Interaction, leg: str) -> None: ...

    def join(self, interaction: Interaction, leg: str, third: str) -> None: ...

    def listen(
        self, interaction: Interaction, leg: str, supervisor: str, mode: MonitorMode
    ) -> None: ...

    def set_mode(self, interaction: Interaction, supervisor: str, mode: MonitorMode) -> None: ...

    # --- recordings: its messages are the record

    def record(self, interaction: Interaction, of: str) -> None: ...

    def pause_recording(self, interaction: Interaction, recording: Recording) -> None: ...

    def resume_recording(self, interaction: Interaction, recording: Recording) -> None: ...

    def stop_recording(self, interaction: Interaction, of: str) -> None: ...

    def _answered(self, interaction: Interaction, leg: str) -> None:
        self._submit(
            c.NoteLegAnswered(interaction_id=interaction.id, leg=leg, at=self._clock.now())
        )

    def _ended(self, interaction: Interaction, leg: str, cause: str) -> None:
        self._submit(
            c.NoteLegEnded(
                interaction_id=interaction.id, leg=leg, cause=cause, at=self._clock.now()
            )
        )
