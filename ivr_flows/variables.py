"""`${name}` in a flow's text: filled from the flow's own store, never evaluated."""

import re
from collections.abc import Mapping

from ivr_flows.patterns import VALUE_LIMIT

GIVEN = ("caller", "did", "hour", "language")
"""Variables every flow starts with: both numbers, the local hour 0-23, and the language."""
KEPT = ("digits", "returned")
"""Variables that steps write: the keys last pressed, why the last queue or transfer ended."""

NAME = r"[a-z][a-z0-9_]{0,31}"
_REFERENCE = re.compile(r"\$\{(" + NAME + r")(:digits)?\}")
_ATTEMPT = re.compile(r"\$\{[^}]*\}?")


def references(text: str) -> frozenset[str]:
    """The names used in `text`."""
    return frozenset(name for name, _ in _REFERENCE.findall(text))


def malformed(text: str) -> str:
    """The first `${...}` of `text` that is not a reference; empty if there is none."""
    for attempt in _ATTEMPT.findall(text):
        if not _REFERENCE.fullmatch(attempt):
            return str(attempt)
    return ""


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Replaces `${name}` once (values are not searched again); an unset name becomes nothing.

    `${name:digits}` puts spaces between the characters, so that a number is read digit by digit.
    """

    def value(found: re.Match[str]) -> str:
        text = variables.get(found[1], "")
        return " ".join(text) if found[2] else text

    return _REFERENCE.sub(value, text)


def with_value(variables: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """A copy of the store with one value more, cut to VALUE_LIMIT characters."""
    return {**variables, name: value[:VALUE_LIMIT]}
