"""Plain text: of a page, while it is walked through, and of format=flowed mail."""

import re

_BLANKS = re.compile(r"[ \t\n\r\f]+")
_MOST_QUOTES = 8


class PlainText:
    """Takes the words and blocks of a page in their order; `finish` gives the text.

    Lines in a quotation begin with "> "; white space is as a browser shows it.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._blank_wanted = False
        self._quotes = 0
        self._pre = 0

    def words(self, text: str) -> None:
        if self._pre:
            first, *rest = text.split("\n")
            self._put(first)
            for line in rest:
                self._end(keep=True)
                self._put(line)
            return
        text = _BLANKS.sub(" ", text)
        if not self._line or self._line[-1].endswith((" ", "\t")):
            text = text.lstrip(" ")
        self._put(text)

    def _put(self, text: str) -> None:
        if text:
            self._line.append(text)

    def _end(self, *, keep: bool = False) -> None:
        line = "".join(self._line).replace("\xa0", " ").rstrip(" \t")
        self._line = []
        if not line.strip() and not keep:
            return
        mark = "> " * min(self._quotes, _MOST_QUOTES)
        if self._blank_wanted and self._lines and self._lines[-1] != mark.rstrip():
            self._lines.append(mark.rstrip())
        self._blank_wanted = False
        self._lines.append(f"{mark}{line}".rstrip())

    def line(self) -> None:
        """What follows stands on a line of its own."""
        self._end()

    def line_break(self) -> None:
        """A `br`: also an empty line is one, but not two of them."""
        if self._line:
            self._end()
        else:
            self._blank_wanted = True

    def paragraph(self) -> None:
        self._end()
        self._blank_wanted = True

    def quote(self, step: int) -> None:
        self._end()
        self._blank_wanted = self._blank_wanted and step > 0
        self._quotes = max(0, self._quotes + step)

    def pre(self, step: int) -> None:
        self._end()
        self._pre = max(0, self._pre + step)

    def cell(self) -> None:
        if self._line:
            self._line.append("\t")

    def finish(self) -> str:
        self._end()
        return "\n".join(self._lines).strip("\n")


def unflowed(text: str, *, delsp: bool) -> str:
    """RFC 3676: lines that end in a blank go on in the next one, at the same depth of quoting."""
    out: list[str] = []
    joined: list[str] = []
    depth_before = 0
    open_line = False
    for line in text.split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body[1:] if body.startswith(" ") else body
        soft = body.endswith(" ") and body != "-- "
        if open_line and depth == depth_before and body != "-- ":
            joined.append(body)
        else:
            if joined:
                out.append("".join(joined).rstrip(" "))
            joined = [("> " * min(depth, _MOST_QUOTES)) + body if depth else body]
            if body == "-- ":
                out.append("".join(joined))
                joined = []
        if soft and delsp and joined:
            joined[-1] = joined[-1][:-1]
        open_line, depth_before = soft, depth
    if joined:
        out.append("".join(joined).rstrip(" "))
    return "\n".join(out)
