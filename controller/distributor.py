"""Matches who waits with who is free. Woken by news, and when an agent's refusal lapses.

It keeps its own picture of the queues, made from published events. The picture may be a moment old:
then a reservation or the transition table says no, and the next news sets the picture right. So two
distributors at once would be slow, never wrong.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from uuid import uuid4

import structlog
from gevent import sleep
from gevent.event import Event

from controller.domain import routing
from controller.domain.agent import Agent, Status
from controller.domain.commands import MakeOffer
from controller.domain.events import OfferDeclined, OfferExpired, OfferWithdrawn, SegmentClosed
from controller.domain.model import Interaction, State
from controller.domain.routing import Candidate, Waiting
from controller.engine import Engine
from controller.errors import IllegalCommand, TandemError
from controller.greenlets import spawn
from controller.ports import AgentDirectory, Clock, Published

log = structlog.get_logger(__name__)

#: After these an agent may have units again. The reactions have given them back by then.
_FREES_AN_AGENT = frozenset({OfferDeclined, OfferExpired, OfferWithdrawn, SegmentClosed})

#: Seconds until an interaction is looked at again whose offer could not be saved.
NOT_SAVED_S = 1.0


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
        self._looked_at = clock.now()
        self._waiting: dict[str, Waiting] = {}
        self._order: dict[str, list[routing.OrderKey]] = {}
        self._dirty: set[str] = set()
        self._wake = Event()
        self._stopping = False

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
            self._dirty.update(self._order)
        else:
            self._place(published.after)
            if any(type(event) in _FREES_AN_AGENT for event in published.events):
                self._dirty.update(self._order)
        if self._dirty:
            self._wake.set()

    def look(self) -> None:
        """Look at every queue again: what is not published has changed (profiles, `ready`)."""
        self._dirty.update(self._order)
        self._wake.set()

    def waiting_in(self, queue: str) -> list[str]:
        """Interaction ids of a queue, first first."""
        return [key[-1] for key in self._order.get(queue, ())]

    def _place(self, interaction: Interaction) -> None:
        self._remove(interaction.id)
        if interaction.state is not State.QUEUED or interaction.place is None:
            return
        waiting = Waiting(id=interaction.id, place=interaction.place, refusals=interaction.refusals)
        self._waiting[waiting.id] = waiting
        insort(self._order.setdefault(waiting.place.queue, []), routing.order_key(waiting))
        self._dirty.add(waiting.place.queue)

    def _remove(self, interaction_id: str) -> None:
        waiting = self._waiting.pop(interaction_id, None)
        if waiting is None:
            return
        order = self._order[waiting.place.queue]
        del order[bisect_left(order, routing.order_key(waiting))]
        if not order:
            del self._order[waiting.place.queue]

    def _run(self) -> None:
        while True:
            self._wake.wait(timeout=self._next_retry())
            self._wake.clear()
            if self._stopping:
                return
            self._serve(self._take_due())

    def _next_retry(self) -> float | None:
        """Seconds until an agent who refused somebody may be asked again; None: nobody did."""
        ends = [until for _, until in self._refusals() if until > self._looked_at]
        return max(0.0, min(ends) - self._clock.now()) + 0.001 if ends else None

    def _refusals(self) -> Iterator[tuple[str, float]]:
        for waiting in self._waiting.values():
            for refusal in waiting.refusals:
                yield waiting.place.queue, refusal.until

    def _take_due(self) -> set[str]:
        """The queues with news, and those where a refusal has lapsed since the last look."""
        before, self._looked_at = self._looked_at, self._clock.now()
        due, self._dirty = self._dirty, set()
        due.update(queue for queue, until in self._refusals() if before < until <= self._looked_at)
        return due

    def _serve(self, queues: Iterable[str]) -> None:
        """Offer to the queues' customers in their common order, until no agent of a queue is free.

        In one order over all queues: an agent of two would otherwise always serve the same first.
        """
        free: dict[str, Sequence[Candidate]] = {}
        ahead = dict.fromkeys(queues, 0)
        for key in merge(*(list(self._order.get(queue, ())) for queue in ahead)):
            waiting = self._waiting.get(key[-1])
            if waiting is None or waiting.place.queue not in ahead:
                continue
            queue = waiting.place.queue
            if queue not in free:
                free[queue] = self._agents.candidates(queue)
            if not any(_is_free(candidate) for candidate in free[queue]):
                continue
            try:
                offered = self._offer(waiting, free[queue], ahead[queue])
            except Exception:
                log.exception("distributor_failed", interaction_id=waiting.id, queue=queue)
                continue
            if offered:
                free.clear()
            else:
                ahead[queue] += 1

    def _offer(self, waiting: Waiting, candidates: Iterable[Candidate], ahead: int) -> bool:
        interaction = self._engine.find(waiting.id)
        if interaction is None or not self._ready(interaction.channel):
            return False
        names, why = routing.longest_idle(waiting, candidates, self._clock.now(), ahead)
        for agent in names:
            if not self._agents.reserve(agent, waiting.id, waiting.place.terms.units):
                continue
            self._remove(waiting.id)

            def give_back(error: TandemError, agent: str = agent) -> None:
                self._agents.release(agent, waiting.id)
                log.info("offer_not_made", interaction_id=waiting.id, problem=str(error))
                # What could not be saved is not tried again at once: it would be for ever.
                pause = 0.0 if isinstance(error, IllegalCommand) else NOT_SAVED_S
                spawn("offer-again", self._place_again, waiting.id, pause)

            command = MakeOffer(
                interaction_id=waiting.id,
                offer_id=str(uuid4()),
                agent=agent,
                leg=str(uuid4()),
                why=why,
            )
            self._engine.submit(command, refused=give_back)
            return True
        return False

    def _place_again(self, interaction_id: str, pause_s: float) -> None:
        sleep(pause_s)
        interaction = self._engine.find(interaction_id)
        if interaction is not None:
            self._place(interaction)
        self.look()


def _is_free(candidate: Candidate) -> bool:
    return candidate.status is Status.AVAILABLE and candidate.free > 0
