"""The present, indexed by what feeds ask for. Kept from news; tells which subjects each change touches.

Everything in it could be computed from engine, agent directory and catalogue at any moment: a new
Picture over the same ones is equal to one that has followed all news.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from console.api.schemas.interactions import queue_of
from console.live.load import FREE, Doing, at_desk, doing, listening, standing
from console.live.subjects import AGENT, DESK, INTERACTION, NUMBER, QUEUE, REASON, SETUP, Subject
from console.services import Engine
from controller.domain.agent import Agent
from controller.domain.catalogue import AgentProfile
from controller.domain.model import Interaction
from controller.domain.words import State
from controller.ports import AgentDirectory, Catalogue, Published

WAITING = frozenset({State.QUEUED, State.OFFERED})


class _Where(NamedTuple):
    """Under what a contact is indexed. `waits`: in which queue, since when."""

    queue: str | None = None
    waits: tuple[str, float] | None = None
    at: frozenset[str] = frozenset()
    desk: frozenset[str] = frozenset()


_NOWHERE = _Where()


def _where(interaction: Interaction) -> _Where:
    place = interaction.place if interaction.state in WAITING else None
    desk = at_desk(interaction)
    return _Where(
        queue=queue_of(interaction),
        waits=None if place is None else (place.queue, place.entered_at),
        at=desk | listening(interaction) if interaction.monitors else desk,
        desk=desk,
    )


class Picture:
    """`touch` is called with each subject that may look different now, and must return at once."""

    def __init__(
        self,
        *,
        engine: Engine,
        agents: AgentDirectory,
        catalogue: Catalogue,
        touch: Callable[[Subject], None],
    ) -> None:
        self.interactions: dict[str, Interaction] = {}
        self._indexed: dict[str, _Where] = {}
        self.agents: dict[str, Agent] = {agent.id: agent for agent in engine.agent_states()}
        #: Queue to those who wait in it, with the time each joined; to its open contacts.
        self.waiting: dict[str, dict[str, float]] = {}
        self.open: dict[str, dict[str, None]] = {}
        #: Agent to the contacts he is at.
        self.at: dict[str, dict[str, None]] = {}
        #: Queue to its agents, counted by what they do; and each agent's part in that.
        self.crews: dict[str, Counter[str]] = {}
        #: Everybody likewise, who may be there at all.
        self.everybody: Counter[str] = Counter()
        self._counted: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._catalogue = catalogue
        self._touch: Callable[[Subject], None] = lambda subject: None
        for interaction in engine.live():
            self._put(interaction)
        for profile in catalogue.all(AgentProfile):
            self._count(profile.id)
        self._touch = touch
        agents.subscribe(lambda agent_id: self._touch(Subject(AGENT, agent_id)))
        catalogue.subscribe(self._on_catalogue)

    def notice(self, published: Published) -> None:
        after = published.after
        if isinstance(after, Agent):
            self.agents[after.id] = after
            self._count(after.id)
            self._touch(Subject(AGENT, after.id))
        else:
            self._put(after)

    def doing(self, agent_id: str) -> Doing:
        at = self.at.get(agent_id)
        return doing(agent_id, (self.interactions[i] for i in at)) if at else FREE

    def standing(self, agent_id: str) -> str:
        """The field of AgentCounts that counts him."""
        return standing(self.agents.get(agent_id), self.doing(agent_id))

    # --- contacts --------------------------------------------------------------------------------

    def _put(self, after: Interaction) -> None:
        before = self.interactions.get(after.id)
        if before is not None and before.version >= after.version:
            return  # it was read from the engine, which is ahead of its news
        was, now = self._indexed.pop(after.id, _NOWHERE), _where(after)
        if after.closed:
            self.interactions.pop(after.id, None)
            self._move(after.id, was, _NOWHERE)
        else:
            self.interactions[after.id] = after
            self._indexed[after.id] = now
            self._move(after.id, was, now)
        self._tell(after.id, was, now)

    def _move(self, interaction_id: str, was: _Where, now: _Where) -> None:
        if was == now:
            return
        if was.queue is not None:
            _take_out(self.open, was.queue, interaction_id)
        if was.waits is not None:
            _take_out(self.waiting, was.waits[0], interaction_id)
        for agent_id in was.at - now.at:
            _take_out(self.at, agent_id, interaction_id)
        if now.queue is not None:
            self.open.setdefault(now.queue, {})[interaction_id] = None
        if now.waits is not None:
            self.waiting.setdefault(now.waits[0], {})[interaction_id] = now.waits[1]
        for agent_id in now.at - was.at:
            self.at.setdefault(agent_id, {})[interaction_id] = None

    def _tell(self, interaction_id: str, was: _Where, now: _Where) -> None:
        self._touch(Subject(INTERACTION, interaction_id))
        for queue in {was.queue, now.queue}:
            if queue is not None:
                self._touch(Subject(QUEUE, queue))
        for agent_id in was.at | now.at:
            self._count(agent_id)
            self._touch(Subject(AGENT, agent_id))
        for agent_id in was.desk | now.desk:
            self._touch(Subject(DESK, agent_id))

    # --- agents ----------------------------------------------------------------------------------

    def _on_catalogue(self, kind: str, entry_id: str) -> None:
        if kind == "agent":
            self._count(entry_id)
            self._touch(Subject(AGENT, entry_id))
        elif kind == "queue":
            self._touch(Subject(QUEUE, entry_id))
        elif kind == "did":
            self._touch(Subject(NUMBER, entry_id))
        elif kind == "reason":
            self._touch(Subject(REASON, entry_id))
        self._touch(Subject(SETUP, kind))

    def _count(self, agent_id: str) -> None:
        """Take over what he does; the queues in whose counts that changes something are touched."""
        profile = self._catalogue.find(AgentProfile, agent_id)
        before = self._counted.pop(agent_id, None)
        now = None
        if profile is not None and profile.enabled:
            now = (self.standing(agent_id), tuple(dict.fromkeys(profile.queues)))
            self._counted[agent_id] = now
        if now == before:
            return
        queues: dict[str, None] = {}
        for part, by in ((before, -1), (now, 1)):
            if part is not None:
                self.everybody[part[0]] += by
                for queue in part[1]:
                    self.crews.setdefault(queue, Counter())[part[0]] += by
                    queues[queue] = None
        for queue in queues:
            self._touch(Subject(QUEUE, queue))


def _take_out(
    index: dict[str, dict[str, None]] | dict[str, dict[str, float]], key: str, of: str
) -> None:
    inner = index[key]
    del inner[of]
    if not inner:
        del index[key]


def profiles_of(catalogue: Catalogue) -> Iterable[AgentProfile]:
    """Agents who may be there at all."""
    return (profile for profile in catalogue.all(AgentProfile) if profile.enabled)
