"""What an agent's phone does by itself, followed: it dials, or sends the customer to another number.

What it dials is parked, and becomes the agent's own call or is refused.

When it sends the customer away (SIP REFER), FreeSWITCH has done it already: his leg has left the agent's
and is parked in tandem-transfer. The agent's leg may have ended a moment before, for the same reason,
and that must not end the contact: so its end is held back until the customer's leg is there.
"""

from collections.abc import Callable
from uuid import uuid4

import structlog
from gevent import spawn_later

from controller.adapters.esl import commands
from controller.adapters.esl.calling import VoiceSettings
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import SwitchEvent
from controller.domain import commands as c
from controller.domain.catalogue import AgentProfile
from controller.domain.model import Interaction, Segment
from controller.errors import SwitchError, TandemError
from controller.greenlets import spawn
from controller.ports import AnyCommand, Catalogue

log = structlog.get_logger(__name__)

#: `tandem_role` of a leg that an agent's phone made by itself.
AGENT_DIAL = "agent_dial"

#: The variable in which the dialplan keeps where to.
REFERRED_TO = "tandem_referred_to"

#: What FreeSWITCH writes on a leg whose phone has sent its partner away.
SENT_AWAY = frozenset({"BLIND_TRANSFER", "ATTENDED_TRANSFER"})

#: Seconds from the end of the agent's leg to the customer's PARK; it takes 20 to 100 ms.
FOLLOW_S = 2.0

#: The agent is gone and the customer is not: he is queued again. No cause by which an agent ends.
NO_SUCH_TARGET = "INVALID_NUMBER_FORMAT"


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
        catalogue: Catalogue,
        settings: VoiceSettings,
        find: Callable[[str], Interaction | None],
        submit: Callable[[AnyCommand], None],
        kill: Callable[[str, str], None],
    ) -> None:
        self._link = link
        self._catalogue = catalogue
        self._settings = settings
        self._find = find
        self._submit = submit
        self._kill = kill
        self._held_back: dict[str, c.NoteLegEnded] = {}

    def hold_back(self, event: SwitchEvent, end: c.NoteLegEnded) -> bool:
        """Whether this end of an agent's leg waits for what it is part of."""
        interaction = self._find(end.interaction_id)
        segment = None if interaction is None else interaction.segment
        if (
            event.variable("endpoint_disposition") not in SENT_AWAY
            or segment is None
            or segment.leg != end.leg
        ):
            return False
        self._held_back[end.interaction_id] = end
        spawn_later(FOLLOW_S, self._let_through, end.interaction_id, end)
        return True

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
        segment = None if interaction is None else interaction.segment
        end = self._held_back.pop(interaction_id, None)
        command = None
        if segment is not None:
            command = self._command(interaction_id, segment, event.variable(REFERRED_TO))
            if command is None and end is None:
                self._kill(segment.leg, NO_SUCH_TARGET)
        if command is not None:
            self._submit(command)
        if end is not None:
            self._submit(end if command is not None else _lost(end))

    def _command(self, interaction_id: str, segment: Segment, number: str) -> c.Command | None:
        agent = next(
            (
                profile.id
                for profile in self._catalogue.all(AgentProfile)
                if profile.extension == number and profile.enabled
            ),
            None,
        )
        if agent is not None and agent != segment.agent:
            return c.TransferToAgent(
                interaction_id=interaction_id, segment_id=segment.id, agent=agent
            )
        if agent is None and self._settings.problem_with(number) is None:
            return c.TransferOutside(
                interaction_id=interaction_id,
                segment_id=segment.id,
                destination=number,
                leg=str(uuid4()),
            )
        log.warning("phone_transfer_refused", interaction_id=interaction_id)
        return None

    def _let_through(self, interaction_id: str, end: c.NoteLegEnded) -> None:
        """The customer did not come: he hung up, or we missed it. Who sent him away did not end it."""
        if self._held_back.get(interaction_id) is end:
            del self._held_back[interaction_id]
            self._submit(_lost(end))


def _lost(end: c.NoteLegEnded) -> c.NoteLegEnded:
    return c.NoteLegEnded(
        interaction_id=end.interaction_id, leg=end.leg, cause=NO_SUCH_TARGET, at=end.at
    )
