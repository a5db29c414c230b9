"""Regular expressions that a flow may use: only such as are sure to be quick.

Python's `re` has no time limit, and a caller chooses what is matched. So we accept a part of
its language (no backreference, no look-around, no repeated group) and bound the number of
ways in which a match can be tried: the product of all repetition ranges and alternatives.
"""

import re

PATTERN_LIMIT = 200  # characters
VALUE_LIMIT = 256  # characters of a variable
WAYS_LIMIT = 10_000
_OPEN_ENDED = 64  # what an unbounded repetition counts as

_TOKEN = re.compile(
    r"(?P<escape>\\[dws.*+?()\[\]{}|^$\\/#-])"
    r"|(?P<charset>\[\^?(?:[^\[\]\\]|\\[dws.*+?()\[\]{}|^$\\/#-])+\])"
    r"|(?P<open>\((?:\?:)?)"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<repeat>[*+?]|\{(?P<low>\d{1,3})(?P<range>,(?P<high>\d{0,3}))?\})"
    r"|(?P<plain>[^\\\[\](){}|*+?])"
)


def pattern_fault(pattern: str) -> str:
    """Why a flow may not use the pattern; empty if it may."""
    if len(pattern) > PATTERN_LIMIT:
        return f"longer than {PATTERN_LIMIT} characters"
    ways, alternatives, previous, at = 1, [1], "", 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            return f"`{pattern[at : at + 4]}` is not allowed"
        at, kind = token.end(), str(token.lastgroup)
        if kind in ("low", "range", "high"):
            kind = "repeat"
        if kind == "repeat" and previous in ("close", "repeat", "open", "bar", ""):
            return f"`{token[0]}` may follow only one character or [set], not a group"
        if kind == "repeat":
            ways *= _spread(token)
        elif kind == "open":
            alternatives.append(1)
        elif kind == "bar":
            alternatives[-1] += 1
        elif kind == "close":
            if len(alternatives) == 1:
                return "a `)` without its `(`"
            ways *= alternatives.pop()
        previous = kind
    if len(alternatives) > 1:
        return "a `(` without its `)`"
    if ways * alternatives[0] > WAYS_LIMIT:
        return "too many repetitions or alternatives together"
    return _compile_fault(pattern)


def _spread(token: re.Match[str]) -> int:
    if token["low"] is None:
        return 2 if token[0] == "?" else _OPEN_ENDED
    if token["range"] is None:
        return 1
    high = int(token["high"]) if token["high"] else int(token["low"]) + _OPEN_ENDED
    return max(1, high - int(token["low"]) + 1)


def _compile_fault(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error.msg)
    return ""


def matches(pattern: str, value: str) -> bool:
    """Whether the whole of `value` (cut to VALUE_LIMIT) is what `pattern` describes."""
    return re.fullmatch(pattern, value[:VALUE_LIMIT]) is not None
