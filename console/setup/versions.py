"""Which version of an entry somebody has before him: of what he may see of it and may replace."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from console.api.schemas.people import account_view
from console.setup.kinds import KINDS
from controller.domain.catalogue import Account, CatalogueEntry

_FIELDS = {row.kind: row.fields for row in KINDS}

#: Hexadecimal digits: 64 bits.
_LENGTH = 16


def shown(entry: CatalogueEntry) -> dict[str, Any]:
    """The entry's fields as JSON values, without anything secret."""
    if isinstance(entry, Account):
        return account_view(entry).model_dump(mode="json", exclude={"has_password", "must_change"})
    return _FIELDS[type(entry)](entry, whole=True)


def version_of(entry: CatalogueEntry) -> str:
    """Another text for another content, the same in every process. Passwords are not in it, so nobody can
    try at it whether he has guessed one; saving an entry does not replace them either."""
    content = orjson.dumps(shown(entry), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()[:_LENGTH]


def versions(entries: Iterable[CatalogueEntry]) -> dict[str, str]:
    """By id."""
    return {entry.id: version_of(entry) for entry in entries}
