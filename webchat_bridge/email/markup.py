"""HTML as tags and text, in one pass over the characters whatever they are.

The sanitiser (nh3, a browser's parser) needs minutes or all memory for some small pages: a hundred thousand
nested or unclosed tags. So it is given markup of our making only, which `rich` writes from these tokens.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: A `<` before anything else is only a character.
_MARK = re.compile(r"<(?=[a-zA-Z/!?])")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:_-]{0,40})[^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?")
_HUGE_REFERENCE = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{8,});?")
_MOST_ATTRIBUTES = 60

#: Their content is no markup and none of it is shown; it goes up to their end tag.
_RAW = ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


@dataclass(frozen=True, slots=True)
class Words:
    """Text, character references resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Name and attributes in lower case, the first of each attribute; values resolved."""

    name: str
    closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def resolved(text: str) -> str:
    """Python would refuse numbers of thousands of digits."""
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def tokens(page: str) -> Iterator[Words | Tag]:
    """Comments, declarations and what is never shown (scripts, styles) are left out."""
    at = 0
    while found := _MARK.search(page, at):
        mark = found.start()
        if mark > at:
            yield Words(resolved(page[at:mark]))
        match = _NAME.match(page, mark)
        if match is None:
            at = _declaration_end(page, mark)
            continue
        name, closing = match[1].lower(), page[mark + 1] == "/"
        attributes, at = _attributes(page, match.end())
        if name not in _RAW_END:
            yield Tag(name, closing, attributes)
        elif not closing:
            end = _RAW_END[name].search(page, at)
            at = end.start() if end else len(page)
    if at < len(page):
        yield Words(resolved(page[at:]))


def _declaration_end(page: str, mark: int) -> int:
    """Where the comment or declaration at `mark` ends; one that never does hides all that follows."""
    comment = page.startswith("<!--", mark)
    end = page.find("-->", mark + 2) if comment else page.find(">", mark)
    return len(page) if end < 0 else end + (3 if comment else 1)


def _attributes(page: str, at: int) -> tuple[dict[str, str], int]:
    """Of a tag whose name ends at `at`; and where the tag ends."""
    found: dict[str, str] = {}
    while match := _ATTRIBUTE.match(page, at):
        at = match.end()
        if len(found) < _MOST_ATTRIBUTES:
            value = next((group for group in match.group(2, 3, 4) if group is not None), "")
            found.setdefault(match[1].lower(), resolved(value))
    end = page.find(">", at)
    return found, end + 1 if end >= 0 else len(page)
