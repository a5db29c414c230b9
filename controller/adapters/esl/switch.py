"""One FreeSWITCH as Tandem uses it: link, face, medium, guard and resynchronisation, wired."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import gevent
import structlog
from gevent import get_hub

from controller.adapters.esl.announcing import Announcement
from controller.adapters.esl.calling import OUTSIDE_PROBLEMS, VoiceSettings
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.customer_leg import EslCustomerLeg
from controller.adapters.esl.face import EVENTS, VoiceFace
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.health import LinkTiming
from controller.adapters.esl.left_messages import LeftMessages
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.phones import PhoneCalls, PhoneTransfers
from controller.adapters.esl.presence import Presence
from controller.adapters.esl.registrations import REGISTRATION_EVENTS, Registrations
from controller.adapters.esl.resync import DOUBT_S, PERIOD_S, SOON_S, Resync
from controller.adapters.esl.voice import VoiceMedium
from controller.domain import commands as c
from controller.domain.channels import VOICE
from controller.domain.model import Interaction
from controller.errors import IllegalCommand, SwitchError
from controller.greenlets import spawn
from controller.ports import AgentDirectory, AnyCommand, Catalogue, Clock, CustomerLeg, Flows

log = structlog.get_logger(__name__)

#: Makes a call of what an agent's phone dialled: extension, number, leg.
PlaceCall = Callable[[str, str, str], object]

#: Length in seconds, SHA-256 (None: no file) and what is wrong with it (None: nothing).
Inspected = tuple[float, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFiles:
    """What the adapter needs to know of recordings, given by adapters/recordings.

    `inspect` reads a whole file and is called in a real thread.
    """

    path: Callable[[Interaction, str], Path]
    room: Callable[[], str | None]
    inspect: Callable[[Path], Inspected]


class Switch:
    """Create, `start`, and use `medium` and `leg_of`.

    `live` gives the open interactions; `find` any, and may block.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        password: str,
        settings: VoiceSettings,
        catalogue: Catalogue,
        clock: Clock,
        submit: Callable[[AnyCommand], None],
        live: Callable[[], Sequence[Interaction]],
        find: Callable[[str], Interaction | None],
        recordings: RecordingFiles,
        announcement: Announcement = lambda telling, position, expected_s: (),
        music_file: Callable[[str], str | None] = lambda name: None,
        timing: LinkTiming | None = None,
    ) -> None:
        self._submit = submit
        self._settings = settings
        self._catalogue = catalogue
        self._clock = clock
        self._live = live
        self._find = find
        self._recordings = recordings
        self._voicemail_dir = settings.recordings_dir / "voicemail"
        self._fallback_dir = settings.recordings_dir / "fallback"
        self._calls = Calls()
        self._resync: Resync | None = None
        self._tell_up: Callable[[], None] | None = None
        self._place: PlaceCall | None = None
        self._reconciler: Any = None
        self.link = SwitchLink(
            host=host,
            port=port,
            password=password,
            on_event=self._take,
            on_up=self._came_up,
            on_caught_up=self._look_again,
            names=EVENTS,
            subclasses=REGISTRATION_EVENTS,
            timing=timing,
        )
        self._registrations = Registrations(
            profile=settings.agent_profile, clock=clock, ask=self.link.api
        )
        self._guard = Guard(self.link)
        self.medium = self._make_medium(announcement, music_file)
        self.face = self._make_face()
        self.phones = self._make_phones()
        self._left_messages = LeftMessages(
            root=settings.recordings_dir,
            link=self.link,
            submit=submit,
            find=find,
            length=lambda path: recordings.inspect(path)[0],
        )

    def _make_medium(
        self, announcement: Announcement, music_file: Callable[[str], str | None]
    ) -> VoiceMedium:
        return VoiceMedium(
            link=self.link,
            calls=self._calls,
            guard=self._guard,
            catalogue=self._catalogue,
            clock=self._clock,
            submit=self._submit,
            settings=self._settings,
            recording_path=self._recordings.path,
            room_for_recording=self._recordings.room,
            finish_recording=self._finish_lost_recording,
            announcement=announcement,
            music_file=music_file,
            registrations=self._registrations,
        )

    def _make_face(self) -> VoiceFace:
        kill = self.medium.kill
        return VoiceFace(
            calls=self._calls,
            guard=self._guard,
            submit=self._submit,
            kill=kill,
            answer_phone=self.medium.answer_phone,
            ignore=self.link.ignore,
            finish_recording=self._finish_recording,
            nailed=self.medium.nailed,
            transfers=PhoneTransfers(
                link=self.link,
                calls=self._calls,
                catalogue=self._catalogue,
                settings=self._settings,
                find=self._find,
                submit=self._submit,
                kill=kill,
            ),
            phone_calls=PhoneCalls(calls=self._calls, place=self._place_call, kill=kill),
            registrations=self._registrations,
            voicemail_dir=self._voicemail_dir,
            fallback_dir=self._fallback_dir,
        )

    def _make_phones(self) -> Presence:
        return Presence(
            registrations=self._registrations,
            nailed=self.medium.nailed,
            catalogue=self._catalogue,
            live=self._live,
            submit=self._submit,
            is_up=lambda: self.link.up,
            kill=self.medium.kill,
        )

    def start(
        self,
        flows: Flows,
        *,
        came_up: Callable[[], None] | None = None,
        place_call: PlaceCall | None = None,
        agents: AgentDirectory | None = None,
    ) -> None:
        """Connect, and keep connected; returns at once. `link.wait_up` waits for the first time.

        `came_up` is called each time the link is up and every leg was taken up again, and when the switch has
        caught up with our commands; `place_call`
        with what an agent's phone dials: extension, number, leg. Without it, phones cannot dial.
        `agents`: who is signed in; without it, no leg is nailed up.
        """
        self.phones.start(agents)
        if agents is not None:
            self.medium.nailed.follow(agents)
        self._tell_up = came_up
        self._place = place_call
        self._resync = Resync(
            link=self.link,
            calls=self._calls,
            guard=self._guard,
            face=self.face,
            medium=self.medium,
            flows=flows,
            clock=self._clock,
            submit=self._submit,
            live=self._live,
            finish_lost_recording=self._finish_lost_recording,
            recording_path=self._recordings.path,
            fallback_dir=self._fallback_dir,
        )
        self.face.start(flows.flow_for)
        self.link.start()

    def problem_with(self, number: str) -> str | None:
        """Why an outside number cannot be called, in words for whoever wants to; None: it can."""
        problem = self._settings.problem_with(number)
        return None if problem is None else OUTSIDE_PROBLEMS[problem[0]]

    def _place_call(self, extension: str, number: str, leg: str) -> object:
        if self._place is None:
            raise IllegalCommand("phones cannot dial here")
        return self._place(extension, number, leg)

    def stop(self) -> None:
        self._stop_reconciling()
        self._guard.stop()
        self.link.stop()

    def leg_of(self, interaction: Interaction) -> CustomerLeg:
        return EslCustomerLeg(
            link=self.link,
            calls=self._calls,
            leg=interaction.leg,
            interaction_id=interaction.id,
            voicemail_dir=self._voicemail_dir,
        )

    def _take(self, event: SwitchEvent) -> None:
        self.face.take(event)

    # --- resynchronisation -----------------------------------------------------------------------

    def _came_up(self, link: SwitchLink, core_uuid: str, restarted: bool) -> None:
        # First of all, before any new caller's event can have become an interaction.
        standing = frozenset(interaction.id for interaction in self._remember_legs())
        self._stop_reconciling()
        self._ask_for_phones()
        self._look(standing, restarted=restarted)
        self.phones.look()
        self.medium.nailed.go_on()
        self._look_again()
        self._reconciler = spawn("reconciler", self._reconcile)
        spawn("left-messages", self._left_messages.adopt)

    def _remember_legs(self) -> Sequence[Interaction]:
        """Whose the legs are of which the switch may tell any moment; the open calls."""
        live = [i for i in self._live() if i.channel == VOICE]
        for interaction in live:
            for leg in interaction.legs:
                if leg.ended_at is None:
                    self._calls.owner.setdefault(self._calls.line(leg.id), interaction.id)
        return live

    def _look_again(self) -> None:
        if self._tell_up is not None:
            self._tell_up()

    def _reconcile(self) -> None:
        assert self._resync is not None
        waits = chain(SOON_S, repeat(PERIOD_S))
        while True:
            gevent.sleep(DOUBT_S if self._resync.in_doubt else next(waits))
            if not self.link.up:
                return
            self._look()

    def _look(self, standing: frozenset[str] | None = None, *, restarted: bool = False) -> None:
        assert self._resync is not None
        try:
            self._resync.look(standing=standing, restarted=restarted)
        except SwitchError as error:
            # The link went away meanwhile; it will look again when it is back.
            log.warning("resync_interrupted", problem=str(error))
        except Exception:
            log.exception("resync_failed")  # the next look must still come

    def _ask_for_phones(self) -> None:
        try:
            self.phones.ask()
        except SwitchError as error:
            log.warning("phones_not_known", problem=str(error))

    def _stop_reconciling(self) -> None:
        if self._reconciler is not None:
            self._reconciler.kill(block=False)
            self._reconciler = None

    # --- recordings ------------------------------------------------------------------------------

    def _finish_recording(self, interaction_id: str, event: SwitchEvent) -> None:
        path = Path(event.get("Record-File-Path"))
        spawn("recording", self._note_stopped, interaction_id, path.stem, path, event.timestamp)

    def _finish_lost_recording(self, interaction: Interaction) -> None:
        """The switch went away with it: say what the file holds."""
        for recording in interaction.recordings:
            if recording.ended_at is None:
                path = Path(recording.path)
                at = self._clock.now()
                spawn("recording", self._note_stopped, interaction.id, recording.id, path, at)

    def _note_stopped(self, interaction_id: str, recording_id: str, path: Path, at: float) -> None:
        length_s, sha256, error = get_hub().threadpool.apply(self._recordings.inspect, (path,))
        self._submit(
            c.NoteRecordingStopped(
                interaction_id=interaction_id,
                recording_id=recording_id,
                length_s=length_s,
                sha256=sha256,
                error=error,
                at=at,
                path=str(path),
            )
        )
