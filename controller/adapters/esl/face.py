"""Stop 1 for voice: FreeSWITCH's events become commands.

The link's reader only enqueues; one greenlet takes the events in their order and gives each to its
function in ON. Those functions wait for nothing, so one greenlet is enough and the order is kept.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from gevent.event import Event
from gevent.queue import Queue

from controller.adapters.esl.calling import CALLED
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.nailed import NAILED, NailedLegs
from controller.adapters.esl.phones import AGENT_DIAL, REFERRED_TO, PhoneCalls, PhoneTransfers
from controller.adapters.esl.registrations import Registrations, leads_to_page
from controller.domain import commands as c
from controller.domain.channels import VOICE
from controller.domain.decide.parts import TO_FALLBACK
from controller.domain.words import LegRole
from controller.greenlets import spawn
from controller.ids import LEG_ID
from controller.ports import AnyCommand

log = structlog.get_logger(__name__)

#: What the voice adapter needs to hear; all else stays in the switch. Only while somebody needs them:
#: CHANNEL_CREATE, CHANNEL_PROGRESS.
EVENTS: Final = (
    "CHANNEL_PARK",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_HOLD",
    "CHANNEL_UNHOLD",
    "CHANNEL_HANGUP",
    "RECORD_START",
    "RECORD_STOP",
)

#: Where customers come in, by the dialplan.
CARRIER_CONTEXT = "tandem-carrier"

#: The mailbox of messages that were left with the switch's fallback.
FALLBACK_MAILBOX = "fallback"

#: Longest caller name and number taken over, in characters.
NAME_LIMIT = 128
ADDRESS_LIMIT = 64


class VoiceFace:
    """`take` is the link's on_event. `finish_recording` gets the interaction's id and the event of a
    recording that stopped; `kill` gets a leg and the cause to end it with; `ignore` the name of an event
    that was only heard for a while."""

    def __init__(
        self,
        *,
        calls: Calls,
        guard: Guard,
        submit: Callable[[AnyCommand], None],
        kill: Callable[[str, str], None],
        answer_phone: Callable[[str], None],
        ignore: Callable[[str], None],
        finish_recording: Callable[[str, SwitchEvent], None],
        voicemail_dir: Path,
        fallback_dir: Path,
        nailed: NailedLegs,
        transfers: PhoneTransfers,
        phone_calls: PhoneCalls,
        registrations: Registrations,
    ) -> None:
        self._calls = calls
        self._registrations = registrations
        self._nailed = nailed
        self._transfers = transfers
        self._phone_calls = phone_calls
        self._guard = guard
        self._submit = submit
        self._kill = kill
        self._answer_phone = answer_phone
        self._ignore = ignore
        self._finish_recording = finish_recording
        self._voicemail_dir = voicemail_dir
        self._fallback_dir = fallback_dir
        self._queue: Queue[SwitchEvent | Event] = Queue()
        self._flow_for: Callable[[str], str] = _no_flow

    def start(self, flow_for: Callable[[str], str]) -> None:
        """`flow_for` names the flow of a dialled number."""
        self._flow_for = flow_for
        spawn("voice-face", self._run)

    def take(self, event: SwitchEvent) -> None:
        self._queue.put_nowait(event)

    def catch_up(self) -> None:
        """Wait until every event taken so far was looked at."""
        done = Event()
        self._queue.put_nowait(done)
        done.wait()

    @property
    def backlog(self) -> int:
        return int(self._queue.qsize())

    def _run(self) -> None:
        while True:
            event = self._queue.get()
            if isinstance(event, Event):
                event.set()
                continue
            handle = ON.get(event.name)
            if handle is None:
                continue
            try:
                handle(self, event)
            except Exception:
                log.exception("event_failed", event_name=event.name, leg=event.uuid)

    def owner(self, event: SwitchEvent) -> str | None:
        """The interaction a leg belongs to, by our own memory or by the leg's variable."""
        return self._calls.owner.get(event.uuid) or event.variable("tandem_interaction") or None

    def on_create(self, event: SwitchEvent) -> None:
        if not self._calls.doomed:
            self._ignore("CHANNEL_CREATE")
        cause = self._calls.doomed.get(event.uuid)
        if cause is not None:
            self._kill(event.uuid, cause)

    def on_progress(self, event: SwitchEvent) -> None:
        if not self._calls.picked_up:
            self._ignore("CHANNEL_PROGRESS")
        if event.uuid in self._calls.picked_up:
            self._calls.picked_up.discard(event.uuid)
            self._answer_phone(event.uuid)

    def on_custom(self, event: SwitchEvent) -> None:
        self._registrations.take(event)

    def on_park(self, event: SwitchEvent) -> None:
        self._calls.parked(event.uuid)
        self._note_safety(event)
        if leads_to_page(event):
            self._calls.pages.add(event.uuid)
        if event.variable(REFERRED_TO) and event.uuid in self._calls.owner:
            self._transfers.follow(self._calls.owner[event.uuid], event)
        elif event.variable("tandem_role") == "customer":
            if event.uuid not in self._calls.owner:
                self.arrive(event)
        elif event.variable("tandem_role") == AGENT_DIAL:
            if event.uuid not in self._calls.dialled:
                self._phone_calls.dialled(event)
        elif event.variable("tandem_role") == NAILED:
            self._nailed.answered(event)
        elif event.get("Answer-State") == "answered":
            # Bridged at its PARK, not at its ANSWER: before it, one pair in a hundred was lost.
            self.note_answered(event)

    def _note_safety(self, event: SwitchEvent) -> None:
        """A customer's leg is safe by the dialplan, until a park with a limit takes that from it."""
        if event.variable("tandem_role") not in (LegRole.CUSTOMER.value, CALLED):
            return
        if event.variable("park_after_bridge") == "true":
            self._calls.safe.add(event.uuid)
        else:
            self._calls.safe.discard(event.uuid)

    def note_answered(self, event: SwitchEvent) -> None:
        """`event` says that its leg was answered at some time; a nailed-up one, long before."""
        nailed = event.uuid in self._calls.nailed
        answered_at = microseconds(event, "Caller-Channel-Answered-Time")
        self._note_answered(event, event.timestamp if nailed else answered_at)

    def arrive(self, event: SwitchEvent) -> None:
        self._calls.owner[event.uuid] = _interaction_of(event)
        deadline = event.variable("tandem_deadline")
        if deadline.isdecimal():
            self._calls.deadlines[event.uuid] = float(deadline)
        self._note_arrival(event)
        flow = self._flow_for(printable(_dialled(event), ADDRESS_LIMIT))
        # At once, not upon Arrived: the two are saved as one.
        self._submit(c.StartFlow(interaction_id=_interaction_of(event), flow=flow))

    def note_fallback(self, event: SwitchEvent) -> None:
        """The switch's fallback has the customer: our part of it is over, and he is left to it."""
        self._note_arrival(event)  # old news, unless we were away when he came
        self._submit(
            c.NoteLegEnded(
                interaction_id=_interaction_of(event),
                leg=event.uuid,
                cause=TO_FALLBACK,
                at=event.timestamp,
            )
        )

    def _note_arrival(self, event: SwitchEvent) -> None:
        self._submit(
            c.Arrive(
                interaction_id=_interaction_of(event),
                channel=VOICE,
                leg=event.uuid,
                address=printable(event.get("Caller-Caller-ID-Number"), ADDRESS_LIMIT),
                name=printable(event.get("Caller-Caller-ID-Name"), NAME_LIMIT),
                dialled=printable(_dialled(event), ADDRESS_LIMIT),
                arrived_at=microseconds(event, "Caller-Channel-Created-Time"),
            )
        )

    def on_answer(self, event: SwitchEvent) -> None:
        if event.variable("tandem_role") != "customer":
            return
        if event.variable("tandem_fallback"):
            self.note_fallback(event)  # we could not take him in time: the database is away, say
        else:
            self._calls.answered(event.uuid)
            self._note_answered(event, event.timestamp)

    def _note_answered(self, event: SwitchEvent, at: float) -> None:
        interaction_id = self.owner(event)
        if interaction_id is not None:
            leg = self._calls.use(event.uuid)
            page = leads_to_page(event)
            self._submit(
                c.NoteLegAnswered(interaction_id=interaction_id, leg=leg, at=at, page=page)
            )

    def on_bridge(self, event: SwitchEvent) -> None:
        if not self._calls.bridged(event):
            self._transfers.joined(event)

    def on_hold(self, event: SwitchEvent) -> None:
        interaction_id = self.owner(event)
        if interaction_id is not None:
            self._submit(c.NoteHeld(interaction_id=interaction_id, leg=self._calls.use(event.uuid)))

    def on_unhold(self, event: SwitchEvent) -> None:
        interaction_id = self.owner(event)
        if interaction_id is not None:
            self._submit(
                c.NoteResumed(interaction_id=interaction_id, leg=self._calls.use(event.uuid))
            )

    def on_hangup(self, event: SwitchEvent) -> None:
        interaction_id, leg = self.owner(event), self._calls.use(event.uuid)
        self._guard.forget(event.uuid)
        self._calls.gone(event.uuid)
        cause = event.get("Hangup-Cause", "UNSPECIFIED")
        self._nailed.lost(event.uuid, cause, in_use=interaction_id is not None)
        if interaction_id is None:
            return
        end = c.NoteLegEnded(
            interaction_id=interaction_id,
            leg=leg,
            cause=cause,
            at=event.timestamp,
        )
        if not self._transfers.hold_back(event, end):
            self._submit(end)

    def on_record_start(self, event: SwitchEvent) -> None:
        if Path(event.get("Record-File-Path")).is_relative_to(self._fallback_dir):
            return  # a message, told of when it is over
        interaction_id, segment_id = self.owner(event), recording_id(event)
        if interaction_id is not None and segment_id:
            self._submit(
                c.NoteRecordingStarted(
                    interaction_id=interaction_id,
                    recording_id=segment_id,
                    segment_id=segment_id,
                    path=event.get("Record-File-Path"),
                    at=event.timestamp,
                )
            )

    def on_record_stop(self, event: SwitchEvent) -> None:
        path, interaction_id = Path(event.get("Record-File-Path")), self.owner(event)
        if path.is_relative_to(self._fallback_dir):
            self.note_fallback(event)
            self._note_voicemail(_interaction_of(event), FALLBACK_MAILBOX, path, event)
        elif interaction_id is None:
            return
        elif path.is_relative_to(self._voicemail_dir):
            mailbox = path.relative_to(self._voicemail_dir).parts[0]
            self._note_voicemail(interaction_id, mailbox, path, event)
        elif recording_id(event):
            self._finish_recording(interaction_id, event)

    def _note_voicemail(
        self, interaction_id: str, mailbox: str, path: Path, event: SwitchEvent
    ) -> None:
        milliseconds = event.variable("record_ms")
        self._submit(
            c.NoteVoicemail(
                interaction_id=interaction_id,
                path=str(path),
                mailbox=mailbox,
                length_s=int(milliseconds) / 1000 if milliseconds.isdecimal() else 0.0,
            )
        )


ON: dict[str, Callable[[VoiceFace, SwitchEvent], None]] = {
    "CHANNEL_CREATE": VoiceFace.on_create,
    "CHANNEL_PROGRESS": VoiceFace.on_progress,
    "CUSTOM": VoiceFace.on_custom,
    "CHANNEL_PARK": VoiceFace.on_park,
    "CHANNEL_ANSWER": VoiceFace.on_answer,
    "CHANNEL_BRIDGE": VoiceFace.on_bridge,
    "CHANNEL_HOLD": VoiceFace.on_hold,
    "CHANNEL_UNHOLD": VoiceFace.on_unhold,
    "CHANNEL_HANGUP": VoiceFace.on_hangup,
    "RECORD_START": VoiceFace.on_record_start,
    "RECORD_STOP": VoiceFace.on_record_stop,
}


def _no_flow(dialled: str) -> str:
    raise RuntimeError("start() tells which flows there are")


def _interaction_of(event: SwitchEvent) -> str:
    """The interaction of a customer's leg, known already or to be made."""
    return event.variable("tandem_interaction") or event.uuid


def _dialled(event: SwitchEvent) -> str:
    """The number that the customer dialled, wherever his leg has been sent since."""
    if event.get("Caller-Context") == CARRIER_CONTEXT:
        return event.get("Caller-Destination-Number")
    return event.variable("sip_req_user") or event.get("Caller-Destination-Number")


def printable(text: str, limit: int) -> str:
    """Text of a stranger, fit to be kept and shown: no control characters, bounded."""
    return "".join(ch if ch.isprintable() else " " for ch in text[: limit * 2]).strip()[:limit]


def recording_id(event: SwitchEvent) -> str:
    """The segment, or outside leg, that a recording is of: its file has that name. "" if it is not ours."""
    name, _, kind = event.get("Record-File-Path").rpartition("/")[2].rpartition(".")
    return name if kind == "wav" and LEG_ID.fullmatch(name) else ""


def microseconds(event: SwitchEvent, header: str) -> float:
    """A channel time in epoch seconds; the event's own time where the switch has none."""
    value = event.get(header)
    return int(value) / 1e6 if value.isdecimal() and int(value) else event.timestamp
