"""The voice Medium: what the reactions ask, done on FreeSWITCH's legs.

Every method returns at once. What needs an order runs in the interaction's series; ending a leg does
not wait in it. Results come back as commands: an event's through the face; from here that the bridge
came about or did not, that a phone cannot be rung, that there is no recording.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from controller.adapters.esl.announcing import Announcement, Announcing
from controller.adapters.esl.calling import DEFAULT_MUSIC, Calling, VoiceSettings
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.guard import LEAST_S, Guard
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.nailed import NailedLegs
from controller.adapters.esl.registrations import Registrations
from controller.adapters.esl.series import Series
from controller.adapters.esl.taping import Taping
from controller.adapters.esl.together import RINGBACK, Together
from controller.domain import commands as c
from controller.domain.decide.parts import TO_FALLBACK
from controller.domain.model import Interaction, Message, Recording
from controller.domain.words import Delivery, LegRole, MonitorMode
from controller.errors import CommandRefused
from controller.ports import AnyCommand, Catalogue, Clock


class VoiceMedium:
    """Medium for channel "voice". `recording_path`, `room_for_recording`, `finish_recording`: see
    Taping. `music_file`: of the prompt with this name, None when there is no such prompt."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        calls: Calls,
        guard: Guard,
        catalogue: Catalogue,
        clock: Clock,
        submit: Callable[[AnyCommand], None],
        settings: VoiceSettings,
        recording_path: Callable[[Interaction, str], Path],
        room_for_recording: Callable[[], str | None],
        finish_recording: Callable[[Interaction], None],
        announcement: Announcement,
        music_file: Callable[[str], str | None],
        registrations: Registrations,
    ) -> None:
        self._link = link
        self._music_file = music_file
        self._calls = calls
        self._guard = guard
        self._clock = clock
        self._submit = submit
        self.series = Series()
        self.nailed = NailedLegs(
            link=link,
            calls=calls,
            series=self.series,
            catalogue=catalogue,
            clock=clock,
            submit=submit,
            settings=settings,
            kill=self._kill,
            registrations=registrations,
        )
        self._calling = Calling(
            link=link,
            calls=calls,
            series=self.series,
            catalogue=catalogue,
            clock=clock,
            submit=submit,
            settings=settings,
            nailed=self.nailed,
            registrations=registrations,
        )
        self._together = Together(
            link=link, calls=calls, guard=guard, submit=submit, kill=self.kill
        )
        self._announcing = Announcing(
            link=link, calls=calls, series=self.series, announcement=announcement
        )
        self._taping = Taping(
            link=link,
            clock=clock,
            submit=submit,
            path=recording_path,
            room=room_for_recording,
            finish=finish_recording,
        )

    @property
    def ready(self) -> bool:
        # On a switch that is behind, phones would ring before the agents who answer could be bridged.
        return self._link.up and self._link.keeps_up()

    def _in_turn(self, interaction: Interaction, work: Callable[..., Any], *args: Any) -> None:
        """After all that was asked for this interaction before."""
        self.series.add(interaction.id, partial(work, *args))

    # --- the customer ----------------------------------------------------------------------------

    def welcome(self, interaction: Interaction) -> None:
        leg = interaction.leg

        def work() -> None:
            if leg in self._calls.owner:  # he has not left already
                age_s = self._clock.now() - interaction.arrived_at
                self._guard.meet(leg, age_s, self._calls.deadlines.pop(leg, LEAST_S))

        self._in_turn(interaction, work)

    def wait(self, interaction: Interaction) -> None:
        place = interaction.place
        wanted = place.terms.music if place is not None else None
        if interaction.leg in self._calls.owner:  # he has not left already
            self._calls.waiting.add(interaction.leg)
        returned = bool(interaction.segments)
        wait = partial(self._together.wait, returned=returned, answered=_answered(interaction))
        self._in_turn(
            interaction, lambda: wait(interaction.leg, self._stream(wanted))
        )  # a prompt may have to be made first

    def _stream(self, music: str | None) -> str:
        """A bare name is a prompt or else a local_stream; with a slash it is a file or stream as it is."""
        if not music:
            return DEFAULT_MUSIC
        if "/" in music:
            return music
        return self._music_file(music) or f"local_stream://{music}"

    def tell_wait(self, interaction: Interaction, position: int, expected_s: float | None) -> None:
        self._announcing.tell(interaction, position, expected_s)

    def write(self, interaction: Interaction, message: Message) -> None:
        """A voice has no written way."""
        self._submit(
            c.NoteDelivery(
                interaction_id=interaction.id,
                message_id=message.id,
                delivery=Delivery.FAILED,
                at=self._clock.now(),
                problem="the customer is on the phone: there is no way to write to him",
            )
        )

    def end(self, interaction: Interaction, cause: str) -> None:
        self._guard.forget(interaction.leg)
        customer = interaction.find_leg(interaction.leg)
        if customer is not None and customer.cause == TO_FALLBACK:
            # He is still there, and our deadline would cut him off from who serves him now.
            self._in_turn(interaction, self._guard.leave, interaction.leg)
        self.drop(interaction, interaction.leg, cause)

    # --- other legs ------------------------------------------------------------------------------

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
        self._calling.ring(interaction, agent, leg, limit_s, role, again=again)

    def call(self, interaction: Interaction, number: str, leg: str, limit_s: float) -> None:
        self._calling.call(interaction, number, leg, limit_s)

    def ringback(self, interaction: Interaction, leg: str) -> None:
        segment = interaction.segment
        if segment is not None and segment.leg != leg:  # his phone's other line
            self._in_turn(interaction, self._together.expect_loss, segment.leg)
        self._in_turn(interaction, self._together.play, leg, RINGBACK)

    def pick_up(self, interaction: Interaction, leg: str) -> None:
        if leg in self._calls.lines:  # answered for him already
            return
        # A phone that does not ring yet would not hear it; the face tells it once it does.
        self._calls.picked_up.add(leg)
        self._in_turn(interaction, self._pick_up_if_ringing, leg)

    def _pick_up_if_ringing(self, leg: str) -> None:
        if not self._is_ringing(leg):
            self._link.hear("CHANNEL_PROGRESS")
            if not self._is_ringing(leg):
                return
        if leg in self._calls.picked_up:
            self._calls.picked_up.discard(leg)
            self.answer_phone(leg)

    def _is_ringing(self, leg: str) -> bool:
        try:
            said = self._link.api(f"uuid_dump {leg} json")
        except CommandRefused:  # it does not exist yet
            return False
        state = SwitchEvent.from_json(said.encode())
        return state.get("Channel-Call-State") in ("RINGING", "EARLY")

    def answer_phone(self, leg: str) -> None:
        """Have a ringing phone answer, as desk phones do on a NOTIFY with the event `talk`."""
        command = f"uuid_phone_event {leg} talk"
        self.series.add(f"talk:{leg}", partial(self._link.api, command), leg=leg)

    def drop(self, interaction: Interaction, leg: str, cause: str) -> None:
        if _has_ended(interaction, leg):
            return
        if leg in self._calls.owner:  # not heard to have ended
            # It may not exist yet; then the face kills it when it is created.
            self._calls.doomed[leg] = cause
        self.kill(leg, cause)

    def let_go(self, interaction: Interaction, leg: str) -> None:
        self._in_turn(interaction, self.drop, interaction, leg, "NORMAL_CLEARING")

    def abandon(self, interaction: Interaction, leg: str) -> None:
        self.nailed.forsake(leg)
        self.let_go(interaction, leg)

    def kill(self, leg: str, cause: str) -> None:
        if not self.nailed.take_back(leg, cause):
            self._kill(leg, cause)

    def _kill(self, leg: str, cause: str) -> None:
        # NORMAL_CLEARING is its default.
        command = f"uuid_kill {leg} {cause}".removesuffix(" NORMAL_CLEARING")

        def work() -> None:
            try:
                self._link.api(command)
            except CommandRefused:  # gone already, or not there yet
                if leg in self._calls.dialling:
                    self._link.hear("CHANNEL_CREATE")
                    with suppress(CommandRefused):
                        self._link.api(command)

        self.series.add(f"kill:{leg}", work, leg=leg)

    # --- together --------------------------------------------------------------------------------

    def connect(self, interaction: Interaction, leg: str) -> None:
        self._calls.waiting.discard(interaction.leg)  # no announcement begins any more
        connect = partial(self._together.connect, answered=_answered(interaction))
        self._in_turn(interaction, connect, interaction.id, interaction.leg, leg)

    def hold(self, interaction: Interaction, leg: str) -> None:
        self._in_turn(interaction, self._together.hold, interaction.leg, leg)

    def consult(self, interaction: Interaction, leg: str, other: str) -> None:
        self._in_turn(interaction, self._together.consult, interaction.id, leg, other)

    def set_aside(self, interaction: Interaction, leg: str) -> None:
        self._in_turn(interaction, self._together.set_aside, leg)

    def join(self, interaction: Interaction, leg: str, third: str) -> None:
        self._in_turn(interaction, self._together.join, leg, third)

    def listen(
        self, interaction: Interaction, leg: str, supervisor: str, mode: MonitorMode
    ) -> None:
        self._in_turn(interaction, self._together.listen, leg, supervisor, mode)

    def set_mode(self, interaction: Interaction, supervisor: str, mode: MonitorMode) -> None:
        self._in_turn(interaction, self._together.set_mode, supervisor, mode)

    # --- recordings ------------------------------------------------------------------------------

    def record(self, interaction: Interaction, of: str) -> None:
        self._in_turn(interaction, self._taping.record, interaction, of)

    def pause_recording(self, interaction: Interaction, recording: Recording) -> None:
        self._in_turn(interaction, self._taping.pause, interaction, recording)

    def resume_recording(self, interaction: Interaction, recording: Recording) -> None:
        self._in_turn(interaction, self._taping.resume, interaction, recording)

    def stop_recording(self, interaction: Interaction, of: str) -> None:
        if not _has_ended(interaction, interaction.leg):  # the recording would have ended with it
            self._in_turn(interaction, self._taping.stop, interaction, of)

    def stop_stale_recordings(self, interaction: Interaction) -> None:
        """Recordings of stretches that are over: stop those that run, say what the others hold."""
        for recording in interaction.recordings:
            if recording.ended_at is None and not interaction.goes_on(recording.segment):
                self._in_turn(interaction, self._taping.stop_stale, interaction, recording)


def _has_ended(interaction: Interaction, leg_id: str) -> bool:
    leg = interaction.find_leg(leg_id)
    return leg is not None and leg.ended_at is not None


def _answered(interaction: Interaction) -> bool:
    customer = interaction.find_leg(interaction.leg)
    return customer is not None and customer.answered_at is not None
