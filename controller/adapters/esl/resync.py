"""Finds what differs between FreeSWITCH's legs and the store, and mends it.

Runs when a link comes up (Tandem or FreeSWITCH was restarted, or the socket was lost) and every
PERIOD_S after that. The switch is right about which legs there are; the store is right about what
they are for.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson
import structlog

from controller.adapters.esl import commands
from controller.adapters.esl.calling import CALLED
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.face import VoiceFace, microseconds
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.nailed import NAILED
from controller.adapters.esl.parking import park
from controller.adapters.esl.voice import VoiceMedium
from controller.domain import commands as c
from controller.domain.decide.parts import TO_FALLBACK
from controller.domain.model import Consult, Interaction, Leg, Segment
from controller.domain.words import ConsultPhase, LegRole, Phase, State
from controller.errors import CommandRefused
from controller.ports import AnyCommand, Clock, Flows

log = structlog.get_logger(__name__)

#: Seconds between two looks while all is well.
PERIOD_S = 30.0

#: Seconds until the second and from there to the third look of a link that came up. Of a caller who came
#: just before it we hear no event, and the switch's list has him a little later.
SOON_S = (1.0, 4.0)

#: A leg younger than this, asked for since the link came up, may simply not be listed yet.
GRACE_S = 5.0

GONE = "SWITCH_LOST"
RESTARTED = "SWITCH_RESTARTED"

#: Roles of legs that we made: without an interaction, nobody looks after them.
_OURS = frozenset({LegRole.AGENT.value, LegRole.OUTSIDE.value, LegRole.SUPERVISOR.value, CALLED})

#: States of a leg that runs an application of its own; bridged, it would be in another.
PARKED = frozenset({"CS_EXECUTE", "CS_PARK"})

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
        fallback_dir: Path,
    ) -> None:
        self._link = link
        self._calls = calls
        self._guard = guard
        self._face = face
        self._medium = medium
        self._flows = flows
        self._clock = clock
        self._submit = submit
        self._live = live
        self._finish_lost_recording = finish_lost_recording
        self._fallback_dir = fallback_dir
        self._up_since = 0.0

    def look(self, *, standing: frozenset[str] | None = None, restarted: bool = False) -> None:
        """`standing`: the link has just come up, and these interactions were open before it did, so
        take their legs up again; who has come since is being served already. Raises SwitchError.
        """
        if standing is not None:
            self._up_since = self._clock.now()
        present = self._present_legs()
        # What was heard before the list was made counts first: the customer's own end, say, before
        # that of the agent's leg, which it caused.
        self._face.catch_up()
        known = [i for i in self._live() if i.channel == "voice"]
        owned = {leg.id: i for i in known for leg in i.legs}
        self._look_at_nailed(owned, present, standing is not None, restarted)
        for interaction in known:
            if interaction.id in (standing or ()) and not restarted:
                self._dial_again(interaction, present)
            self._bury_missing(interaction, present, restarted)
            self._kill_unwanted(interaction, present)
        for uuid in present:
            if uuid in owned:
                self._calls.owner.setdefault(self._calls.line(uuid), owned[uuid].id)
            elif uuid not in self._calls.nailed:
                self._meet(uuid)
        for interaction in known:
            if interaction.id in (standing or ()) and (
                interaction.leg in present or interaction.state is State.DIALLING
            ):
                self._take_up(interaction, present)

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
                nailed.answered(self._dump(line) or SwitchEvent({}))
            elif line in present or not (came_up or nailed.is_up(line)):
                continue
            elif restarted or not self._exists(line):
                self._calls.gone(line)
                nailed.lost(line, GONE)
        for use in set(self._calls.lines) - owned.keys():
            nailed.take_back(use, "NORMAL_CLEARING")
        for uuid in present - owned.keys() - self._calls.nailed - self._calls.owner.keys():
            event = self._dump(uuid)
            if event is not None and event.variable("tandem_role") == NAILED:
                interaction = owned.get(event.variable("tandem_use"))
                nailed.meet(event, None if interaction is None else interaction.id)
        present.update(leg for leg, line in self._calls.lines.items() if line in present)

    def _bury_missing(self, interaction: Interaction, present: set[str], restarted: bool) -> None:
        """Legs the store believes in and the switch does not know: their end was not heard."""
        now = self._clock.now()
        for leg in interaction.legs:
            if leg.ended_at is not None or leg.id in present:
                continue
            if leg.started_at > max(now - GRACE_S, self._up_since) and not restarted:
                continue
            if not restarted and (
                self._exists(leg.id) or self._customer_left(interaction, leg, present)
            ):
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
        if any(r.ended_at is None for r in interaction.recordings) and self._customer_gone(
            interaction, present
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
            or not self._is_parked(interaction.leg)
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
        event = self._dump(interaction.leg)
        return event is None or event.get("Channel-State") in LEAVING

    def _exists(self, leg: str) -> bool:
        """The list is made by a queue of SQL statements and may be late; this is not."""
        return self._link.api(f"uuid_exists {self._calls.line(leg)}").strip() == "true"

    def _meet(self, uuid: str) -> None:
        """A leg no open interaction owns: a customer who came while we were away, or an orphan."""
        event = self._dump(uuid)
        if event is None:
            return
        role = event.variable("tandem_role")
        if role == LegRole.CUSTOMER:
            if uuid in self._calls.owner:
                return
            if self._left_to_fallback(event):
                self._calls.owner[uuid] = uuid
            elif event.get("Channel-State") in PARKED:
                log.info("customer_adopted", leg=uuid)
                self._face.arrive(event)
        elif role in _OURS:
            # Listed before the open interactions were: whose it was has ended, whatever we remember.
            log.warning("orphan_leg_killed", leg=uuid, role=role)
            self._medium.kill(uuid, "NORMAL_CLEARING")

    def _take_up(self, interaction: Interaction, present: set[str]) -> None:
        """Go on where the interaction stands, with legs that have lived through it."""
        if interaction.state is State.DIALLING:
            for leg in interaction.legs:
                self._note_if_answered(leg.id)
            return
        # A renewal may have been lost: his deadline may be near.
        self._guard.forget(interaction.leg)
        customer = self._dump(interaction.leg)
        if customer is None or (
            interaction.state is not State.ENDED and self._left_to_fallback(customer)
        ):
            return
        self._note_answer(interaction, customer)
        self._medium.stop_stale_recordings(interaction)
        match interaction.state:
            case State.ARRIVED:
                self._medium.welcome(interaction)
                self._submit(
                    c.StartFlow(
                        interaction_id=interaction.id,
                        flow=self._flows.flow_for(interaction.dialled),
                    )
                )
            case State.IN_FLOW:
                # Whatever still plays there, the flow begins its step again.
                self._park(interaction.leg)
                self._medium.welcome(interaction)
                self._flows.start(interaction)
            case State.QUEUED | State.OFFERED:
                self._calls.music.add(interaction.leg)
                self._medium.wait(interaction)
                self._check_offer(interaction)
            case State.CONNECTING | State.CONNECTED:
                segment = interaction.segment
                for monitor in interaction.monitors:
                    self._note_if_answered(monitor.leg)
                if segment is not None and segment.leg in present:
                    self._take_up_segment(interaction, segment)
            case State.ENDED:
                self._medium.end(interaction, "NORMAL_CLEARING")
            case State.DIVERTED:
                self._take_up_diverted(interaction)

    def _take_up_segment(self, interaction: Interaction, segment: Segment) -> None:
        """A pair that talks is left alone; one that should, and does not, is bridged again."""
        if interaction.consult is not None:
            self._take_up_consult(interaction, interaction.consult, segment)
            return
        if segment.phase is Phase.HELD:
            if not segment.held_by_phone:
                self._medium.hold(interaction, segment.leg)
            return
        if self._is_parked(interaction.leg):
            self._medium.welcome(interaction)
            self._medium.connect(interaction, segment.leg)
        else:
            self._note_together(interaction, segment.leg)
        if (
            segment.phase is Phase.TALKING
            and interaction.place is not None
            and interaction.place.terms.record
            and not any(r.segment == segment.id for r in interaction.recordings)
        ):
            self._medium.record(interaction, segment.id)

    def _take_up_consult(
        self, interaction: Interaction, consult: Consult, segment: Segment
    ) -> None:
        """Whoever talks goes on talking; a customer who holds is kept safe again."""
        if segment.phase is Phase.TALKING:
            self._guard.leave(interaction.leg)
        elif consult.phase is ConsultPhase.TALKING:
            self._medium.wait(interaction)
            if self._is_parked(segment.leg):
                self._medium.consult(interaction, segment.leg, consult.leg)
        else:
            self._medium.hold(interaction, segment.leg)
            self._note_if_answered(consult.leg)

    def _take_up_diverted(self, interaction: Interaction) -> None:
        leg = interaction.find_leg(interaction.diverted_leg or "")
        if leg is None:
            return
        if not self._is_parked(interaction.leg):
            self._note_together(interaction, leg.id)
            return
        self._medium.welcome(interaction)
        if leg.answered_at is not None:
            self._medium.connect(interaction, leg.id)
        else:
            self._note_if_answered(leg.id)

    def _note_together(self, interaction: Interaction, other: str) -> None:
        """They talk: we may have died before we heard of it, or could take the deadline away."""
        self._guard.leave(interaction.leg)
        event = self._dump(interaction.leg)
        if event is not None and event.variable("signal_bond") == self._calls.line(other):
            at = microseconds(event, "Caller-Channel-Bridged-Time")
            self._submit(c.NoteConnected(interaction_id=interaction.id, leg=other, at=at))

    def _left_to_fallback(self, event: SwitchEvent) -> bool:
        """Whether the fallback serves him: he talks with its hunt group, or leaves his message.

        Else, when he only hears that nobody is there, that is over now: he is ours again.
        """
        if not event.variable("tandem_fallback"):
            return False
        if (
            event.variable("signal_bond")  # its `bridge` runs in CS_EXECUTE, like any application
            or event.variable("current_application") == "record"
            or event.get("Channel-State") not in PARKED
        ):
            log.info("customer_left_to_fallback", leg=event.uuid)
            self._face.note_fallback(event)
            return True
        self._park(event.uuid)
        self._link.api(commands.setvars(event.uuid, {"tandem_fallback": ""}))
        return False

    def _note_answer(self, interaction: Interaction, event: SwitchEvent) -> None:
        """The customer's leg may have been answered while nobody listened."""
        customer = interaction.find_leg(interaction.leg)
        unknown = customer is not None and customer.answered_at is None
        if unknown and event.get("Answer-State") == "answered":
            self._face.note_answered(event)

    def _is_parked(self, uuid: str) -> bool:
        event = self._dump(uuid)
        return event is not None and event.get("Channel-State") in PARKED

    def _park(self, uuid: str) -> None:
        try:
            park(self._link, self._calls, uuid)
        except CommandRefused:
            log.info("customer_left_meanwhile", leg=uuid)

    def _dump(self, uuid: str) -> SwitchEvent | None:
        """All there is to know of a leg; None when it has just hung up."""
        try:
            return SwitchEvent(
                orjson.loads(self._link.api(f"uuid_dump {self._calls.line(uuid)} json"))
            )
        except (CommandRefused, orjson.JSONDecodeError):
            return None

    def _check_offer(self, interaction: Interaction) -> None:
        """The agent may have answered while nobody listened."""
        for offer in interaction.offers:
            self._note_if_answered(offer.leg)

    def _note_if_answered(self, leg: str) -> None:
        event = self._dump(leg)
        if event is None or event.get("Answer-State") != "answered":
            return
        if event.uuid in self._calls.nailed:
            self._face.note_answered(event)
        else:
            self._face.on_park(event)
