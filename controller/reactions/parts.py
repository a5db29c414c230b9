"""What every reaction needs."""

from collections.abc import Callable
from typing import Any

from controller.domain.agent import ApplyPending
from controller.domain.model import Interaction
from controller.ports import Medium, Ports

Reaction = Callable[[Ports, Interaction, Any], None]

#: How long the switch lets a phone ring beyond our own timer, which only a dead engine misses.
SPARE_S = 10.0


def medium(ports: Ports, i: Interaction) -> Medium:
    return ports.media[i.channel]


def release(ports: Ports, agent: str, i: Interaction, idle_from: float | None = None) -> None:
    """The agent's units are free again; if that was the last of his work, a status he asked for comes."""
    if ports.agents.release(agent, i.id, idle_from=idle_from):
        ports.submit(ApplyPending(agent_id=agent))


def take_units(ports: Ports, i: Interaction, agent: str, units: int, busy_with: str) -> None:
    ports.agents.hold_units(agent, i.id, units, busy_with, i.channel)
