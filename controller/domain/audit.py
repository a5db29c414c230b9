"""What the audit keeps: who did or was refused what, and how an entry of the catalogue was before.

Passwords stay out of it, their hashes as well: `recorded` is an entry as the audit may hold it.
"""

from dataclasses import dataclass, replace
from typing import Literal

from controller.domain.catalogue import CATALOGUE, Account, CatalogueEntry, Session

Outcome = Literal["done", "refused"]

_NAMES = {kind: name for name, kind in CATALOGUE.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`who`: account:NAME or token:START-OF-ITS-ID, empty for one we do not know; `role`: his then.

    `action`: method and route template, or the socket's event. `subject`: the id it was done to.
    `detail`: words for people, with nothing secret and nobody's name or number in them; a Said stays one.
    """

    at: float
    who: str
    role: str
    address: str
    action: str
    subject: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """An entry before and after; None: there was none, or is none any more. Not both."""

    kind: str
    before: CatalogueEntry | None
    after: CatalogueEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """A deed that was kept. `id` grows with time."""

    id: int
    deed: Deed
    change: EntryChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which rows are wanted, `since` <= at < `until`; `before`: only those with smaller ids."""

    since: float | None = None
    until: float | None = None
    who: str | None = None
    action: str | None = None
    subject: str | None = None
    before: int | None = None
    limit: int = 100


def recorded(entry: CatalogueEntry) -> CatalogueEntry:
    """The entry without what belongs to its owner alone, and without what he changes by signing in."""
    if isinstance(entry, Account):
        return replace(entry, password_hash=None, must_change=False, changed_at=0.0, addresses=())
    return entry


def change_of(before: CatalogueEntry | None, after: CatalogueEntry | None) -> EntryChange | None:
    """What is kept of a change; None when nothing of it may be, or when nothing changed."""
    entry = after if after is not None else before
    if entry is None or isinstance(entry, Session):
        return None
    was = None if before is None else recorded(before)
    now = None if after is None else recorded(after)
    if was == now:
        return None
    return EntryChange(kind=_NAMES[type(entry)], before=was, after=now)
