"""Blind transfer: the agent gives the customer away and is done."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.acting import do, present_segment
from console.api.problems import COMMON, responses
from console.api.reachable import check_agent, check_number, find_queue, terms_in
from console.api.rights import API
from console.api.schemas.control import TransferBody
from console.api.schemas.interactions import InteractionView
from console.api.schemas.values import IdPath
from controller.domain.commands import Command, TransferOutside, TransferToAgent, TransferToQueue
from controller.domain.model import Interaction, Segment
from controller.ids import new_leg_id

transfers = APIBlueprint(
    "transfers",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="handling", description="What an agent does with a contact.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={200: InteractionView, **COMMON, **responses(404, 409, 502)},
)


@transfers.post("/<id>/transfer", summary="Give the customer away")
def transfer(path: IdPath, body: TransferBody) -> Response:
    """To one agent, a queue or an outside number; the agent's wrap-up begins.

    Refused, and nothing changed, when that agent could not take him now, or the queue takes nobody and
    you do not say `anyway`. Who is not taken by the agent within `wait_s`, or not answered at the
    number, waits at the front of the queue he is in.
    """
    interaction, segment = present_segment(path.id)
    return do(_command(interaction, segment, body))


def _command(interaction: Interaction, segment: Segment, body: TransferBody) -> Command:
    to = body.to
    if to.agent is not None:
        return TransferToAgent(
            interaction_id=interaction.id,
            segment_id=segment.id,
            agent=check_agent(interaction, to.agent),
            wait_s=body.wait_s,
        )
    if to.queue is not None:
        queue = find_queue(to.queue)
        return TransferToQueue(
            interaction_id=interaction.id,
            segment_id=segment.id,
            queue=queue.id,
            terms=terms_in(queue, interaction, anyway=body.anyway),
            priority=queue.priority,
            skills=queue.skills,
        )
    assert to.number is not None
    return TransferOutside(
        interaction_id=interaction.id,
        segment_id=segment.id,
        destination=check_number(to.number),
        leg=new_leg_id(),
    )
