"""An agent's own call: his units are taken, and it becomes an interaction of its own.

What his phone dials while he is with a customer is no call of its own: he asks somebody about that one.
"""

from collections.abc import Callable

from controller.domain import commands as c
from controller.domain.agent import ApplyPending
from controller.domain.catalogue import AgentProfile, Did, QueueSettings, agent_at
from controller.domain.channels import VOICE
from controller.domain.model import Interaction
from controller.domain.words import Party, State
from controller.engine import Engine
from controller.errors import IllegalCommand, Invalid, TandemError
from controller.ids import new_id, new_leg_id
from controller.ports import AgentDirectory, Catalogue


class Dialling:
    """`problem_with`: why an outside number may not be called, in words, or None."""

    def __init__(
        self,
        *,
        engine: Engine,
        agents: AgentDirectory,
        catalogue: Catalogue,
        problem_with: Callable[[str], str | None],
    ) -> None:
        self._engine = engine
        self._agents = agents
        self._catalogue = catalogue
        self._problem_with = problem_with

    def place(
        self,
        agent_id: str,
        number: str,
        queue_id: str | None = None,
        *,
        leg: str | None = None,
        shown: str | None = None,
    ) -> Interaction:
        """Call `number` on behalf of a queue, by default the agent's first. Blocks until it is saved.

        `leg`: that of the agent's phone where it has dialled by itself; else his phone rings first.
        `shown`: the number of ours that the customer sees, by default the queue's.
        Raises NotFound, Invalid, IllegalCommand, StoreUnavailable.
        """
        profile = self._catalogue.get(AgentProfile, agent_id)
        queue = self._queue(profile, queue_id)
        problem = self._problem_with(number)
        if problem is not None:
            raise Invalid(problem)
        dialled = self._shown(queue, shown)
        interaction_id, terms = new_id(), queue.terms()
        if not self._agents.reserve(agent_id, interaction_id, terms.units, VOICE, own=True):
            raise IllegalCommand(
                f"agent {agent_id} is not signed in, or is at something else; sign in, or end that"
            )
        command = c.PlaceCall(
            interaction_id=interaction_id,
            channel=VOICE,
            agent=agent_id,
            segment_id=new_id(),
            agent_leg=leg or new_leg_id(),
            address=number,
            dialled=dialled,
            queue=queue.id,
            terms=terms,
        )
        try:
            after = self._engine.handle(command)
        except TandemError:
            if self._agents.release(agent_id, interaction_id):
                self._engine.submit(ApplyPending(agent_id=agent_id))
            raise
        assert isinstance(after, Interaction)
        return after

    def place_from_phone(self, extension: str, number: str, leg: str) -> Interaction:
        """The agent's phone has dialled. Raises as `place`."""
        agent = self._owner_of(extension)
        if agent is None:
            raise Invalid(f"no agent has extension {extension}")
        contact = next((i for i in self._engine.live() if _is_with(agent, i)), None)
        if contact is None:
            return self.place(agent, number, leg=leg)
        return self._ask(contact, number, leg)

    def _ask(self, contact: Interaction, number: str, line: str) -> Interaction:
        """A consult on the second line of his phone. That it holds the customer on the first may be
        news still on its way, so the contact itself looks at that."""
        assert contact.segment is not None
        colleague = self._owner_of(number)
        problem = None if colleague is not None else self._problem_with(number)
        if problem is not None:
            raise Invalid(problem)
        after = self._engine.handle(
            c.StartConsult(
                interaction_id=contact.id,
                segment_id=contact.segment.id,
                consult_id=new_id(),
                leg=new_leg_id(),
                kind=Party.OUTSIDE if colleague is None else Party.AGENT,
                party=colleague or number,
                line=line,
            )
        )
        assert isinstance(after, Interaction)
        return after

    def _owner_of(self, extension: str) -> str | None:
        return agent_at(extension, self._catalogue.all(AgentProfile))

    def _shown(self, queue: QueueSettings, wanted: str | None) -> str:
        """Nobody calls under a number that is not ours."""
        if wanted is None or wanted == queue.caller_id:
            return queue.caller_id or ""
        if self._catalogue.find(Did, wanted) is None:
            raise Invalid(
                "the number to be shown is none of ours; name one that customers can dial"
            )
        return wanted

    def _queue(self, profile: AgentProfile, queue_id: str | None) -> QueueSettings:
        if queue_id is None:
            queue_id = next(iter(profile.queues), None)
        if queue_id is None:
            raise IllegalCommand(
                f"agent {profile.id} serves no queue; name the queue on whose behalf he calls"
            )
        return self._catalogue.get(QueueSettings, queue_id)


def _is_with(agent: str, i: Interaction) -> bool:
    """Whether the agent has the customer of this contact; he may be with one at most."""
    segment = i.segment
    return (
        i.channel == VOICE
        and i.state is State.CONNECTED
        and segment is not None
        and segment.agent == agent
    )
