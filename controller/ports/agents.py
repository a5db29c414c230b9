"""The agents, and their phones."""

from collections.abc import Callable, Sequence
from typing import Protocol

from controller.domain.agent import Agent
from controller.domain.routing import Candidate
from controller.domain.words import PhoneState


class AgentDirectory(Protocol):
    """Who could take something now. Only `reserve` takes units, and it is atomic."""

    def declare(self, agent: Agent) -> None:
        """The agent's status is this."""

    def distrust(self, agent_id: str) -> None:
        """Reserve nothing of this agent until his status is declared again."""

    def reserve(
        self,
        agent_id: str,
        interaction_id: str,
        units: int,
        channel: str,
        *,
        own: bool = False,
    ) -> bool:
        """Take `units` of an available agent for the interaction; if it is his `own` doing, a call of
        his, it is enough that he is signed in.

        False, and nothing taken: he is not available, has fewer units, has as much of the channel as
        he may, or is already at this one.
        """

    def note_phone(self, agent_id: str, phone: PhoneState) -> None:
        """What the switch knows of his phone: nothing is offered to him while it is not registered."""

    def hold_units(
        self, agent_id: str, interaction_id: str, units: int, busy_with: str, channel: str
    ) -> None:
        """The agent is at it whatever his status: a reservation becomes a contact, or one is found
        again after a restart."""

    def release(self, agent_id: str, interaction_id: str, idle_from: float | None = None) -> bool:
        """Give the units back. `idle_from`: the agent worked until then, his idle time starts anew.

        True: he is at nothing any more, and a status that he asked for waits for that.
        """

    def candidates(self, queue: str) -> Sequence[Candidate]:
        """The queue's agents who are signed in."""

    def candidate(self, agent_id: str) -> Candidate | None:
        """Any agent with an enabled profile."""

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Called with each agent's id now, and after each change of what `candidate` answers for him.

        It must return at once.
        """


class Phones(Protocol):
    """Which agents' phones the switch knows."""

    def state(self, agent_id: str) -> PhoneState: ...
