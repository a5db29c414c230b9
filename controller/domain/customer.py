"""Who a customer is: the identities by which channels know him, and that two of them are one person.

Nothing moves in a merge. Each customer keeps his identities and contacts, and what is merged *into* another
is told and found as that one. So taking a merge back leaves everybody with exactly what was his, and what
came in between stays with the identity it came by.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from controller.domain.words import Word
from controller.errors import IllegalCommand, Invalid, say

#: Identities of one customer; who has more is a shared line, not a person.
MOST_IDENTITIES = 50


class Kind(Word):
    PHONE = "phone"
    EMAIL = "email"
    #: The id of an account with the centre's own site, given by the site.
    ACCOUNT = "account"
    #: `APP/OPENID`: an openid is of one app.
    WECHAT = "wechat"
    #: The id of a browser that has chatted.
    DEVICE = "device"


class Source(Word):
    """How we came to know it."""

    ARRIVAL = "arrival"
    PERSON = "person"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Identity:
    """`value` in its normal form: make it with `identity`, or one of the functions there."""

    kind: Kind
    value: str

    @property
    def key(self) -> str:
        """Of one identity only, whatever its kind."""
        return f"{self.kind.value}:{self.value}"


def identity_of(key: str) -> Identity:
    """Of what `Identity.key` gave."""
    kind, _, value = key.partition(":")
    return Identity(Kind(kind), value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An identity as a customer has it. `since`: epoch seconds. `verified`: he has proved that it is his."""

    identity: Identity
    since: float
    source: Source = Source.ARRIVAL
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`merged_into`: the customer he was found to be. `language`: a BCP 47 tag, "" unknown. `version` counts
    the changes of name, note and language."""

    id: str
    created_at: float
    name: str = ""
    note: str = ""
    language: str = ""
    identities: tuple[Known, ...] = ()
    merged_into: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why two are held to be one: in words, perhaps with the identity or the contact that shows it."""

    words: str
    identity: Identity | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """`customer` was merged into `into`. `undone_at`: it was taken back, by whom and why."""

    id: str
    at: float
    by: str
    customer: str
    into: str
    evidence: Evidence
    undone_at: float | None = None
    undone_by: str = ""
    undone_why: str = ""


def check_merge(customer: Customer, into: Customer) -> None:
    """Raises IllegalCommand. Only who is merged into nobody is merged, and into such a one only: so no
    sequence of merges makes a circle."""
    if customer.id == into.id:
        raise IllegalCommand(
            say(
                "customer_merge_self",
                "this is one customer already; name another to merge with him",
            )
        )
    for one in (customer, into):
        if one.merged_into is not None:
            raise IllegalCommand(
                say(
                    "customer_merged_already",
                    "customer {customer} is merged into another one already; take that back first, or"
                    " merge with that one",
                    customer=one.id,
                )
            )


def check_unmerge(merge: Merge, customer: Customer) -> None:
    """Raises IllegalCommand."""
    if merge.undone_at is not None or customer.merged_into != merge.into:
        raise IllegalCommand(
            say(
                "customer_unmerged_already", "this merge was taken back already; nothing is changed"
            )
        )


# --- normal forms: Invalid for what is none -------------------------------------------------------

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@]{1,253}")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
_WECHAT = re.compile(r"[A-Za-z0-9_-]{1,64}/[A-Za-z0-9_-]{1,128}")
_DEVICE = re.compile(r"[A-Za-z0-9_-]{8,128}")


def phone(text: str) -> Identity:
    """Of a number in E.164 already, as +4930123456."""
    if not _E164.fullmatch(text):
        raise Invalid(
            say("identity_phone", "write the number with + and its country code, as in +4930123456")
        )
    return Identity(Kind.PHONE, text)


def email(text: str) -> Identity:
    """Lower case; the domain as it stands in the DNS."""
    plain = unicodedata.normalize("NFC", text.strip()).lower()
    local, _, domain = plain.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not _MAIL.fullmatch(plain) or not _HOST.fullmatch(host) or not local.isprintable():
        raise Invalid(say("identity_email", "write a mail address, as in ann@example.com"))
    return Identity(Kind.EMAIL, f"{local}@{host}")


def account(text: str) -> Identity:
    """Of the site's own id, which it alone knows to read."""
    plain = text.strip()
    if not 0 < len(plain) <= 128 or not plain.isprintable():
        raise Invalid(say("identity_account", "an account id has 1 to 128 printable characters"))
    return Identity(Kind.ACCOUNT, plain)


def wechat(text: str) -> Identity:
    if not _WECHAT.fullmatch(text.strip()):
        raise Invalid(
            say("identity_wechat", "write the app's id and the openid with a / between them")
        )
    return Identity(Kind.WECHAT, text.strip())


def device(text: str) -> Identity:
    if not _DEVICE.fullmatch(text):
        raise Invalid(say("identity_device", "a device id has 8 to 128 of a-z, A-Z, 0-9, _ and -"))
    return Identity(Kind.DEVICE, text)


_NORMAL: Mapping[Kind, Callable[[str], Identity]] = {
    Kind.PHONE: phone,
    Kind.EMAIL: email,
    Kind.ACCOUNT: account,
    Kind.WECHAT: wechat,
    Kind.DEVICE: device,
}


def identity(kind: Kind, text: str) -> Identity:
    """In its normal form, which has a normal form of itself. Raises Invalid."""
    return _NORMAL[kind](text)


def name_key(name: str) -> str:
    """What names are searched by: two spellings of one name are alike."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def held_by(family: Sequence[Customer], wanted: Identity) -> Customer | None:
    """Who of them has the identity."""
    for one in family:
        if any(known.identity == wanted for known in one.identities):
            return one
    return None
