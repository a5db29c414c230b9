"""What an agent does with a contact: hold, resume, hang up, pause the recording, say how it went, wrap up."""

from collections.abc import Callable

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.acting import (
    CUSTOMER_NOT_YOURS,
    do,
    last_segment,
    may_act_in,
    present_segment,
)
from console.api.guard import agent_named, caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.control import ExtendBody
from console.api.schemas.interactions import InteractionView
from console.api.schemas.values import Body, IdPath, Line, Query
from console.api.visible import find_interaction
from console.services import here
from controller.domain.catalogue import QueueSettings
from controller.domain.commands import (
    Dispose,
    EndWrapUp,
    ExtendWrapUp,
    HangUp,
    Hold,
    PauseRecording,
    Reconnect,
    Resume,
    ResumeRecording,
)
from controller.domain.model import Interaction, Segment
from controller.domain.words import Phase
from controller.errors import IllegalCommand, Invalid, say
from controller.ids import new_leg_id

handling = APIBlueprint(
    "handling",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="handling", description="What an agent does with a contact.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={200: InteractionView, **COMMON, **responses(404, 409, 502)},
)


class WhoseQuery(Query):
    agent: str | None = Field(
        default=None,
        max_length=63,
        description="Whose part of the contact, when several agents had it; by default the last"
        " one's that you may act for. `me` works.",
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
    interaction, segment = present_segment(path.id)
    return do(Hold(interaction_id=interaction.id, segment_id=segment.id))


@handling.post("/<id>/resume", summary="Take the customer off hold")
def resume(path: IdPath) -> Response:
    interaction, segment = present_segment(path.id)
    return do(Resume(interaction_id=interaction.id, segment_id=segment.id))


@handling.post("/<id>/hang-up", summary="End the contact")
def hang_up(path: IdPath) -> Response:
    """The customer is let go, and wrap-up begins. In a talk of three, the agent leaves the other two to
    each other; who was consulted ends his own part only."""
    interaction = find_interaction(path.id)
    segment = interaction.segment
    if segment is None or not may_act_in(segment):
        segment = last_segment(
            interaction,
            lambda s: s.open or s.phase is Phase.CONSULTED,
            CUSTOMER_NOT_YOURS,
        )
    return do(HangUp(interaction_id=interaction.id, segment_id=segment.id))


@handling.post("/<id>/reconnect", summary="Take the contact back to the phone")
def reconnect(path: IdPath) -> Response:
    """The agent's phone is back and has lost its call, for its page was loaded anew, say: the customer hears
    music, and the phone is rung at once, to answer by itself (`X-Tandem-Answer: auto`). Within 2 s, asked
    again is asked once."""
    interaction, segment = present_segment(path.id)
    return do(Reconnect(interaction_id=interaction.id, segment_id=segment.id, leg=new_leg_id()))


@handling.post("/<id>/recording/pause", summary="Pause the recording")
def pause_recording(path: IdPath) -> Response:
    """What is said until it is resumed is silence in the file. `paused` tells as soon as the switch has
    done it, a moment after this answer. Twice does no harm."""
    interaction, segment = present_segment(path.id)
    return do(PauseRecording(interaction_id=interaction.id, segment_id=segment.id))


@handling.post("/<id>/recording/resume", summary="Resume the recording")
def resume_recording(path: IdPath) -> Response:
    interaction, segment = present_segment(path.id)
    return do(ResumeRecording(interaction_id=interaction.id, segment_id=segment.id))


@handling.put("/<id>/disposition", summary="Say how it went")
def dispose(path: IdPath, query: WhoseQuery, body: DispositionBody) -> Response:
    """During the contact or its wrap-up; the last one counts."""
    interaction = find_interaction(path.id)
    segment = last_segment(
        interaction,
        _whose(query, lambda _: True),
        say("none_of_yours_had_it", "no agent of yours has had this interaction"),
    )
    queue = here().catalogue.find(QueueSettings, segment.queue)
    if queue is not None and queue.dispositions and body.code not in queue.dispositions:
        known = ", ".join(queue.dispositions)
        raise Invalid(
            say(
                "disposition_unknown",
                "queue {queue} has no disposition of this code; use one of: {known}",
                queue=queue.id,
                known=known,
            )
        )
    return do(
        Dispose(
            interaction_id=interaction.id,
            segment_id=segment.id,
            code=body.code,
            notes=body.notes,
        )
    )


@handling.post("/<id>/wrap-up/extend", summary="Make the wrap-up longer")
def extend_wrap_up(path: IdPath, query: WhoseQuery, body: ExtendBody) -> Response:
    """As far as the queue's `wrap_up_extension_s` allows; what is asked beyond is cut off."""
    interaction, segment = _in_wrap_up(path.id, query)
    return do(ExtendWrapUp(interaction_id=interaction.id, segment_id=segment.id, by_s=body.by_s))


@handling.post("/<id>/wrap-up/end", summary="End the wrap-up early")
def end_wrap_up(path: IdPath, query: WhoseQuery) -> Response:
    """The agent's units are free again."""
    interaction, segment = _in_wrap_up(path.id, query)
    if segment.disposition_required and segment.disposition is None:
        queue = here().catalogue.find(QueueSettings, segment.queue)
        known = ", ".join(queue.dispositions) if queue is not None else ""
        raise IllegalCommand(
            say(
                "disposition_first",
                "queue {queue} wants a disposition first; PUT "
                "/api/v1/interactions/{contact}/disposition with one of: {known}",
                queue=segment.queue,
                contact=interaction.id,
                known=known or "any",
            )
        )
    by = caller().role.value
    return do(EndWrapUp(interaction_id=interaction.id, segment_id=segment.id, by=by))


def _in_wrap_up(interaction_id: str, query: WhoseQuery) -> tuple[Interaction, Segment]:
    interaction = find_interaction(interaction_id)
    wanted = _whose(query, lambda s: s.phase is Phase.WRAP_UP)
    return interaction, last_segment(
        interaction, wanted, say("in_no_wrap_up", "it is in no wrap-up (any more)")
    )


def _whose(query: WhoseQuery, wanted: Callable[[Segment], bool]) -> Callable[[Segment], bool]:
    if query.agent is None:
        return wanted
    agent = agent_named(query.agent)
    return lambda segment: segment.agent == agent and wanted(segment)
