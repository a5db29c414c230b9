"""What every route that acts upon a contact begins and ends with."""

from collections.abc import Callable

from flask import Response

from console.api.answers import answer
from console.api.guard import caller
from console.api.visible import find_interaction, sight_of, view_of
from console.services import here
from controller.domain.commands import Command
from controller.domain.model import Consult, Interaction, Segment
from controller.domain.words import Phase
from controller.errors import IllegalCommand, Said, say


def on_record() -> str:
    """Who calls, as events tell it: his role, and his account or, with a token, its agent, if any."""
    who = caller()
    name = who.account or who.agent
    return who.role.value if name is None else f"{who.role.value} {name}"


def on_behalf_of(agent: str) -> str | None:
    """As `on_record`, None when it is the agent himself."""
    return None if caller().agent == agent else on_record()


def do(command: Command, status: int = 200) -> Response:
    """Carry it out, and answer with the contact as it is then."""
    after = here().engine.handle(command)
    assert isinstance(after, Interaction)
    return answer(view_of(after), status)


def may_act_in(segment: Segment) -> bool:
    return sight_of(caller()).acts_in(segment)


def last_segment(
    interaction: Interaction, wanted: Callable[[Segment], bool], otherwise: Said
) -> Segment:
    """The last segment that is wanted and within the caller's reach. Raises IllegalCommand."""
    for segment in reversed(interaction.segments):
        if wanted(segment) and may_act_in(segment):
            return segment
    raise _about(interaction, otherwise)


def present_segment(interaction_id: str) -> tuple[Interaction, Segment]:
    """The contact and the segment its customer is in, if that is within the caller's reach.

    Raises NotFound, IllegalCommand.
    """
    interaction = find_interaction(interaction_id)
    segment = interaction.segment
    if segment is not None and may_act_in(segment):
        return interaction, segment
    last_segment(
        interaction,
        lambda s: s.open or s.phase is Phase.CONSULTED,
        CUSTOMER_NOT_YOURS,
    )
    raise _about(interaction, _ONLY_HANG_UP)


def present_consult(interaction_id: str) -> tuple[Interaction, Consult]:
    """The contact and its consult, if the caller's agent asked for it. As `present_segment`."""
    interaction, _ = present_segment(interaction_id)
    if interaction.consult is None:
        raise _about(interaction, _NO_CONSULT)
    return interaction, interaction.consult


CUSTOMER_NOT_YOURS = say("customer_not_yours", "the customer is with no agent of yours (any more)")
_NO_CONSULT = say("no_consult", "nobody is being consulted (any more)")
_ONLY_HANG_UP = say(
    "consulted_only_hang_up",
    "who was consulted can hang up; the rest is for the agent who asked",
)


def _about(interaction: Interaction, reason: Said) -> IllegalCommand:
    return IllegalCommand(
        say("of_contact", "interaction {contact}: {reason}", contact=interaction.id, reason=reason)
    )
