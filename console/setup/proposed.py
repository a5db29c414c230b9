"""The set-up as it would be: the catalogue's, with what somebody wants to save or remove."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from controller.domain.catalogue import AgentProfile, CatalogueEntry
from controller.ports import Catalogue

Entry = TypeVar("Entry", bound=CatalogueEntry)

Key = tuple[type[CatalogueEntry], str]


class Setup:
    """Reads as the catalogue would after the change; nothing is saved.

    `unreadable`: entries that somebody wants to save but wrote with mistakes. They count as being
    there, so that what names them is not reported as a mistake of its own.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        put: Iterable[CatalogueEntry] = (),
        remove: Iterable[Key] = (),
        unreadable: Iterable[Key] = (),
    ) -> None:
        self._catalogue = catalogue
        self._put: Mapping[Key, CatalogueEntry] = {(type(e), e.id): e for e in put}
        self._removed = frozenset(remove)
        self._unreadable = frozenset(unreadable)
        self._all: dict[type[Any], dict[str, Any]] = {}

    def find(self, kind: type[Entry], entry_id: str) -> Entry | None:
        return self._by_id(kind).get(entry_id)

    def all(self, kind: type[Entry]) -> Sequence[Entry]:
        """By id."""
        return tuple(self._by_id(kind).values())

    def ids(self, kind: type[CatalogueEntry]) -> list[str]:
        """Of all that are there, the unreadable as well; in order."""
        unreadable = {entry_id for of, entry_id in self._unreadable if of is kind}
        return sorted({*self._by_id(kind), *unreadable})

    @cached_property
    def extensions(self) -> Mapping[str, Sequence[str]]:
        """From a phone's number to the agents who have it; more than one is a mistake."""
        owners: dict[str, list[str]] = {}
        for profile in self.all(AgentProfile):
            owners.setdefault(profile.extension, []).append(profile.id)
        return owners

    def _by_id(self, kind: type[Entry]) -> Mapping[str, Entry]:
        if kind not in self._all:
            entries: dict[str, Any] = {
                entry.id: entry
                for entry in self._catalogue.all(kind)
                if (kind, entry.id) not in self._removed
            }
            entries |= {key[1]: entry for key, entry in self._put.items() if key[0] is kind}
            self._all[kind] = dict(sorted(entries.items()))
        return self._all[kind]
