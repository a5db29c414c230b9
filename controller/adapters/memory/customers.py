"""Customers in memory: forgets all at the end of the process."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from controller.domain.customer import (
    MOST_IDENTITIES,
    Customer,
    Evidence,
    Identity,
    Known,
    Merge,
    check_merge,
    check_unmerge,
    name_key,
)
from controller.errors import IllegalCommand, NotFound, StaleVersion, say
from controller.ports import Arrival, Contact


class MemoryCustomers:
    """`Customers`, atomic because nothing here switches greenlets."""

    def __init__(self) -> None:
        self._customers: dict[str, Customer] = {}
        self._owners: dict[Identity, str] = {}
        self._contacts: dict[str, Contact] = {}
        self._theirs: dict[str, list[Contact]] = {}
        self._merges: dict[str, Merge] = {}

    def record(self, arrivals: Sequence[Arrival]) -> Mapping[str, str]:
        return {arrival.interaction_id: self._record(arrival) for arrival in arrivals}

    def _record(self, arrival: Arrival) -> str:
        owner = self._owners.get(arrival.identity)
        if owner is None:
            known = Known(identity=arrival.identity, since=arrival.arrived_at)
            made = Customer(
                id=str(uuid4()),
                created_at=arrival.arrived_at,
                name=arrival.name,
                identities=(known,),
            )
            owner = self._owners[arrival.identity] = made.id
            self._customers[owner] = made
        if arrival.interaction_id not in self._contacts:
            contact = Contact(
                interaction_id=arrival.interaction_id,
                customer_id=owner,
                arrived_at=arrival.arrived_at,
            )
            self._contacts[arrival.interaction_id] = contact
            self._theirs.setdefault(owner, []).append(contact)
        return owner

    def of_contact(self, interaction_id: str) -> str | None:
        contact = self._contacts.get(interaction_id)
        return None if contact is None else contact.customer_id

    def contacts(
        self, customer_ids: Sequence[str], before: str | None, limit: int
    ) -> Sequence[Contact]:
        theirs = [contact for each in set(customer_ids) for contact in self._theirs.get(each, ())]
        if before is not None:
            last = self._contacts.get(before)
            theirs = [] if last is None else [c for c in theirs if _place(c) < _place(last)]
        return sorted(theirs, key=_place, reverse=True)[:limit]

    def last_arrival(self) -> float | None:
        return max((contact.arrived_at for contact in self._contacts.values()), default=None)

    def customer(self, customer_id: str) -> Customer | None:
        return self._customers.get(customer_id)

    def family(self, customer_id: str) -> Sequence[Customer]:
        root = self._customers.get(customer_id)
        while root is not None and root.merged_into is not None:
            root = self._customers[root.merged_into]
        if root is None:
            return []
        found, level = [root], {root.id}
        while level:
            below = [one for one in self._customers.values() if one.merged_into in level]
            found += sorted(below, key=lambda one: one.id)
            level = {one.id for one in below}
        return found

    def owner(self, identity: Identity) -> str | None:
        return self._owners.get(identity)

    def search(self, name: str, limit: int) -> Sequence[Customer]:
        wanted = name_key(name)
        keyed = ((name_key(one.name), one.id) for one in self._customers.values())
        found = sorted(pair for pair in keyed if pair[0] and pair[0].startswith(wanted))
        return [self._customers[each] for _, each in found[:limit]]

    def change(
        self, customer_id: str, *, name: str, note: str, language: str, version: int | None
    ) -> Customer:
        before = self._get(customer_id)
        if version is not None and before.version != version:
            raise StaleVersion(f"customer:{customer_id}")
        after = replace(before, name=name, note=note, language=language, version=before.version + 1)
        self._customers[customer_id] = after
        return after

    def add_identity(self, customer_id: str, known: Known) -> str:
        customer = self._get(customer_id)
        owner = self._owners.get(known.identity)
        if owner is not None:
            return owner
        if len(customer.identities) >= MOST_IDENTITIES:
            raise IllegalCommand(
                say(
                    "customer_identities_many",
                    "a customer has at most {most} identities; remove one first",
                    most=MOST_IDENTITIES,
                )
            )
        self._owners[known.identity] = customer_id
        have = sorted((*customer.identities, known), key=lambda k: (k.since, k.identity.key))
        self._customers[customer_id] = replace(customer, identities=tuple(have))
        return customer_id

    def remove_identity(self, customer_id: str, identity: Identity) -> bool:
        if self._owners.get(identity) != customer_id:
            return False
        del self._owners[identity]
        customer = self._customers[customer_id]
        left = tuple(known for known in customer.identities if known.identity != identity)
        self._customers[customer_id] = replace(customer, identities=left)
        return True

    def merge(
        self, *, merge_id: str, customer: str, into: str, evidence: Evidence, by: str, at: float
    ) -> Merge:
        one = self._get(customer)
        check_merge(one, self._get(into))
        made = Merge(id=merge_id, at=at, by=by, customer=customer, into=into, evidence=evidence)
        self._merges[merge_id] = made
        self._customers[customer] = replace(one, merged_into=into)
        return made

    def unmerge(self, merge_id: str, *, why: str, by: str, at: float) -> Merge:
        merge = self._merges.get(merge_id)
        if merge is None:
            raise NotFound(say("unknown_merge", "there is no merge {merge!r}", merge=merge_id))
        customer = self._customers[merge.customer]
        check_unmerge(merge, customer)
        undone = replace(merge, undone_at=at, undone_by=by, undone_why=why)
        self._merges[merge_id] = undone
        self._customers[customer.id] = replace(customer, merged_into=None)
        return undone

    def merges(self, customer_ids: Sequence[str]) -> Sequence[Merge]:
        ours = [m for m in self._merges.values() if {m.customer, m.into} & set(customer_ids)]
        return sorted(ours, key=lambda merge: (-merge.at, merge.id))

    def _get(self, customer_id: str) -> Customer:
        found = self._customers.get(customer_id)
        if found is None:
            raise NotFound(
                say("unknown_customer", "there is no customer {customer!r}", customer=customer_id)
            )
        return found


def _place(contact: Contact) -> tuple[float, str]:
    return contact.arrived_at, contact.interaction_id
