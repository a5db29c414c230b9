"""A mail of ours to the bytes that are sent: the same bytes each time, so that a retry is the same mail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from controller.domain.model.messages import (
    Envelope,
    File,
    Location,
    Part,
    QuickReplies,
    Rich,
    Text,
)
from controller.errors import Invalid
from webchat_bridge.email import addresses, marks
from webchat_bridge.email.files import clean_name
from webchat_bridge.email.limits import Problems
from webchat_bridge.email.marks import Ours

_MOST_REFERENCES = 20
_LONGEST_SUBJECT = 250
_MOST_RECIPIENTS = 100
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_RE = re.compile(
    r"(?:\s*(?:re|aw|sv|antw|回复|回覆|答复|答覆)\s*(?:\[\d{1,3}\])?\s*[:：])+\s*", re.IGNORECASE
)
_TYPE = re.compile(r"(?!multipart/|message/)[a-z]+/[a-z0-9.+-]+")
_NOT_IN_HEADER = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")
_PICTURE = re.compile(r'(<img\b[^>]*?\ssrc="cid:)([0-9a-f]{64})(")')


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """`message`: the id of the message, of which the Message-ID is made. `thread`: the id of the thread, of
    which the subject token is made. `sender`: an address of ours; `answers`: the mail that is answered.
    `automatic`: no person wrote it."""

    message: str
    thread: str
    sender: str
    sender_name: str = ""
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str
    date: datetime
    parts: tuple[Part, ...]
    answers: Envelope | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """`recipients`: for RCPT TO. `smtputf8`: only a server that offers SMTPUTF8 can take it."""

    data: bytes
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    smtputf8: bool


def write_mail(mail: Outgoing, attachments: Mapping[str, bytes], ours: Ours) -> Written:
    """`attachments`: the bytes of each File by its id. Invalid: an address that is none, nobody to send to, a
    file without bytes, an id that makes no Message-ID."""
    sender = _address(mail.sender)
    to, cc = _each(mail.to, ()), _each(mail.cc, mail.to)
    if not to:
        raise Invalid("a mail needs somebody to go to")
    if len(to) + len(cc) > _MOST_RECIPIENTS:
        raise Invalid(f"a mail goes to at most {_MOST_RECIPIENTS} addresses")
    smtputf8 = not all(address.isascii() for address in (sender, *to, *cc))
    policy = _Utf8Policy() if smtputf8 else _Policy()
    message = EmailMessage(policy=policy)
    message["From"] = _shown(sender, mail.sender_name)
    message["To"] = [_shown(address) for address in to]
    if cc:
        message["Cc"] = [_shown(address) for address in cc]
    message["Subject"] = subject_of(mail, ours)
    message["Date"] = format_datetime(mail.date)
    message_id = marks.message_id_of(mail.message, ours)
    message["Message-ID"] = message_id
    _references(message, mail.answers)
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied" if mail.answers else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    _content(message, mail.parts, attachments, ours)
    _boundaries(message, message_id)
    return Written(
        data=message.as_bytes(),
        message_id=message_id,
        sender=sender,
        recipients=(*to, *cc),
        smtputf8=smtputf8,
    )


def subject_of(mail: Outgoing, ours: Ours) -> str:
    """`Re: ` once where it answers, what it is about, the thread's token once, at its end."""
    bare = marks.without_tokens(_line(mail.subject))
    about = _RE.sub("", bare, count=1) if mail.answers is not None else bare
    about = about[:_LONGEST_SUBJECT].strip()
    return " ".join(
        filter(None, ("Re:" if mail.answers else "", about, marks.token_of(mail.thread, ours)))
    )


def _line(text: str) -> str:
    """One line without control characters: nothing in it can begin a header field."""
    return " ".join(_NOT_IN_HEADER.sub(" ", text).split())


def _address(address: str) -> str:
    good = addresses.normal(address)
    if good is None:
        raise Invalid("a mail address must look like name@example.com")
    return good


def _each(given: tuple[str, ...], but: tuple[str, ...]) -> tuple[str, ...]:
    not_again = {_address(address) for address in but}
    return tuple(
        address for address in dict.fromkeys(map(_address, given)) if address not in not_again
    )


def _shown(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=_line(name)[:100], username=local, domain=domain)


def _references(message: EmailMessage, answers: Envelope | None) -> None:
    """RFC 5322: what the answered mail refers to, and itself; of too many the first and the newest."""
    if answers is None:
        return
    ids = [value for value in (*answers.references, answers.message_id) if _ID.fullmatch(value)]
    ids = list(dict.fromkeys(ids))
    if len(ids) > _MOST_REFERENCES:
        ids = [ids[0], *ids[1 - _MOST_REFERENCES :]]
    if _ID.fullmatch(answers.message_id):
        message["In-Reply-To"] = answers.message_id
    if ids:
        message["References"] = " ".join(ids)


def _content(
    message: EmailMessage, parts: tuple[Part, ...], attachments: Mapping[str, bytes], ours: Ours
) -> None:
    message.set_content("\n\n".join(filter(None, map(_plain, parts))) + "\n")
    pages = [part.html for part in parts if isinstance(part, Rich)]
    given = [part for part in parts if isinstance(part, File)]
    pictures: set[str] = set()
    if pages:
        page = "\n<hr>\n".join(pages)
        pictures = {match[2] for match in _PICTURE.finditer(page)} & {file.id for file in given}
        page = _PICTURE.sub(rf"\1\2@{ours.domain}\3", page)
        message.add_alternative(page + "\n", subtype="html")
        _, within = message.iter_parts()
        for file in {file.id: file for file in given if file.id in pictures}.values():
            content_id = f"<{file.id}@{ours.domain}>"
            _attach(within.add_related, file, attachments, cid=content_id, disposition="inline")
    for file in given:
        if file.id not in pictures:
            _attach(message.add_attachment, file, attachments)


def _attach(add: Any, file: File, attachments: Mapping[str, bytes], **more: str) -> None:
    data = attachments.get(file.id)
    if data is None:
        raise Invalid("a file of the mail is no longer there")
    told = file.media_type if _TYPE.fullmatch(file.media_type) else "application/octet-stream"
    kind, _, sub = told.partition("/")
    name = clean_name(file.name, file.media_type, Problems())
    add(data, maintype=kind, subtype=sub, filename=name, **more)


def _plain(part: Part) -> str:
    match part:
        case Text(text=text) | Rich(text=text):
            return text
        case QuickReplies():
            return "\n".join((part.text, *(f"- {option.title}" for option in part.options)))
        case Location():
            return f"{part.name} geo:{part.latitude},{part.longitude}".strip()
        case File():
            return ""


def _boundaries(message: EmailMessage, message_id: str) -> None:
    """Python would draw them by lot. `=_` is in no base64 and no quoted-printable."""
    tag = message_id.partition(".")[2].partition("@")[0]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{tag}_{number}")


def _ids_folded(name: str, value: str) -> str | None:
    """Python's fold writes long Message-IDs as encoded words, which no mailer takes for an id."""
    if name.lower() not in ("message-id", "in-reply-to", "references", "content-id"):
        return None
    return f"{name}: " + "\r\n ".join(str(value).split()) + "\r\n"


class _Policy(EmailPolicy):
    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"linesep": "\r\n", "max_line_length": 76, "cte_type": "7bit", **kw})

    def fold(self, name: str, value: Any) -> str:
        return _ids_folded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        ids = _ids_folded(name, value)
        return ids.encode("ascii") if ids else super().fold_binary(name, value)


class _Utf8Policy(_Policy):
    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"utf8": True, **kw})
