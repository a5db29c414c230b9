"""An agent's declared status, as a state machine of its own. What he is busy with (his load) is not
here: it follows from the interactions, and `AgentDirectory` keeps count of it.

AGENT_TRANSITIONS is drawn in docs/states.md. An agent is not_responding who left a ringing phone
alone, or whose phone cannot be rung, until he declares himself again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from controller.domain.words import Word
from controller.errors import IllegalCommand, say


class Status(Word):
    OFFLINE = "offline"
    AVAILABLE = "available"
    ON_BREAK = "on_break"
    NOT_RESPONDING = "not_responding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """`since`: when the status began. `version` counts the events of this agent's stream.

    `pending`: the status he asked for "after this one", which comes when he is at nothing any more.
    `by`, `pending_by`: who else asked for the status; None: he himself, or it followed from what happened.
    """

    id: str
    status: Status = Status.OFFLINE
    reason: str | None = None
    by: str | None = None
    since: float = 0.0
    pending: Status | None = None
    pending_reason: str | None = None
    pending_by: str | None = None
    version: int = 0

    @property
    def closed(self) -> bool:
        """An agent's stream never ends."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCommand:
    """`by`: who asks for it, when it is not the agent himself."""

    agent_id: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(AgentCommand):
    status: Status = Status.ON_BREAK
    reason: str | None = "signed in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(AgentCommand):
    """`after_contact`: once he is at nothing any more; until then nothing new is offered to him."""

    after_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(AgentCommand):
    """Only available and on_break can be declared; the others follow from what happens.

    `after_contact`: as with SignOut.
    """

    status: Status
    reason: str | None = None
    after_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPending(AgentCommand):
    """He is at nothing any more: what he asked for comes now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNotResponding(AgentCommand):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent:
    agent_id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(AgentEvent):
    """`by`: as in Agent."""

    status: Status
    was: Status
    reason: str | None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPending(AgentEvent):
    """`status` None: nothing waits any more. `by`: who asked for it, as in Agent."""

    status: Status | None
    reason: str | None
    by: str | None = None


AgentEvents = Iterator[AgentEvent]


def _become(
    agent: Agent, status: Status, reason: str | None, by: str | None, now: float
) -> AgentEvents:
    if (agent.status, agent.reason) != (status, reason):
        yield StatusChanged(
            agent_id=agent.id, at=now, status=status, was=agent.status, reason=reason, by=by
        )
    elif agent.pending is not None:
        yield StatusPending(agent_id=agent.id, at=now, status=None, reason=None, by=by)


def _become_later(
    agent: Agent, status: Status, reason: str | None, by: str | None, now: float
) -> AgentEvents:
    if (agent.pending, agent.pending_reason) != (status, reason):
        yield StatusPending(agent_id=agent.id, at=now, status=status, reason=reason, by=by)


def _check_declarable(status: Status) -> None:
    if status not in (Status.AVAILABLE, Status.ON_BREAK):
        raise IllegalCommand(
            say(
                "status_undeclarable",
                "status {status} cannot be declared; use available or on_break",
                status=status.value,
            )
        )


def _sign_in(agent: Agent, command: SignIn, now: float) -> AgentEvents:
    _check_declarable(command.status)
    yield from _become(agent, command.status, command.reason, command.by, now)


def _stay_signed_in(agent: Agent, command: SignIn, now: float) -> AgentEvents:
    yield from ()


def _sign_out(agent: Agent, command: SignOut, now: float) -> AgentEvents:
    become = _become_later if command.after_contact else _become
    yield from become(agent, Status.OFFLINE, None, command.by, now)


def _set_status(agent: Agent, command: SetStatus, now: float) -> AgentEvents:
    _check_declarable(command.status)
    become = _become_later if command.after_contact else _become
    yield from become(agent, command.status, command.reason, command.by, now)


def _apply_pending(agent: Agent, command: ApplyPending, now: float) -> AgentEvents:
    if agent.pending is not None:
        yield from _become(agent, agent.pending, agent.pending_reason, agent.pending_by, now)


def _not_responding(agent: Agent, command: MarkNotResponding, now: float) -> AgentEvents:
    yield from _become(agent, Status.NOT_RESPONDING, command.reason, None, now)


def _nothing(agent: Agent, command: AgentCommand, now: float) -> AgentEvents:
    yield from ()


_Decide = Callable[[Agent, Any, float], AgentEvents]

_SIGNED_IN: dict[type[AgentCommand], _Decide] = {
    SignIn: _stay_signed_in,
    SignOut: _sign_out,
    SetStatus: _set_status,
    ApplyPending: _apply_pending,
    MarkNotResponding: _nothing,
}

AGENT_TRANSITIONS: dict[Status, dict[type[AgentCommand], _Decide]] = {
    Status.OFFLINE: {
        SignIn: _sign_in,
        SignOut: _nothing,
        ApplyPending: _nothing,
        MarkNotResponding: _nothing,
    },
    Status.AVAILABLE: {**_SIGNED_IN, MarkNotResponding: _not_responding},
    Status.ON_BREAK: _SIGNED_IN,
    Status.NOT_RESPONDING: _SIGNED_IN,
}


def evolve_agent(agent: Agent | None, event: AgentEvent) -> Agent:
    agent = agent or Agent(id=event.agent_id)
    if isinstance(event, StatusChanged):
        # A new reason for the same status does not begin it anew: idle time is kept.
        since = agent.since if event.status is agent.status else event.at
        agent = replace(
            agent,
            status=event.status,
            reason=event.reason,
            by=event.by,
            since=since,
            pending=None,
            pending_reason=None,
            pending_by=None,
        )
    elif isinstance(event, StatusPending):
        by = None if event.status is None else event.by
        agent = replace(agent, pending=event.status, pending_reason=event.reason, pending_by=by)
    return replace(agent, version=agent.version + 1)


def advance_agent(
    agent: Agent | None, command: AgentCommand, now: float
) -> tuple[Agent, tuple[AgentEvent, ...]]:
    """The agent after `command`, and what happened. Raises IllegalCommand."""
    agent = agent or Agent(id=command.agent_id, since=now)
    decide = AGENT_TRANSITIONS[agent.status].get(type(command))
    if decide is None:
        raise IllegalCommand(
            say(
                "agent_state_forbids",
                "{command} is not possible while agent {agent} is {status}; sign in first",
                command=type(command).__name__,
                agent=agent.id,
                status=agent.status.value,
            )
        )
    events = tuple(decide(agent, command, now))
    for event in events:
        agent = evolve_agent(agent, event)
    return agent, events
