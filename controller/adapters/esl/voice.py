"""The voice Medium: what the reactions ask, done on FreeSWITCH's legs.

Every method returns at once. What needs an order runs in the interaction's series; ending a leg does
not wait in it. Results come back as commands: an event's through the face; from here that the bridge
came about or did not, that a phone cannot be rung, that there is no recording.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import orjson
import structlog
from gevent import Timeout

from controller.adapters.esl import commands
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.guard import FIRST_S, Guard
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import JobResult, SwitchEvent, is_refusal
from controller.adapters.esl.parking import park
from controller.adapters.esl.series import Series
from controller.domain import commands as c
from controller.domain.catalogue import AgentProfile
from controller.domain.decide import TO_FALLBACK
from controller.domain.model import Interaction, Offer, Recording, Segment
from controller.errors import CommandRefused, LegGone, LinkLost, SwitchError, UnsafeCommand
from controller.ports import AnyCommand, Catalogue, Clock

log = structlog.get_logger(__name__)

#: Seconds from uuid_bridge's +OK to CHANNEL_BRIDGE; it takes 20 to 60 ms.
BRIDGE_S = 2.0

#: A customer whose agent hangs up while no controller is there is let go after so many seconds.
PARK_LIMIT_S = 60

#: Nobody waits longer than this for an agent.
MUSIC_LIMIT_S = 86_400.0

DEFAULT_MUSIC = "local_stream://moh"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """`outbound`: dial string before outside numbers, such as `sofia/gateway/carrier/`.

    `outbound_prefixes`: digits that an outside number must begin with, one of them; none, none may
    be dialled. A stolen flow file must not be able to call the moon.
    """

    domain: str
    recordings_dir: Path
    outbound: str | None = None
    outbound_prefixes: tuple[str, ...] = ()
    agent_prefix: str = "sofia/agents/"


class VoiceMedium:
    """Medium for channel "voice".

    `room_for_recording` answers None, or why there is no room; `finish_recording` reports what the
    files of recordings hold whose end was not heard.
    """

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
        recording_path: Callable[[Interaction, Segment], Path],
        room_for_recording: Callable[[], str | None],
        finish_recording: Callable[[Interaction], None],
    ) -> None:
        self._link = link
        self._calls = calls
        self._guard = guard
        self._catalogue = catalogue
        self._clock = clock
        self._submit = submit
        self._settings = settings
        self._recording_path = recording_path
        self._room_for_recording = room_for_recording
        self._finish_recording = finish_recording
        self.series = Series()

    @property
    def ready(self) -> bool:
        return self._link.up

    # --- the customer ----------------------------------------------------------------------------

    def welcome(self, interaction: Interaction) -> None:
        leg, interaction_id = interaction.leg, interaction.id

        def work() -> None:
            fresh = self._clock.now() - interaction.arrived_at < FIRST_S
            self._guard.meet(leg) if fresh else self._guard.take(leg)
            self._link.api(commands.setvars(leg, {"tandem_interaction": interaction_id}))

        self.series.add(interaction_id, work)

    def wait(self, interaction: Interaction) -> None:
        music = DEFAULT_MUSIC
        if interaction.place is not None and interaction.place.terms.music:
            music = _stream(interaction.place.terms.music)
        returned = bool(interaction.segments)
        self.series.add(interaction.id, lambda: self._wait(interaction.leg, music, returned))

    def _wait(self, leg: str, music: str, returned: bool) -> None:
        if returned or leg in self._calls.music:
            # Back from an agent, or from a lost link: whatever the leg was at, it starts afresh,
            # and a park_timeout meant for the talk does not run on in the queue.
            park(self._link, self._calls, leg)
        self._guard.take(leg)
        self._play_music(leg, music)

    def _play_music(self, leg: str, music: str) -> None:
        self._calls.music.add(leg)
        self._link.execute_nowait(
            leg, "endless_playback", music, MUSIC_LIMIT_S, done=partial(self._music_ended, leg)
        )

    def _music_ended(self, leg: str, outcome: SwitchEvent | SwitchError) -> None:
        if isinstance(outcome, LegGone):
            self._calls.music.discard(leg)
        elif isinstance(outcome, SwitchError) and not isinstance(outcome, LinkLost):
            log.warning("no_music", problem=str(outcome))

    def end(self, interaction: Interaction, cause: str) -> None:
        self._guard.forget(interaction.leg)
        customer = interaction.find_leg(interaction.leg)
        if customer is not None and customer.cause == TO_FALLBACK:
            # He is still there, and our deadline would cut him off from who serves him now.
            self.series.add(interaction.id, lambda: self._guard.leave(interaction.leg))
        self.drop(interaction, interaction.leg, cause)

    # --- the other leg ---------------------------------------------------------------------------

    def ring(self, interaction: Interaction, offer: Offer) -> None:
        profile = self._catalogue.find(AgentProfile, offer.agent)
        if profile is None:
            self._leg_failed(interaction.id, offer.leg, "USER_NOT_REGISTERED")
            return
        address = profile.address or (
            f"{self._settings.agent_prefix}{profile.extension}%{self._settings.domain}"
        )
        variables = {
            "tandem_role": "agent",
            "tandem_offer": offer.id,
            "tandem_agent": offer.agent,
            "hold_music": DEFAULT_MUSIC,  # for a phone that holds by itself
            "origination_caller_id_name": commands.carriable(interaction.name, 64),
            "origination_caller_id_number": commands.carriable(interaction.address, 32),
        }
        # The engine's timer ends an offer; the switch's own limit only catches a dead engine.
        limit_s = interaction.place.terms.offer_s + 10 if interaction.place else 60
        self._originate(interaction.id, offer.leg, address, variables, limit_s)

    def divert(
        self, interaction: Interaction, destination: str, leg: str, timeout_s: float
    ) -> None:
        if self._settings.outbound is None:
            log.error("no_gateway_for_outside_numbers", interaction_id=interaction.id)
            self._leg_failed(interaction.id, leg, "NO_ROUTE_DESTINATION")
            return
        digits = destination.removeprefix("+")
        if not digits.startswith(
            tuple(p.removeprefix("+") for p in self._settings.outbound_prefixes)
        ):
            log.error("outside_number_not_allowed", interaction_id=interaction.id)
            self._leg_failed(interaction.id, leg, "OUTGOING_CALL_BARRED")
            return
        variables = {
            "tandem_role": "outside",
            "origination_caller_id_number": commands.carriable(interaction.dialled, 32),
        }
        address = self._settings.outbound + destination
        self._originate(interaction.id, leg, address, variables, timeout_s)

    def _originate(
        self, interaction_id: str, leg: str, address: str, variables: dict[str, str], limit_s: float
    ) -> None:
        self._calls.owner[leg] = interaction_id
        settings = {
            "origination_uuid": leg,
            "tandem_interaction": interaction_id,
            "ignore_early_media": "true",
            "originate_timeout": str(int(limit_s)),
            **{name: value for name, value in variables.items() if value},
        }

        def work() -> None:
            try:
                self._link.bgapi_nowait(
                    commands.originate(address, settings),
                    limit_s + 10,
                    done=partial(self._originated, interaction_id, leg),
                )
            except UnsafeCommand:
                self._leg_failed(interaction_id, leg, "INVALID_NUMBER_FORMAT")
                raise

        # The customer's series may be busy, and the phone need not wait for it.
        self.series.add(f"ring:{leg}", work, interaction_id=interaction_id)

    def _originated(self, interaction_id: str, leg: str, outcome: JobResult | SwitchError) -> None:
        """The phone was answered, or it will not be. Called in the link's reader."""
        match outcome:
            case JobResult(body=reply) | CommandRefused(reply=reply):
                if is_refusal(reply):
                    cause = reply.removeprefix("-ERR").strip() or "UNSPECIFIED"
                    self._leg_failed(interaction_id, leg, cause)
            case SwitchError() if not isinstance(outcome, LinkLost):
                log.warning("ringing_unclear", interaction_id=interaction_id, problem=str(outcome))

    def _leg_failed(self, interaction_id: str, leg: str, cause: str) -> None:
        self._calls.gone(leg)
        self._submit(
            c.NoteLegEnded(
                interaction_id=interaction_id, leg=leg, cause=cause, at=self._clock.now()
            )
        )

    def pick_up(self, interaction: Interaction, offer: Offer) -> None:
        # A phone that does not ring yet would not hear it; the face tells it once it does.
        self._calls.picked_up.add(offer.leg)
        self.series.add(interaction.id, lambda: self._pick_up_if_ringing(offer.leg))

    def _pick_up_if_ringing(self, leg: str) -> None:
        state = SwitchEvent(orjson.loads(self._link.api(f"uuid_dump {leg} json")))
        ringing = state.get("Channel-Call-State") in ("RINGING", "EARLY")
        if ringing and leg in self._calls.picked_up:
            self._calls.picked_up.discard(leg)
            self.answer_phone(leg)

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

    def kill(self, leg: str, cause: str) -> None:
        def work() -> None:
            with suppress(CommandRefused):  # gone already
                self._link.api(f"uuid_kill {leg} {cause}")

        self.series.add(f"kill:{leg}", work, leg=leg)

    # --- together --------------------------------------------------------------------------------

    def connect(self, interaction: Interaction, leg: str) -> None:
        customer = interaction.find_leg(interaction.leg)
        answered = customer is not None and customer.answered_at is not None
        work = partial(self._connect, interaction.id, interaction.leg, leg, answered=answered)
        self.series.add(interaction.id, work)

    def _connect(self, interaction_id: str, customer: str, other: str, *, answered: bool) -> None:
        """Bridge so that the customer is parked, not lost, if the other leg goes meanwhile."""
        waiter = self._calls.await_bridge(customer, other)
        event: SwitchEvent | None = None
        try:
            if not answered:  # bridged unanswered, both legs would be lost
                if customer in self._calls.music:
                    # What is queued behind endless music never runs, and no break ends the music.
                    park(self._link, self._calls, customer)
                self._link.execute(customer, "answer")
            self._link.api(
                commands.setvars(
                    customer,
                    {
                        "park_after_bridge": "true",
                        "uuid_bridge_park_on_cancel": "true",
                        "hangup_after_bridge": "false",
                        "park_timeout": str(PARK_LIMIT_S),
                    },
                )
            )
            self._link.api(f"uuid_bridge {customer} {other}")
            with Timeout(BRIDGE_S, False):
                event = waiter.get()
                if event is not None:
                    self._calls.music.discard(customer)
                    self._submit(
                        c.NoteConnected(
                            interaction_id=interaction_id, leg=other, at=event.timestamp
                        )
                    )
            if event is not None:
                self._guard.leave(customer)  # not before: if we die, somebody must look after him
                return
            problem = "no bridge came about"
        except CommandRefused as error:
            problem = error.reply
        finally:
            self._calls.bridging.pop(customer, None)
            self._calls.partner.pop(other, None)
        self._rescue(interaction_id, customer, other, problem)

    def _rescue(self, interaction_id: str, customer: str, other: str, problem: str) -> None:
        """A bridge failed: park the customer again, whatever state his leg was left in."""
        log.warning("bridge_failed", interaction_id=interaction_id, problem=problem)
        # Not a cause by which an agent ends a contact: his customer is to be queued again.
        self.kill(other, "DESTINATION_OUT_OF_ORDER")
        try:
            park(self._link, self._calls, customer)
            self._guard.take(customer)
        except LinkLost:
            raise
        except SwitchError:
            log.info("customer_left_while_connecting", interaction_id=interaction_id)
        self._submit(c.NoteConnectFailed(interaction_id=interaction_id, leg=other, reason=problem))

    def hold(self, interaction: Interaction, segment: Segment) -> None:
        self.series.add(interaction.id, lambda: self._hold(interaction.leg, segment.leg))

    def _hold(self, customer: str, other: str) -> None:
        """Park both, with music for the customer.

        Not by uuid_hold: its music is a broadcast, which was seen to begin seconds late and then
        to play on over the resumed talk. Parked, the customer is safe, too, if we go away.
        """
        self._link.api(commands.setvars(other, {"park_after_bridge": "true"}))
        self._link.api(commands.setvars(customer, {"park_timeout": ""}))
        park(self._link, self._calls, customer)
        self._guard.take(customer)
        self._play_music(customer, DEFAULT_MUSIC)

    def resume(self, interaction: Interaction, segment: Segment) -> None:
        self.connect(interaction, segment.leg)

    # --- recording -------------------------------------------------------------------------------

    def record(self, interaction: Interaction, segment: Segment) -> None:
        path = self._recording_path(interaction, segment)
        self.series.add(interaction.id, lambda: self._record(interaction, segment, path))

    def _record(self, interaction: Interaction, segment: Segment, path: Path) -> None:
        problem = self._room_for_recording()
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
                    recording_id=segment.id,
                    segment_id=segment.id,
                    path=str(path),
                    error=problem,
                )
            )

    def stop_recording(self, interaction: Interaction, segment: Segment) -> None:
        if _has_ended(interaction, interaction.leg):
            return  # the recording ended with it
        command = f"uuid_record {interaction.leg} stop {self._recording_path(interaction, segment)}"
        self.series.add(interaction.id, partial(self._link.api, command))

    def stop_stale_recordings(self, interaction: Interaction) -> None:
        """Recordings of segments that are over: stop those that run, say what the others hold."""
        for recording in interaction.recordings:
            segment = interaction.find_segment(recording.segment)
            if recording.ended_at is None and (segment is None or not segment.open):
                self.series.add(interaction.id, partial(self._stop_stale, interaction, recording))

    def _stop_stale(self, interaction: Interaction, recording: Recording) -> None:
        try:
            self._link.api(f"uuid_record {interaction.leg} stop {recording.path}")
        except CommandRefused:
            log.info("recording_had_stopped", interaction_id=interaction.id)
        self._finish_recording(interaction)


def _has_ended(interaction: Interaction, leg_id: str) -> bool:
    leg = interaction.find_leg(leg_id)
    return leg is not None and leg.ended_at is not None


def _stream(music: str) -> str:
    """A bare name is a local_stream; anything with a slash is a file or stream as it stands."""
    return music if "/" in music else f"local_stream://{music}"
