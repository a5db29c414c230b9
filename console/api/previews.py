"""A queue tried out: who would get a customer who joined it now, and what its settings come to."""

from dataclasses import replace

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field, TypeAdapter, ValidationError, field_validator

from console.api.answers import answer
from console.api.candidates import judge
from console.api.problems import COMMON, responses
from console.api.reachable import new_place
from console.api.rights import API
from console.api.schemas.candidates import CandidatesView, QueuePreview, WarningView
from console.api.schemas.queues import QueueBody, queue_entry
from console.api.schemas.values import IdPath, Query, Requirement, Slug, once
from console.api.visible import visible_queue
from console.services import here
from console.setup import faults, warnings
from console.setup.proposed import Setup
from console.wording import told
from controller.domain.catalogue import AgentProfile
from controller.domain.routing import Waiting
from controller.errors import say

previews = APIBlueprint(
    "previews",
    __name__,
    url_prefix=f"{API}/queues",
    abp_tags=[Tag(name="queues", description="Where customers wait, and on which terms.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)

#: The id of a queue that has none yet; no id of ours is empty.
_UNNAMED = ""
#: The id of a customer who is nobody, and stands behind whoever joined in the same moment.
_NOBODY = "~"

_REQUIREMENT: TypeAdapter[dict[str, int]] = TypeAdapter(Requirement)


class JoiningQuery(Query):
    skills: str | None = Field(
        default=None,
        max_length=1000,
        description="What his flow asks for beside the queue: `english:2,refunds:3`.",
    )
    priority: int = Field(default=0, ge=0, le=10, description="Points his flow gives him.")

    @field_validator("skills")
    @classmethod
    def _are_levels(cls, skills: str | None) -> str | None:
        requirement(skills)
        return skills


class PreviewBody(QueueBody):
    agents: list[Slug] | None = Field(
        default=None,
        max_length=1000,
        description="Who is to serve it. null: those whose profiles name it.",
    )

    @field_validator("agents")
    @classmethod
    def _each_agent_once(cls, agents: list[str] | None) -> list[str] | None:
        return None if agents is None else once(agents)


def requirement(text: str | None) -> dict[str, int]:
    """Skill to level out of `english:2,refunds:3`. Raises ValueError."""
    parts = [part.partition(":") for part in (text or "").split(",") if part.strip()]
    levels = {skill.strip(): level.strip() for skill, _, level in parts}
    try:
        return _REQUIREMENT.validate_python(levels)
    except ValidationError:
        raise ValueError(
            say("skills_unreadable", "write skills with levels from 1 to 10: english:2,refunds:3")
        ) from None


@previews.get(
    "/<id>/candidates",
    summary="Who could take one who joins now",
    responses={200: CandidatesView, **responses(404)},
)
def list_queue_candidates(path: IdPath, query: JoiningQuery) -> Response:
    """Of a customer nobody knows, so without a last agent. By the code that makes the offers."""
    services = here()
    queue = visible_queue(path.id)
    now = services.clock.now()
    place = new_place(queue, now)
    place = replace(
        place,
        skills={**place.skills, **requirement(query.skills)},
        priority=place.priority + query.priority,
    )
    asked = Waiting(id=_NOBODY, place=place)
    agents = services.agents.candidates(queue.id)
    return answer(judge(asked, agents, now, waits=False, unknown=True))


@previews.post("/preview", summary="Try a queue out", responses={200: QueuePreview})
def preview_queue(body: PreviewBody) -> Response:
    """Who could take one who joined the queue as it stands in the body, and what is hardly meant in it.

    Nothing is saved. `id` may be that of a queue there is, or left out.
    """
    services = here()
    now = services.clock.now()
    entry = queue_entry(body.id or _UNNAMED, QueueBody(**body.model_dump(exclude={"agents"})))
    setup = Setup(services.catalogue, put=[entry] if body.id else [])
    faults.check(faults.of_queue(entry, setup))
    serving = _serving(body, setup)
    names = {profile.id for profile in serving}
    found = (services.agents.candidate(name) for name in sorted(names))
    asked = Waiting(id=_NOBODY, place=new_place(entry, now))
    view = judge(
        asked, [agent for agent in found if agent is not None], now, waits=False, unknown=True
    )
    said = warnings.of_queue(entry, setup, serving)
    return answer(
        QueuePreview(
            candidates=view,
            warnings=[WarningView(path=w.path, message=w.message, **told(w.message)) for w in said],
        )
    )


def _serving(body: PreviewBody, setup: Setup) -> tuple[AgentProfile, ...]:
    """Raises Faulty for an agent there is not."""
    profiles = setup.all(AgentProfile)
    if body.agents is None:
        return tuple(p for p in profiles if body.id is not None and body.id in p.queues)
    there = {profile.id: profile for profile in profiles}
    unknown = [name for name in body.agents if name not in there]
    if unknown:
        message = say(
            "unknown_name",
            "there is no {name}; known: {known}",
            name=", ".join(unknown),
            known=faults.known(there),
        )
        raise faults.Faulty([faults.Fault(path="agents", message=message)])
    return tuple(there[name] for name in body.agents)
