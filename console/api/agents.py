"""Agents: who is here, and what they declare."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.acting import on_behalf_of
from console.api.answers import answer
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.agents import (
    AgentList,
    AgentView,
    SignInBody,
    SignOutBody,
    StatusBody,
    When,
    agent_view,
)
from console.api.schemas.values import IdPath
from console.api.visible import sight_of, visible_agent
from console.services import here
from controller.domain.agent import (
    Agent,
    AgentCommand,
    ApplyPending,
    SetStatus,
    SignIn,
    SignOut,
    Status,
)
from controller.domain.catalogue import AgentProfile, Reason, in_order
from controller.errors import IllegalCommand, Invalid, say

agents = APIBlueprint(
    "agents",
    __name__,
    url_prefix=f"{API}/agents",
    abp_tags=[Tag(name="agents", description="Who is here, and what they declare.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


def _view(profile: AgentProfile, agent: Agent | None) -> AgentView:
    return agent_view(profile, agent, here().agents.candidate(profile.id))


def _state_of(agent_id: str) -> Agent | None:
    return next((a for a in here().engine.agent_states() if a.id == agent_id), None)


def _do(profile: AgentProfile, command: AgentCommand) -> Response:
    after = here().engine.handle(command)
    assert isinstance(after, Agent)
    candidate = here().agents.candidate(profile.id)
    if after.pending is not None and (candidate is None or not candidate.holds):
        # What he waited for ended while he asked.
        after = here().engine.handle(ApplyPending(agent_id=profile.id))
        assert isinstance(after, Agent)
    return answer(_view(profile, after))


@agents.get("", summary="All agents", responses={200: AgentList})
def list_agents() -> Response:
    """Every agent set up, by id, with his status and what is free of him."""
    states = {agent.id: agent for agent in here().engine.agent_states()}
    sight = sight_of(caller())
    profiles = [p for p in here().catalogue.all(AgentProfile) if sight.sees_agent(p)]
    return answer(AgentList(items=[_view(p, states.get(p.id)) for p in profiles]))


@agents.get("/<id>", summary="One agent", responses={200: AgentView, **responses(404)})
def show_agent(path: IdPath) -> Response:
    """`me` is the agent of the token. An agent's token shows that agent only."""
    profile = visible_agent(path.id)
    return answer(_view(profile, _state_of(profile.id)))


@agents.post("/<id>/sign-in", summary="Sign in", responses={200: AgentView, **responses(404, 409)})
def sign_in(path: IdPath, body: SignInBody) -> Response:
    """Begin work. Signing in again changes nothing; use the status for that."""
    profile = visible_agent(path.id)
    if not profile.enabled:
        raise IllegalCommand(
            say(
                "agent_disabled",
                "agent {agent} is disabled; an admin can enable the profile",
                agent=profile.id,
            )
        )
    return _do(
        profile,
        SignIn(
            agent_id=profile.id,
            by=on_behalf_of(profile.id),
            status=Status(body.status),
            reason=_reason(body.reason) or "signed in",
        ),
    )


@agents.post("/<id>/sign-out", summary="Sign out", responses={200: AgentView, **responses(404)})
def sign_out(path: IdPath, body: SignOutBody) -> Response:
    """End work. A contact in progress is not touched: by default, it is waited for."""
    profile = visible_agent(path.id)
    later = _waits(profile, Status.OFFLINE, body.when)
    return _do(
        profile, SignOut(agent_id=profile.id, by=on_behalf_of(profile.id), after_contact=later)
    )


@agents.put(
    "/<id>/status", summary="Declare a status", responses={200: AgentView, **responses(404, 409)}
)
def set_status(path: IdPath, body: StatusBody) -> Response:
    """While he is at a contact it waits its turn, unless you say `now`; the status that he has, asked
    for again, takes back what waits."""
    profile = visible_agent(path.id)
    wanted = Status(body.status)
    return _do(
        profile,
        SetStatus(
            agent_id=profile.id,
            by=on_behalf_of(profile.id),
            status=wanted,
            reason=_reason(body.reason),
            after_contact=_waits(profile, wanted, body.when),
        ),
    )


def _reason(given: str | None) -> str | None:
    """Raises Invalid when it is none of those set up; where none is, any words will do."""
    known = [reason.id for reason in in_order(here().catalogue.all(Reason))]
    if given is not None and known and given not in known:
        raise Invalid(
            say(
                "reason_unknown",
                "reason: choose one of those set up: {known}",
                known=", ".join(known),
            )
        )
    return given


def _waits(profile: AgentProfile, wanted: Status, when: When) -> bool:
    """Whether there is something to wait for."""
    candidate = here().agents.candidate(profile.id)
    if when == "now" or candidate is None:
        return False
    return bool(candidate.holds) and candidate.status is not wanted
