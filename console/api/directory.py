"""Whom there is to transfer to and to ask: what everybody may know of the others, and no more."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON
from console.api.rights import API
from console.api.schemas.directory import (
    DirectoryView,
    colleague_view,
    directory_queue_view,
    directory_reason_view,
    our_number_view,
)
from console.services import here
from controller.domain.catalogue import AgentProfile, Did, QueueSettings, Reason, in_order

directory = APIBlueprint(
    "directory",
    __name__,
    url_prefix=f"{API}/directory",
    abp_tags=[Tag(name="directory", description="Whom there is to transfer to and to ask.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@directory.get("", summary="Agents, queues, reasons, numbers", responses={200: DirectoryView})
def show_directory() -> Response:
    """By id. Not why somebody is on a break, nor what keeps him busy."""
    catalogue = here().catalogue
    return answer(
        DirectoryView(
            agents=[
                colleague_view(profile, here().agents.candidate(profile.id))
                for profile in catalogue.all(AgentProfile)
                if profile.enabled
            ],
            queues=[directory_queue_view(queue) for queue in catalogue.all(QueueSettings)],
            reasons=[directory_reason_view(each) for each in in_order(catalogue.all(Reason))],
            numbers=[our_number_view(did) for did in catalogue.all(Did)],
        )
    )
