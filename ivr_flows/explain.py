"""Turns what pydantic found into a place in the file, a sentence and a remedy."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from ivr_flows.document import Document, Route
from ivr_flows.fields import Speech
from ivr_flows.problems import did_you_mean
from ivr_flows.steps import Announce, Case

_PLAIN: dict[str, tuple[str, str]] = {
    "string_type": ("text is expected here", "Write a word or a text in quotes."),
    "int_parsing": ("a whole number is expected here", "Write digits only, for example 3."),
    "int_type": ("a whole number is expected here", "Write digits only, for example 3."),
    "float_parsing": ("a number is expected here", "Write for example 3 or 2.5."),
    "float_type": ("a number is expected here", "Write for example 3 or 2.5."),
    "bool_parsing": ("yes or no is expected here", "Write true or false."),
    "bool_type": ("yes or no is expected here", "Write true or false."),
    "dict_type": ("keys with values are expected here", "Write `key: value` lines under it."),
    "tuple_type": ("a list is expected here", "Write [a, b], or lines that begin with `- `."),
    "dataclass_type": ("keys with values are expected here", "Write {key: value}."),
    "too_short": ("nothing stands here", "Write at least one."),
}


def report_errors(
    document: Document, route: Route, within: Route, kind: type[Any], error: ValidationError
) -> None:
    """Adds each error at its place. `within`: the verb's key, under which most fields stand."""
    for fault in error.errors(include_url=False, include_input=False):
        loc: Route = tuple(part for part in fault["loc"] if part != "[key]")
        is_key = "[key]" in fault["loc"]
        at = (*route, *loc) if loc and (*route, loc[0]) in document.places else None
        place = at or (*route, *within, *loc)
        message, remedy = _sentence(fault, loc, kind)
        unknown = fault["type"] == "unexpected_keyword_argument"
        document.report(place, message, remedy, at_key=is_key or unknown)


def _sentence(fault: Mapping[str, Any], loc: Route, kind: type[Any]) -> tuple[str, str]:
    what, name = fault["type"], str(loc[-1]) if loc else ""
    if what == "unexpected_keyword_argument":
        known = _keys_at(loc, kind)
        remedy = did_you_mean(name, known, f"Known here: {', '.join(known)}.")
        return f"unknown key `{name}`", remedy
    if what == "missing":
        return f"`{name}` is missing", f"Add `{name}: ...` here."
    if what == "value_error":
        message, _, remedy = str(fault["ctx"]["error"]).partition("|")
        return message, remedy or "See docs/flows.md."
    if what in _PLAIN:
        message, remedy = _PLAIN[what]
        return (f"`{name}`: {message}" if name else message), remedy
    return _bounds(fault, name)


def _bounds(fault: Mapping[str, Any], name: str) -> tuple[str, str]:
    context, what = fault.get("ctx") or {}, fault["type"]
    if what in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        word = "least" if what == "greater_than_equal" else "most"
        return f"`{name}` is out of range", f"Write at {word} {bound:g}."
    if what in ("string_too_long", "too_long"):
        return f"`{name}` is too long", f"At most {context.get('max_length')}."
    if what == "literal_error":
        return f"`{name}` cannot be this", f"Write one of {context.get('expected')}."
    return f"`{name}`: {fault['msg']}", "See docs/flows.md."


def _keys_at(loc: Route, kind: type[Any]) -> list[str]:
    """Names that people may write where the unknown key stands."""
    inner = [part for part in loc[:-1] if isinstance(part, str)]
    if not inner:
        owner = kind
    elif inner[-1] == "cases":
        owner = Case
    elif inner[-1] == "announce":
        owner = Announce
    else:
        owner = Speech
    if not is_dataclass(owner):
        return []
    hints = get_type_hints(owner, include_extras=True)
    return [_alias(hints[item.name]) or item.name for item in fields(owner)]


def _alias(hint: Any) -> str | None:
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, FieldInfo) and extra.alias:
            return extra.alias
    return None
