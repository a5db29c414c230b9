"""Domain values <-> JSON text. Two rules meet here and nowhere else.

* What a newer Tandem wrote is read as far as it is known: unknown fields are left out; an event whose
  type is unknown stops the read, because a history with a hole tells lies.
* Text that a database cannot carry (NUL, halves of a surrogate pair; a caller's name may hold either)
  is replaced by U+FFFD on the way in. It never fails a commit.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json, to_jsonable_python

from controller.domain import agent as agents
from controller.domain import events as facts
from controller.domain.agent import Agent, AgentEvent
from controller.domain.catalogue import CATALOGUE, CatalogueEntry
from controller.domain.events import Event
from controller.domain.model import Interaction
from controller.errors import StoreError
from controller.ports import Aggregate, AnyEvent

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

T = TypeVar("T")


def clean_text(text: str) -> str:
    """The same text, with U+FFFD for each character that UTF-8 or PostgreSQL refuses."""
    if text.isascii() and "\0" not in text:
        return text
    return "".join(
        REPLACEMENT if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text
    )


def event_types() -> dict[str, type[AnyEvent]]:
    """Every event class of the domain by its name, which is what the `type` column holds."""
    found: dict[str, type[AnyEvent]] = {}
    for module in (facts, agents):
        for name, thing in vars(module).items():
            if not isinstance(thing, type) or thing in (Event, AgentEvent):
                continue
            if issubclass(thing, (Event, AgentEvent)):
                found[name] = thing
    return found


class Codec:
    """Encodes any domain value; decodes by the type that a column names.

    Decoding raises StoreError. Its message names the row and the field, never a value: rows hold
    people's names and numbers.
    """

    def __init__(self) -> None:
        self._events, self._entries, self._interaction, self._agent = _adapters()

    def encode(self, value: AnyEvent | Aggregate | CatalogueEntry) -> str:
        """JSON text that every database takes."""
        kind: Any = type(value)
        try:
            # By its type: what looks at each value for what it is takes three times as long.
            encoded = _encoder(kind).dump_json(value, fallback=_plain, warnings=False)
        except PydanticSerializationError:
            plain = to_jsonable_python(value, inf_nan_mode="strings", fallback=_plain)
            encoded = _dump(_cleaned(plain))
        if b"\\u0000" in encoded:
            encoded = _dump(_cleaned(from_json(encoded)))
        return encoded.decode()

    def interaction(self, row_id: str, data: str) -> Interaction:
        return _load(self._interaction, f"interaction {row_id}", data)

    def agent(self, row_id: str, data: str) -> Agent:
        return _load(self._agent, f"agent {row_id}", data)

    def event(self, stream: str, version: int, type_name: str, data: str) -> AnyEvent:
        adapter = self._events.get(type_name)
        if adapter is None:
            raise StoreError(
                f"event {version} of {stream} is a {type_name}, which this Tandem does not know; "
                "a newer one wrote it: upgrade this one"
            )
        return _load(adapter, f"event {version} of {stream}", data)

    def entry(self, kind: str, entry_id: str, data: str) -> CatalogueEntry:
        adapter = self._entries.get(kind)
        if adapter is None:
            raise StoreError(
                f"the catalogue holds a {kind}, which this Tandem does not know; "
                "a newer one wrote it: upgrade this one"
            )
        return _load(adapter, f"{kind} {entry_id}", data)


@cache
def _adapters() -> tuple[
    dict[str, TypeAdapter[AnyEvent]],
    dict[str, TypeAdapter[CatalogueEntry]],
    TypeAdapter[Interaction],
    TypeAdapter[Agent],
]:
    """Made once a process: that takes a fifth of a second."""
    return (
        {name: TypeAdapter(kind) for name, kind in event_types().items()},
        {name: TypeAdapter(kind) for name, kind in CATALOGUE.items()},
        TypeAdapter(Interaction),
        TypeAdapter(Agent),
    )


@cache
def _encoder(kind: Any) -> TypeAdapter[Any]:
    # Optional, for pydantic takes no configuration for a dataclass by itself.
    return TypeAdapter(kind | None, config=ConfigDict(ser_json_inf_nan="strings"))


def _dump(value: object) -> bytes:
    return to_json(value, inf_nan_mode="strings")


def _plain(value: object) -> object:
    """Any Mapping may stand in a domain value, a read-only view of a dict for one."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be stored; domain values hold plain data")


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {clean_text(key): _cleaned(item) for key, item in value.items()}
        case list():
            return [_cleaned(item) for item in value]
    return value


def _load(adapter: TypeAdapter[T], what: str, data: str) -> T:
    try:
        return adapter.validate_json(data)
    except ValidationError as invalid:
        found = invalid.errors(include_input=False, include_url=False, include_context=False)
        fields = ", ".join(f"{'.'.join(map(str, e['loc'])) or '(all)'}: {e['type']}" for e in found)
    # Outside the handler: the cause would carry the values into a log.
    raise StoreError(
        f"{what} cannot be read ({fields}); restore it from a backup, or run the Tandem that wrote it"
    )
