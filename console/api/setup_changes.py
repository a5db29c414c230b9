"""What all changes to the catalogue have in common: ids and versions checked, uses named, a line logged."""

import re
from collections.abc import Sequence
from dataclasses import replace

import structlog
from flask import Response, g
from pydantic import BaseModel
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import parse_etags

from console.api.answers import answer, nothing
from console.api.auditing import deed
from console.api.guard import caller
from console.api.schemas.values import SLUG_PATTERN, IfMatch
from console.services import here
from console.setup import uses
from console.setup.versions import version_of
from controller.domain.catalogue import CATALOGUE, CatalogueEntry
from controller.errors import IllegalCommand, Invalid, Said, say
from controller.ports import Swap

_log = structlog.get_logger(__name__)


def check_id(in_path: str, in_body: str | None, pattern: str = SLUG_PATTERN) -> str:
    """The id if it can be one and the body does not name another. Raises Invalid."""
    if not re.fullmatch(pattern, in_path):
        raise Invalid(
            say("id_misfit", "id {id!r} does not fit {pattern}", id=in_path, pattern=pattern)
        )
    if in_body is not None and in_body != in_path:
        raise Invalid(
            say(
                "id_differs",
                "the body's id {id!r} is not the path's {path!r}; make them one",
                id=in_body,
                path=in_path,
            )
        )
    return in_path


def show(entry: CatalogueEntry, view: BaseModel, status: int = 200) -> Response:
    """Its view, with its version as the ETag."""
    response = answer(view, status)
    response.set_etag(version_of(entry))
    return response


def check_match(kind: type[CatalogueEntry], entry_id: str, header: IfMatch) -> None:
    """Ask it with nobody else writing, last before the change. Raises PreconditionFailed when what stands is
    not what was seen."""
    if header.if_match is None:
        return
    present = here().catalogue.find(kind, entry_id)
    # A proxy that compresses makes our tags weak; they are of the entry, not of bytes.
    if present is not None and parse_etags(header.if_match).contains_weak(version_of(present)):
        return
    g.refused = say("audit_version_old", "not the version that stands")
    if present is None:
        raise PreconditionFailed(
            say(
                "version_gone",
                "{kind} {id} is not there (any more), so nothing is saved; without If-Match it is made anew",
                kind=_kind(kind),
                id=entry_id[:63],
            )
        )
    raise PreconditionFailed(
        say(
            "version_old",
            "{kind} {id} was changed since you read it, so nothing is saved; read it again, and send its "
            "ETag as If-Match",
            kind=_kind(kind),
            id=entry_id[:63],
        )
    )


def save(entry: CatalogueEntry, view: BaseModel, header: IfMatch | None = None) -> Response:
    """Store the entry and answer its view: 201 for a new one, 200 for a change. Raises PreconditionFailed.

    `header`: None where the view is not the entry's, or it has no version."""
    catalogue = here().catalogue
    with catalogue.alone():
        if header is not None:
            check_match(type(entry), entry.id, header)
        new = catalogue.find(type(entry), entry.id) is None
        catalogue.put(entry, deed(subject=entry.id))
    note("created" if new else "changed", type(entry), entry.id)
    status = 201 if new else 200
    return answer(view, status) if header is None else show(entry, view, status)


def save_all(swaps: Sequence[Swap]) -> None:
    """All of them in one transaction. Raises IllegalCommand when somebody else was faster."""
    audited = [replace(swap, deed=deed(subject=swap.entry.id)) for swap in swaps]
    if not here().catalogue.swap_all(audited):
        raise IllegalCommand(
            say(
                "setup_changed",
                "somebody changed the set-up meanwhile, so nothing is saved; ask again",
            )
        )
    for swap in swaps:
        done = (
            "created" if swap.present is None else "removed" if swap.wanted is None else "changed"
        )
        note(done, type(swap.entry), swap.entry.id)


def remove(entry: CatalogueEntry, used_by: list[Said], header: IfMatch | None = None) -> Response:
    """Delete the entry, unless something uses it. Raises IllegalCommand, which names the uses, and
    PreconditionFailed."""
    check_unused(entry, used_by)
    with here().catalogue.alone():
        if header is not None:
            check_match(type(entry), entry.id, header)
        here().catalogue.remove(type(entry), entry.id, deed(subject=entry.id))
    note("removed", type(entry), entry.id)
    return nothing()


def check_unused(entry: CatalogueEntry, used_by: list[Said]) -> None:
    """Raises IllegalCommand, which names the uses."""
    if used_by:
        raise IllegalCommand(
            say(
                "in_use",
                "{kind} {id} is used by {by}; change them first",
                kind=_kind(type(entry)),
                id=entry.id[:63],
                by=uses.listed(used_by),
            )
        )


def note(done: str, kind: type[CatalogueEntry], entry_id: str) -> None:
    _log.info(
        "catalogue_changed",
        done=done,
        kind=_kind(kind),
        id=entry_id[:63],
        by=caller().name,
    )


def _kind(kind: type[CatalogueEntry]) -> str:
    return next(name for name, known in CATALOGUE.items() if known is kind)
