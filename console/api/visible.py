"""What a caller may see: of interactions an agent his own, who is restricted to queues those of these
queues, everybody else all. The API and the live feed both ask here.

No agent sees that somebody listens to him: not the monitors, their legs or their events, nor the count
of events, which would tell as much.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from console.api.auditing import note_hidden
from console.api.guard import agent_named, caller
from console.api.schemas.interactions import (
    EventView,
    InteractionView,
    event_view,
    interaction_view,
    queue_of,
)
from console.auth import Caller, Role
from console.services import here
from controller.domain import events as e
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.model import Interaction, Offer, Recording, Segment
from controller.domain.words import LegRole, Party
from controller.errors import NotFound, say
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody may see, as a value: who may see the same has an equal one.

    `own`: his own interactions only, those of `agent`. `queues`: only what is of these; none named, all.
    """

    own: bool = False
    agent: str | None = None
    queues: frozenset[str] = frozenset()

    @property
    def monitors(self) -> bool:
        """Whether he may know who listens to whom."""
        return not self.own

    def sees(self, interaction: Interaction) -> bool:
        if belongs_to(interaction, self.agent):
            return True
        if self.own:
            return False
        if not self.queues:
            return True
        been = {queue_of(interaction), *(segment.queue for segment in interaction.segments)}
        return not self.queues.isdisjoint(been - {None})

    def sees_queue(self, queue_id: str | None) -> bool:
        return not self.queues or queue_id in self.queues

    def sees_agent(self, profile: AgentProfile) -> bool:
        """Himself, and those who serve one of his queues."""
        return (
            not self.queues
            or profile.id == self.agent
            or not self.queues.isdisjoint(profile.queues)
        )

    def acts_in(self, segment: Segment) -> bool:
        """Whether he may steer an agent's part in a contact: his own, and those of his queues."""
        return segment.agent == self.agent or (not self.own and self.sees_queue(segment.queue))

    def acts_on(self, offer: Offer, interaction: Interaction) -> bool:
        """As `acts_in`, of an offer."""
        return offer.agent == self.agent or (
            not self.own and self.sees_queue(queue_of(interaction))
        )

    def hears(self, interaction: Interaction, recording: Recording) -> bool:
        """Of a contact that went through several queues, what was recorded in his own."""
        segment = interaction.find_segment(recording.segment)
        return self.sees_queue(queue_of(interaction) if segment is None else segment.queue)


def sight_of(who: Caller) -> Sight:
    return Sight(own=who.role is Role.AGENT, agent=who.agent, queues=who.queues)


def may_see(interaction: Interaction) -> bool:
    return sight_of(caller()).sees(interaction)


def may_see_monitors() -> bool:
    return sight_of(caller()).monitors


def visible_queue(queue_id: str) -> QueueSettings:
    """Raises NotFound, also for one that is not the caller's to see."""
    found = here().catalogue.get(QueueSettings, queue_id)
    if not sight_of(caller()).sees_queue(found.id):
        note_hidden()
        raise NotFound(
            say(
                "queue_not_visible",
                "there is no queue {queue!r} among those you may see",
                queue=queue_id,
            )
        )
    return found


def visible_agent(name: str) -> AgentProfile:
    """`me` is the caller's own. Raises Forbidden; NotFound, also for one who is not his to see."""
    found = here().catalogue.get(AgentProfile, agent_named(name))
    if not sight_of(caller()).sees_agent(found):
        note_hidden()
        raise NotFound(
            say(
                "agent_not_visible",
                "there is no agent {agent!r} among those you may see",
                agent=name,
            )
        )
    return found


def find_interaction(interaction_id: str) -> Interaction:
    """Raises NotFound, also for one that is not the caller's to see: he learns nothing of it."""
    services = here()
    found = services.engine.find(interaction_id)
    if found is None:
        found = services.store.interaction(interaction_id)
    if found is not None and not may_see(found):
        note_hidden()
        found = None
    if found is None:
        raise NotFound(
            say(
                "contact_not_visible",
                "no interaction {contact} among those you may see; list them with GET "
                "/api/v1/interactions",
                contact=interaction_id,
            )
        )
    return found


def view_of(interaction: Interaction, outlook: Outlook | None = None) -> InteractionView:
    """As the caller may see it."""
    return interaction_view(interaction, outlook, monitors=may_see_monitors())


def events_of(interaction: Interaction, events: Sequence[AnyEvent]) -> list[EventView]:
    """As the caller may see them."""
    return [event_view(event) for event in visible_events(sight_of(caller()), interaction, events)]


def visible_events(
    sight: Sight, interaction: Interaction, events: Sequence[AnyEvent]
) -> Sequence[AnyEvent]:
    """Those that tell him nothing that he may not know."""
    if sight.monitors:
        return events
    hidden = {leg.id for leg in interaction.legs if leg.role is LegRole.SUPERVISOR}
    return [
        event
        for event in events
        if not isinstance(event, _MONITORING)
        and not (isinstance(event, _OF_A_LEG) and event.leg in hidden)
    ]
