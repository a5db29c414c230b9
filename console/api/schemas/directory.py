"""What everybody may know of the others."""

from pydantic import Field

from console.api.schemas.values import View
from controller.domain.agent import Status
from controller.domain.catalogue import AgentProfile, Did, QueueSettings, Reason
from controller.domain.routing import Candidate, closed, in_reach


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


class DirectoryReasonView(View):
    id: str
    name: str
    counts_as: str = Field(description="break or work.")


class OurNumberView(View):
    number: str
    name: str


class DirectoryView(View):
    agents: list[ColleagueView] = Field(description="Those who are not disabled.")
    queues: list[DirectoryQueueView]
    reasons: list[DirectoryReasonView] = Field(
        description="Of a status, to choose from, in order; none: any words."
    )
    numbers: list[OurNumberView] = Field(description="Ours, under which one may call customers.")


def colleague_view(profile: AgentProfile, candidate: Candidate | None) -> ColleagueView:
    return ColleagueView(
        id=profile.id,
        name=profile.name,
        extension=profile.extension,
        queues=list(profile.queues),
        status=(Status.OFFLINE if candidate is None else candidate.status).value,
        free=candidate is not None and closed(candidate) is None and in_reach(candidate),
    )


def directory_queue_view(queue: QueueSettings) -> DirectoryQueueView:
    return DirectoryQueueView(
        id=queue.id,
        name=queue.name,
        dispositions=list(queue.dispositions),
        disposition_required=queue.disposition_required,
    )


def directory_reason_view(reason: Reason) -> DirectoryReasonView:
    return DirectoryReasonView(id=reason.id, name=reason.name, counts_as=reason.counts_as)


def our_number_view(did: Did) -> OurNumberView:
    return OurNumberView(number=did.id, name=did.name)
