"""What is said to people: in English, and with what the page needs to say it in another language."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field
from pydantic_core import ErrorDetails

from controller.errors import Said

#: The kinds of pydantic's own findings that our models come to, each with its values that are told.
FOUND: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "extra_forbidden": (),
    "string_type": (),
    "string_unicode": (),
    "string_too_short": ("min_length",),
    "string_too_long": ("max_length",),
    "string_pattern_mismatch": ("pattern",),
    "int_type": (),
    "int_parsing": (),
    "int_parsing_size": (),
    "int_from_float": (),
    "float_type": (),
    "float_parsing": (),
    "finite_number": (),
    "greater_than": ("gt",),
    "greater_than_equal": ("ge",),
    "less_than": ("lt",),
    "less_than_equal": ("le",),
    "bool_type": (),
    "bool_parsing": (),
    "literal_error": ("expected",),
    "enum": ("expected",),
    "list_type": (),
    "tuple_type": (),
    "dict_type": (),
    "too_short": ("min_length",),
    "too_long": ("max_length",),
    "datetime_type": (),
    "datetime_parsing": (),
    "datetime_object_invalid": (),
    "datetime_from_date_parsing": (),
    "timezone_aware": (),
    "model_type": (),
    "model_attributes_type": (),
}


class SaidView(BaseModel):
    """A part of a sentence that is one of its own."""

    words: str
    code: str
    params: dict[str, "str | float | SaidView"]


class Worded(BaseModel):
    """Beside a sentence: what it can be said by in another language."""

    code: str | None = Field(
        default=None, description="Names the sentence, and stays when its words change."
    )
    params: dict[str, str | float | SaidView] | None = Field(
        default=None, description="The values in the sentence, by name."
    )


def told(text: str) -> dict[str, Any]:
    """`code` and `params` of a Said, nothing of another text."""
    if not isinstance(text, Said):
        return {}
    return {"code": text.code, "params": {name: _value(v) for name, v in text.params.items()}}


def _value(value: str | float) -> Any:
    return {"words": str(value), **told(value)} if isinstance(value, Said) else value


def found(item: ErrorDetails) -> str:
    """What one finding of pydantic says; a Said where it is one of `FOUND`, or our validator's own."""
    context = item.get("ctx", {})
    ours = context.get("error")
    if isinstance(ours, ValueError) and ours.args:
        return ours.args[0] if isinstance(ours.args[0], Said) else str(ours)
    if item["type"] not in FOUND:
        return item["msg"]
    said = Said(item["msg"])
    said.code = item["type"]
    said.params = {name: context[name] for name in FOUND[item["type"]]}
    return said
