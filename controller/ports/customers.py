"""Customers: who they are, and which contacts were theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from controller.domain.customer import Customer, Evidence, Identity, Known, Merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A contact came by an identity. `arrived_at`: epoch seconds; `name`: what the channel called him, used
    for one who is new."""

    interaction_id: str
    identity: Identity
    arrived_at: float
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An interaction, and the customer whose it is: who had its identity when it came."""

    interaction_id: str
    customer_id: str
    arrived_at: float


class Customers(Protocol):
    """One identity is of one customer at most, and one interaction, whoever writes at the same time. Each
    change is one transaction. Every lookup goes by an index. Raises StoreUnavailable."""

    def record(self, arrivals: Sequence[Arrival]) -> Mapping[str, str]:
        """Interaction -> customer who has its identity, made where there is none. What was recorded before
        stays as it is, so that doing it twice changes nothing."""

    def customer(self, customer_id: str) -> Customer | None:
        """He alone, merged or not."""

    def family(self, customer_id: str) -> Sequence[Customer]:
        """Who he is after all merges, first; then all who are merged into that one. Empty: unknown."""

    def owner(self, identity: Identity) -> str | None:
        """The customer who has it, merged or not."""

    def of_contact(self, interaction_id: str) -> str | None:
        """The customer whose it is, merged or not."""

    def contacts(
        self, customer_ids: Sequence[str], before: str | None, limit: int
    ) -> Sequence[Contact]:
        """Theirs, newest first. `before`: those after this one of them, in that order."""

    def search(self, name: str, limit: int) -> Sequence[Customer]:
        """Whose name begins so, by name; merged or not."""

    def last_arrival(self) -> float | None:
        """When the newest recorded contact arrived."""

    def change(
        self, customer_id: str, *, name: str, note: str, language: str, version: int | None
    ) -> Customer:
        """Raises NotFound; StaleVersion when a version is given and another stands."""

    def add_identity(self, customer_id: str, known: Known) -> str:
        """The customer who has it now: another one, if he had it first. Raises NotFound, and IllegalCommand
        when he has MOST_IDENTITIES already."""

    def remove_identity(self, customer_id: str, identity: Identity) -> bool:
        """False: he did not have it. His contacts stay his."""

    def merge(
        self, *, merge_id: str, customer: str, into: str, evidence: Evidence, by: str, at: float
    ) -> Merge:
        """Raises NotFound, and what `check_merge` raises."""

    def unmerge(self, merge_id: str, *, why: str, by: str, at: float) -> Merge:
        """Raises NotFound, and what `check_unmerge` raises."""

    def merges(self, customer_ids: Sequence[str]) -> Sequence[Merge]:
        """In which one of them was merged into another; newest first."""
