"""A supervisor steers who waits: his priority, his queue, his agent."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import Events, withdraw_offers
from controller.domain.model import Interaction


def prioritise(i: Interaction, command: c.Prioritise, now: float) -> Events:
    assert i.place is not None
    if command.priority != i.place.priority:
        yield e.Prioritised(
            interaction_id=i.id,
            at=now,
            priority=command.priority,
            was=i.place.priority,
            by=command.by,
        )


def move(i: Interaction, command: c.Move, now: float) -> Events:
    """Who is there already has nothing changed: it was asked for twice."""
    assert i.place is not None
    if command.queue == i.place.queue:
        return
    yield from withdraw_offers(i, f"moved to {command.queue}", now)
    yield e.Moved(
        interaction_id=i.id,
        at=now,
        queue=i.place.queue,
        to=command.queue,
        waited_s=max(0.0, now - i.place.entered_at),
        by=command.by,
    )
    yield e.Queued(
        interaction_id=i.id,
        at=now,
        queue=command.queue,
        terms=command.terms,
        priority=command.priority,
        skills=command.skills,
        credit_s=max(0.0, now - i.place.since),
        credit_for="moved",
    )


def assign(i: Interaction, command: c.Assign, now: float) -> Events:
    """An offer that this very agent has goes on."""
    his = next((offer.id for offer in i.offers if offer.agent == command.agent), "")
    yield from withdraw_offers(i, f"assigned to {command.agent}", now, but=his)
    yield e.Assigned(
        interaction_id=i.id,
        at=now,
        agent=command.agent,
        until=now + command.wait_s,
        by=command.by,
    )
