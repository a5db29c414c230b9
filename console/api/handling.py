"""What an agent does with a contact: hold, resume, hang up, say how it went, end the wrap-up."""

from collections.abc import Callable

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.answers import answer
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.interactions import InteractionView, interaction_view
from console.api.schemas.values import Body, IdPath, Line
from console.api.visible import find_interaction
from console.auth import Role
from console.services import here
from controller.domain.catalogue import QueueSettings
from controller.domain.commands import Command, Dispose, EndWrapUp, HangUp, Hold, Resume
from controller.domain.model import Interaction, Phase, Segment
from controller.errors import IllegalCommand, Invalid

handling = APIBlueprint(
    "handling",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="handling", description="What an agent does with a contact.")],
    abp_security=[{"token": []}],
    abp_responses={200: InteractionView, **COMMON, **responses(404, 409, 502)},
)


class DispositionBody(Body):
    code: Line = Field(
        description="How it went; one of the queue's dispositions when it has any.",
        examples=["resolved"],
    )
    notes: str | None = Field(default=None, max_length=4000)


@handling.post("/<id>/hold", summary="Hold the customer")
def hold(path: IdPath) -> Response:
    """The customer hears music. Holding twice does no harm."""
    interaction, segment = _present_segment(path.id)
    return _do(Hold(interaction_id=interaction.id, segment_id=segment.id))


@handling.post("/<id>/resume", summary="Take the customer off hold")
def resume(path: IdPath) -> Response:
    interaction, segment = _present_segment(path.id)
    return _do(Resume(interaction_id=interaction.id, segment_id=segment.id))


@handling.post("/<id>/hang-up", summary="End the contact")
def hang_up(path: IdPath) -> Response:
    """The customer is let go, and wrap-up begins."""
    interaction, segment = _present_segment(path.id)
    return _do(HangUp(interaction_id=interaction.id, segment_id=segment.id))


@handling.put("/<id>/disposition", summary="Say how it went")
def dispose(path: IdPath, body: DispositionBody) -> Response:
    """During the contact or its wrap-up; the last one counts."""
    interaction = find_interaction(path.id)
    segment = _last_segment(interaction, lambda _: True, "no agent has had this interaction yet")
    queue = here().catalogue.find(QueueSettings, segment.queue)
    if queue is not None and queue.dispositions and body.code not in queue.dispositions:
        known = ", ".join(queue.dispositions)
        raise Invalid(f"queue {queue.id} has no disposition of this code; use one of: {known}")
    return _do(
        Dispose(
            interaction_id=interaction.id,
            segment_id=segment.id,
            code=body.code,
            notes=body.notes,
        )
    )


@handling.post("/<id>/wrap-up/end", summary="End the wrap-up early")
def end_wrap_up(path: IdPath) -> Response:
    """The agent's units are free again."""
    interaction = find_interaction(path.id)
    segment = _last_segment(
        interaction, lambda s: s.phase is Phase.WRAP_UP, "it is in no wrap-up (any more)"
    )
    by = caller().role.value
    return _do(EndWrapUp(interaction_id=interaction.id, segment_id=segment.id, by=by))


def _present_segment(interaction_id: str) -> tuple[Interaction, Segment]:
    interaction = find_interaction(interaction_id)
    segment = _last_segment(
        interaction, lambda s: s.open, "the customer is with no agent of yours (any more)"
    )
    return interaction, segment


def _last_segment(
    interaction: Interaction, wanted: Callable[[Segment], bool], otherwise: str
) -> Segment:
    """The last segment that is wanted and within the caller's reach. Raises IllegalCommand."""
    who = caller()
    for segment in reversed(interaction.segments):
        if wanted(segment) and (who.role is not Role.AGENT or segment.agent == who.agent):
            return segment
    raise IllegalCommand(f"interaction {interaction.id}: {otherwise}")


def _do(command: Command) -> Response:
    after = here().engine.handle(command)
    assert isinstance(after, Interaction)
    return answer(interaction_view(after))
