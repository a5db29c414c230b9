"""Whom there is to transfer to and to ask: what everybody may know of the others, and no more."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.answers import answer
from console.api.problems import COMMON
from console.api.rights import API
from console.api.schemas.values import View
from console.services import here
from controller.domain.agent import Status
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.routing import closed

directory = APIBlueprint(
    "directory",
    __name__,
    url_prefix=f"{API}/directory",
    abp_tags=[Tag(name="directory", description="Whom there is to transfer to and to ask.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


class ColleagueView(View):
    id: str
    name: str
    extension: str
    queues: list[str]
    status: str = Field(description="offline, available, on_break or not_responding.")
    free: bool = Field(description="Could take something now.")


class DirectoryQueueView(View):
    id: str
    name: str
    dispositions: list[str] = Field(description="Codes to choose from; none: any.")
    disposition_required: bool


class OurNumberView(View):
    number: str
    name: str


class DirectoryView(View):
    agents: list[ColleagueView] = Field(description="Those who are not disabled.")
    queues: list[DirectoryQueueView]
    numbers: list[OurNumberView] = Field(description="Ours, under which one may call customers.")


@directory.get("", summary="Agents, queues, numbers", responses={200: DirectoryView})
def show_directory() -> Response:
    """By id. Not why somebody is on a break, nor what keeps him busy."""
    catalogue = here().catalogue
    return answer(
        DirectoryView(
            agents=[_colleague(p) for p in catalogue.all(AgentProfile) if p.enabled],
            queues=[
                DirectoryQueueView(
                    id=queue.id,
                    name=queue.name,
                    dispositions=list(queue.dispositions),
                    disposition_required=queue.disposition_required,
                )
                for queue in catalogue.all(QueueSettings)
            ],
            numbers=[OurNumberView(number=did.id, name=did.name) for did in catalogue.all(Did)],
        )
    )


def _colleague(profile: AgentProfile) -> ColleagueView:
    candidate = here().agents.candidate(profile.id)
    return ColleagueView(
        id=profile.id,
        name=profile.name,
        extension=profile.extension,
        queues=list(profile.queues),
        status=(Status.OFFLINE if candidate is None else candidate.status).value,
        free=candidate is not None and closed(candidate) is None,
    )
