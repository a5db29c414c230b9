"""To whom a contact can go this moment. What stands against it is told with what to do instead."""

from dataclasses import replace

from console.api.visible import belongs_to
from console.services import here
from controller.domain.agent import Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.model import Interaction, Place, Terms
from controller.domain.routing import Waiting, survey
from controller.domain.words import Overflow
from controller.errors import IllegalCommand, Invalid

_SAID = {
    Status.OFFLINE: "is not signed in",
    Status.ON_BREAK: "is on a break",
    Status.NOT_RESPONDING: "does not answer his phone",
}

_SHUT = {
    Overflow.CLOSED: "is closed",
    Overflow.FULL: "is full",
    Overflow.NOBODY: "has nobody signed in",
}

_OTHERS = "GET /api/v1/directory shows who is free; a queue takes the customer in any case"


def check_agent(interaction: Interaction, agent_id: str) -> str:
    """The agent, if he could take this contact now. Raises IllegalCommand."""
    reason = _against(interaction, agent_id)
    if reason is not None:
        raise IllegalCommand(f"agent {agent_id} {reason}; {_OTHERS}")
    return agent_id


def _against(interaction: Interaction, agent_id: str) -> str | None:
    profile = here().catalogue.find(AgentProfile, agent_id)
    candidate = here().agents.candidate(agent_id)
    if profile is None:
        return "does not exist"
    if candidate is None:
        return "is disabled"
    if candidate.status is not Status.AVAILABLE:
        return _SAID[candidate.status]
    if belongs_to(interaction, agent_id) and interaction.id in candidate.holds:
        return "is at this contact already"  # not of a supervisor: nobody learns that he listens
    if candidate.pending not in (None, Status.AVAILABLE):
        return "takes nothing new before his break"
    no_room = candidate.room.get(interaction.channel, 1) < 1
    if interaction.id in candidate.holds or candidate.free < _units(interaction) or no_room:
        return "is busy"
    return None


def _units(interaction: Interaction) -> int:
    return interaction.place.terms.units if interaction.place is not None else 0


def check_assignable(interaction: Interaction, agent_id: str) -> str:
    """The agent, if this contact can be kept for him until he is free. Raises IllegalCommand."""
    reason = _against_keeping(interaction, agent_id)
    if reason is not None:
        raise IllegalCommand(f"agent {agent_id} {reason}; nothing was changed")
    return agent_id


def _against_keeping(interaction: Interaction, agent_id: str) -> str | None:
    profile = here().catalogue.find(AgentProfile, agent_id)
    candidate = here().agents.candidate(agent_id)
    if profile is None:
        return "does not exist"
    if candidate is None:
        return "is disabled, until an admin enables the profile"
    if candidate.capacity < _units(interaction):
        units, has = _units(interaction), candidate.capacity
        return f"could never have it: it takes {units} units, and he has {has}"
    if profile.ceilings.get(interaction.channel) == 0:
        return f"could never have it: he may have no {interaction.channel}"
    if candidate.status is not Status.AVAILABLE:
        return f"{_SAID[candidate.status]}, and takes nothing before he is available"
    if candidate.pending not in (None, Status.AVAILABLE):
        return "takes nothing new before his break"
    return None


def find_queue(queue_id: str) -> QueueSettings:
    """Raises IllegalCommand."""
    queue = here().catalogue.find(QueueSettings, queue_id)
    if queue is None:
        raise IllegalCommand(f"queue {queue_id} does not exist; GET /api/v1/directory lists those")
    return queue


def check_number(number: str) -> str:
    """The outside number, if it may be dialled. Raises Invalid."""
    problem = here().number_problem(number)
    if problem is not None:
        raise Invalid(problem)
    return number


def terms_in(queue: QueueSettings, interaction: Interaction, *, anyway: bool) -> Terms:
    """What a customer who is sent there is promised. Raises IllegalCommand if it takes nobody now."""
    terms = here().queues.terms_for_transfer(queue, anyway=anyway)
    if isinstance(terms, Overflow):
        raise IllegalCommand(
            f"queue {queue.id} {_SHUT[terms]}; choose another, or say `anyway` to send the customer"
            " there all the same"
        )
    # He hears where he stands as his flow wanted it.
    return replace(terms, telling=interaction.place.terms.telling if interaction.place else None)


def new_place(queue: QueueSettings, now: float) -> Place:
    """Of one who would join the queue now."""
    return Place(
        queue=queue.id,
        since=now,
        entered_at=now,
        priority=queue.priority,
        skills=queue.skills,
        terms=queue.terms(),
    )


def best_of(interaction: Interaction, queue_id: str) -> str:
    """The agent of the queue who would be offered this contact now. Raises IllegalCommand."""
    services = here()
    now = services.clock.now()
    place = new_place(find_queue(queue_id), now)
    place = replace(place, terms=replace(place.terms, units=_units(interaction)))
    asked = Waiting(id=interaction.id, place=place, channel=interaction.channel)
    found = survey(asked, services.agents.candidates(queue_id), None, now)
    if not found.eligible:
        raise IllegalCommand(f"nobody of queue {queue_id} is free now; {_OTHERS}")
    return found.eligible[0]
