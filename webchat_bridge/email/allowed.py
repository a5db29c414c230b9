"""What markup of a mail may be shown, and the second gate before it is: nh3."""

import html
import re
from collections.abc import Mapping

import nh3

BLOCKS = {
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
}
BLOCKS |= {"pre", "table", "tr", "center", "hr"}
PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"}
_INLINE = {
    "a",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "strike",
    "del",
    "ins",
    "sub",
    "sup",
    "small",
    "big",
    "font",
}
_INLINE |= {"span", "code", "tt", "kbd", "samp", "var", "q", "abbr", "cite", "mark", "bdi"}
TABLE = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
VOID = {"br", "hr", "img"}
TAGS = BLOCKS | _INLINE | TABLE | VOID

#: Nothing of these is shown, nor of what is inside.
DROPPED = {
    "svg",
    "math",
    "object",
    "template",
    "select",
    "applet",
    "video",
    "audio",
    "canvas",
    "dialog",
}
ACTIVE = {
    "form",
    "input",
    "button",
    "embed",
    "base",
    "meta",
    "link",
    "frame",
    "frameset",
    "plaintext",
}

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "dir", "lang", "align"},
    "a": {"href", "title"},
    "img": {"src", "data-remote", "alt", "width", "height"},
    "font": {"color", "size", "face"},
    "td": {"colspan", "rowspan", "valign", "width", "bgcolor"},
    "th": {"colspan", "rowspan", "valign", "width", "bgcolor"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "ol": {"start", "type"},
}
_STYLES = {"color", "background-color", "font-weight", "font-style", "text-decoration"}
_STYLES |= {"text-align", "white-space", "vertical-align", "list-style-type"}
_BAD_STYLE = re.compile(r"url|expression|import|\\|/\*|@|behavior|behaviour|var\(", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}%?")
_COUNTED = {
    "width",
    "height",
    "colspan",
    "rowspan",
    "border",
    "cellpadding",
    "cellspacing",
    "start",
}
_LINKS = ("http://", "https://", "mailto:", "tel:")
LONGEST_LINK = 4000
#: nh3 needs quadratic time for them within one stretch of words: a second for as many as these.
MOST_REFERENCES = 150_000


def sanitised(page: str) -> str:
    return nh3.clean(
        page,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _allowed(tag: str, name: str, value: str) -> str | None:
    """The last word on each attribute."""
    if name == "style" and _BAD_STYLE.search(value):
        return None
    if (name == "src" and not value.startswith("cid:")) or (name == "href" and not is_link(value)):
        return None
    if name == "data-remote" and not value.startswith(("http://", "https://")):
        return None
    return None if name in _COUNTED and not _NUMBER.fullmatch(value) else value


def is_link(value: str) -> bool:
    return len(value) <= LONGEST_LINK and value.lower().startswith(_LINKS)


def bare(value: str) -> str:
    """An address as a browser takes it: without the blanks and controls that hide `java script:`."""
    return "".join(char for char in value if char > " " and char != "\x7f")


def written_attributes(attributes: Mapping[str, str]) -> str:
    return "".join(
        f' {key}="{html.escape(value)}"' for key, value in attributes.items() if len(value) < 5000
    )
