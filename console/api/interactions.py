"""Interactions: to look at, and what an agent does with his own."""

from itertools import islice

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.answers import answer
from console.api.guard import agent_named, caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.interactions import (
    EventList,
    InteractionList,
    InteractionView,
    interaction_summary,
    queue_of,
)
from console.api.schemas.values import IdPath, Query, Time
from console.api.visible import belongs_to, events_of, find_interaction, may_see, view_of
from console.auth import Role
from console.services import here
from controller.domain.model import Interaction
from controller.ports import InteractionFilter, stream_of
from controller.reports import history

interactions = APIBlueprint(
    "interactions",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="interactions", description="Customer contacts, whole.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


class InteractionQuery(Query):
    open: bool = Field(default=False, description="Only those still open, as they are this moment.")
    queue: str | None = Field(default=None, max_length=63)
    agent: str | None = Field(default=None, max_length=63, description="`me` works.")
    address: str | None = Field(
        default=None, max_length=256, description="Only this customer's: his number, as we have it."
    )
    since: Time | None = Field(
        default=None,
        description="Arrived at this time or later, RFC 3339.",
        json_schema_extra={"example": "2026-05-04T08:30:00Z"},
    )
    until: Time | None = Field(default=None, description="Arrived before this time.")
    limit: int = Field(default=100, ge=1, le=1000)


@interactions.get("", summary="Interactions, oldest first", responses={200: InteractionList})
def list_interactions(query: InteractionQuery) -> Response:
    """By arrival. An agent gets his own."""
    agent = None if query.agent is None else agent_named(query.agent)
    if caller().role is Role.AGENT:
        agent = agent_named("me")
    wanted = InteractionFilter(
        since=query.since.timestamp() if query.since else None,
        until=query.until.timestamp() if query.until else None,
        queue=query.queue,
        agent=agent,
        address=query.address,
    )
    candidates = _live(wanted) if query.open else history.interactions(here().store, wanted)
    # The store knows what an agent was offered; his own is what he took. The one too many says
    # that there are more.
    found = list(islice((i for i in candidates if may_see(i)), query.limit + 1))
    return answer(
        InteractionList(
            items=[interaction_summary(i) for i in found[: query.limit]],
            more=len(found) > query.limit,
        )
    )


def _live(wanted: InteractionFilter) -> list[Interaction]:
    found = [i for i in here().engine.live() if _matches(i, wanted)]
    return sorted(found, key=lambda i: (i.arrived_at, i.id))


def _matches(interaction: Interaction, wanted: InteractionFilter) -> bool:
    queues = {queue_of(interaction), *(segment.queue for segment in interaction.segments)}
    return (
        (wanted.since is None or interaction.arrived_at >= wanted.since)
        and (wanted.until is None or interaction.arrived_at < wanted.until)
        and (wanted.queue is None or wanted.queue in queues)
        and (wanted.agent is None or belongs_to(interaction, wanted.agent))
        and (wanted.address is None or wanted.address == interaction.address)
    )


@interactions.get(
    "/<id>", summary="One interaction", responses={200: InteractionView, **responses(404)}
)
def show_interaction(path: IdPath) -> Response:
    interaction = find_interaction(path.id)
    return answer(view_of(interaction, here().forecast.waiting(interaction.id)))


@interactions.get(
    "/<id>/events", summary="Its whole history", responses={200: EventList, **responses(404)}
)
def list_events(path: IdPath) -> Response:
    """Everything that happened to it, oldest first, with the reason of every offer."""
    interaction = find_interaction(path.id)
    events = here().store.events(stream_of(interaction))
    return answer(EventList(items=events_of(interaction, list(events))))
