"""What a document would change, judged as a whole, and done in one transaction or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.setup.document import Draft, join, section_of
from console.setup.faults import Fault
from console.setup.kinds import KINDS
from console.setup.proposed import Setup
from console.setup.uses import listed
from controller.domain.catalogue import CatalogueEntry
from controller.errors import say
from controller.ports import Catalogue, Swap


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`swaps`: all that changes. `unchanged`: entries of the document that are as they were."""

    swaps: tuple[Swap, ...]
    unchanged: tuple[CatalogueEntry, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def plan(draft: Draft, catalogue: Catalogue, *, prune: bool) -> Plan:
    """`prune`: what the document's sections do not name is removed; sections it has not stay whole."""
    gone = list(_gone(draft, catalogue)) if prune else []
    setup = Setup(
        catalogue,
        put=draft.entries,
        remove=[(type(entry), entry.id) for entry in gone],
        unreadable=draft.unreadable,
    )
    swaps = [Swap(present=entry, wanted=None) for entry in gone]
    unchanged = []
    for entry in sorted(draft.entries, key=_place):
        present = catalogue.find(type(entry), entry.id)
        if present == entry:
            unchanged.append(entry)
        else:
            swaps.append(Swap(present=present, wanted=entry))
    return Plan(
        swaps=tuple(swaps),
        unchanged=tuple(unchanged),
        faults=(*draft.faults, *_faults(draft, setup), *_missed(gone, setup)),
        warnings=tuple(_warnings(swaps, setup)),
    )


def _place(entry: CatalogueEntry) -> tuple[int, str]:
    """In the order of the file."""
    return KINDS.index(section_of(type(entry))), entry.id


def fields_changed(swap: Swap) -> Iterator[tuple[str, Any, Any]]:
    """Of an entry that is changed: each field with what it was and what it becomes."""
    assert swap.present is not None and swap.wanted is not None
    kind = section_of(type(swap.entry))
    before, after = (kind.fields(entry, whole=True) for entry in (swap.present, swap.wanted))
    for name in after:
        if before[name] != after[name]:
            yield name, before[name], after[name]


def _gone(draft: Draft, catalogue: Catalogue) -> Iterator[CatalogueEntry]:
    stay = {(type(entry), entry.id) for entry in draft.entries} | draft.unreadable
    for kind in KINDS:
        if kind.section in draft.sections:
            for entry in catalogue.all(kind.kind):
                if (kind.kind, entry.id) not in stay:
                    yield entry


def _faults(draft: Draft, setup: Setup) -> Iterator[Fault]:
    for entry in draft.entries:
        kind = section_of(type(entry))
        for fault in kind.faults(entry, setup):
            path = join(f"{kind.section}.{entry.id}", fault.path)
            yield Fault(path=path, message=fault.message)


def _missed(gone: list[CatalogueEntry], setup: Setup) -> Iterator[Fault]:
    for entry in gone:
        kind = section_of(type(entry))
        used_by = kind.uses(entry, setup)
        if used_by:
            message = say(
                "in_use_document",
                "cannot be removed: it is used by {by}; change them first, or keep it in "
                "the document",
                by=listed(used_by),
            )
            yield Fault(path=f"{kind.section}.{entry.id}", message=message)


def _warnings(swaps: list[Swap], setup: Setup) -> Iterator[Fault]:
    for swap in swaps:
        if swap.wanted is None:
            continue
        kind = section_of(type(swap.wanted))
        for warning in kind.warnings(swap.wanted, setup):
            path = join(f"{kind.section}.{swap.wanted.id}", warning.path)
            yield Fault(path=path, message=warning.message)
