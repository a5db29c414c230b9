"""To whom a contact can go this moment. What stands against it is told with what to do instead."""

from dataclasses import replace

from console.api.visible import belongs_to
from console.services import here
from controller.domain.agent import Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.model import Interaction, Place, Terms
from controller.domain.routing import Waiting, survey
from controller.domain.words import Overflow
from controller.errors import IllegalCommand, Invalid, Said, say

_SAID = {
    Status.OFFLINE: say("agent_offline", "is not signed in"),
    Status.ON_BREAK: say("agent_on_break", "is on a break"),
    Status.NOT_RESPONDING: say("agent_not_responding", "does not answer his phone"),
}

_SHUT = {
    Overflow.CLOSED: say("queue_closed", "is closed"),
    Overflow.FULL: say("queue_full", "is full"),
    Overflow.NOBODY: say("queue_nobody", "has nobody signed in"),
}

_NO_AGENT = say("agent_unknown", "does not exist")
_BEFORE_BREAK = say("agent_before_break", "takes nothing new before his break")


def check_agent(interaction: Interaction, agent_id: str) -> str:
    """The agent, if he could take this contact now. Raises IllegalCommand."""
    reason = _against(interaction, agent_id)
    if reason is not None:
        raise IllegalCommand(
            say(
                "agent_cannot_take",
                "agent {agent} {reason}; GET /api/v1/directory shows who is free; a queue takes"
                " the customer in any case",
                agent=agent_id,
                reason=reason,
            )
        )
    return agent_id


def _against(interaction: Interaction, agent_id: str) -> Said | None:
    profile = here().catalogue.find(AgentProfile, agent_id)
    candidate = here().agents.candidate(agent_id)
    if profile is None:
        return _NO_AGENT
    if candidate is None:
        return say("agent_is_disabled", "is disabled")
    if candidate.status is not Status.AVAILABLE:
        return _SAID[candidate.status]
    if belongs_to(interaction, agent_id) and interaction.id in candidate.holds:
        # not of a supervisor: nobody learns that he listens
        return say("agent_is_there", "is at this contact already")
    if candidate.pending not in (None, Status.AVAILABLE):
        return _BEFORE_BREAK
    no_room = candidate.room.get(interaction.channel, 1) < 1
    if interaction.id in candidate.holds or candidate.free < _units(interaction) or no_room:
        return say("agent_busy", "is busy")
    return None


def _units(interaction: Interaction) -> int:
    return interaction.place.terms.units if interaction.place is not None else 0


def check_assignable(interaction: Interaction, agent_id: str) -> str:
    """The agent, if this contact can be kept for him until he is free. Raises IllegalCommand."""
    reason = _against_keeping(interaction, agent_id)
    if reason is not None:
        raise IllegalCommand(
            say(
                "agent_cannot_be_given",
                "agent {agent} {reason}; nothing was changed",
                agent=agent_id,
                reason=reason,
            )
        )
    return agent_id


def _against_keeping(interaction: Interaction, agent_id: str) -> Said | None:
    profile = here().catalogue.find(AgentProfile, agent_id)
    candidate = here().agents.candidate(agent_id)
    if profile is None:
        return _NO_AGENT
    if candidate is None:
        return say("agent_until_enabled", "is disabled, until an admin enables the profile")
    if candidate.capacity < _units(interaction):
        units, has = _units(interaction), candidate.capacity
        return say(
            "agent_lacks_units",
            "could never have it: it takes {units} units, and he has {has}",
            units=units,
            has=has,
        )
    if profile.ceilings.get(interaction.channel) == 0:
        return say(
            "agent_lacks_channel",
            "could never have it: he may have no {channel}",
            channel=interaction.channel,
        )
    if candidate.status is not Status.AVAILABLE:
        return say(
            "agent_until_available",
            "{status}, and takes nothing before he is available",
            status=_SAID[candidate.status],
        )
    if candidate.pending not in (None, Status.AVAILABLE):
        return _BEFORE_BREAK
    return None


def find_queue(queue_id: str) -> QueueSettings:
    """Raises IllegalCommand."""
    queue = here().catalogue.find(QueueSettings, queue_id)
    if queue is None:
        raise IllegalCommand(
            say(
                "queue_unknown",
                "queue {queue} does not exist; GET /api/v1/directory lists those",
                queue=queue_id,
            )
        )
    return queue


def check_number(number: str) -> str:
    """The outside number, if it may be dialled. Raises Invalid."""
    problem = here().number_problem(number)
    if problem is not None:
        raise Invalid(problem)
    return number


def terms_in(queue: QueueSettings, interaction: Interaction, *, anyway: bool) -> Terms:
    """What a customer who is sent there is promised. Raises IllegalCommand if it takes nobody now."""
    terms = here().queues.terms_for_transfer(queue, channel=interaction.channel, anyway=anyway)
    if isinstance(terms, Overflow):
        raise IllegalCommand(
            say(
                "queue_shut",
                "queue {queue} {reason}; choose another, or say `anyway` to send the customer"
                " there all the same",
                queue=queue.id,
                reason=_SHUT[terms],
            )
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
        raise IllegalCommand(
            say(
                "queue_nobody_free",
                "nobody of queue {queue} is free now; GET /api/v1/directory shows who is free; a"
                " queue takes the customer in any case",
                queue=queue_id,
            )
        )
    return found.eligible[0]
