"""Which interactions a caller may see: an agent his own, everybody else all."""

from console.api.guard import caller
from console.auth import Role
from console.services import here
from controller.domain.model import Interaction
from controller.errors import NotFound


def belongs_to(interaction: Interaction, agent: str | None) -> bool:
    """He has it, had it, or is being offered it."""
    if agent is None:
        return False
    if any(offer.agent == agent for offer in interaction.offers):
        return True
    return any(segment.agent == agent for segment in interaction.segments)


def may_see(interaction: Interaction) -> bool:
    who = caller()
    return who.role is not Role.AGENT or belongs_to(interaction, who.agent)


def find_interaction(interaction_id: str) -> Interaction:
    """Raises NotFound, also for one that is not the caller's to see: he learns nothing of it."""
    services = here()
    found = next((i for i in services.engine.live() if i.id == interaction_id), None)
    if found is None:
        found = services.store.interaction(interaction_id)
    if found is None or not may_see(found):
        raise NotFound(
            f"no interaction {interaction_id} among those you may see; list them with"
            " GET /api/v1/interactions"
        )
    return found
