"""What tests of the distributor begin with, and look at."""

from controller.domain.catalogue import QueueSettings


def queue(world, queue_id: str, **settings: object) -> None:
    world.catalogue.put(QueueSettings(id=queue_id, name=queue_id, **settings))


def offered_to(world, interaction_id: str) -> str | None:
    offer = world.now(interaction_id).offer
    return None if offer is None else offer.agent


def served(world, interaction_id: str, talk_s: float = 1.0) -> str:
    """Let the contact be had and be over; the agent who had it."""
    offer = world.now(interaction_id).offer
    world.medium.answer(offer.leg)
    world.settle()
    world.pass_(talk_s)
    world.medium.hang_up(interaction_id)
    world.settle()
    return offer.agent
