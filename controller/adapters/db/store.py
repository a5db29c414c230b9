"""The store on SQLite or PostgreSQL."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import gevent
from pydantic_core import from_json
from sqlalchemy import Connection, Select, delete, not_, select, tuple_

from controller.adapters.db import tables as t
from controller.adapters.db.codec import Codec
from controller.adapters.db.database import Database, open_database
from controller.adapters.db.statements import BATCH, fold, rows_of
from controller.domain.agent import Agent
from controller.domain.model import Interaction
from controller.ports import AnyEvent, Change, InteractionFilter

#: Rows fetched at a time: one report must not keep every other reader waiting.
PAGE = 1000
#: Rows decoded (some 20 µs each) before the other greenlets get a turn.
TURN = 50

T = TypeVar("T")

_INTERACTIONS = select(t.interactions.c.id, t.interactions.c.snapshot)
_AGENTS = select(t.agents.c.id, t.agents.c.snapshot)


class SqlStore:
    """`Store` over one database. `upgrade()` must have run before anything else.

    What an agent had: the interactions that were offered to him. What a queue had: those that came to it.
    """

    def __init__(self, url: str) -> None:
        """`url`: see `open_database`. Does not connect yet; raises Invalid."""
        self.database: Database = open_database(url)
        self._codec = Codec()

    def upgrade(self) -> None:
        """Create the schema, or bring it up to date. Raises Invalid when a newer Tandem made it."""
        self.database.upgrade()

    def commit(self, changes: Sequence[Change]) -> None:
        if changes:
            self.database.save(rows_of(fold(changes), self._codec))

    def holds(self, change: Change) -> bool:
        query = select(t.events.c.type, t.events.c.data).where(
            t.events.c.stream == change.stream,
            t.events.c.version.between(change.before_version + 1, change.after.version),
        )
        stored = self._rows(query.order_by(t.events.c.version))
        # As values, for a database may write its JSON in another order.
        return [(row.type, from_json(row.data)) for row in stored] == [
            (type(event).__name__, from_json(self._codec.encode(event))) for event in change.events
        ]

    def interaction(self, interaction_id: str) -> Interaction | None:
        found = self._rows(_INTERACTIONS.where(t.interactions.c.id == interaction_id))
        return self._codec.interaction(*found[0]) if found else None

    def agent(self, agent_id: str) -> Agent | None:
        found = self._rows(_AGENTS.where(t.agents.c.id == agent_id))
        return self._codec.agent(*found[0]) if found else None

    def open_interactions(self) -> Sequence[Interaction]:
        query = _INTERACTIONS.where(not_(t.interactions.c.closed)).order_by(
            t.interactions.c.arrived_at, t.interactions.c.id
        )
        return [self._codec.interaction(*row) for row in _in_turns(self._rows(query))]

    def agents(self) -> Sequence[Agent]:
        query = _AGENTS.order_by(t.agents.c.id)
        return [self._codec.agent(*row) for row in _in_turns(self._rows(query))]

    def events(self, stream: str) -> Sequence[AnyEvent]:
        columns = (t.events.c.stream, t.events.c.version, t.events.c.type, t.events.c.data)
        query = select(*columns).where(t.events.c.stream == stream).order_by(t.events.c.version)
        return [self._codec.event(*row) for row in _in_turns(self._rows(query))]

    def interactions(self, wanted: InteractionFilter) -> Sequence[Interaction]:
        """By arrival. Fetched in pages: what is saved meanwhile may be in it or not."""
        return [
            self._codec.interaction(row_id, snapshot)
            for page in self._pages(wanted)
            for row_id, snapshot, _ in _in_turns(page)
        ]

    def prune(self, before: float) -> int:
        """Delete closed interactions that ended before a time (epoch seconds), with their events.

        In small transactions, so that commits pass in between; what was deleted before an error stays
        so. Returns how many.
        """
        pruned = 0
        while deleted := self.database.write(partial(_prune_some, before=before)):
            pruned += deleted
        return pruned

    def close(self) -> None:
        self.database.close()

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        return self.database.read(lambda connection: connection.execute(query).all())

    def _pages(self, wanted: InteractionFilter) -> Iterator[Sequence[Any]]:
        after: tuple[float, str] | None = None
        left = wanted.limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self._rows(_page(wanted, after, size))
            yield page
            if len(page) < size:
                return
            last = page[-1]
            after = (last.arrived_at, last.id)
            left = None if left is None else left - len(page)


def _page(wanted: InteractionFilter, after: tuple[float, str] | None, size: int) -> Select[Any]:
    """Rows (id, snapshot, arrived_at). The index of the address, else of the link to a queue or an
    agent, gives the order."""
    query = select(t.interactions.c.id, t.interactions.c.snapshot, t.interactions.c.arrived_at)
    arrived, row_id = t.interactions.c.arrived_at, t.interactions.c.id
    by_queue, by_agent = t.interaction_queues, t.interaction_agents
    if wanted.queue is not None:
        query = query.join(by_queue, by_queue.c.interaction_id == t.interactions.c.id)
        query = query.where(by_queue.c.queue_id == wanted.queue)
        arrived, row_id = by_queue.c.arrived_at, by_queue.c.interaction_id
    if wanted.agent is not None:
        query = query.join(by_agent, by_agent.c.interaction_id == t.interactions.c.id)
        query = query.where(by_agent.c.agent_id == wanted.agent)
        arrived, row_id = by_agent.c.arrived_at, by_agent.c.interaction_id
    if wanted.address is not None:
        query = query.where(t.interactions.c.address == wanted.address)
        arrived, row_id = t.interactions.c.arrived_at, t.interactions.c.id
    if wanted.since is not None:
        query = query.where(arrived >= wanted.since)
    if wanted.until is not None:
        query = query.where(arrived < wanted.until)
    position, end = tuple_(arrived, row_id), tuple_(*after) if after is not None else None
    if wanted.newest_first:
        query = query if end is None else query.where(position < end)
        return query.order_by(arrived.desc(), row_id.desc()).limit(size)
    query = query if end is None else query.where(position > end)
    return query.order_by(arrived, row_id).limit(size)


def _prune_some(connection: Connection, before: float) -> int:
    """Delete one batch; the links go with their interactions."""
    old = (
        select(t.interactions.c.id)
        .where(t.interactions.c.closed, t.interactions.c.ended_at < before)
        .order_by(t.interactions.c.ended_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    ids = connection.scalars(old).all()
    if not ids:
        return 0
    streams = [f"interaction:{row_id}" for row_id in ids]
    connection.execute(delete(t.events).where(t.events.c.stream.in_(streams)))
    theirs = t.customer_contacts.c.interaction_id.in_(ids)
    connection.execute(delete(t.customer_contacts).where(theirs))
    connection.execute(delete(t.interactions).where(t.interactions.c.id.in_(ids)))
    return len(ids)


def _in_turns(rows: Sequence[T]) -> Iterator[T]:
    """The rows; every so many, the other greenlets get a turn."""
    for number, row in enumerate(rows):
        if number and number % TURN == 0:
            gevent.sleep(0)
        yield row
