"""One mail cut into its leaves, before anything is decoded.

Python's `email` parser builds the whole tree of strings first, tests every line against every open boundary,
and recurses: a small mail can keep it busy for minutes. This works with places in the one `bytes`, looks for
each boundary with `bytes.find`, and stops at the limits.
"""

import re
from dataclasses import dataclass

from webchat_bridge.email import headers as h
from webchat_bridge.email.headers import Headers
from webchat_bridge.email.limits import Limits, MailRefused, Problems, Refusal

_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?=\r|\n)")
_MAX_BOUNDARY = 200
#: Lines that begin like a boundary but are none. Honest mail has a few: boundaries that begin alike.
_MAX_FALSE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A part that is no multipart: its body still encoded, at `start:end` of the mail."""

    headers: Headers
    media_type: str
    parameters: dict[str, str]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A multipart: `media_type` and its parts in their order."""

    media_type: str
    parameters: dict[str, str]
    parts: tuple["Leaf | Branch", ...]


Tree = Leaf | Branch


def even(raw: bytes) -> bytes:
    """Line ends that would hide the header's end made plain: CR CR LF, and CR alone."""
    head = raw[:10_000]
    if b"\r\r\n" in head:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    if b"\n" not in head and b"\r" in head:
        raw = raw.replace(b"\r", b"\n")
    return raw


def grow(raw: bytes, limits: Limits, problems: Problems) -> tuple[Headers, Tree]:
    """The mail's own header, and its parts. MailRefused over the limits of the whole."""
    return _Grower(raw, limits, problems).whole()


class _Grower:
    def __init__(self, raw: bytes, limits: Limits, problems: Problems) -> None:
        self._raw = raw
        self._limits = limits
        self._problems = problems
        self._parts = 0
        self._false = 0

    def whole(self) -> tuple[Headers, Tree]:
        start = 0
        while self._raw[start : start + 1] in (b"\r", b"\n"):
            start += 1
            if start > 1000:
                raise MailRefused(Refusal.EMPTY, "nothing but blank lines")
        headers, body = self._header(start, len(self._raw), self._limits.header, main=True)
        return headers, self._tree(headers, body, len(self._raw), 0, "text/plain")

    def _header(
        self, start: int, end: int, most: int, *, main: bool = False
    ) -> tuple[Headers, int]:
        """The header at `start`, and where the body begins."""
        if self._raw[start : start + 1] in (b"\n", b"\r"):
            return Headers(), self._after_line(start, end)
        blank = _BLANK.search(self._raw, start, min(end, start + most))
        if blank is None and end - start > most:
            if main:
                raise MailRefused(
                    Refusal.HEADER_TOO_LARGE, f"the header has more than {most} bytes"
                )
            self._problems.add("header_cut", f"a part's header has more than {most} bytes")
            return Headers(), start
        stop = blank.end() if blank else end
        if not main and not h.begins_field(self._raw[start : start + 300]):
            self._problems.add("header_missing", "a part without a header; taken as text")
            return Headers(), start
        found = h.parse(self._raw[start:stop], self._limits.header_fields, self._problems)
        if blank is None and main:
            self._problems.add("header_only", "the mail has no body")
        return found, self._after_line(stop, end)

    def _after_line(self, at: int, end: int) -> int:
        if self._raw[at : at + 2] == b"\r\n":
            return min(at + 2, end)
        return min(at + 1, end)

    def _tree(self, headers: Headers, start: int, end: int, depth: int, default: str) -> Tree:
        media_type, parameters = headers.parameters("content-type")
        if not _is_type(media_type):
            if media_type:
                self._problems.add(
                    "type_broken", "a part's Content-Type is none; it is taken as text"
                )
            media_type = default
        if media_type.startswith("multipart/"):
            if depth >= self._limits.depth:
                raise MailRefused(
                    Refusal.TOO_DEEP, f"parts nested more than {self._limits.depth} deep"
                )
            inner = self._inner(parameters.get("boundary", ""), start, end)
            if inner is not None:
                default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
                parts = tuple(self._part(a, b, depth + 1, default) for a, b in inner)
                return Branch(media_type=media_type, parameters=parameters, parts=parts)
            self._problems.add(
                "boundary_missing", "a multipart without its boundary; taken as text"
            )
            media_type = "text/plain"
        self._count()
        return Leaf(
            headers=headers, media_type=media_type, parameters=parameters, start=start, end=end
        )

    def _count(self) -> None:
        self._parts += 1
        if self._parts > self._limits.parts:
            raise MailRefused(Refusal.TOO_MANY_PARTS, f"more than {self._limits.parts} parts")

    def _part(self, start: int, end: int, depth: int, default: str) -> Tree:
        headers, body = self._header(start, end, self._limits.part_header)
        return self._tree(headers, body, end, depth, default)

    def _inner(self, boundary: str, start: int, end: int) -> list[tuple[int, int]] | None:
        """Start and end of each part of a multipart. None: its boundary is never seen."""
        if not boundary or len(boundary) > _MAX_BOUNDARY:
            return None
        mark = b"--" + boundary.encode("utf-8", "replace")
        found: list[tuple[int, int]] = []
        opened: int | None = None
        at = start
        while (at := self._raw.find(mark, at, end)) >= 0:
            after, closing = self._mark_end(at, at + len(mark), start, end)
            if after is None:
                at += len(mark)
                continue
            if opened is not None:
                found.append((opened, max(opened, self._before_line(at))))
                self._many(len(found))
            opened = after
            at = after
            if closing:
                return found
        if opened is None:
            return None
        self._problems.add("boundary_open", "a multipart without its end; the last part may be cut")
        if opened < end:
            found.append((opened, end))
        return found

    def _many(self, count: int) -> None:
        if count + self._parts > self._limits.parts:
            raise MailRefused(Refusal.TOO_MANY_PARTS, f"more than {self._limits.parts} parts")

    def _mark_end(self, at: int, after: int, start: int, end: int) -> tuple[int | None, bool]:
        """Where the line after a boundary begins, and whether it was the closing one. None: it is none."""
        line_starts = at == start or self._raw[at - 1 : at] in (b"\n", b"\r")
        closing = self._raw[after : after + 2] == b"--"
        rest = after + 2 if closing else after
        while rest < end and self._raw[rest : rest + 1] in (b" ", b"\t") and rest - after < 1000:
            rest += 1
        if line_starts and (rest >= end or self._raw[rest : rest + 1] in (b"\r", b"\n")):
            return self._after_line(rest, end), closing
        self._false += 1
        if self._false > _MAX_FALSE:
            raise MailRefused(Refusal.BOUNDARY_BOMB, "countless lines that look like a boundary")
        return None, False

    def _before_line(self, at: int) -> int:
        """The line end before a boundary belongs to the boundary."""
        if self._raw[at - 2 : at] == b"\r\n":
            return at - 2
        return at - 1


def _is_type(media_type: str) -> bool:
    kind, slash, sub = media_type.partition("/")
    return bool(
        slash and kind.isascii() and kind and sub and " " not in media_type and "/" not in sub
    )
