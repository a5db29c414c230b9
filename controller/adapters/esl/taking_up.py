"""Takes up an open interaction whose legs have lived on while nobody of ours listened."""

from collections.abc import Callable

import structlog

from controller.adapters.esl import commands
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.face import VoiceFace, microseconds
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.parking import park
from controller.adapters.esl.voice import VoiceMedium
from controller.domain import commands as c
from controller.domain.model import Consult, Interaction, Segment
from controller.domain.words import ConsultPhase, LegRole, Phase, State
from controller.errors import CommandRefused, ProtocolError
from controller.ids import new_leg_id
from controller.ports import AnyCommand, Flows

log = structlog.get_logger(__name__)

#: States of a leg that runs an application of its own; bridged, it would be in another.
PARKED = frozenset({"CS_EXECUTE", "CS_PARK"})


class TakingUp:
    """`take_up` goes on where an interaction stands; the other methods look at one leg. All block, and
    raise SwitchError."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        calls: Calls,
        guard: Guard,
        face: VoiceFace,
        medium: VoiceMedium,
        flows: Flows,
        submit: Callable[[AnyCommand], None],
    ) -> None:
        self._link = link
        self._calls = calls
        self._guard = guard
        self._face = face
        self._medium = medium
        self._flows = flows
        self._submit = submit

    def take_up(self, interaction: Interaction, present: set[str]) -> None:
        """Go on where the interaction stands, with legs that have lived through it."""
        if interaction.state is State.DIALLING:
            self._take_up_own_call(interaction)
            return
        # A renewal may have been lost: his deadline may be near.
        self._guard.forget(interaction.leg)
        customer = self.dump(interaction.leg)
        if customer is None or (
            interaction.state is not State.ENDED and self.left_to_fallback(customer)
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
                    self.note_if_answered(monitor.leg)
                if segment is not None and segment.leg in present:
                    self._take_up_segment(interaction, segment)
            case State.RECONNECTING:
                self._take_up_reconnecting(interaction)
            case State.ENDED:
                self._medium.end(interaction, "NORMAL_CLEARING")
            case State.DIVERTED:
                self._take_up_diverted(interaction)

    def _take_up_own_call(self, interaction: Interaction) -> None:
        for leg in interaction.legs:
            event = self.dump(leg.id)
            if event is None:
                continue
            dialled = leg.role is LegRole.AGENT and event.get("Call-Direction") == "inbound"
            if dialled and event.get("Answer-State") != "answered":
                # The agent's phone made it, and waits for us to answer.
                self._calls.dialled.add(leg.id)
                self._medium.ring(interaction, leg.party, leg.id, 0.0, LegRole.AGENT)
            else:
                self.note_if_answered(leg.id)

    def _take_up_segment(self, interaction: Interaction, segment: Segment) -> None:
        """A pair that talks is left alone; one that should, and does not, is bridged again."""
        if interaction.consult is not None:
            self._take_up_consult(interaction, interaction.consult, segment)
            return
        if segment.phase is Phase.HELD:
            if not segment.held_by_phone:
                self._medium.hold(interaction, segment.leg)
            return
        if self.is_parked(interaction.leg):
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
        if consult.line is not None:
            self._take_up_second_line(interaction, consult, consult.line)
        elif segment.phase is Phase.TALKING:
            self._guard.leave(interaction.leg)
        elif consult.phase is ConsultPhase.TALKING:
            self._medium.wait(interaction)
            if self.is_parked(segment.leg):
                self._medium.consult(interaction, segment.leg, consult.leg)
        else:
            self._medium.hold(interaction, segment.leg)
            self.note_if_answered(consult.leg)

    def _take_up_second_line(self, interaction: Interaction, consult: Consult, line: str) -> None:
        """The agent's phone has the customer on its first line, or has given him to whom it asked."""
        customer, second = self.dump(interaction.leg), self.dump(line)
        asked = self._calls.line(consult.leg)
        if customer is not None and customer.variable("signal_bond") == asked:
            command = c.CompleteConsult(interaction_id=interaction.id, consult_id=consult.id)
            self._submit(command)
            self._note_together(interaction, consult.leg)
        elif second is not None and second.get("Answer-State") != "answered":
            self._calls.dialled.add(line)
            agent = next(leg.party for leg in interaction.legs if leg.id == line)
            self._medium.ring(interaction, agent, line, 0.0, LegRole.AGENT)
        elif consult.phase is ConsultPhase.RINGING:
            self.note_if_answered(consult.leg)
        elif second is not None and second.get("Channel-State") in PARKED:
            self._medium.consult(interaction, line, consult.leg)

    def _take_up_reconnecting(self, interaction: Interaction) -> None:
        """He hears music again, and the phone rings, if it does not."""
        self._calls.music.add(interaction.leg)
        self._medium.wait(interaction)
        lost = interaction.reconnecting
        if lost is not None and lost.leg is not None:
            self.note_if_answered(lost.leg)
        elif lost is not None:
            ring = c.RingAgain(
                interaction_id=interaction.id, segment_id=lost.segment, leg=new_leg_id()
            )
            self._submit(ring)

    def _take_up_diverted(self, interaction: Interaction) -> None:
        leg = interaction.find_leg(interaction.diverted_leg or "")
        if leg is None:
            return
        if not self.is_parked(interaction.leg):
            self._note_together(interaction, leg.id)
            return
        self._medium.welcome(interaction)
        if leg.answered_at is not None:
            self._medium.connect(interaction, leg.id)
        else:
            self.note_if_answered(leg.id)

    def _note_together(self, interaction: Interaction, other: str) -> None:
        """They talk: we may have died before we heard of it, or could take the deadline away."""
        self._guard.leave(interaction.leg)
        event = self.dump(interaction.leg)
        if event is not None and event.variable("signal_bond") == self._calls.line(other):
            at = microseconds(event, "Caller-Channel-Bridged-Time")
            self._submit(c.NoteConnected(interaction_id=interaction.id, leg=other, at=at))

    def _check_offer(self, interaction: Interaction) -> None:
        """The agent may have answered while nobody listened."""
        for offer in interaction.offers:
            self.note_if_answered(offer.leg)

    def _note_answer(self, interaction: Interaction, event: SwitchEvent) -> None:
        """The customer's leg may have been answered while nobody listened."""
        customer = interaction.find_leg(interaction.leg)
        unknown = customer is not None and customer.answered_at is None
        if unknown and event.get("Answer-State") == "answered":
            self._face.note_answered(event)

    def left_to_fallback(self, event: SwitchEvent) -> bool:
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

    def note_if_answered(self, leg: str) -> None:
        event = self.dump(leg)
        if event is None or event.get("Answer-State") != "answered":
            return
        if event.uuid in self._calls.nailed:
            self._face.note_answered(event)
        else:
            self._face.on_park(event)

    def is_parked(self, uuid: str) -> bool:
        event = self.dump(uuid)
        return event is not None and event.get("Channel-State") in PARKED

    def _park(self, uuid: str) -> None:
        try:
            park(self._link, self._calls, uuid)
        except CommandRefused:
            log.info("customer_left_meanwhile", leg=uuid)

    def dump(self, uuid: str) -> SwitchEvent | None:
        """All there is to know of a leg; None when it has just hung up."""
        try:
            said = self._link.api(f"uuid_dump {self._calls.line(uuid)} json")
            return SwitchEvent.from_json(said.encode())
        except (CommandRefused, ProtocolError):
            return None
