"""Agents and their status, as the API shows them."""

from typing import Annotated, Literal

from pydantic import Field

from console.api.schemas.values import OptionalBody, ShortReason, Time, View, time_of
from controller.domain.agent import Agent, Status
from controller.domain.catalogue import AgentProfile
from controller.domain.routing import Candidate
from controller.domain.words import PhoneState

DeclarableStatus = Literal["available", "on_break"]

When = Annotated[
    Literal["after", "now"],
    Field(
        description="`after`: once he is at no contact and in no wrap-up, and until then nothing new "
        "is offered to him; `now`: at once."
    ),
]


class SignInBody(OptionalBody):
    status: DeclarableStatus = Field(
        default="on_break", description="What the agent is from now on.", examples=["available"]
    )
    reason: ShortReason | None = Field(default=None, description="Shown to supervisors.")


class StatusBody(OptionalBody):
    status: DeclarableStatus = Field(
        description="`available` takes offers, `on_break` does not. The others follow from events."
    )
    reason: ShortReason | None = Field(default=None, examples=["lunch"])
    when: When = "after"


class SignOutBody(OptionalBody):
    when: When = "after"


class AgentView(View):
    """An agent: who he is, what he declares, and how much of him is free."""

    id: str
    name: str
    extension: str
    enabled: bool
    status: Literal["offline", "available", "on_break", "not_responding"]
    reason: str | None = Field(description="Why, where someone said so.")
    by: str | None = Field(
        description="Who else set the status: role, and account or agent; null: himself, or by events."
    )
    pending: Literal["offline", "available", "on_break"] | None = Field(
        description="What he will be once he is at nothing any more."
    )
    pending_reason: str | None
    pending_by: str | None = Field(description="Who else asked for that.")
    since: Time | None = Field(description="When the status began; null if he never signed in.")
    queues: list[str]
    skills: dict[str, int]
    capacity: int = Field(description="Units he has; a voice contact usually costs 100.")
    free: int | None = Field(description="Units not in use and not reserved; null if disabled.")
    busy_with: str = Field(description="What takes his units, in a few words; else empty.")
    phone: Literal["registered", "unregistered", "unknown"] = Field(
        description="Whether the switch knows where his phone is; while it does not, nothing is offered "
        "to him. unknown: of a dial string, or the switch has not said yet."
    )


class AgentList(View):
    items: list[AgentView]


def agent_view(
    profile: AgentProfile, agent: Agent | None, candidate: Candidate | None
) -> AgentView:
    agent = agent or Agent(id=profile.id, status=Status.OFFLINE)
    return AgentView(
        id=profile.id,
        name=profile.name,
        extension=profile.extension,
        enabled=profile.enabled,
        status=agent.status.value,
        reason=agent.reason,
        by=agent.by,
        pending=agent.pending.value if agent.pending else None,
        pending_reason=agent.pending_reason,
        pending_by=agent.pending_by,
        since=time_of(agent.since) if agent.version else None,
        queues=list(profile.queues),
        skills=dict(profile.skills),
        capacity=profile.capacity,
        free=candidate.free if candidate else None,
        busy_with=candidate.busy_with if candidate else "",
        phone=(candidate.phone if candidate else PhoneState.UNKNOWN).value,
    )
