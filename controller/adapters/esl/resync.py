"""Finds what differs between FreeSWITCH's legs and the store, and mends it.

Runs when a link comes up (Tandem or FreeSWITCH was restarted, or the socket was lost) and every
PERIOD_S after that. The switch is right about which legs there are; the store is right about what
they are for.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson
import structlog
from gevent import get_hub

from controller.adapters.esl.calling import CALLED
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.face import VoiceFace, microseconds
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.nailed import NAILED
from controller.adapters.esl.taking_up import PARKED, TakingUp
from controller.adapters.esl.voice import VoiceMedium
from controller.domain import commands as c
from controller.domain.channels import VOICE
from controller.domain.decide.parts import TO_FALLBACK
from controller.domain.model import Interaction, Leg
from controller.domain.words import LegRole, State
from controller.ports import AnyCommand, Clock, Flows

log = structlog.get_logger(__name__)

#: Seconds between two looks while all is well.
PERIOD_S = 30.0

#: Seconds until the second and from there to the third look of a link that came up. Of a caller who came
#: just before it we hear no event, and the switch's list has him a little later.
SOON_S = (1.0, 4.0)

#: A leg younger than this, asked for since the link came up, may simply not be listed yet.
GRACE_S = 5.0

#: Seconds until a leg that is not listed any more is looked for again, before it counts as lost. The news
#: of its end may be on its way: it comes in grains of 20 ms, and late where the machine is busy.
DOUBT_S = 1.5

GONE = "SWITCH_LOST"
RESTARTED = "SWITCH_RESTARTED"

#: Roles of legs that we made: without an interaction, nobody looks after them.
_OURS = frozenset({LegRole.AGENT.value, LegRole.OUTSIDE.value, LegRole.SUPERVISOR.value, CALLED})

#: States of a leg that has hung up and is still listed.
LEAVING = frozenset({"CS_HANGUP", "CS_REPORTING", "CS_DESTROY"})


class Resync:
    """`look` does one comparison; it must not run twice at a time for one link."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        calls: Calls,
        guard: Guard,
        face: VoiceFace,
        medium: VoiceMedium,
        flows: Flows,
        clock: Clock,
        submit: Callable[[AnyCommand], None],
        live: Callable[[], Sequence[Interaction]],
        finish_lost_recording: Callable[[Interaction], None],
        recording_path: Callable[[Interaction, str], Path],
        fallback_dir: Path,
    ) -> None:
        self._link = link
        self._calls = calls
        self._guard = guard
        self._face = face
        self._medium = medium
        self._clock = clock
        self._submit = submit
        self._live = live
        self._finish_lost_recording = finish_lost_recording
        self._recording_path = recording_path
        self._fallback_dir = fallback_dir
        self._up = TakingUp(
            link=link,
            calls=calls,
            guard=guard,
            face=face,
            medium=medium,
            flows=flows,
            submit=submit,
        )
        self._up_since = 0.0
        self._missing: dict[str, float] = {}
        self._doubted: frozenset[str] = frozenset()
        self._in_doubt: set[str] = set()

    @property
    def in_doubt(self) -> bool:
        """Whether to look again in DOUBT_S: a leg is gone, and nobody has told of its end yet."""
        return bool(self._in_doubt)

    def look(self, *, standing: frozenset[str] | None = None, restarted: bool = False) -> None:
        """`standing`: the link has just come up, and these interactions were open before it did, so
        take their legs up again; who has come since is being served already. Raises SwitchError.
        """
        if standing is not None:
            self._up_since = self._clock.now()
        self._doubted, self._in_doubt = frozenset(self._in_doubt), set()
        present = self._present_legs()
        # What was heard before the list was made counts first: the customer's own end, say, before
        # that of the agent's leg, which it caused.
        self._face.catch_up()
        known = [i for i in self._live() if i.channel == VOICE]
        owned = {leg.id: i for i in known for leg in i.legs}
        self._look_at_nailed(owned, present, standing is not None, restarted)
        for interaction in known:
            if interaction.id in (standing or ()) and not restarted:
                self._dial_again(interaction, present)
            self._bury_missing(interaction, present, standing is not None, restarted)
            self._kill_unwanted(interaction, present)
            self._note_answers(interaction, present)
            self._name_recordings(interaction)
        for uuid in present:
            if uuid in owned:
                self._calls.owner.setdefault(self._calls.line(uuid), owned[uuid].id)
            elif uuid not in self._calls.nailed:
                self._meet(uuid)
        for interaction in known:
            if interaction.id in (standing or ()) and (
                interaction.leg in present or interaction.state is State.DIALLING
            ):
                self._up.take_up(interaction, present)
        self._forget_gone(present)

    def _present_legs(self) -> set[str]:
        listed = orjson.loads(self._link.api("show channels as json"))
        return {row["uuid"] for row in listed.get("rows", ())}

    def _look_at_nailed(
        self, owned: Mapping[str, Interaction], present: set[str], came_up: bool, restarted: bool
    ) -> None:
        """What a nailed-up leg is used as is present as that, too: `present` is added to."""
        nailed = self._medium.nailed
        for line in set(self._calls.nailed):
            if came_up and line in present and not nailed.is_up(line):
                nailed.answered(self._up.dump(line) or SwitchEvent(b"{}"))
            elif line in present or not (came_up or nailed.is_up(line)):
                continue
            elif restarted or not self._exists(line):
                self._calls.gone(line)
                nailed.lost(line, GONE)
        for use in set(self._calls.lines) - owned.keys():
            nailed.take_back(use, "NORMAL_CLEARING")
        for uuid in present - owned.keys() - self._calls.nailed - self._calls.owner.keys():
            event = self._up.dump(uuid)
            if event is not None and event.variable("tandem_role") == NAILED:
                interaction = owned.get(event.variable("tandem_use"))
                nailed.meet(event, None if interaction is None else interaction.id)
        present.update(leg for leg, line in self._calls.lines.items() if line in present)

    def _bury_missing(
        self, interaction: Interaction, present: set[str], came_up: bool, restarted: bool
    ) -> None:
        """Legs the store believes in and the switch does not know: their end was not heard."""
        now = self._clock.now()
        # The customer first: without him, nobody need look for another agent.
        for leg in sorted(interaction.legs, key=lambda leg: leg.id != interaction.leg):
            if leg.ended_at is not None or leg.id in present:
                continue
            if leg.started_at > max(now - GRACE_S, self._up_since) and not restarted:
                continue
            if not restarted and (
                self._exists(leg.id) or self._customer_left(interaction, leg, present)
            ):
                continue
            if not came_up and leg.id not in self._doubted:
                self._in_doubt.add(leg.id)
                continue
            log.warning("leg_missing", interaction_id=interaction.id, role=leg.role.value)
            self._guard.forget(leg.id)
            self._calls.gone(leg.id)
            self._submit(
                c.NoteLegEnded(
                    interaction_id=interaction.id,
                    leg=leg.id,
                    cause=self._cause(leg, restarted),
                    at=now,
                )
            )
        if (
            any(r.ended_at is None for r in interaction.recordings)
            and interaction.leg not in self._in_doubt
            and self._customer_gone(interaction, present)
        ):
            self._finish_lost_recording(interaction)

    def _dial_again(self, interaction: Interaction, present: set[str]) -> None:
        """An outside number that was to be called, and no trace of it: the order was lost, or the call
        ended unheard. Rather twice than never."""
        leg = interaction.find_leg(interaction.diverted_leg or "")
        if (
            interaction.state is not State.DIVERTED
            or leg is None
            or leg.answered_at is not None
            or leg.ended_at is not None
            or leg.id in present
            or interaction.leg not in present
            or self._exists(leg.id)
            or not self._up.is_parked(interaction.leg)
        ):
            return
        log.info("outside_number_dialled_again", interaction_id=interaction.id)
        present.add(leg.id)
        self._medium.call(interaction, leg.party, leg.id, interaction.divert_timeout_s)

    def _cause(self, leg: Leg, restarted: bool) -> str:
        if (self._fallback_dir / f"{leg.id}.wav").exists():
            return TO_FALLBACK  # and there he left a message
        return RESTARTED if restarted else GONE

    def _kill_unwanted(self, interaction: Interaction, present: set[str]) -> None:
        """Legs whose end was decided and not carried out, for the command was lost."""
        for leg in interaction.legs:
            if leg.role is LegRole.CUSTOMER or leg.id not in present:
                continue
            if leg.id in interaction.wanted_legs:
                continue
            log.warning("leg_left_over", interaction_id=interaction.id, role=leg.role.value)
            self._medium.kill(leg.id, "NORMAL_CLEARING")

    def _note_answers(self, interaction: Interaction, present: set[str]) -> None:
        """Legs that were answered a while ago, and we have not heard of it."""
        for leg in interaction.legs:
            if leg.answered_at is not None or leg.ended_at is not None or leg.id not in present:
                continue
            event = self._up.dump(leg.id)
            if event is None or event.get("Answer-State") != "answered":
                continue
            if event.uuid in self._calls.nailed:
                continue  # answered long ago; he hears its beep
            answered_at = microseconds(event, "Caller-Channel-Answered-Time")
            if answered_at > self._clock.now() - GRACE_S:
                continue  # its PARK is on its way
            if leg.role is not LegRole.CUSTOMER or interaction.state is State.DIALLING:
                self._up.note_if_answered(leg.id)
            else:
                self._face.note_answered(event)

    def _name_recordings(self, interaction: Interaction) -> None:
        """Files that no record names: we have not heard that their recording began."""
        if interaction.place is None or not interaction.place.terms.record:
            return
        named = {recording.segment for recording in interaction.recordings}
        talks = [(segment.id, segment.connected_at) for segment in interaction.segments]
        if interaction.segments and interaction.diverted_leg is not None:
            talks.append((interaction.diverted_leg, interaction.diverted_at))
        for of, since in talks:
            if of in named or since is None or since > self._clock.now() - GRACE_S:
                continue
            path = self._recording_path(interaction, of)
            if not get_hub().threadpool.apply(path.exists):
                continue
            log.warning("recording_without_record", interaction_id=interaction.id)
            self._submit(
                c.NoteRecordingStarted(
                    interaction_id=interaction.id,
                    recording_id=of,
                    segment_id=of,
                    path=str(path),
                    at=since,
                )
            )

    def _forget_gone(self, present: set[str]) -> None:
        """What we remember of legs that the switch has not had for a while: nobody told of their end, or
        it was not the last that we heard of them."""
        now = self._clock.now()
        remembered = self._calls.legs() | self._link.awaited_legs
        missing = remembered - present - self._calls.nailed
        self._missing = {leg: self._missing.get(leg, now) for leg in missing}
        for leg, since in self._missing.items():
            if since <= now - GRACE_S and not self._exists(leg):
                self._guard.forget(leg)
                self._calls.gone(leg)
                self._link.leg_gone(leg)

    def _customer_gone(self, interaction: Interaction, present: set[str]) -> bool:
        customer = interaction.find_leg(interaction.leg)
        return interaction.leg not in present and (
            customer is None
            or customer.ended_at is not None
            or customer.started_at <= max(self._clock.now() - GRACE_S, self._up_since)
        )

    def _customer_left(self, interaction: Interaction, leg: Leg, present: set[str]) -> bool:
        """Whether `leg` went because the customer just did: his own end is told first, by event."""
        if leg.role is LegRole.CUSTOMER or interaction.leg not in present:
            return False
        event = self._up.dump(interaction.leg)
        return event is None or event.get("Channel-State") in LEAVING

    def _exists(self, leg: str) -> bool:
        """The list is made by a queue of SQL statements and may be late; this is not."""
        return self._link.api(f"uuid_exists {self._calls.line(leg)}").strip() == "true"

    def _meet(self, uuid: str) -> None:
        """A leg no open interaction owns: a customer who came while we were away, or an orphan."""
        event = self._up.dump(uuid)
        if event is None:
            return
        role = event.variable("tandem_role")
        if role == LegRole.CUSTOMER:
            if uuid in self._calls.owner:
                return
            if self._up.left_to_fallback(event):
                self._calls.owner[uuid] = uuid
            elif event.get("Channel-State") in PARKED:
                log.info("customer_adopted", leg=uuid)
                self._face.arrive(event)
        elif role in _OURS:
            # Listed before the open interactions were: whose it was has ended, whatever we remember.
            log.warning("orphan_leg_killed", leg=uuid, role=role)
            self._medium.kill(uuid, "NORMAL_CLEARING")
