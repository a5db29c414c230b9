"""What a commit writes: changes folded by stream into rows, and the statements that save them.

A commit is at most nine statements, however many changes it has; only the rows in them grow.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from controller.adapters.db import tables as t
from controller.adapters.db.codec import Codec, clean_text
from controller.domain.agent import Agent
from controller.domain.events import Offered, Queued, TurnedAway
from controller.domain.model import Interaction
from controller.errors import StaleVersion
from controller.ports import Aggregate, AnyEvent, Change

#: Rows a statement names one by one; below every database's limit of parameters.
BATCH = 500

#: Columns that are not written again: their indexes need not be, either.
_NEVER_CHANGES = frozenset({"id", "arrived_at", "address"})

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """All changes of one stream in one commit. `id` is as the database writes it."""

    stream: str
    id: str
    before_version: int
    after: Aggregate
    events: tuple[AnyEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A commit, ready to be written: its text is as every database takes it.

    `expected`: table -> id -> (stream, version it must have).
    """

    expected: dict[Table, dict[str, tuple[str, int]]]
    inserts: dict[Table, list[Row]]


def fold(changes: Iterable[Change]) -> list[Step]:
    """One step a stream, by stream: the last state, all events.

    Raises StaleVersion when two changes of a stream do not follow each other, ValueError for a change
    without events.
    """
    steps: dict[str, Step] = {}
    for change in changes:
        stream = clean_text(change.stream)
        if not change.events:
            raise ValueError(f"a change of {stream} has no events; there is nothing to save")
        earlier = steps.get(stream)
        if earlier is not None and earlier.after.version != change.before_version:
            raise StaleVersion(stream)
        steps[stream] = Step(
            stream=stream,
            id=clean_text(change.after.id),
            before_version=change.before_version if earlier is None else earlier.before_version,
            after=change.after,
            events=change.events if earlier is None else earlier.events + change.events,
        )
    # Everybody locks in the same order, so no two commits can wait for each other.
    return [steps[stream] for stream in sorted(steps)]


def rows_of(steps: Sequence[Step], codec: Codec) -> Rows:
    rows = Rows(
        expected={t.interactions: {}, t.agents: {}},
        inserts={
            table: []
            for table in (
                t.events,
                t.interactions,
                t.agents,
                t.interaction_agents,
                t.interaction_queues,
            )
        },
    )
    for step in steps:
        rows.inserts[t.events].extend(_event_rows(step, codec))
        match step.after:
            case Interaction():
                rows.expected[t.interactions][step.id] = (step.stream, step.before_version)
                rows.inserts[t.interactions].append(_interaction_row(step, step.after, codec))
                _link_rows(step, step.after, rows)
            case Agent():
                rows.expected[t.agents][step.id] = (step.stream, step.before_version)
                rows.inserts[t.agents].append(
                    {
                        "id": step.id,
                        "version": step.after.version,
                        "snapshot": codec.encode(step.after),
                    }
                )
    return rows


def save(connection: Connection, rows: Rows) -> None:
    """Check the versions, then write. Raises StaleVersion, or IntegrityError when another process
    began the same stream in this very moment."""
    check(connection, rows)
    for table, values in rows.inserts.items():
        if values:
            connection.execute(insert_into(table, connection.dialect.name), values)


def check(connection: Connection, rows: Rows) -> None:
    """Lock the streams' states until the transaction's end; StaleVersion for one that moved on."""
    for table, expected in rows.expected.items():
        found: dict[str, int] = {}
        for ids in batches(list(expected)):
            query = select(table.c.id, table.c.version).where(table.c.id.in_(ids))
            query = query.order_by(table.c.id).with_for_update()
            found.update((row.id, row.version) for row in connection.execute(query))
        for row_id, (stream, version) in expected.items():
            if found.get(row_id, 0) != version:
                raise StaleVersion(stream)


def batches(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _event_rows(step: Step, codec: Codec) -> Iterator[Row]:
    for version, event in enumerate(step.events, step.before_version + 1):
        yield {
            "stream": step.stream,
            "version": version,
            "type": type(event).__name__,
            "at": event.at,
            "data": codec.encode(event),
        }


def _interaction_row(step: Step, after: Interaction, codec: Codec) -> Row:
    queued = [event.queue for event in step.events if isinstance(event, Queued)]
    return {
        "id": step.id,
        "version": after.version,
        "channel": clean_text(after.channel),
        "state": after.state.value,
        "closed": after.closed,
        "queue": clean_text(queued[-1]) if queued else None,
        "arrived_at": after.arrived_at,
        "ended_at": after.ended_at,
        "outcome": None if after.outcome is None else after.outcome.value,
        "snapshot": codec.encode(after),
        "address": clean_text(after.address),
    }


def _link_rows(step: Step, after: Interaction, rows: Rows) -> None:
    offered = {clean_text(event.agent) for event in step.events if isinstance(event, Offered)}
    queued = {
        clean_text(event.queue) for event in step.events if isinstance(event, Queued | TurnedAway)
    }
    key = {"interaction_id": step.id, "arrived_at": after.arrived_at}
    rows.inserts[t.interaction_agents].extend({**key, "agent_id": a} for a in sorted(offered))
    rows.inserts[t.interaction_queues].extend({**key, "queue_id": q} for q in sorted(queued))


@cache
def insert_into(table: Table, dialect: str) -> Insert:
    """The statement that writes rows of a table, those that are there already included."""
    if dialect == "postgresql":
        return _with_conflicts(table, postgresql.insert(table))
    return _with_conflicts(table, sqlite.insert(table))


def _with_conflicts(table: Table, insert: postgresql.Insert | sqlite.Insert) -> Insert:
    if table is t.events:
        return insert
    if table in (t.interaction_agents, t.interaction_queues):
        return insert.on_conflict_do_nothing()
    new: dict[str, Any] = {
        column.name: insert.excluded[column.name]
        for column in table.c
        if column.name not in _NEVER_CHANGES
    }
    if table is t.interactions:
        # The last queue stays when no event of this commit names one.
        new["queue"] = func.coalesce(insert.excluded["queue"], table.c.queue)
    return insert.on_conflict_do_update(index_elements=[table.c.id], set_=new)
