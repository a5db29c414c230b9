"""Consult: the agent asks somebody while the customer holds, and then gives him away or does not."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.acting import do, present_consult, present_segment
from console.api.problems import COMMON, responses
from console.api.reachable import best_of, check_agent, check_number
from console.api.rights import API
from console.api.schemas.control import Target
from console.api.schemas.interactions import InteractionView
from console.api.schemas.values import IdPath
from controller.domain.commands import (
    CancelConsult,
    CompleteConsult,
    JoinConsult,
    StartConsult,
    SwapConsult,
)
from controller.domain.model import Interaction
from controller.domain.words import Party
from controller.ids import new_id, new_leg_id

consults = APIBlueprint(
    "consults",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="consults", description="Asking somebody while the customer holds.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={200: InteractionView, **COMMON, **responses(404, 409, 502)},
)


@consults.post("/<id>/consult", summary="Ask somebody")
def start(path: IdPath, body: Target) -> Response:
    """The customer is put on hold, and the other party is rung: an agent, a queue's best free agent,
    or an outside number. Who does not answer within 30 s is given up, and the customer is back."""
    interaction, segment = present_segment(path.id)
    kind, party = _party(interaction, body)
    return do(
        StartConsult(
            interaction_id=interaction.id,
            segment_id=segment.id,
            consult_id=new_id(),
            leg=new_leg_id(),
            kind=kind,
            party=party,
        )
    )


def _party(interaction: Interaction, asked: Target) -> tuple[Party, str]:
    if asked.agent is not None:
        return Party.AGENT, check_agent(interaction, asked.agent)
    if asked.queue is not None:
        return Party.AGENT, best_of(interaction, asked.queue)
    assert asked.number is not None
    return Party.OUTSIDE, check_number(asked.number)


@consults.post("/<id>/consult/complete", summary="Give the customer to whom you asked")
def complete(path: IdPath) -> Response:
    """The consulted party has him; the asking agent's wrap-up begins."""
    interaction, consult = present_consult(path.id)
    return do(CompleteConsult(interaction_id=interaction.id, consult_id=consult.id))


@consults.post("/<id>/consult/cancel", summary="Let go whom you asked")
def cancel(path: IdPath) -> Response:
    """The customer is back with the agent, unless he was on hold before."""
    interaction, consult = present_consult(path.id)
    return do(CancelConsult(interaction_id=interaction.id, consult_id=consult.id))


@consults.post("/<id>/consult/swap", summary="Go over to the other")
def swap(path: IdPath) -> Response:
    """From the consulted party to the customer, or back; who is left waits with music."""
    interaction, consult = present_consult(path.id)
    return do(SwapConsult(interaction_id=interaction.id, consult_id=consult.id))


@consults.post("/<id>/consult/join", summary="Talk, all three")
def join(path: IdPath) -> Response:
    """Who hangs up then leaves the other two to each other."""
    interaction, consult = present_consult(path.id)
    return do(JoinConsult(interaction_id=interaction.id, consult_id=consult.id))
