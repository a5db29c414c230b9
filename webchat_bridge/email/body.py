"""From the parts of a mail: what is read, and which files come with it."""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from controller.domain.model.messages import File, Part, Rich, Text
from webchat_bridge.email import charsets, files, plain, rich, transfer
from webchat_bridge.email import headers as h
from webchat_bridge.email.limits import MB, Limits, Problems
from webchat_bridge.email.quotes import quoted_from
from webchat_bridge.email.tree import Branch, Leaf, Tree

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`attachments`: bytes of each file by its id."""

    parts: tuple[Part, ...]
    attachments: dict[str, bytes]


@dataclass(slots=True)
class _Kept:
    """A file, not yet said to be in the text or beside it."""

    file: File
    content_id: str
    inline: bool


@dataclass(slots=True)
class _Pieces:
    """Leaves in the order of reading."""

    order: list[tuple[Leaf, bool]] = field(default_factory=list)  # True: it is read

    def any_text(self) -> bool:
        return any(is_read for _, is_read in self.order)


def body(raw: bytes, tree: Tree, limits: Limits, problems: Problems) -> Body:
    return _Reader(raw, limits, problems).body(tree)


class _Reader:
    def __init__(self, raw: bytes, limits: Limits, problems: Problems) -> None:
        self._raw = raw
        self._limits = limits
        self._problems = problems
        self._attachments: dict[str, bytes] = {}
        self._text_left = limits.text

    def body(self, tree: Tree) -> Body:
        pieces = _Pieces()
        self._walk(tree, pieces)
        kept = {id(leaf): self._file(leaf) for leaf, is_read in pieces.order if not is_read}
        pictures = {
            one.content_id: one.file.id
            for one in kept.values()
            if one and one.content_id and files.may_show(one.file.media_type)
        }
        read = {id(leaf): self._text(leaf, pictures) for leaf, is_read in pieces.order if is_read}
        shown = frozenset().union(*(used for _, used in read.values()))
        parts: list[Part] = []
        for leaf, is_read in pieces.order:
            if is_read:
                part = read[id(leaf)][0]
                parts += [part] if part else []
            elif one := kept[id(leaf)]:
                parts.append(_placed(one, shown))
        if not parts:
            self._problems.add("no_content", "the mail has neither text nor files")
        return Body(parts=tuple(parts), attachments=self._attachments)

    def _walk(self, tree: Tree, pieces: _Pieces) -> None:
        if isinstance(tree, Leaf):
            pieces.order.append((tree, self._is_read(tree, pieces)))
            return
        if tree.media_type == "multipart/alternative":
            self._walk_alternative(tree, pieces)
            return
        if tree.media_type == "multipart/encrypted":
            self._problems.add("encrypted", "the mail is encrypted; its text cannot be read here")
        for part in tree.parts:
            self._walk(part, pieces)

    def _walk_alternative(self, tree: Branch, pieces: _Pieces) -> None:
        """The best form is read; what is no form of the text (an invitation) is a file beside it."""
        best = self._best(tree)
        for part in tree.parts:
            if part is best:
                self._walk(part, pieces)
            else:
                pieces.order += [(leaf, False) for leaf in _leaves(part) if _is_beside(leaf)]

    def _best(self, tree: Branch) -> Tree | None:
        """HTML that says something, else plain text, else whatever comes last."""
        for part in reversed(tree.parts):
            page = next((leaf for leaf in _leaves(part) if leaf.media_type == "text/html"), None)
            if page is not None and self._says_something(page):
                return part
        for part in reversed(tree.parts):
            if any(leaf.media_type == "text/plain" for leaf in _leaves(part)):
                return part
        return tree.parts[-1] if tree.parts else None

    def _says_something(self, page: Leaf) -> bool:
        """Some mailers send an empty page beside a full text."""
        head = self._decoded(page)[:200_000]
        return bool(re.sub(rb"<[^>]*>|&nbsp;|\s", b"", head)) or b"<img" in head.lower()

    def _is_read(self, leaf: Leaf, pieces: _Pieces) -> bool:
        if leaf.media_type not in ("text/plain", "text/html"):
            return False
        disposition, _ = leaf.headers.parameters("content-disposition")
        if disposition == "attachment":
            return False
        return not _told_name(leaf) or not pieces.any_text()

    def _decoded(self, leaf: Leaf) -> bytes:
        encoding = leaf.headers.raw("content-transfer-encoding")
        is_text = leaf.media_type.startswith("text/")
        return transfer.decoded(
            self._raw[leaf.start : leaf.end], encoding, self._problems, text=is_text
        )

    def _text(self, leaf: Leaf, pictures: dict[str, str]) -> tuple[Part | None, frozenset[str]]:
        data = self._decoded(leaf)
        if len(data) > self._text_left:
            self._problems.add(
                "text_cut", f"more than {self._limits.text} bytes of text; the rest was left out"
            )
            data = data[: self._text_left]
        self._text_left -= len(data)
        charset = leaf.parameters.get("charset")
        if leaf.media_type == "text/html":
            meta = _META_CHARSET.search(data[:2048])
            charset = charset or (meta[1].decode("ascii") if meta else None)
            return self._page(charsets.decode(data, charset, self._problems), pictures)
        text = charsets.decode(data, charset, self._problems)
        if leaf.parameters.get("format", "").lower() == "flowed":
            text = plain.unflowed(text, delsp=leaf.parameters.get("delsp", "").lower() == "yes")
        return _text_part(text), frozenset()

    def _page(self, page: str, pictures: dict[str, str]) -> tuple[Part | None, frozenset[str]]:
        cleaned = rich.clean(page, pictures, self._limits, self._problems)
        if not cleaned.html.strip() or not (cleaned.text.strip() or "<img" in cleaned.html):
            return _text_part(cleaned.text), frozenset()
        quoted = quoted_from(cleaned.text)
        return Rich(html=cleaned.html, text=cleaned.text, quoted_from=quoted), cleaned.shown

    def _file(self, leaf: Leaf) -> _Kept | None:
        encoding = leaf.headers.raw("content-transfer-encoding").lower()
        size = (leaf.end - leaf.start) * (3 if "base64" in encoding else 4) // 4
        data = b"" if size > self._limits.attachment * 11 // 10 else self._decoded(leaf)
        if (not data and size > self._limits.attachment) or len(data) > self._limits.attachment:
            told = f"{max(size, len(data)) / MB:.0f} MB"
            self._problems.add("file_too_large", f"a file of about {told} was left out")
            return None
        media_type = files.media_type(leaf.media_type, data, self._problems)
        self._remark(leaf, media_type)
        name = files.clean_name(
            _told_name(leaf) or self._subject_name(leaf, data), media_type, self._problems
        )
        digest = hashlib.sha256(data).hexdigest()
        self._attachments[digest] = data
        disposition, _ = leaf.headers.parameters("content-disposition")
        return _Kept(
            File(id=digest, name=name, media_type=media_type, size=len(data)),
            leaf.headers.raw("content-id").strip(" <>\t"),
            disposition == "inline",
        )

    def _remark(self, leaf: Leaf, media_type: str) -> None:
        if media_type in ("application/ms-tnef", "application/vnd.ms-tnef"):
            self._problems.add(
                "tnef_kept", "Outlook's winmail.dat is kept as it is; files may be inside it"
            )
        elif leaf.media_type in _SMIME:
            if "signed" in leaf.parameters.get("smime-type", ""):
                self._problems.add(
                    "signed_inside", "the text is inside an S/MIME signature; it is kept as a file"
                )
            else:
                self._problems.add(
                    "encrypted", "the mail is encrypted; its text cannot be read here"
                )
        elif leaf.media_type in ("message/partial", "message/external-body"):
            self._problems.add("elsewhere", "a part of the mail is elsewhere; nothing is fetched")

    def _subject_name(self, leaf: Leaf, data: bytes) -> str:
        """A mail within has no name but its subject."""
        if leaf.media_type != "message/rfc822":
            return ""
        block = re.split(rb"\r?\n\r?\n", data[:20_000].lstrip(), maxsplit=1)[0]
        subject = h.parse(block, 200, Problems()).raw("subject")[:500]
        return f"{h.text(subject, Problems())[:100].replace('/', '_') or 'mail'}.eml"


def _is_beside(leaf: Leaf) -> bool:
    return not leaf.media_type.startswith("text/") or leaf.media_type == "text/calendar"


def _leaves(tree: Tree) -> Iterator[Leaf]:
    if isinstance(tree, Leaf):
        yield tree
    else:
        for part in tree.parts:
            yield from _leaves(part)


def _told_name(leaf: Leaf) -> str:
    _, parameters = leaf.headers.parameters("content-disposition")
    told = parameters.get("filename") or leaf.parameters.get("name") or ""
    return h.text(told[:2000], Problems())


def _text_part(text: str) -> Text | Rich | None:
    """Plain text that quotes is Rich, so that a page can fold the quotation."""
    text = text.strip("\n")
    quoted = quoted_from(text)
    if quoted is not None:
        page = f'<div style="white-space:pre-wrap">{html.escape(text)}</div>'
        return Rich(html=page, text=text, quoted_from=quoted)
    return Text(text=text) if text.strip() else None


def _placed(kept: _Kept, shown: frozenset[str]) -> File:
    file = kept.file
    inline = file.id in shown or (kept.inline and files.may_show(file.media_type))
    return File(
        id=file.id, name=file.name, media_type=file.media_type, size=file.size, inline=inline
    )
