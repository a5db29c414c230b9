"""Matches who waits with who is free. Woken by news, by agents who change, and when time alone changes
who can take whom.

It keeps its own picture, the `Matcher`, made from published events and the agent directory. The
picture may be a moment old: then a reservation or the transition table says no, and the next news
sets the picture right. So two distributors at once would be slow, never wrong.
"""

from collections.abc import Callable, Iterable

import structlog
from gevent import sleep
from gevent.event import Event

from controller.domain.agent import Agent
from controller.domain.commands import MakeOffer
from controller.domain.events import Offered, Queued
from controller.domain.matching import Match, Matcher
from controller.domain.model import Interaction
from controller.domain.routing import waiting_of
from controller.engine import Engine
from controller.errors import IllegalCommand, TandemError
from controller.greenlets import spawn
from controller.ids import new_id, new_leg_id
from controller.ports import AgentDirectory, Aggregate, AnyEvent, Clock, Published

log = structlog.get_logger(__name__)

#: Seconds until an interaction is looked at again whose offer could not be saved.
NOT_SAVED_S = 1.0

#: So many offers are under way to the store at once: what cannot be made must be noticed before the next.
UNSAVED = 16

#: After so many agents taken in at once, others have their turn: a whole shift may sign in.
AT_ONCE = 50


def prompts(event: AnyEvent) -> bool:
    """Whether an offer may follow at once."""
    return isinstance(event, Queued)


class Distributor:
    """Subscribe `notice` to the publisher, then `start`.

    While `ready(channel)` says no, nothing of it is offered: no phone could ring, and agents would
    seem not to respond. Whoever makes it say yes calls `look`.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        agents: AgentDirectory,
        clock: Clock,
        ready: Callable[[str], bool] = lambda channel: True,
    ) -> None:
        self._engine = engine
        self._agents = agents
        self._clock = clock
        self._ready = ready
        self._matcher = Matcher()
        self._changed: dict[str, None] = {}
        self._asked: dict[str, set[str]] = {}
        self._wake = Event()
        self._full = False
        self._stopping = False
        agents.subscribe(self._on_agent)

    def start(self, waiting: Iterable[Interaction] = ()) -> None:
        """Begin, with those who were waiting before a restart."""
        for interaction in waiting:
            self._place(interaction)
        self.look()
        spawn("distributor", self._run)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    def notice(self, published: Published) -> None:
        """Bring the picture up to date with what has happened."""
        if isinstance(published.after, Agent):
            return  # the directory tells
        for event in published.events:
            if isinstance(event, Offered):
                self._answered(event.interaction_id, event.offer_id)
        self._place(published.after)

    def foresee(self, after: Aggregate, event: AnyEvent) -> None:
        """Bring the picture up to date with what is being saved, if it prompts an offer: that can then be
        saved with it. Were it not saved, the offer would be refused, too.

        Not while the database is away: the offer would be over when it is saved, its agent blamed and its
        customer gone, perhaps."""
        if prompts(event) and isinstance(after, Interaction) and not self._engine.late:
            self._place(after)

    def look(self) -> None:
        """Look again: `ready` has changed, which nobody else tells."""
        self._wake.set()

    def waiting_in(self, queue: str) -> list[str]:
        """Interaction ids of a queue, first first; by ring_all those for whom phones ring, too."""
        return self._matcher.waiting_in(queue)

    # --- the picture -----------------------------------------------------------------------------

    def _on_agent(self, agent_id: str) -> None:
        self._changed[agent_id] = None
        self._wake.set()

    def _place(self, interaction: Interaction) -> None:
        if interaction.id in self._asked:
            return  # older news than our own offer
        waiting = waiting_of(interaction)
        if waiting is None:
            self._matcher.remove(interaction.id)
        else:
            self._matcher.put(waiting, self._clock.now())
            self._wake.set()

    def _take_in(self) -> None:
        """The agents who have changed."""
        taken = 0
        while self._changed:
            agent_id = next(iter(self._changed))
            del self._changed[agent_id]
            candidate = self._agents.candidate(agent_id)
            if candidate is None:
                self._matcher.remove_agent(agent_id, self._clock.now())
            else:
                self._matcher.put_agent(candidate, self._clock.now())
            taken += 1
            if taken % AT_ONCE == 0:
                sleep(0)

    # --- matches ---------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            self._wake.wait(timeout=self._until_next_change())
            self._wake.clear()
            if self._stopping:
                return
            try:
                self._serve()
            except Exception:
                log.exception("distributor_failed")
                sleep(NOT_SAVED_S)
                self._wake.set()

    def _until_next_change(self) -> float | None:
        due = self._matcher.next_change()
        return None if due is None else max(0.0, due - self._clock.now()) + 0.001

    def _serve(self) -> None:
        """Until nobody waits whom somebody could take."""
        while not self._stopping:
            self._full = len(self._asked) >= UNSAVED
            if self._full:
                return
            self._take_in()
            now = self._clock.now()
            self._matcher.pass_time(now)
            match = self._matcher.next_match(now, self._ready)
            if match is None:
                return
            self._matcher.remove(match.waiting.id)
            self._offer(match)
            sleep(0)  # the offer goes on its way before the next one is thought about

    def _offer(self, match: Match) -> None:
        waiting = match.waiting
        reserved = 0
        for agent in match.agents:
            if self._agents.reserve(agent, waiting.id, waiting.place.terms.units, waiting.channel):
                self._make_offer(match, agent)
                reserved += 1
                if reserved == match.offers:
                    return
            else:
                self._on_agent(agent)
        if not reserved:
            spawn("offer-again", self._place_again, waiting.id, NOT_SAVED_S)

    def _make_offer(self, match: Match, agent: str) -> None:
        interaction_id, offer_id = match.waiting.id, new_id()
        self._asked.setdefault(interaction_id, set()).add(offer_id)

        def give_back(error: TandemError) -> None:
            self._agents.release(agent, interaction_id)
            self._answered(interaction_id, offer_id)
            log.info("offer_not_made", interaction_id=interaction_id, problem=str(error))
            # What could not be saved is not tried again at once: it would be for ever.
            pause = 0.0 if isinstance(error, IllegalCommand) else NOT_SAVED_S
            spawn("offer-again", self._place_again, interaction_id, pause)

        command = MakeOffer(
            interaction_id=interaction_id,
            offer_id=offer_id,
            agent=agent,
            leg=new_leg_id(),
            why=match.why,
            place=match.waiting.place,
        )
        self._engine.submit(command, refused=give_back)

    def _answered(self, interaction_id: str, offer_id: str) -> None:
        """The engine has said yes or no to our offer; from the last one on, news counts again."""
        asked = self._asked.get(interaction_id)
        if asked is not None:
            asked.discard(offer_id)
            if not asked:
                del self._asked[interaction_id]
                if self._full:
                    self._wake.set()

    def _place_again(self, interaction_id: str, pause_s: float) -> None:
        sleep(pause_s)
        interaction = self._engine.find(interaction_id)
        if interaction is not None:
            self._place(interaction)
