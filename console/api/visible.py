"""Which interactions a caller may see, and what of them: an agent his own, everybody else all.

No agent sees that somebody listens to him: not the monitors, their legs or their events, nor the count
of events, which would tell as much.
"""

from console.api.guard import caller
from console.api.schemas.interactions import (
    EventView,
    InteractionView,
    event_view,
    interaction_view,
)
from console.auth import Role
from console.services import here
from controller.domain import events as e
from controller.domain.model import Interaction
from controller.domain.words import LegRole, Party
from controller.errors import NotFound
from controller.ports import AnyEvent, Outlook

_MONITORING = (e.MonitorStarted, e.MonitorAnswered, e.MonitorChanged, e.MonitorEnded)
_OF_A_LEG = (e.LegAnswered, e.LegEnded, e.LegUnwanted)


def belongs_to(interaction: Interaction, agent: str | None) -> bool:
    """He has it, had it, is being offered it or asked about it."""
    if agent is None:
        return False
    consult = interaction.consult
    return (
        any(offer.agent == agent for offer in interaction.offers)
        or any(segment.agent == agent for segment in interaction.segments)
        or (consult is not None and (consult.kind, consult.party) == (Party.AGENT, agent))
    )


def may_see(interaction: Interaction) -> bool:
    who = caller()
    return who.role is not Role.AGENT or belongs_to(interaction, who.agent)


def may_see_monitors() -> bool:
    return caller().role is not Role.AGENT


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


def view_of(interaction: Interaction, outlook: Outlook | None = None) -> InteractionView:
    """As the caller may see it."""
    return interaction_view(interaction, outlook, monitors=may_see_monitors())


def events_of(interaction: Interaction, events: list[AnyEvent]) -> list[EventView]:
    """As the caller may see them."""
    if may_see_monitors():
        return [event_view(event) for event in events]
    hidden = {leg.id for leg in interaction.legs if leg.role is LegRole.SUPERVISOR}
    return [
        event_view(event)
        for event in events
        if not isinstance(event, _MONITORING)
        and not (isinstance(event, _OF_A_LEG) and event.leg in hidden)
    ]
