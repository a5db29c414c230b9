"""What an agent's phone does by itself, followed: it dials, or sends the customer to somebody else.

What it dials is parked, and becomes the agent's own call or a consult, or is refused.

When it sends the customer away (SIP REFER), FreeSWITCH has done it already: his leg has left the agent's
and is parked in tandem-transfer, or is together with whom the phone asked on a second line (REFER with
Replaces). The agent's legs may have ended a moment before, for the same reason, and that must end neither
the contact nor the consult: so their ends are held back until the customer's leg is there.

A REFER may name any call of any phone. Customers who come together with strangers by it are taken back.
"""

from collections.abc import Callable

import structlog
from gevent import spawn_later

from controller.adapters.esl import commands
from controller.adapters.esl.calling import VoiceSettings
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.adapters.esl.nailed import NAILED
from controller.domain import commands as c
from controller.domain.catalogue import AgentProfile, agent_at
from controller.domain.decide.parts import NO_SUCH_TARGET
from controller.domain.model import Interaction, Segment
from controller.domain.words import State
from controller.errors import SwitchError, TandemError
from controller.greenlets import spawn
from controller.ids import new_leg_id
from controller.ports import AnyCommand, Catalogue

log = structlog.get_logger(__name__)

#: `tandem_role` of a leg that an agent's phone made by itself.
AGENT_DIAL = "agent_dial"

#: The variable in which the dialplan keeps where to.
REFERRED_TO = "tandem_referred_to"

#: What FreeSWITCH writes on a leg whose phone has sent its partner away.
SENT_AWAY = frozenset({"BLIND_TRANSFER", "ATTENDED_TRANSFER"})

#: What FreeSWITCH writes on a leg whose phone has given its partner to another leg, before that one's uuid.
GIVEN = "att:"

#: Seconds from the end of the agent's leg to the customer's PARK or BRIDGE; it takes 20 to 100 ms.
FOLLOW_S = 2.0


class PhoneCalls:
    """`place` gets extension, number and leg; it blocks, and raises when nothing comes of the call."""

    def __init__(
        self,
        *,
        calls: Calls,
        place: Callable[[str, str, str], object],
        kill: Callable[[str, str], None],
    ) -> None:
        self._calls = calls
        self._place = place
        self._kill = kill

    def dialled(self, event: SwitchEvent) -> None:
        """An agent's phone has dialled, and its leg is parked, unanswered. Returns at once."""
        self._calls.dialled.add(event.uuid)
        spawn("phone-dials", self._work, event)

    def _work(self, event: SwitchEvent) -> None:
        extension, number = event.variable("tandem_extension"), event.variable("tandem_dialled")
        try:
            self._place(extension, number, event.uuid)
        except TandemError as error:
            log.info("phone_call_refused", leg=event.uuid, problem=str(error))
            self._kill(event.uuid, "CALL_REJECTED")


class PhoneTransfers:
    """`find` answers the interaction if it is not closed."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        calls: Calls,
        catalogue: Catalogue,
        settings: VoiceSettings,
        find: Callable[[str], Interaction | None],
        submit: Callable[[AnyCommand], None],
        kill: Callable[[str, str], None],
    ) -> None:
        self._link = link
        self._calls = calls
        self._catalogue = catalogue
        self._settings = settings
        self._find = find
        self._submit = submit
        self._kill = kill
        #: Ends of legs, by their interaction.
        self._held_back: dict[str, list[c.NoteLegEnded]] = {}

    def hold_back(self, event: SwitchEvent, end: c.NoteLegEnded) -> bool:
        """Whether this end of an agent's leg waits for what it is part of."""
        given = event.variable("transfer_to").startswith(GIVEN)
        sent = SENT_AWAY & {event.variable("endpoint_disposition"), end.cause}
        sent_before = end.interaction_id in self._held_back  # on his other line
        if not (given or sent or sent_before):
            return False
        interaction = self._find(end.interaction_id)
        if interaction is None or end.leg not in _legs_of_agent(interaction):
            return False
        if not (sent or sent_before or self._gives(interaction, event)):
            return False
        self._held_back.setdefault(end.interaction_id, []).append(end)
        spawn_later(FOLLOW_S, self._let_through, end)
        return True

    def _gives(self, interaction: Interaction, event: SwitchEvent) -> bool:
        """Whether the leg that was given away last was this customer, or he was given to it. Asked only of
        a leg that stays connected, for it keeps what was said of it in contacts before."""
        if event.variable("tandem_role") != NAILED:
            return True
        consult = interaction.consult
        legs = () if consult is None else (interaction.leg, self._calls.line(consult.leg))
        return event.variable("transfer_to") in [GIVEN + leg for leg in legs]

    def joined(self, event: SwitchEvent) -> None:
        """Two legs are together, and nobody here waited for it. Returns at once."""
        legs = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        first, second = (self._calls.owner.get(leg) for leg in legs)
        interaction = self._find(first) if first is not None and first == second else None
        if interaction is None:
            spawn("phone-transfers", self._part_strangers, legs, event.timestamp)
            return
        consult, uses = interaction.consult, {self._calls.use(leg) for leg in legs}
        others = uses - {interaction.leg}
        if len(others) == 2:
            return
        if consult is not None and consult.line is not None and others == {consult.leg}:
            log.info("phone_completed_consult", interaction_id=interaction.id)
            self._submit(c.CompleteConsult(interaction_id=interaction.id, consult_id=consult.id))
        self._submit(
            c.NoteConnected(interaction_id=interaction.id, leg=others.pop(), at=event.timestamp)
        )
        for end in self._held_back.pop(interaction.id, ()):
            self._submit(end)

    def _part_strangers(self, legs: tuple[str, str], at: float) -> None:
        """Whoever of them is an agent's customer goes back to his queue, unless they belong together."""
        try:
            if self._link.api(f"uuid_getvar {legs[0]} signal_bond").strip() != legs[1]:
                return  # late news: a leg that stays connected is with somebody else by now
            found = [self._interaction_of(leg) for leg in legs]
        except SwitchError:
            return  # one has hung up, and that is told
        if found[0] and found[1] and found[0].id == found[1].id:
            return
        for interaction in found:
            segment = None if interaction is None else interaction.segment
            if interaction is None or segment is None or interaction.state is not State.CONNECTED:
                continue
            log.warning("customer_taken_back_from_strangers", interaction_id=interaction.id)
            end = c.NoteLegEnded(
                interaction_id=interaction.id, leg=segment.leg, cause=NO_SUCH_TARGET, at=at
            )
            self._submit(end)
            self._kill(segment.leg, NO_SUCH_TARGET)

    def _interaction_of(self, leg: str) -> Interaction | None:
        """The open interaction of a leg. Blocks, and raises SwitchError for a leg that is gone."""
        owner = self._calls.owner.get(leg)
        if owner is None:
            owner = self._link.api(f"uuid_getvar {leg} tandem_interaction").strip()
        return self._find(owner) or self._find(leg)

    def follow(self, interaction_id: str, event: SwitchEvent) -> None:
        """The customer's leg was parked by the dialplan: he goes where his agent's phone said.

        Returns at once. The number is taken off the leg first, for it is parked there again whenever he
        holds or waits.
        """
        spawn("phone-transfers", self._follow, interaction_id, event)

    def _follow(self, interaction_id: str, event: SwitchEvent) -> None:
        try:
            self._link.api(commands.setvars(event.uuid, {REFERRED_TO: ""}))
        except SwitchError as error:
            log.info(
                "phone_transfer_not_followed", interaction_id=interaction_id, problem=str(error)
            )
            return  # he has hung up, or the link is lost and all is looked at anew
        interaction = self._find(interaction_id)
        if interaction is None:
            return
        if event.uuid != interaction.leg:
            # Whom the phone asked, and not the customer: there is nobody to take care of him.
            self._kill(self._calls.use(event.uuid), "NORMAL_CLEARING")
            return
        ends = self._held_back.pop(interaction_id, [])
        segment, command = interaction.segment, None
        if segment is not None:
            command = self._command(interaction_id, segment, event.variable(REFERRED_TO))
            if command is None and all(end.leg != segment.leg for end in ends):
                self._kill(segment.leg, NO_SUCH_TARGET)
        consult = interaction.consult
        if command is not None:
            if consult is not None and consult.line is not None:
                # Who does not answer yet is rung anew, as the customer's agent.
                self._submit(c.CancelConsult(interaction_id=interaction_id, consult_id=consult.id))
            self._submit(command)
        for end in ends:
            self._submit(end if command is not None else _lost(end, segment))

    def _command(self, interaction_id: str, segment: Segment, number: str) -> c.Command | None:
        agent = agent_at(number, self._catalogue.all(AgentProfile))
        if agent is not None and agent != segment.agent:
            return c.TransferToAgent(
                interaction_id=interaction_id, segment_id=segment.id, agent=agent
            )
        if agent is None and self._settings.problem_with(number) is None:
            return c.TransferOutside(
                interaction_id=interaction_id,
                segment_id=segment.id,
                destination=number,
                leg=new_leg_id(),
            )
        log.warning("phone_transfer_refused", interaction_id=interaction_id)
        return None

    def _let_through(self, end: c.NoteLegEnded) -> None:
        """The customer did not come: he hung up, or we missed it. Who sent him away did not end it."""
        ends = self._held_back.get(end.interaction_id, [])
        if not any(held is end for held in ends):
            return
        ends.remove(end)
        if not ends:
            del self._held_back[end.interaction_id]
        interaction = self._find(end.interaction_id)
        self._submit(_lost(end, None if interaction is None else interaction.segment))


def _legs_of_agent(interaction: Interaction) -> set[str]:
    """His phone's two lines, as far as there are such: with the customer, and with whom he asks."""
    segment, consult = interaction.segment, interaction.consult
    legs = set() if segment is None else {segment.leg}
    return legs if consult is None or consult.line is None else legs | {consult.line}


def _lost(end: c.NoteLegEnded, segment: Segment | None) -> c.NoteLegEnded:
    """The end as such by which the customer is queued again, if he is still with that leg."""
    if segment is None or segment.leg != end.leg:
        return end
    return c.NoteLegEnded(
        interaction_id=end.interaction_id, leg=end.leg, cause=NO_SUCH_TARGET, at=end.at
    )
