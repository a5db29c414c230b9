"""A set-up as one document: section, id, fields. Read whole, with every mistake found at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from console.setup.faults import Fault, known
from console.setup.kinds import KINDS, SetupKind
from console.setup.proposed import Key
from console.wording import found
from controller.domain.catalogue import CatalogueEntry
from controller.errors import Said, say
from controller.ports import Catalogue

_SECTIONS: Mapping[str, SetupKind] = {kind.section: kind for kind in KINDS}
_ROWS: Mapping[type[CatalogueEntry], SetupKind] = {kind.kind: kind for kind in KINDS}

#: Fields that people look for in a file, and why they are not there.
_SECRET = frozenset({"phone_password"})

_NO_FIELD = say("no_field", "no such field")
_NO_SECTION = say("no_section", "no such section")


@dataclass(slots=True, kw_only=True)
class Draft:
    """What a document says. `entries`: those that could be read; `unreadable`: the others."""

    entries: list[CatalogueEntry] = field(default_factory=list)
    unreadable: set[Key] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def export(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """The whole set-up, without secrets and without what has its default. In a stable order."""
    return {
        kind.section: {
            entry.id: _tidy(kind.fields(entry, whole=False)) for entry in catalogue.all(kind.kind)
        }
        for kind in KINDS
    }


def _tidy(value: Any) -> Any:
    """20.0 is written as 20."""
    if isinstance(value, dict):
        return {key: _tidy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read(document: Mapping[str, Any], catalogue: Catalogue) -> Draft:
    """Numbers and yes or no may also be written as text: YAML files are read so."""
    draft = Draft()
    for section, content in document.items():
        kind = _SECTIONS.get(section)
        if kind is None:
            draft.faults.append(
                Fault(path=section, message=_instead(_NO_SECTION, section, _SECTIONS))
            )
        elif not isinstance(content, dict | None):
            message = say(
                "entries_below_id", "write each entry below its id: `id: {{field: value}}`"
            )
            draft.faults.append(Fault(path=section, message=message))
        else:
            draft.sections.add(section)
            for entry_id, fields in (content or {}).items():
                _read_entry(kind, entry_id, fields, draft, catalogue)
    return draft


def _read_entry(
    kind: SetupKind, entry_id: str, fields: Any, draft: Draft, catalogue: Catalogue
) -> None:
    path = f"{kind.section}.{entry_id}"
    found = list(_misfits(kind, entry_id, {} if fields is None else fields))
    if found:
        draft.faults += [Fault(path=join(path, f.path), message=f.message) for f in found]
        draft.unreadable.add((kind.kind, entry_id))
        return
    body = kind.body.model_validate(fields or {})
    present = catalogue.find(kind.kind, entry_id)
    draft.entries.append(kind.read(entry_id, body, present))


def _misfits(kind: SetupKind, entry_id: str, fields: Any) -> Iterator[Fault]:
    if not re.fullmatch(kind.id_pattern, entry_id):
        yield Fault(
            path="",
            message=say(
                "id_pattern", "an id fits {pattern}; give it another", pattern=kind.id_pattern
            ),
        )
    if not isinstance(fields, dict):
        yield Fault(
            path="", message=say("fields_below", "write its fields below it: `field: value`")
        )
        return
    for name in sorted(_SECRET & kind.body.model_fields.keys() & fields.keys()):
        message = say(
            "no_secrets",
            "a password does not belong in a file; make one with `tandem profile phone {agent}`",
            agent=entry_id,
        )
        yield Fault(path=name, message=message)
    if fields.get("id", entry_id) != entry_id:
        yield Fault(
            path="id",
            message=say(
                "id_not_key", "is not {id}, under which it stands; leave it out", id=entry_id
            ),
        )
    try:
        kind.body.model_validate(fields)
    except ValidationError as error:
        yield from _explained(error, kind.body)


def _explained(error: ValidationError, body: type[BaseModel]) -> Iterator[Fault]:
    for item in error.errors(include_url=False, include_input=False):
        where = [str(part) for part in item["loc"] if part not in ("[key]", "")]
        message = found(item)
        if item["type"] == "extra_forbidden":
            names = body.model_fields if len(where) == 1 else ()
            message = _instead(_NO_FIELD, where[-1], names)
        elif item["type"] == "missing":
            message = say("needed", "is needed and not there; add it")
        yield Fault(path=".".join(where), message=message)


def _instead(what: Said, name: str, names: Iterable[str]) -> Said:
    listed = sorted(names)
    close = get_close_matches(name, listed, n=1)
    if close:
        return say("did_you_mean", "{what}; did you mean `{name}`?", what=what, name=close[0])
    if listed:
        return say("known_are", "{what}; known: {known}", what=what, known=known(listed))
    return say("leave_out", "{what}; leave it out", what=what)


def join(path: str, more: str) -> str:
    return f"{path}.{more}" if more else path


def section_of(kind: type[CatalogueEntry]) -> SetupKind:
    return _ROWS[kind]
