"""What agents are at, from the contacts that are open. Pure.

Whoever listens is at a contact, too; only those who may know of it see this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from controller.domain.agent import Agent, Status
from controller.domain.model import Interaction, Segment
from controller.domain.words import Party, Phase


class Load(StrEnum):
    """What of an agent's doings is told when he is at several things: the first in this order."""

    ON_CONTACT = "on_contact"
    HELD = "held"
    OFFERED = "offered"
    WRAP_UP = "wrap_up"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Doing:
    """What an agent is at, and since when (epoch seconds; None when free)."""

    load: Load
    since: float | None


FREE = Doing(Load.FREE, None)
_ORDER = {load: place for place, load in enumerate(Load)}

_OF_PHASE = {
    Phase.CONNECTING: Load.ON_CONTACT,
    Phase.TALKING: Load.ON_CONTACT,
    Phase.CONSULTED: Load.ON_CONTACT,
    Phase.RECONNECTING: Load.ON_CONTACT,
    Phase.HELD: Load.HELD,
    Phase.WRAP_UP: Load.WRAP_UP,
}


def at_desk(interaction: Interaction) -> frozenset[str]:
    """The agents on whose desks it lies: they have it or wrap it up, are offered it or asked about it."""
    agents = {offer.agent for offer in interaction.offers}
    agents.update(s.agent for s in interaction.segments if s.phase is not Phase.CLOSED)
    consult = interaction.consult
    if consult is not None and consult.kind is Party.AGENT:
        agents.add(consult.party)
    return frozenset(agents)


def listening(interaction: Interaction) -> frozenset[str]:
    """The supervisors who listen."""
    return frozenset(monitor.supervisor for monitor in interaction.monitors)


def doing(agent: str, interactions: Iterable[Interaction]) -> Doing:
    """What the agent is at. `interactions`: those that he is at, at least."""
    found = [one for interaction in interactions for one in _doings(agent, interaction)]
    return min(found, key=lambda one: (_ORDER[one.load], one.since or 0.0), default=FREE)


def _doings(agent: str, interaction: Interaction) -> Iterable[Doing]:
    for segment in interaction.segments:
        load = _OF_PHASE.get(segment.phase)
        if segment.agent == agent and load is not None:
            yield Doing(load, phase_since(segment))
    for offer in interaction.offers:
        if offer.agent == agent:
            yield Doing(Load.OFFERED, offer.made_at)
    consult = interaction.consult
    if consult is not None and (consult.kind, consult.party) == (Party.AGENT, agent):
        yield Doing(Load.OFFERED, consult.started_at)
    for monitor in interaction.monitors:
        if monitor.supervisor == agent:
            yield Doing(Load.ON_CONTACT, monitor.started_at)


def phase_since(segment: Segment) -> float:
    """When what the segment is in began; of a talk, the whole of it."""
    match segment.phase:
        case Phase.HELD:
            return segment.held_since or segment.accepted_at
        case Phase.RECONNECTING:
            return segment.away_since or segment.accepted_at
        case Phase.WRAP_UP | Phase.CLOSED:
            return segment.ended_at or segment.accepted_at
        case _:
            return segment.connected_at or segment.accepted_at


def standing(agent: Agent | None, at: Doing) -> str:
    """The field of AgentCounts that counts him."""
    if at.load is Load.WRAP_UP:
        return "wrap_up"
    if at.load is not Load.FREE:
        return "busy"
    return (agent.status if agent is not None else Status.OFFLINE).value
