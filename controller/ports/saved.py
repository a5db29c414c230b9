"""What is saved: streams of events, what admins set up, who did what."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from controller.domain.agent import Agent
from controller.domain.audit import AuditFilter, AuditRow, Deed
from controller.domain.catalogue import CatalogueEntry
from controller.domain.model import Interaction
from controller.ports.subjects import Aggregate, AnyEvent, stream_of

Entry = TypeVar("Entry", bound=CatalogueEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of one stream: the new state, and the events (at least one) that led to it.

    The events' versions are `after.version - len(events) + 1` to `after.version`.
    """

    after: Aggregate
    events: tuple[AnyEvent, ...]

    @property
    def stream(self) -> str:
        return stream_of(self.after)

    @property
    def before_version(self) -> int:
        return self.after.version - len(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionFilter:
    """Which interactions are wanted. Times are epoch seconds of arrival, `since` <= t < `until`."""

    since: float | None = None
    until: float | None = None
    queue: str | None = None
    agent: str | None = None
    address: str | None = None
    newest_first: bool = False
    limit: int | None = None


class Store(Protocol):
    """Streams of events with their present state. Thread of control: any greenlet."""

    def commit(self, changes: Sequence[Change]) -> None:
        """Save all changes in one transaction, or none. Several may be of one stream, in order.

        Raises StaleVersion when a stream is not at `before_version`, StoreUnavailable when there is
        no database.
        """

    def holds(self, change: Change) -> bool:
        """Whether this very change was saved: after a commit of which nobody heard how it ended."""

    def interaction(self, interaction_id: str) -> Interaction | None: ...

    def agent(self, agent_id: str) -> Agent | None: ...

    def open_interactions(self) -> Sequence[Interaction]:
        """All that are not `closed`, by arrival."""

    def agents(self) -> Sequence[Agent]:
        """Every agent who ever had a status."""

    def events(self, stream: str) -> Sequence[AnyEvent]:
        """The whole history of one stream, oldest first."""

    def interactions(self, wanted: InteractionFilter) -> Sequence[Interaction]:
        """By arrival, oldest first unless the filter says otherwise."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """`wanted` in the place of `present`, of the same kind and id; None of them: no entry. Not both.

    `deed`: kept by the audit with the change, or neither is.
    """

    present: CatalogueEntry | None
    wanted: CatalogueEntry | None
    deed: Deed | None = None

    @property
    def entry(self) -> CatalogueEntry:
        """One of the two, for its kind and id."""
        entry = self.wanted if self.wanted is not None else self.present
        assert entry is not None
        return entry


class Catalogue(Protocol):
    """What admins set up. Reads are served from memory; a write is durable when it returns."""

    def get(self, kind: type[Entry], entry_id: str) -> Entry:
        """Raises NotFound."""

    def find(self, kind: type[Entry], entry_id: str) -> Entry | None: ...

    def all(self, kind: type[Entry]) -> Sequence[Entry]:
        """By id."""

    def alone(self) -> AbstractContextManager[Any]:
        """Nobody else changes anything before its end: what was judged in it still holds as it is
        written. Keep it short."""

    def put(self, entry: CatalogueEntry, deed: Deed | None = None) -> None:
        """`deed`: kept by the audit with the change, or neither is."""

    def remove(self, kind: type[CatalogueEntry], entry_id: str, deed: Deed | None = None) -> None:
        """As `put`. Raises NotFound."""

    def swap(
        self,
        present: CatalogueEntry | None,
        wanted: CatalogueEntry | None,
        deed: Deed | None = None,
    ) -> bool:
        """`swap_all` of one."""

    def swap_all(self, swaps: Sequence[Swap]) -> bool:
        """All of them in one transaction; subscribers hear of each when all are there.

        False, and nothing done: one of `present` is not (any more) what is there.
        """

    def subscribe(self, callback: Callable[[str, str], None]) -> None:
        """After each change, with the entry's kind (a key of CATALOGUE) and id."""


class AuditLog(Protocol):
    """Who did what. Nothing of it is ever changed; what is old enough goes."""

    def append(self, deeds: Sequence[Deed]) -> None:
        """Durable when it returns. Raises StoreUnavailable."""

    def search(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        """The last ones first."""

    def row(self, row_id: int) -> AuditRow | None: ...

    def prune(self, before: float) -> int:
        """Rows of before that time (epoch seconds) are gone; how many. Raises StoreUnavailable."""
