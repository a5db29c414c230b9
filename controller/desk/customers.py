"""Who a customer is, in every channel, and his whole history; what people do about it.

A *family* is one person: who he is after all merges first, then those merged into that one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from controller.desk.arrivals import Arrivals
from controller.desk.identities import Identities
from controller.domain.customer import (
    Customer,
    Evidence,
    Identity,
    Kind,
    Known,
    Merge,
    Source,
    held_by,
)
from controller.domain.model import Interaction
from controller.errors import IllegalCommand, Invalid, NotFound, say
from controller.ports import Clock, Customers

Family = Sequence[Customer]

#: Contacts read at once.
_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Contacts, newest first. `before`: to go on from there; None: there are no older ones."""

    contacts: Sequence[Interaction]
    before: str | None = None


class CustomerDesk:
    """`interaction`: one by its id, open or closed."""

    def __init__(
        self,
        *,
        customers: Customers,
        arrivals: Arrivals,
        identities: Identities,
        clock: Clock,
        interaction: Callable[[str], Interaction | None],
    ) -> None:
        self._customers = customers
        self._identities = identities
        self._clock = clock
        self._interaction = interaction
        self.arrivals = arrivals

    # --- found -----------------------------------------------------------------------------------

    def family(self, customer_id: str) -> Family:
        """Raises NotFound."""
        found = self._customers.family(customer_id)
        if not found:
            raise NotFound(
                say("unknown_customer", "there is no customer {customer!r}", customer=customer_id)
            )
        return found

    def of_contact(self, interaction: Interaction) -> Family:
        """Empty: nobody knows whose it is."""
        owner = self.arrivals.customer_of(interaction)
        return [] if owner is None else self._customers.family(owner)

    def named(self, begin: str, limit: int) -> Sequence[Family]:
        """Whose name, or the name of one merged into him, begins so."""
        found: dict[str, Family] = {}
        for customer in self._customers.search(begin, limit):
            family = self._customers.family(customer.id)
            found.setdefault(family[0].id, family)
        return list(found.values())

    def known_by(self, kind: Kind, text: str) -> Family:
        """Empty: nobody. Raises Invalid."""
        owner = self._customers.owner(self._identities.read(kind, text))
        return [] if owner is None else self._customers.family(owner)

    def past(
        self,
        family: Family,
        *,
        before: str | None = None,
        limit: int = 20,
        look_at: int = 500,
        wanted: Callable[[Interaction], bool] = lambda interaction: True,
    ) -> Past:
        """In all channels. `before`: an interaction of theirs, to go on after it. `look_at`: no more
        contacts than that are looked at, however few are wanted."""
        ids = [one.id for one in family]
        found: list[Interaction] = []
        for _ in range(0, look_at, _PAGE):
            page = self._customers.contacts(ids, before, _PAGE)
            for contact in page:
                if len(found) == limit:
                    return Past(contacts=found, before=before)
                before = contact.interaction_id
                interaction = self._interaction(before)
                if interaction is not None and wanted(interaction):
                    found.append(interaction)
            if len(page) < _PAGE:
                return Past(contacts=found)
        return Past(contacts=found, before=before)

    # --- kept up ---------------------------------------------------------------------------------

    def change(
        self, family: Family, *, name: str, note: str, language: str, version: int | None
    ) -> Family:
        """Raises StaleVersion."""
        self._customers.change(
            family[0].id, name=name, note=note, language=language, version=version
        )
        return self.family(family[0].id)

    def add_identity(self, family: Family, kind: Kind, text: str) -> Family:
        """He told us. Raises Invalid; IllegalCommand when it is somebody else's."""
        identity = self._identities.read(kind, text)
        known = Known(identity=identity, since=self._clock.now(), source=Source.PERSON)
        owner = held_by(family, identity)
        if owner is None:
            owner_id = self._customers.add_identity(family[0].id, known)
            if owner_id != family[0].id:
                raise IllegalCommand(
                    say(
                        "identity_of_another",
                        "another customer is known by this already; if they are one person, merge them",
                    )
                )
        return self.family(family[0].id)

    def remove_identity(self, family: Family, kind: Kind, text: str) -> Family:
        """Raises Invalid, NotFound."""
        identity = self._identities.read(kind, text)
        owner = held_by(family, identity)
        if owner is None or not self._customers.remove_identity(owner.id, identity):
            raise NotFound(say("identity_not_his", "this customer is not known by that (any more)"))
        return self.family(family[0].id)

    # --- one person ------------------------------------------------------------------------------

    def merge(
        self, customer: str, into: str, evidence: Evidence, *, both: Family, by: str
    ) -> Merge:
        """`customer` is told as `into` from now on. `both`: their families. Raises Invalid,
        IllegalCommand."""
        self._check_evidence(evidence, both)
        return self._customers.merge(
            merge_id=str(uuid4()),
            customer=customer,
            into=into,
            evidence=evidence,
            by=by,
            at=self._clock.now(),
        )

    def unmerge(self, family: Family, merge_id: str, *, why: str, by: str) -> Merge:
        """Raises NotFound, IllegalCommand."""
        if merge_id not in {merge.id for merge in self.merges(family)}:
            raise NotFound(say("unknown_merge", "there is no merge {merge!r}", merge=merge_id))
        return self._customers.unmerge(merge_id, why=why, by=by, at=self._clock.now())

    def merges(self, family: Family) -> Sequence[Merge]:
        """Newest first; those that were taken back, too."""
        return self._customers.merges([one.id for one in family])

    def identity(self, kind: Kind, text: str) -> Identity:
        """Raises Invalid."""
        return self._identities.read(kind, text)

    def _check_evidence(self, evidence: Evidence, both: Family) -> None:
        shown = evidence.identity
        if shown is not None and held_by(both, shown) is None:
            raise Invalid(
                say("evidence_identity", "neither of the two is known by this identity; name one")
            )
        if evidence.contact is not None:
            owner = self._customers.of_contact(evidence.contact)
            if owner not in {one.id for one in both}:
                raise Invalid(say("evidence_contact", "this contact is of neither of the two"))
