"""A mail's HTML made harmless, and the same as plain text.

Nothing in it loads by itself, runs, or leaves its place on the page. Two gates: what `_Writer` does not
know it does not write, and nh3 cleans what it wrote.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from webchat_bridge.email import allowed
from webchat_bridge.email.limits import Limits, Problems
from webchat_bridge.email.markup import Tag, Words, tokens
from webchat_bridge.email.plain import PlainText

#: What ends by itself where another begins, and how far up that reaches.
_ENDS = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": ({"td", "th"}, {"table"}),
    "th": ({"td", "th"}, {"table"}),
    "tr": ({"tr"}, {"table"}),
    "tbody": ({"tbody", "thead", "tfoot"}, {"table"}),
    "thead": ({"tbody", "thead", "tfoot"}, {"table"}),
    "tfoot": ({"tbody", "thead", "tfoot"}, {"table"}),
}
_CELLS = {"td", "th", "div", "blockquote", "li", "table"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """`html` is "" where only the words can be kept. `shown`: ids of the files whose pictures are in it."""

    html: str
    text: str
    shown: frozenset[str]


def clean(page: str, pictures: Mapping[str, str], limits: Limits, problems: Problems) -> Clean:
    """`pictures`: Content-ID without brackets to the id of its file."""
    writer = _Writer(pictures, limits, problems)
    for token in tokens(page):
        writer.take(token)
    written = writer.finish()
    if written.count("&") > allowed.MOST_REFERENCES:
        problems.add("html_left_out", "the page costs too much to clean; only its words are kept")
        return Clean(html="", text=writer.plain.finish(), shown=frozenset())
    return Clean(
        html=allowed.sanitised(written), text=writer.plain.finish(), shown=frozenset(writer.shown)
    )


_OF_PICTURES = ("alt", "width", "height")


class _Writer:
    """Writes what is allowed, each tag closed in its place, and the plain text beside it."""

    def __init__(self, pictures: Mapping[str, str], limits: Limits, problems: Problems) -> None:
        self.plain = PlainText()
        self.shown: set[str] = set()
        self._pictures = pictures
        self._limits = limits
        self._problems = problems
        self._out: list[str] = []
        self._open: list[str] = []
        self._tags = 0
        self._dropping: tuple[str, int] | None = None
        self._links: list[str] = []  # addresses of the links that are open
        self._said: list[str] = []  # words of the innermost link

    def take(self, token: Words | Tag) -> None:
        if self._dropping is not None:
            self._drop(token)
        elif isinstance(token, Words):
            self._words(token.text)
        elif token.name in allowed.DROPPED and not token.closing:
            self._problems.add(
                "html_active", "drawings, media or objects were taken out of the page"
            )
            self._dropping = token.name, 1
        elif token.name in allowed.ACTIVE:
            self._problems.add(
                "html_active", "forms, frames or the like were taken out of the page"
            )
        elif token.name in allowed.TAGS:
            self._tag(token)

    def _drop(self, token: Words | Tag) -> None:
        name, depth = self._dropping or ("", 0)
        if isinstance(token, Tag) and token.name == name:
            depth += -1 if token.closing else 1
            self._dropping = (name, depth) if depth else None

    def _words(self, text: str) -> None:
        text = "".join(text.split("\x00"))
        if not text.strip() and self._open and self._open[-1] in allowed.TABLE - {"td", "th"}:
            return
        self._into_cell()
        self._out.append(html.escape(text))
        self.plain.words(text)
        if self._links:
            self._said.append(text)

    def _tag(self, token: Tag) -> None:
        if token.closing:
            if token.name == "br":
                self.take(Tag("br"))
            elif token.name in self._open:
                self._close(token.name)
            return
        self._tags += 1
        if self._tags > self._limits.html_tags:
            self._problems.add(
                "html_cut", "the page has too many tags; further on only its words are kept"
            )
            return
        self._begin(token)

    def _begin(self, token: Tag) -> None:
        name = token.name
        self._end_implied(name)
        if name in allowed.TABLE - {"table"}:
            if not self._room_in_table(name):
                return
        else:
            self._into_cell()
        if len(self._open) >= self._limits.html_depth and name not in allowed.VOID:
            self._problems.add("html_deep", "tags nested too deep were taken out of the page")
            return
        self._spoken(token)
        if name == "img":
            self._picture(token)
            return
        self._out.append(f"<{name}{self._attributes(token)}>")
        if name not in allowed.VOID:
            self._open.append(name)
            if name == "a":
                self._links.append(allowed.bare(token.attributes.get("href", "")))
                self._said = []

    def _room_in_table(self, name: str) -> bool:
        """Rows and cells outside their place would be moved about by a browser: what is missing is made."""
        if "table" not in self._open or len(self._open) + 3 > self._limits.html_depth:
            return False
        allowed = {"table", "tbody", "thead", "tfoot", "tr"}
        while self._open[-1] not in allowed:
            self._close(self._open[-1])
        if name in ("td", "th") and self._open[-1] != "tr":
            self._push("tr")
        elif name == "tr" and self._open[-1] == "tr":
            self._close("tr")
        elif name in ("tbody", "thead", "tfoot"):
            while self._open[-1] != "table":
                self._close(self._open[-1])
        return True

    def _into_cell(self) -> None:
        """Words straight into a table cost the sanitiser's parser quadratic time: they get a cell."""
        if self._open and self._open[-1] in allowed.TABLE - {"td", "th"}:
            if self._open[-1] != "tr":
                self._push("tr")
            self._push("td")

    def _push(self, name: str) -> None:
        self._out.append(f"<{name}>")
        self._open.append(name)

    def _end_implied(self, name: str) -> None:
        ends, bound = _ENDS.get(name, ({"p"}, _CELLS) if name in allowed.BLOCKS else (set(), set()))
        if name == "a":
            ends, bound = {"a"}, _CELLS
        for opened in reversed(self._open):
            if opened in ends:
                self._close(opened)
                return
            if opened in bound:
                return

    def _close(self, name: str) -> None:
        """Closes it and all that is open inside it."""
        while self._open:
            opened = self._open.pop()
            self._out.append(f"</{opened}>")
            if opened == "a":
                self._end_link()
            self._spoken_end(opened)
            if opened == name:
                return

    def _end_link(self) -> None:
        href = self._links.pop()
        said = "".join(self._said).strip()
        self._said = []
        bare = href.removeprefix("mailto:").removeprefix("tel:").rstrip("/")
        if allowed.is_link(href) and bare and bare.lower() not in allowed.bare(said).lower():
            self.plain.words(f" <{bare}>" if said else f"<{bare}>")

    def _spoken(self, token: Tag) -> None:
        """What a tag is in plain text."""
        name = token.name
        if name == "br":
            self.plain.line_break()
        elif name == "blockquote":
            self.plain.quote(1)
        elif name == "pre":
            self.plain.pre(1)
        elif name in allowed.PARAGRAPHS:
            self.plain.paragraph()
        elif name in ("td", "th"):
            self.plain.cell()
        elif name in allowed.BLOCKS:
            self.plain.line()
        if name == "li":
            self.plain.words("- ")

    def _spoken_end(self, name: str) -> None:
        if name == "blockquote":
            self.plain.quote(-1)
        elif name == "pre":
            self.plain.pre(-1)
        elif name in allowed.PARAGRAPHS:
            self.plain.paragraph()
        elif name in allowed.BLOCKS:
            self.plain.line()

    def _picture(self, token: Tag) -> None:
        source = allowed.bare(token.attributes.get("src", ""))
        kept = {key: value for key, value in token.attributes.items() if key in _OF_PICTURES}
        if source.lower().startswith("cid:"):
            content_id = source[4:]
            file = self._pictures.get(content_id) or self._pictures.get(unquote(content_id))
            if file is None:
                self._problems.add("picture_missing", "a picture of the page is not in the mail")
            else:
                self.shown.add(file)
                kept["src"] = f"cid:{file}"
        elif source.startswith("//") or source.lower().startswith(("http://", "https://")):
            self._problems.add("picture_remote", "pictures of the web are shown when asked for")
            kept["data-remote"] = ("https:" + source if source.startswith("//") else source)[
                : allowed.LONGEST_LINK
            ]
            kept["data-remote"] = re.sub(
                "^[^:]+", lambda scheme: scheme[0].lower(), kept["data-remote"]
            )
        elif source:
            self._problems.add(
                "picture_removed", "a picture written into the page itself was taken out"
            )
        if "src" in kept or "data-remote" in kept or kept.get("alt"):
            self._out.append(f"<img{allowed.written_attributes(kept)}>")
            if kept.get("alt", "").strip():
                self.plain.words(f"[{kept['alt'].strip()}]")

    def _attributes(self, token: Tag) -> str:
        known = allowed.ATTRIBUTES["*"] | allowed.ATTRIBUTES.get(token.name, set())
        kept = {key: value for key, value in token.attributes.items() if key in known}
        if "href" in kept:
            kept["href"] = allowed.bare(kept["href"])
            if not allowed.is_link(kept["href"]):
                if not kept["href"].startswith("#"):
                    self._problems.add(
                        "link_removed", "a link that leads to no page, address or number"
                    )
                del kept["href"]
        return allowed.written_attributes(kept)

    def finish(self) -> str:
        while self._open:
            self._close(self._open[-1])
        return "".join(self._out)
