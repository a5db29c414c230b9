"""Interactions made by the domain itself, for the store's tests."""

from controller.domain import commands as c
from controller.domain.agent import Agent, SetStatus, SignIn, Status, advance_agent
from controller.domain.interaction import advance
from controller.domain.model import Interaction, Terms, Why
from controller.ports import Change


def step(before: Interaction | None, command: c.Command, at: float) -> Change:
    after, events = advance(before, command, at)
    return Change(after=after, events=events)


def arrive(
    interaction_id: str, at: float = 1000.0, name: str = "Anna", address: str = "+15550100"
) -> Change:
    command = c.Arrive(
        interaction_id=interaction_id,
        channel="voice",
        leg=f"{interaction_id}-leg",
        address=address,
        name=name,
        dialled="100",
        arrived_at=at,
    )
    return step(None, command, at)


def queue(before: Interaction, name: str, at: float = 1001.0) -> list[Change]:
    """Into a flow and from there into a queue."""
    flow = step(before, c.StartFlow(interaction_id=before.id, flow="main"), at)
    entered = c.EnterQueue(interaction_id=before.id, queue=name, terms=Terms(), skills={"en": 2})
    return [flow, step(flow.after, entered, at)]


def offer(before: Interaction, agent: str, at: float = 1002.0) -> Change:
    why = Why(rule="longest_idle", waited_s=1.5, eligible=(agent,), passed_over={"bob": "on_break"})
    command = c.MakeOffer(
        interaction_id=before.id,
        offer_id=f"{before.id}-{agent}",
        agent=agent,
        leg=f"{before.id}-{agent}-leg",
        why=why,
    )
    return step(before, command, at)


def hang_up(before: Interaction, at: float = 1010.0) -> list[Change]:
    """Every leg ends, the customer's first; without a segment the interaction is closed then."""
    changes = []
    for leg in before.legs:
        ended = c.NoteLegEnded(interaction_id=before.id, leg=leg.id, cause="NORMAL", at=at)
        changes.append(step(before, ended, at))
        before = changes[-1].after
    return changes


def sign_in(agent_id: str, at: float = 900.0) -> Change:
    after, events = advance_agent(None, SignIn(agent_id=agent_id), at)
    return Change(after=after, events=events)


def become_available(before: Agent, at: float = 901.0) -> Change:
    command = SetStatus(agent_id=before.id, status=Status.AVAILABLE)
    after, events = advance_agent(before, command, at)
    return Change(after=after, events=events)
