"""Whom a command, an event or a state is about: an interaction or an agent."""

from controller.domain.agent import Agent, AgentCommand, AgentEvent
from controller.domain.commands import Command
from controller.domain.events import Event
from controller.domain.model import Interaction

AnyCommand = Command | AgentCommand
AnyEvent = Event | AgentEvent
Aggregate = Interaction | Agent


def stream_of(subject: AnyCommand | AnyEvent | Aggregate) -> str:
    """The name of the stream of events that a command, event or aggregate belongs to."""
    match subject:
        case Command() | Event():
            return f"interaction:{subject.interaction_id}"
        case AgentCommand() | AgentEvent():
            return f"agent:{subject.agent_id}"
        case Interaction():
            return f"interaction:{subject.id}"
        case Agent():
            return f"agent:{subject.id}"
