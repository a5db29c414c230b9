"""The one way into a queue: takes the customer, or says why not and whether another queue has him.

A queue that is closed, full or without anybody signed in turns him away, which is an event of its own.
Where its `overflow` names another queue for that reason, that one is asked next, each at most once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from controller.domain import commands as c
from controller.domain.agent import Status
from controller.domain.catalogue import QueueSettings
from controller.domain.model import GivenBack, Interaction, Place, Terms
from controller.domain.returning import is_known, last_agent, redial_credit
from controller.domain.schedule import Schedule
from controller.domain.words import Overflow
from controller.errors import StoreError
from controller.ports import (
    AgentDirectory,
    AnyCommand,
    Catalogue,
    Clock,
    InteractionFilter,
    Store,
    Wish,
)
from controller.waiting.forecast import Forecast
from controller.waiting.room import WaitingRoom

log = structlog.get_logger(__name__)

DAY_S = 86_400.0

#: The strategy of queues that look for a customer's last agent.
LAST_AGENT = "last_agent"

#: So many of a customer's contacts are looked at, and a wait is taken to be no longer than that.
LOOK_BACK, LONGEST_WAIT_S = 20, DAY_S

#: Why there is no way in when the queue does not even exist.
UNKNOWN_QUEUE = "unknown_queue"


class Joining:
    """The port Queues. `handle` is the engine's: it returns when the command is saved."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        clock: Clock,
        room: WaitingRoom,
        forecast: Forecast,
        agents: AgentDirectory,
        store: Store,
        handle: Callable[[AnyCommand], object],
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._room = room
        self._forecast = forecast
        self._agents = agents
        self._store = store
        self._handle = handle

    def join(
        self,
        interaction: Interaction,
        wish: Wish,
        admitted: Callable[[QueueSettings], None] = lambda queue: None,
    ) -> str | None:
        back = interaction.flow.given_back if interaction.flow is not None else None
        wanted: str | None = wish.queue
        asked: set[str] = set()
        if back is not None and back.to is not None:
            wanted = back.to
            asked.update(back.overflowed_from)
        while True:
            queue = self._catalogue.find(QueueSettings, wanted) if wanted else None
            if queue is None:
                log.error("queue_missing", queue=wanted, remedy="make it, or name another")
                return UNKNOWN_QUEUE
            reason = self._refusal(interaction.id, queue)
            if reason is None:
                self._enter(interaction, queue, wish, back, admitted)
                return None
            asked.add(queue.id)
            wanted = queue.overflow.get(reason.value)
            wanted = None if wanted in asked else wanted
            self._handle(
                c.TurnAway(
                    interaction_id=interaction.id, queue=queue.id, reason=reason.value, to=wanted
                )
            )
            if wanted is None:
                return reason.value

    def terms_for_transfer(
        self, queue: QueueSettings, *, channel: str, anyway: bool = False
    ) -> Terms | Overflow:
        """What a customer whom an agent sends here is promised, or why the queue does not take him.

        `anyway`: it does, and neither closing time nor empty chairs end his wait.
        """
        if anyway:
            return replace(queue.terms(channel), nobody_s=None)
        reason = self._shut(queue)
        if reason is not None:
            return reason
        if queue.max_length is not None and self._room.length(queue.id) >= queue.max_length:
            return Overflow.FULL
        return queue.terms(channel, closes_at=self._closes_at(queue, self._clock.now()))

    def _refusal(self, interaction_id: str, queue: QueueSettings) -> Overflow | None:
        """Why the queue does not take him; None: it does, and a place is kept."""
        reason = self._shut(queue)
        if reason is None and not self._room.admit(interaction_id, queue.id, queue.max_length):
            return Overflow.FULL
        return reason

    def _shut(self, queue: QueueSettings) -> Overflow | None:
        """Why the queue takes nobody at present."""
        now = self._clock.now()
        schedule = self._schedule(queue)
        if schedule is not None and not schedule.is_open(now):
            return Overflow.CLOSED
        if queue.nobody_s is not None:
            emptied = self._room.staff.empty_since(queue.id)
            if emptied is not None and emptied + queue.nobody_s <= now:
                return Overflow.NOBODY
        return None

    def _closes_at(self, queue: QueueSettings, now: float) -> float | None:
        schedule = self._schedule(queue) if queue.closing_ends_waits else None
        return None if schedule is None else schedule.next_change(now)

    def _schedule(self, queue: QueueSettings) -> Schedule | None:
        if queue.schedule is None:
            return None
        found = self._catalogue.find(Schedule, queue.schedule)
        if found is None:
            log.error("schedule_missing", queue=queue.id, taken_as="open")
        return found

    def _enter(
        self,
        interaction: Interaction,
        queue: QueueSettings,
        wish: Wish,
        back: GivenBack | None,
        admitted: Callable[[QueueSettings], None],
    ) -> None:
        try:
            admitted(queue)
            self._handle(self._command(interaction, queue, wish, back))
        except BaseException:
            self._room.forget(interaction.id)
            raise

    def _command(
        self, interaction: Interaction, queue: QueueSettings, wish: Wish, back: GivenBack | None
    ) -> c.EnterQueue:
        earlier = self._earlier(interaction, queue)
        now = self._clock.now()
        own = queue.id == wish.queue
        credit_s, credit_for = _credit(queue, back, earlier, now)
        preferred = self._last_agent(queue, earlier, now)
        terms = queue.terms(
            interaction.channel,
            music=wish.music,
            max_wait_s=wish.max_wait_s if own else None,
            closes_at=self._closes_at(queue, now),
            telling=wish.telling,
        )
        place = Place(
            queue=queue.id,
            since=now - credit_s,
            entered_at=now,
            priority=queue.priority + wish.priority,
            terms=terms,
        )
        outlook = self._forecast.joining(interaction.id, place)
        return c.EnterQueue(
            interaction_id=interaction.id,
            queue=queue.id,
            terms=terms,
            priority=place.priority,
            skills={**queue.skills, **wish.skills},
            credit_s=credit_s,
            credit_for=credit_for,
            preferred=preferred,
            preferred_until=None if preferred is None else now + queue.last_agent_s,
            position=outlook.position,
            expected_s=outlook.expected_s,
        )

    def _earlier(self, interaction: Interaction, queue: QueueSettings) -> Sequence[Interaction]:
        """His other contacts, newest first, as far as the queue wants to know of them."""
        look_back_s = max(
            queue.redial_s + LONGEST_WAIT_S if queue.redial_s is not None else 0.0,
            queue.last_agent_days * DAY_S if queue.strategy == LAST_AGENT else 0.0,
        )
        if not look_back_s or not is_known(interaction.address):
            return ()
        wanted = InteractionFilter(
            address=interaction.address,
            since=self._clock.now() - look_back_s,
            newest_first=True,
            limit=LOOK_BACK,
        )
        try:
            found = self._store.interactions(wanted)
        except StoreError as error:
            # He is not turned away for that.
            log.warning("earlier_contacts_unknown", interaction_id=interaction.id, why=str(error))
            return ()
        return [contact for contact in found if contact.id != interaction.id]

    def _last_agent(
        self, queue: QueueSettings, earlier: Sequence[Interaction], now: float
    ) -> str | None:
        """Who talked with him last, if he could take him: serves the queue and is signed in."""
        if queue.strategy != LAST_AGENT:
            return None
        agent = last_agent(earlier, now - queue.last_agent_days * DAY_S)
        found = self._agents.candidate(agent) if agent is not None else None
        if found is None or queue.id not in found.queues or found.status is Status.OFFLINE:
            return None
        return agent


def _credit(
    queue: QueueSettings, back: GivenBack | None, earlier: Sequence[Interaction], now: float
) -> tuple[float, str | None]:
    """Seconds that count as waited already, and why they do."""
    if back is not None and back.since is not None:
        return max(0.0, now - back.since), "moved"
    if queue.redial_s is not None:
        seconds = redial_credit(earlier, queue.id, now - queue.redial_s)
        if seconds > 0:
            return seconds, "redial"
    return 0.0, None
