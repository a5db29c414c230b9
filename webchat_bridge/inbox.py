"""The way in for what customers write: to the contact that is open in their thread, or a new one.

`receive` returns once the message is saved, and not before may a channel tell its peer so. Until then the
peer tells of it again, and a message known already is not taken twice: the open contact remembers what it
heard, and so do the last ones of the same address.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid5

from gevent.lock import RLock

from controller.domain import commands as c
from controller.domain.channels import VOICE
from controller.domain.model import Interaction
from controller.domain.words import State
from controller.errors import CommandOutdated
from controller.ids import new_id
from controller.ports import (
    AnyCommand,
    Clock,
    InteractionFilter,
    Published,
    Publisher,
    Queues,
    Store,
    Wish,
)
from webchat_bridge.incoming import Incoming, Received

_CONTACTS = UUID("7a4e5f0e-5c1b-4c39-9d4b-6a1a7f4f9c11")

#: So many earlier contacts of an address are asked whether they know a message.
LOOK_BACK = 10


class Inbox:
    """`handle` is the engine's: it returns when the command is saved. `queue_of`: from a channel and what was
    written to there to the id of the queue."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        queues: Queues,
        handle: Callable[[AnyCommand], object],
        queue_of: Callable[[str, str], str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._queues = queues
        self._handle = handle
        self._queue_of = queue_of
        self._open: dict[tuple[str, str], str] = {}
        self._locks: dict[tuple[str, str], tuple[RLock, int]] = {}

    def start(self, publisher: Publisher, open_contacts: Iterable[Interaction]) -> None:
        """`open_contacts`: as they were when the last process ended, perhaps before one was in its queue."""
        publisher.subscribe("inbox", self._notice)
        for interaction in open_contacts:
            self._note(interaction)
            if interaction.channel == VOICE or interaction.state is not State.ARRIVED:
                continue
            if interaction.thread is None:
                self._finish(interaction.id, "nothing was written", failed=True)
            else:
                self._join(interaction)

    def contact_of(self, channel: str, thread: str) -> str | None:
        """The open contact of a thread."""
        return self._open.get((channel, thread))

    def receive(self, incoming: Incoming) -> Received:
        """Raises as the engine's `handle`: then nothing is sure, and the channel tells of it again."""
        key = (incoming.channel, incoming.thread)
        with self._alone(key):
            known = self._open.get(key)
            if known is not None:
                try:
                    return self._join(self._take(known, incoming))
                except CommandOutdated:
                    self._open.pop(key, None)  # it ended in this moment
            earlier = self._heard_by(incoming)
            if earlier is not None:
                return Received(interaction_id=earlier)
            return self._begin(key, incoming)

    def _begin(self, key: tuple[str, str], incoming: Incoming) -> Received:
        """The id comes from the first message: told again because the database was too slow to answer, it
        finds the same contact, and not another."""
        first = "\n".join((incoming.channel, incoming.thread, incoming.external_id))
        interaction_id = str(uuid5(_CONTACTS, first))
        try:
            return self._arrive(interaction_id, key, incoming)
        except CommandOutdated:
            self._open.pop(key, None)
        if _has(self._store.interaction(interaction_id), incoming):
            return Received(interaction_id=interaction_id)  # long over
        return self._arrive(new_id(), key, incoming)  # it ended before its first message was saved

    def _arrive(self, interaction_id: str, key: tuple[str, str], incoming: Incoming) -> Received:
        self._handle(
            c.Arrive(
                interaction_id=interaction_id,
                channel=incoming.channel,
                leg=incoming.thread,
                address=incoming.address,
                name=incoming.name,
                dialled=incoming.entry,
                arrived_at=self._clock.now(),
            )
        )
        self._open[key] = interaction_id
        # Before the queue: an agent who is free this moment finds it there.
        return self._join(self._take(interaction_id, incoming))

    def _take(self, interaction_id: str, incoming: Incoming) -> Interaction:
        after = self._handle(_message(interaction_id, incoming))
        assert isinstance(after, Interaction)
        return after

    def _join(self, interaction: Interaction) -> Received:
        """Into its queue, unless it is there already, or beyond."""
        reason = None
        if interaction.state is State.ARRIVED:
            queue = self._queue_of(interaction.channel, interaction.dialled)
            reason = self._queues.join(interaction, Wish(queue=queue))
            if reason is not None:
                self._finish(interaction.id, reason)
                self._open.pop((interaction.channel, interaction.leg), None)
        return Received(interaction_id=interaction.id, turned_away=reason)

    def _finish(self, interaction_id: str, reason: str, *, failed: bool = False) -> None:
        self._handle(c.Finish(interaction_id=interaction_id, reason=reason, failed=failed))

    def _heard_by(self, incoming: Incoming) -> str | None:
        """The earlier contact that has this message already."""
        wanted = InteractionFilter(address=incoming.address, newest_first=True, limit=LOOK_BACK)
        found = self._store.interactions(wanted)
        return next((contact.id for contact in found if _has(contact, incoming)), None)

    def _notice(self, published: Published) -> None:
        if isinstance(published.after, Interaction):
            self._note(published.after)

    def _note(self, interaction: Interaction) -> None:
        key = (interaction.channel, interaction.leg)
        if interaction.ended_at is None:
            self._open.setdefault(key, interaction.id)
        elif self._open.get(key) == interaction.id:
            del self._open[key]

    @contextmanager
    def _alone(self, key: tuple[str, str]) -> Iterator[None]:
        """One message of a thread at a time: two at once would begin two contacts."""
        lock, users = self._locks.get(key, (RLock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)


def _message(interaction_id: str, incoming: Incoming) -> c.ReceiveMessage:
    return c.ReceiveMessage(
        interaction_id=interaction_id,
        message_id=new_id(),
        external_id=incoming.external_id,
        parts=incoming.parts,
        written_at=incoming.written_at,
        envelope=incoming.envelope,
    )


def _has(contact: Interaction | None, incoming: Incoming) -> bool:
    """Whether the contact has this message already."""
    return (
        contact is not None
        and (contact.channel, contact.leg) == (incoming.channel, incoming.thread)
        and contact.thread is not None
        and incoming.external_id in contact.thread.heard
    )
