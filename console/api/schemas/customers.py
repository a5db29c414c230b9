"""Customers, their identities, their history and merges, as the API shows them."""

from typing import Annotated, Literal

from pydantic import Field

from console.api.schemas.interactions import InteractionSummary, interaction_summary
from console.api.schemas.values import (
    Body,
    Query,
    Time,
    View,
    example,
    time_of,
    time_or_none,
)
from controller.desk.customers import Family
from controller.domain.customer import Evidence, Identity, Known, Merge
from controller.domain.model import Interaction

KindName = Literal["phone", "email", "account", "wechat", "device"]
#: What a person writes; the normal form is shorter.
IdentityText = Annotated[str, Field(min_length=1, max_length=320)]

#: A line that says something.
Words = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]*[^\p{Cc}\p{Z}][^\p{Cc}\p{Zl}\p{Zp}]*$",
    ),
]

_NAME = r"^[^\p{Cc}\p{Zl}\p{Zp}]*$"
_NOTE = r"^[^\p{Cc}]*([\n\t][^\p{Cc}]*)*$"
_LANGUAGE = r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$"


class IdentityView(View):
    """What a channel knows him by."""

    kind: KindName
    value: str = Field(examples=["+4930123456"], description="In its normal form.")
    since: Time
    source: Literal["arrival", "person", "site"] = Field(
        description="How we know: he came by it, somebody entered it, or the centre's own site gave it."
    )
    verified: bool = Field(description="He has proved that it is his.")
    customer: str = Field(description="Whose it is: his own id, or that of one merged into him.")


class MergedView(View):
    """Another customer who was found to be this one."""

    id: str
    name: str
    into: str = Field(description="Into whom: himself, or another one who was merged into him.")


class CustomerView(View):
    """One person. Who was merged into another is told as that one."""

    id: str
    name: str = Field(description="Empty: not known.")
    note: str
    language: str = Field(description="A BCP 47 tag, or empty.")
    created_at: Time
    version: int = Field(
        description="Of name, note and language: what `If-Match` wants, in quotes."
    )
    identities: list[IdentityView]
    merged: list[MergedView]


class CustomerList(View):
    items: list[CustomerView]


class CustomerBody(Body):
    """Replaces all three."""

    model_config = example({"name": "Ann Example", "note": "Prefers mail.", "language": "en"})

    name: str = Field(default="", max_length=64, pattern=_NAME)
    note: str = Field(default="", max_length=4000, pattern=_NOTE)
    language: str = Field(default="", max_length=35, pattern=_LANGUAGE)


class IdentityBody(Body):
    model_config = example({"kind": "email", "value": "ann@example.com"})

    kind: KindName
    value: IdentityText


class IdentityQuery(Query):
    kind: KindName
    value: IdentityText


class CustomerQuery(Query):
    name: str | None = Field(
        default=None, min_length=1, max_length=64, description="The name begins so."
    )
    kind: KindName | None = Field(default=None, description="With `value`: known by this identity.")
    value: IdentityText | None = None
    limit: int = Field(default=20, ge=1, le=50)


class CustomerContact(InteractionSummary):
    """A line of his history."""

    yours: bool = Field(
        description="You may see the contact itself: GET /api/v1/interactions/{id}."
    )


class CustomerHistoryList(View):
    items: list[CustomerContact]
    more: bool = Field(description="There may be older ones; ask again with `before`.")
    before: str | None = Field(description="What to ask with; null: that was all.")


class HistoryQuery(Query):
    before: str | None = Field(
        default=None, max_length=128, description="`before` of the page that came last."
    )
    limit: int = Field(default=20, ge=1, le=100)


class MergeBody(Body):
    """That another customer is this one."""

    model_config = example({"customer": "5b9f...", "words": "His mail has this number below it."})

    customer: str = Field(max_length=128, description="Who is told as this one from now on.")
    words: Words = Field(description="How you know.")
    identity: IdentityBody | None = Field(default=None, description="The identity that shows it.")
    contact: str | None = Field(
        default=None, max_length=128, description="The interaction that shows it."
    )


class UndoMergeBody(Body):
    why: Words


class EvidenceIdentityView(View):
    kind: KindName
    value: str


class MergeView(View):
    """That `customer` was found to be `into`."""

    id: str
    at: Time
    by: str = Field(examples=["agent ann"])
    customer: str
    into: str
    words: str
    identity: EvidenceIdentityView | None
    contact: str | None
    undone_at: Time | None = Field(description="It was taken back then.")
    undone_by: str
    undone_why: str


class MergeList(View):
    items: list[MergeView]


def customer_view(family: Family) -> CustomerView:
    he = family[0]
    return CustomerView(
        id=he.id,
        name=he.name,
        note=he.note,
        language=he.language,
        created_at=time_of(he.created_at),
        version=he.version,
        identities=[_identity_view(known, one.id) for one in family for known in one.identities],
        merged=[
            MergedView(id=one.id, name=one.name, into=one.merged_into or he.id)
            for one in family[1:]
        ],
    )


def _identity_view(known: Known, customer_id: str) -> IdentityView:
    return IdentityView(
        kind=known.identity.kind.value,
        value=known.identity.value,
        since=time_of(known.since),
        source=known.source.value,
        verified=known.verified,
        customer=customer_id,
    )


def contact_view(interaction: Interaction, *, yours: bool) -> CustomerContact:
    return CustomerContact(**dict(interaction_summary(interaction)), yours=yours)


def merge_view(merge: Merge) -> MergeView:
    shown = merge.evidence.identity
    return MergeView(
        id=merge.id,
        at=time_of(merge.at),
        by=merge.by,
        customer=merge.customer,
        into=merge.into,
        words=merge.evidence.words,
        identity=None
        if shown is None
        else EvidenceIdentityView(kind=shown.kind.value, value=shown.value),
        contact=merge.evidence.contact,
        undone_at=time_or_none(merge.undone_at),
        undone_by=merge.undone_by,
        undone_why=merge.undone_why,
    )


def evidence_of(body: MergeBody, identity: Identity | None) -> Evidence:
    return Evidence(words=body.words, identity=identity, contact=body.contact)
