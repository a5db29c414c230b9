"""Rows of the customers' tables as values of the domain."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from controller.adapters.db import tables as t
from controller.adapters.db.statements import batches
from controller.domain.customer import Customer, Evidence, Known, Merge, Source, identity_of

#: Steps up or down a tree of merges; no tree that people make is as high.
_DEEPEST = 100


def with_identities(connection: Connection, rows: Sequence[Any]) -> list[Customer]:
    """The customers of these rows, in their order."""
    known: dict[str, list[Known]] = {}
    columns = t.identities.c
    for ids in batches([row.id for row in rows]):
        query = select(t.identities).where(columns.customer_id.in_(ids))
        for row in connection.execute(query.order_by(columns.since, columns.key)):
            known.setdefault(row.customer_id, []).append(_known(row))
    return [customer_of(row, known.get(row.id, ())) for row in rows]


def family_of(connection: Connection, customer_id: str) -> list[Customer]:
    """See `Customers.family`. A query a level, each by an index."""
    columns = t.customers.c
    row = connection.execute(select(t.customers).where(columns.id == customer_id)).first()
    for _ in range(_DEEPEST):
        if row is None or row.merged_into is None:
            break
        row = connection.execute(select(t.customers).where(columns.id == row.merged_into)).first()
    if row is None:
        return []
    rows, level = [row], [row.id]
    while level:
        below = select(t.customers).where(columns.merged_into.in_(level)).order_by(columns.id)
        found = connection.execute(below).all()
        rows += found
        level = [each.id for each in found]
    return with_identities(connection, rows)


def customer_of(row: Any, known: Sequence[Known]) -> Customer:
    return Customer(
        id=row.id,
        created_at=row.created_at,
        name=row.name,
        note=row.note,
        language=row.language,
        identities=tuple(known),
        merged_into=row.merged_into,
        version=row.version,
    )


def merge_of(row: Any) -> Merge:
    shown = None if row.identity_key is None else identity_of(row.identity_key)
    return Merge(
        id=row.id,
        at=row.at,
        by=row.by,
        customer=row.customer_id,
        into=row.into_id,
        evidence=Evidence(words=row.words, identity=shown, contact=row.contact),
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        undone_why=row.undone_why,
    )


def _known(row: Any) -> Known:
    return Known(
        identity=identity_of(row.key),
        since=row.since,
        source=Source(row.source),
        verified=row.verified,
    )
