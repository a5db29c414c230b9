"""Offers: what is being put to an agent just now."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from console.api.acting import do
from console.api.answers import answer
from console.api.auditing import note_hidden
from console.api.guard import agent_named, caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.interactions import (
    InteractionView,
    OfferList,
    offer_views,
)
from console.api.schemas.values import OptionalBody, Query, ShortReason
from console.api.visible import may_see, sight_of, view_of
from console.auth import Role
from console.services import here
from controller.domain.commands import AcceptOffer, DeclineOffer
from controller.domain.model import Interaction
from controller.errors import CommandOutdated, say

offers = APIBlueprint(
    "offers",
    __name__,
    url_prefix=f"{API}/offers",
    abp_tags=[Tag(name="offers", description="What is being put to an agent just now.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


class OfferPath(BaseModel):
    offer_id: str = Field(max_length=128, description="As in the list of offers.")


class OfferQuery(Query):
    agent: str | None = Field(default=None, description="Only this agent's; `me` works.")


class DeclineBody(OptionalBody):
    reason: ShortReason = Field(default="declined", description="Kept in the history.")


@offers.get("", summary="Open offers", responses={200: OfferList})
def list_offers(query: OfferQuery) -> Response:
    """An agent gets his own; supervisors and admins get all, unless they name an agent."""
    wanted = None if query.agent is None else agent_named(query.agent)
    if caller().role is Role.AGENT:
        wanted = agent_named("me")
    seen = [interaction for interaction in here().engine.live() if may_see(interaction)]
    views = [view for interaction in seen for view in offer_views(interaction)]
    items = [view for view in views if wanted in (None, view.agent)]
    return answer(OfferList(items=sorted(items, key=lambda item: (item.made_at, item.id))))


@offers.post(
    "/<offer_id>/accept",
    summary="Accept an offer",
    responses={200: InteractionView, **responses(409, 502)},
)
def accept(path: OfferPath) -> Response:
    """Take the contact; the agent's phone is answered for him. Accepting twice does no harm."""
    interaction = _interaction_of(path.offer_id)
    if interaction.find_segment(path.offer_id) is not None:
        return answer(view_of(interaction))  # accepted already; a segment has its offer's id
    return do(AcceptOffer(interaction_id=interaction.id, offer_id=path.offer_id))


@offers.post(
    "/<offer_id>/decline",
    summary="Decline an offer",
    responses={200: InteractionView, **responses(409)},
)
def decline(path: OfferPath, body: DeclineBody) -> Response:
    """Leave the contact to someone else. It keeps its place in the queue."""
    interaction = _interaction_of(path.offer_id)
    return do(
        DeclineOffer(interaction_id=interaction.id, offer_id=path.offer_id, reason=body.reason)
    )


def _interaction_of(offer_id: str) -> Interaction:
    sight = sight_of(caller())
    for interaction in here().engine.live():
        offer, accepted = interaction.find_offer(offer_id), interaction.find_segment(offer_id)
        if offer is None and accepted is None:
            continue
        mine = accepted is not None and sight.acts_in(accepted)
        if mine or (offer is not None and sight.acts_on(offer, interaction)):
            return interaction
        note_hidden()
    raise CommandOutdated(
        say(
            "offer_not_yours",
            "offer {offer} is not open to you (any more); GET /api/v1/offers lists those that are",
            offer=offer_id,
        )
    )
