"""One mail as it came in: bytes to a value, or refused with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from controller.domain.model.messages import Envelope, Part, Rich, Text
from webchat_bridge.email import automatic as auto
from webchat_bridge.email import bounces, charsets, marks
from webchat_bridge.email import tree as t
from webchat_bridge.email.automatic import Automatic
from webchat_bridge.email.body import Body, body
from webchat_bridge.email.bounces import BounceOf
from webchat_bridge.email.envelope import head
from webchat_bridge.email.headers import Headers
from webchat_bridge.email.limits import Limits, MailRefused, Problem, Problems, Refusal
from webchat_bridge.email.marks import Ours
from webchat_bridge.email.tree import Branch, Leaf, Tree

_LIMITS = Limits()
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """`name`: of the sender, "" where he gives none that can be shown. `attachments`: the bytes of each File
    by its id. `date`: UTC, by the sender's clock. `automatic`: None: nothing says that no person wrote it.
    `wants_no_answer`: no automatic one. `token`: the first subject token of ours.

    `envelope.sender` is what the mail says; nothing here proves it.
    """

    envelope: Envelope
    name: str
    parts: tuple[Part, ...]
    attachments: Mapping[str, bytes]
    date: datetime | None
    automatic: Automatic | None
    wants_no_answer: bool
    bounce_of: BounceOf | None
    token: str | None
    problems: tuple[Problem, ...]


def read_mail(raw: bytes, ours: Ours, limits: Limits = _LIMITS) -> ReadMail:
    """MailRefused is all that it raises, whatever the bytes."""
    if len(raw) > limits.mail:
        raise MailRefused(Refusal.TOO_LARGE, f"{len(raw)} bytes; at most {limits.mail} are read")
    if not raw.strip(b"\r\n\t \x00"):
        raise MailRefused(Refusal.EMPTY, "nothing in it")
    problems = Problems()
    raw = t.even(raw)
    headers, tree = t.grow(raw, limits, problems)
    first = head(headers, limits, problems)
    envelope = first.envelope
    content = body(raw, tree, limits, problems)
    kind = auto.automatic(headers, envelope.sender, envelope.subject, _report(tree), ours)
    return ReadMail(
        envelope=envelope,
        name=first.name,
        parts=content.parts,
        attachments=content.attachments,
        date=first.date,
        automatic=kind,
        wants_no_answer=auto.wants_no_answer(headers),
        bounce_of=_bounce(raw, headers, tree, content, ours) if kind is Automatic.BOUNCE else None,
        token=marks.token_in(envelope.subject, ours),
        problems=problems.found(),
    )


def _report(tree: Tree) -> str | None:
    if isinstance(tree, Branch) and tree.media_type == "multipart/report":
        return tree.parameters.get("report-type", "").lower()
    return None


def _bounce(raw: bytes, headers: Headers, tree: Tree, content: Body, ours: Ours) -> BounceOf:
    status = ""
    returned: list[str] = []
    for leaf in _all(tree):
        data = raw[leaf.start : min(leaf.end, leaf.start + 200_000)]
        if leaf.media_type in ("message/delivery-status", "message/global-delivery-status"):
            status = charsets.decode(data, None, Problems())
        elif leaf.media_type in _RETURNED:
            returned.append(charsets.decode(data, None, Problems()))
    returned += [headers.raw("in-reply-to"), headers.raw("references")]
    words = "\n".join(part.text for part in content.parts if isinstance(part, Text | Rich))
    return bounces.bounce_of(status, returned, words, headers.raw("x-failed-recipients"), ours)


def _all(tree: Tree) -> list[Leaf]:
    return (
        [tree] if isinstance(tree, Leaf) else [leaf for part in tree.parts for leaf in _all(part)]
    )
