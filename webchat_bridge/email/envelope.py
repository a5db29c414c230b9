"""From the header of a mail: who wrote to whom, about what, when, in answer to what."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from controller.domain.model.messages import Envelope
from webchat_bridge.email import addresses
from webchat_bridge.email import headers as h
from webchat_bridge.email.addresses import Named
from webchat_bridge.email.headers import Headers
from webchat_bridge.email.limits import Limits, MailRefused, Problems, Refusal

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_BARE_ID = re.compile(r"[^<>\s]{1,120}@[^<>\s@]{1,120}")
_HIDDEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
_LONGEST_NAME = 200
_DAEMON = re.compile(
    r"\s*\"?(?:mail delivery (?:sub)?system\"?\s*)?<?(mailer-daemon|postmaster)>?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    envelope: Envelope
    name: str
    date: datetime | None


def head(headers: Headers, limits: Limits, problems: Problems) -> Head:
    """MailRefused: nobody is named as the sender, or several are in fields of their own."""
    sender = _sender(headers, problems)
    reply_to = _people(headers, "reply-to", 10, problems)
    envelope = Envelope(
        subject=_subject(headers, limits, problems),
        sender=sender.address,
        to=_addresses(headers, "to", limits, problems),
        cc=_addresses(headers, "cc", limits, problems),
        reply_to=next((one.address for one in reply_to if one.address != sender.address), None),
        message_id=_message_id(headers, problems),
        references=_references(headers, limits),
    )
    return Head(envelope=envelope, name=_name(sender, problems), date=_date(headers, problems))


def _sender(headers: Headers, problems: Problems) -> Named:
    fields = [h.plain(value) for value in list(headers.all("from"))[:10]]
    named = [one for field in fields for one in addresses.parse(field, 10)[0]]
    different = list(dict.fromkeys(one.address for one in named))
    if len(fields) > 1 and len(different) > 1:
        raise MailRefused(Refusal.SEVERAL_SENDERS, "several From fields with different addresses")
    if len(different) > 1:
        return _of_several(headers, named, problems)
    if named:
        return named[0]
    if any(_DAEMON.fullmatch(field[:200]) for field in fields):
        return Named(name="", address="mailer-daemon@unknown.invalid")
    for name in ("sender", "return-path"):
        if instead := addresses.parse(headers.raw(name), 1)[0]:
            problems.add("sender_instead", f"From names nobody; the sender is taken from {name}")
            return instead[0]
    raise MailRefused(Refusal.NO_SENDER, "no From, Sender or Return-Path with an address")


def _of_several(headers: Headers, named: list[Named], problems: Problems) -> Named:
    """RFC 5322 allows several authors; Sender says who of them sent it."""
    problems.add("sender_one_of_several", "From names several people; answers go to one of them")
    sent = [one.address for one in addresses.parse(headers.raw("sender"), 1)[0]]
    return next((one for one in named if one.address in sent), named[0])


def _name(sender: Named, problems: Problems) -> str:
    name = " ".join(_HIDDEN.sub("", h.text(sender.name, problems)).split())[:_LONGEST_NAME]
    claimed = re.search(r"[^\s<>@\"']{1,64}@[^\s<>@\"']{1,255}", name)
    if claimed and addresses.normal(claimed[0]) != sender.address:
        problems.add(
            "name_deceptive_sender", "the sender's name looks like another address; it is not shown"
        )
        return ""
    return name


def _subject(headers: Headers, limits: Limits, problems: Problems) -> str:
    raw = headers.raw("subject")
    if len(raw) > 20 * limits.subject:
        raw = raw[: 20 * limits.subject]
        problems.add("subject_cut", f"the subject has more than {limits.subject} characters")
    subject = _HIDDEN.sub("", h.text(raw, problems))
    if len(subject) > limits.subject:
        problems.add("subject_cut", f"the subject has more than {limits.subject} characters")
    return subject[: limits.subject]


def _people(headers: Headers, field: str, most: int, problems: Problems) -> list[Named]:
    found: list[Named] = []
    for value in headers.all(field):
        more, lossy = addresses.parse(h.plain(value), most - len(found))
        found += more
        if lossy and len(found) >= most:
            problems.add("recipients_cut", f"more than {most} recipients; the first ones are kept")
        elif lossy:
            problems.add("address_broken", f"an entry of {field} is no address; it was left out")
        if len(found) >= most:
            break
    return found


def _addresses(headers: Headers, field: str, limits: Limits, problems: Problems) -> tuple[str, ...]:
    people = _people(headers, field, limits.recipients, problems)
    return tuple(dict.fromkeys(one.address for one in people))


def _message_id(headers: Headers, problems: Problems) -> str:
    raw = headers.raw("message-id").strip()
    match = _MESSAGE_ID.search(raw[:2000])
    if match:
        return match[0]
    if _BARE_ID.fullmatch(raw):
        return f"<{raw}>"
    problems.add("no_message_id", "the mail has no Message-ID; it cannot be told from a copy by it")
    return ""


def _references(headers: Headers, limits: Limits) -> tuple[str, ...]:
    """The oldest first; In-Reply-To at the end. Of too many the first one
    (where it all began) and the newest."""
    found: dict[str, None] = dict.fromkeys(_MESSAGE_ID.findall(headers.raw("references")))
    for answered in _MESSAGE_ID.findall(headers.raw("in-reply-to"))[:5]:
        found.pop(answered, None)
        found[answered] = None
    ids = list(found)
    if len(ids) > limits.references:
        ids = [ids[0], *ids[1 - limits.references :]]
    return tuple(ids)


def _date(headers: Headers, problems: Problems) -> datetime | None:
    """As the sender's clock had it, in UTC; None: none, or none that can be."""
    raw = headers.raw("date").strip()[:200]
    if not raw:
        return None
    try:
        date = parsedate_to_datetime(raw)
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, ArithmeticError):
        problems.add("date_broken", "the mail's date is none")
        return None
    return date
