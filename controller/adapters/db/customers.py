"""Customers on SQLite or PostgreSQL.

Strategy: who loses the race for an identity waits in his INSERT until the other has committed, does nothing,
and then reads whose it is. Everybody writes identities in the order of their keys, and locks customers in the
order of their ids, so that no two can wait for each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, Table, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from controller.adapters.db import tables as t
from controller.adapters.db.codec import clean_text
from controller.adapters.db.customer_rows import family_of, merge_of, with_identities
from controller.adapters.db.database import Database
from controller.adapters.db.statements import batches
from controller.domain.customer import (
    MOST_IDENTITIES,
    Customer,
    Evidence,
    Identity,
    Known,
    Merge,
    Source,
    check_merge,
    check_unmerge,
    name_key,
)
from controller.errors import IllegalCommand, NotFound, StaleVersion, say
from controller.ports import Arrival, Contact


class SqlCustomers:
    """`Customers` over one database, which has been upgraded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- found on arrival ------------------------------------------------------------------------

    def record(self, arrivals: Sequence[Arrival]) -> Mapping[str, str]:
        if not arrivals:
            return {}
        return self._database.write(lambda connection: _record(connection, arrivals))

    def of_contact(self, interaction_id: str) -> str | None:
        links = t.customer_contacts.c
        query = select(links.customer_id).where(links.interaction_id == interaction_id)
        found: str | None = self._value(query)
        return found

    def contacts(
        self, customer_ids: Sequence[str], before: str | None, limit: int
    ) -> Sequence[Contact]:
        links = t.customer_contacts.c
        place = tuple_(links.arrived_at, links.interaction_id)
        query = select(t.customer_contacts).where(links.customer_id.in_(customer_ids))
        if before is not None:
            last = select(links.arrived_at).where(links.interaction_id == before)
            at = self._value(last)
            if at is None:
                return []
            query = query.where(place < tuple_(at, before))
        query = query.order_by(links.arrived_at.desc(), links.interaction_id.desc()).limit(limit)
        return [
            Contact(
                interaction_id=row.interaction_id,
                customer_id=row.customer_id,
                arrived_at=row.arrived_at,
            )
            for row in self._rows(query)
        ]

    def last_arrival(self) -> float | None:
        newest: float | None = self._value(select(func.max(t.customer_contacts.c.arrived_at)))
        return newest

    # --- who they are ----------------------------------------------------------------------------

    def customer(self, customer_id: str) -> Customer | None:
        return self._database.read(lambda connection: _customer(connection, customer_id))

    def family(self, customer_id: str) -> Sequence[Customer]:
        return self._database.read(lambda connection: family_of(connection, customer_id))

    def owner(self, identity: Identity) -> str | None:
        found: str | None = self._value(_owner(identity))
        return found

    def search(self, name: str, limit: int) -> Sequence[Customer]:
        wanted = _name_bytes(name)
        key = t.customers.c.name_key
        query = select(t.customers).where(key >= wanted, key < wanted + b"\xff", key > b"")
        query = query.order_by(key, t.customers.c.id).limit(limit)
        return self._database.read(
            lambda connection: with_identities(connection, connection.execute(query).all())
        )

    def change(
        self, customer_id: str, *, name: str, note: str, language: str, version: int | None
    ) -> Customer:
        values = {
            "name": name,
            "name_key": _name_bytes(name),
            "note": note,
            "language": language,
            "version": t.customers.c.version + 1,
        }

        def work(connection: Connection) -> Customer:
            [before] = _locked(connection, [customer_id])
            if version is not None and before.version != version:
                raise StaleVersion(f"customer:{customer_id}")
            connection.execute(
                update(t.customers).where(t.customers.c.id == customer_id).values(values)
            )
            after = _customer(connection, customer_id)
            assert after is not None
            return after

        return self._database.write(work)

    def add_identity(self, customer_id: str, known: Known) -> str:
        row = {
            "key": known.identity.key,
            "customer_id": customer_id,
            "since": known.since,
            "source": known.source.value,
            "verified": known.verified,
        }

        def work(connection: Connection) -> str:
            [customer] = _locked(connection, [customer_id])
            if len(customer.identities) >= MOST_IDENTITIES:
                _check_room(connection, known.identity)
            _insert_new(connection, t.identities, [row])
            return str(connection.scalar(_owner(known.identity)))

        return self._database.write(work)

    def remove_identity(self, customer_id: str, identity: Identity) -> bool:
        gone = delete(t.identities).where(
            t.identities.c.key == identity.key, t.identities.c.customer_id == customer_id
        )
        return self._database.write(lambda connection: connection.execute(gone).rowcount > 0)

    # --- one person ------------------------------------------------------------------------------

    def merge(
        self, *, merge_id: str, customer: str, into: str, evidence: Evidence, by: str, at: float
    ) -> Merge:
        made = Merge(id=merge_id, at=at, by=by, customer=customer, into=into, evidence=evidence)

        def work(connection: Connection) -> Merge:
            found = {one.id: one for one in _locked(connection, [customer, into])}
            check_merge(found[customer], found[into])
            connection.execute(t.customer_merges.insert(), _merge_row(made))
            _point(connection, customer, into)
            return made

        return self._database.write(work)

    def unmerge(self, merge_id: str, *, why: str, by: str, at: float) -> Merge:
        undone: dict[str, Any] = {"undone_at": at, "undone_by": by, "undone_why": why}
        row = t.customer_merges.c.id == merge_id

        def work(connection: Connection) -> Merge:
            query = select(t.customer_merges).where(row)
            found = connection.execute(query.with_for_update()).first()
            if found is None:
                raise NotFound(say("unknown_merge", "there is no merge {merge!r}", merge=merge_id))
            merge = merge_of(found)
            [customer] = _locked(connection, [merge.customer])
            check_unmerge(merge, customer)
            connection.execute(update(t.customer_merges).where(row).values(undone))
            _point(connection, merge.customer, None)
            return replace(merge, **undone)

        return self._database.write(work)

    def merges(self, customer_ids: Sequence[str]) -> Sequence[Merge]:
        columns = t.customer_merges.c
        ours = columns.customer_id.in_(customer_ids) | columns.into_id.in_(customer_ids)
        query = select(t.customer_merges).where(ours)
        return [merge_of(row) for row in self._rows(query.order_by(columns.at.desc(), columns.id))]

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        return self._database.read(lambda connection: connection.execute(query).all())

    def _value(self, query: Select[Any]) -> Any:
        return self._database.read(lambda connection: connection.scalar(query))


def _record(connection: Connection, arrivals: Sequence[Arrival]) -> dict[str, str]:
    first = {arrival.identity.key: arrival for arrival in reversed(arrivals)}
    keys = sorted(first)
    owners = _owners(connection, keys)
    new = [first[key] for key in keys if key not in owners]
    if new:
        _make(connection, new)
        owners |= _owners(connection, [arrival.identity.key for arrival in new])
    links = [
        {
            "interaction_id": arrival.interaction_id,
            "customer_id": owners[arrival.identity.key],
            "arrived_at": arrival.arrived_at,
        }
        for arrival in sorted(arrivals, key=lambda a: a.interaction_id)
    ]
    _insert_new(connection, t.customer_contacts, links)
    return {arrival.interaction_id: owners[arrival.identity.key] for arrival in arrivals}


def _make(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    """A customer for each; one who came too late for his identity is taken away again."""
    made = {str(uuid4()): arrival for arrival in arrivals}
    connection.execute(
        t.customers.insert(),
        [
            {
                "id": customer_id,
                "version": 1,
                "created_at": arrival.arrived_at,
                "name": arrival.name,
                "name_key": _name_bytes(arrival.name),
                "note": "",
                "language": "",
                "merged_into": None,
            }
            for customer_id, arrival in made.items()
        ],
    )
    _insert_new(
        connection,
        t.identities,
        [
            {
                "key": arrival.identity.key,
                "customer_id": customer_id,
                "since": arrival.arrived_at,
                "source": Source.ARRIVAL.value,
                "verified": False,
            }
            for customer_id, arrival in made.items()
        ],
    )
    owners = _owners(connection, [arrival.identity.key for arrival in arrivals])
    late = set(made) - set(owners.values())
    if late:
        connection.execute(delete(t.customers).where(t.customers.c.id.in_(late)))


def _owners(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    columns = t.identities.c
    found: dict[str, str] = {}
    for some in batches(keys):
        query = select(columns.key, columns.customer_id).where(columns.key.in_(some))
        found.update((row.key, row.customer_id) for row in connection.execute(query))
    return found


def _insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Those that are not there yet."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _locked(connection: Connection, ids: Sequence[str]) -> list[Customer]:
    """They, by id, and nobody else changes them before the transaction ends. Raises NotFound."""
    query = select(t.customers).where(t.customers.c.id.in_(ids)).order_by(t.customers.c.id)
    found = with_identities(connection, connection.execute(query.with_for_update()).all())
    missing = {clean_text(each) for each in ids} - {one.id for one in found}
    if missing:
        raise NotFound(
            say("unknown_customer", "there is no customer {customer!r}", customer=min(missing))
        )
    return found


def _customer(connection: Connection, customer_id: str) -> Customer | None:
    rows = connection.execute(select(t.customers).where(t.customers.c.id == customer_id)).all()
    return next(iter(with_identities(connection, rows)), None)


def _name_bytes(name: str) -> bytes:
    return clean_text(name_key(name)).encode()


def _owner(identity: Identity) -> Select[Any]:
    return select(t.identities.c.customer_id).where(t.identities.c.key == identity.key)


def _check_room(connection: Connection, wanted: Identity) -> None:
    if connection.scalar(_owner(wanted)) is None:
        raise IllegalCommand(
            say(
                "customer_identities_many",
                "a customer has at most {most} identities; remove one first",
                most=MOST_IDENTITIES,
            )
        )


def _point(connection: Connection, customer_id: str, into: str | None) -> None:
    one = t.customers.c.id == customer_id
    connection.execute(update(t.customers).where(one).values(merged_into=into))


def _merge_row(merge: Merge) -> dict[str, Any]:
    shown = merge.evidence.identity
    return {
        "id": merge.id,
        "at": merge.at,
        "by": merge.by,
        "customer_id": merge.customer,
        "into_id": merge.into,
        "words": merge.evidence.words,
        "identity_key": None if shown is None else shown.key,
        "contact": merge.evidence.contact,
        "undone_at": None,
        "undone_by": "",
        "undone_why": "",
    }
