"""Who could take this now? By the code that makes the offers."""

from collections import Counter
from collections.abc import Iterable

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.reachable import new_place
from console.api.rights import API
from console.api.schemas.candidates import CandidatesView, EligibleView, PassedOverView
from console.api.schemas.values import IdPath, Query, time_of, time_or_none
from console.api.visible import find_interaction, visible_queue
from console.services import here
from controller.domain.model import Interaction, Place
from controller.domain.routing import (
    Candidate,
    Survey,
    Waiting,
    deadline,
    merit,
    next_change,
    order_key,
    survey,
    waiting_of,
)
from controller.domain.words import State
from controller.errors import Invalid, say

candidates = APIBlueprint(
    "candidates",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="interactions", description="Customer contacts, whole.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


class CandidatesQuery(Query):
    queue: str | None = Field(
        default=None, max_length=63, description="Ask as if it waited in this queue."
    )


@candidates.get(
    "/<id>/candidates",
    summary="Who could take it now",
    responses={200: CandidatesView, **responses(404)},
)
def list_candidates(path: IdPath, query: CandidatesQuery) -> Response:
    """Who could, best first, and who could not and why. For one that does not wait: what would be."""
    interaction = find_interaction(path.id)
    services = here()
    now = services.clock.now()
    waiting = waiting_of(interaction) if query.queue is None else None
    asked = waiting or _as_if_waiting(interaction, query.queue, now)
    visible_queue(asked.place.queue)
    agents = services.agents.candidates(asked.place.queue)
    return answer(judge(asked, agents, now, waits=waiting is not None))


def judge(
    asked: Waiting, agents: Iterable[Candidate], now: float, *, waits: bool, unknown: bool = False
) -> CandidatesView:
    """Those of `agents` who could have him, best first, and the others with what is against them.

    `waits`: he is in the queue; else as if he was. `unknown`: it is no contact of ours at all.
    """
    preferred = here().agents.candidate(asked.place.preferred) if asked.place.preferred else None
    there = {agent.id: agent for agent in agents}
    found = survey(asked, there.values(), preferred, now)
    if preferred is not None:
        there[preferred.id] = preferred
    view = _view(asked, found, there, now, waits=waits)
    return view.model_copy(update={"interaction_id": None}) if unknown else view


def _as_if_waiting(interaction: Interaction, queue: str | None, now: float) -> Waiting:
    """In the queue named, on its terms of today; else where it is, or was last, with its own terms.

    What an ended contact waited is no time waited now.
    """
    place = interaction.place
    if queue is not None:
        place = new_place(visible_queue(queue), now)
    elif place is None:
        raise Invalid(
            say(
                "contact_in_no_queue_name_one",
                "interaction {contact} is in no queue; name one with ?queue= to see who "
                "could take it there",
                contact=interaction.id,
            )
        )
    elif interaction.state is State.ENDED:
        place = Place(
            queue=place.queue,
            since=now,
            entered_at=now,
            priority=place.priority,
            skills=place.skills,
            terms=place.terms,
        )
    return Waiting(id=interaction.id, place=place, channel=interaction.channel)


def _view(
    asked: Waiting, found: Survey, there: dict[str, Candidate], now: float, waits: bool
) -> CandidatesView:
    return CandidatesView(
        interaction_id=asked.id,
        queue=asked.place.queue,
        at=time_of(now),
        waiting=waits,
        ahead=_ahead(asked),
        rule=found.demand.rule,
        at_once=found.demand.offers,
        needs=dict(found.demand.needs),
        kept_for=found.demand.only,
        slack_s=deadline(asked.place) - now,
        next_change=time_or_none(next_change(asked, now)),
        eligible=[
            EligibleView(agent=agent, merit=merit(found.demand, there[agent], now))
            for agent in found.eligible
        ],
        passed_over=[
            PassedOverView(agent=agent, reason=reason)
            for agent, reason in found.passed_over.items()
        ],
        reasons=dict(Counter(found.passed_over.values())),
    )


def _ahead(asked: Waiting) -> int:
    key = order_key(asked)
    others = (waiting_of(interaction) for interaction in here().engine.live())
    return sum(
        other is not None and other.place.queue == asked.place.queue and order_key(other) < key
        for other in others
    )
