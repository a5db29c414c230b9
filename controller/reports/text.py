"""Text as a terminal or a spreadsheet may safely show it. Names and numbers come from strangers."""

import re
import unicodedata

#: Shown instead of what would move the cursor, change the direction of writing, or cannot be encoded.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

#: Categories of such characters: control, format (direction marks, zero width), lone surrogates,
#: line and paragraph separators. What joins the letters and emoji of honest names stays.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")

#: A cell that begins so may be run as a formula by a spreadsheet; the wide forms are the same keys
#: on a Chinese or Japanese keyboard.
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")

#: A number in E.164: a formula too, but one that cannot do anything.
_E164 = re.compile(r"\+[0-9]{1,15}", re.ASCII)


def visible(text: str) -> str:
    """`text` on one line, with nothing in it that acts on a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        REPLACEMENT if unicodedata.category(c) in _UNSAFE and c not in _JOINERS else c for c in text
    )


def guarded(text: str) -> str:
    """`text` for a cell of a spreadsheet: an apostrophe goes before what would be a formula.

    A telephone number such as +4930123456 is left as it is, so that it can be dialled and looked up.
    """
    start = text.lstrip()[:1]
    if start in _FORMULA and start and not _E164.fullmatch(text):
        return "'" + text
    return text


def _width_of(character: str) -> int:
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def width(text: str) -> int:
    """Columns of a terminal that `text` takes; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    return sum(_width_of(character) for character in text)


def fit(text: str, columns: int, right: bool = False) -> str:
    """`text` in exactly `columns` (at least 1) columns: padded, or cut with an ellipsis."""
    taken = width(text)
    if taken > columns:
        text, taken = _cut(text, columns - 1)
    padding = " " * (columns - taken)
    return padding + text if right else text + padding


def _cut(text: str, columns: int) -> tuple[str, int]:
    """The most of `text` that fits before an ellipsis, and the columns of both."""
    taken = 0
    for position, character in enumerate(text):
        step = _width_of(character)
        if taken + step > columns:
            return text[:position] + "…", taken + 1
        taken += step
    return text + "…", taken + 1
