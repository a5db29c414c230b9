"""Everybody who waits, in order, from published events: how many there are, and who is where.

Here, too, ends the wait of those whose queue nobody serves any more: with a timer for each, which is
set and cancelled as agents sign out and in.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable

from controller.domain import routing
from controller.domain.agent import Agent
from controller.domain.commands import LeaveQueue
from controller.domain.model import Interaction, Place
from controller.domain.routing import OrderKey, Waiting
from controller.domain.words import Overflow, State
from controller.ports import Catalogue, Published, Timers
from controller.waiting.staff import Staff

WAITING = frozenset({State.QUEUED, State.OFFERED})


class WaitingRoom:
    """Subscribe `notice` to the publisher, then `start`. `reload` when agents' profiles change.

    Who was admitted and whose Queued is not published yet is counted, so that a crowd that comes in
    one moment does not overfill a queue.
    """

    def __init__(self, *, catalogue: Catalogue, timers: Timers) -> None:
        self.staff = Staff(catalogue)
        self._timers = timers
        self._places: dict[str, Place] = {}
        self._order: dict[str, list[OrderKey]] = {}
        self._coming: dict[str, str] = {}
        self._subscribers: list[Callable[[str], None]] = []

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Called with a queue after each change of who waits there. It must return at once."""
        self._subscribers.append(callback)

    def start(self, agents: Iterable[Agent], waiting: Iterable[Interaction]) -> None:
        """Begin with what was so before a restart."""
        self.staff.start(agents)
        for interaction in waiting:
            self._put(interaction)

    def notice(self, published: Published) -> None:
        if isinstance(published.after, Agent):
            self._watch_queues(self.staff.declare(published.after))
        else:
            self._put(published.after)

    def reload(self) -> None:
        """Agents' profiles have changed."""
        self.staff.reload()
        self._watch_queues(tuple(self._order))

    # --- asked when somebody joins ---------------------------------------------------------------

    def admit(self, interaction_id: str, queue: str, most: int | None) -> bool:
        """Keep a place for the interaction, unless `most` wait there already."""
        length = self.length(queue) + sum(1 for coming in self._coming.values() if coming == queue)
        if most is not None and length >= most:
            return False
        self._coming[interaction_id] = queue
        return True

    def forget(self, interaction_id: str) -> None:
        """He was admitted and did not come."""
        self._coming.pop(interaction_id, None)

    def length(self, queue: str) -> int:
        """How many wait there, those who are being offered included."""
        return len(self._order.get(queue, ()))

    def place(self, interaction_id: str) -> Place | None:
        """Where he waits; None: he does not."""
        return self._places.get(interaction_id)

    def position_for(self, interaction_id: str, place: Place) -> int:
        """1 for who is, or would be, first in that queue."""
        return bisect_left(self._order.get(place.queue, ()), _key(interaction_id, place)) + 1

    # --- the picture -----------------------------------------------------------------------------

    def _put(self, interaction: Interaction) -> None:
        place = interaction.place if interaction.state in WAITING else None
        before = self._places.get(interaction.id)
        if place is before:
            return
        if before is not None:
            order = self._order[before.queue]
            del order[bisect_left(order, _key(interaction.id, before))]
            del self._places[interaction.id]
            if not order:
                del self._order[before.queue]
        if place is not None:
            self._places[interaction.id] = place
            insort(self._order.setdefault(place.queue, []), _key(interaction.id, place))
        if place is not None or interaction.state is State.ENDED:
            self._coming.pop(interaction.id, None)
        self._watch(interaction.id)
        for queue in {known.queue for known in (before, place) if known is not None}:
            for subscriber in self._subscribers:
                subscriber(queue)

    # --- nobody signed in ------------------------------------------------------------------------

    def _watch_queues(self, queues: Iterable[str]) -> None:
        for queue in queues:
            for key in self._order.get(queue, ()):
                self._watch(key[-1])

    def _watch(self, interaction_id: str) -> None:
        place = self._places.get(interaction_id)
        limit_s = None if place is None else place.terms.nobody_s
        emptied = None if place is None else self.staff.empty_since(place.queue)
        if limit_s is None or emptied is None:
            self._timers.cancel(f"nobody:{interaction_id}")
        else:
            command = LeaveQueue(interaction_id=interaction_id, reason=Overflow.NOBODY.value)
            self._timers.set(f"nobody:{interaction_id}", max(0.0, emptied + limit_s), command)


def _key(interaction_id: str, place: Place) -> OrderKey:
    return routing.order_key(Waiting(id=interaction_id, place=place))
