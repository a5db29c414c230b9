"""The audit: who did or was refused what; and a change of the set-up taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from console.api.answers import answer
from console.api.auditing import deed
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.values import Query, Time, View, time_of
from console.api.setup_changes import check_unused, note
from console.api.tokens import token_view, uses_of_token
from console.services import here
from console.setup import faults, uses
from console.setup.faults import Fault
from console.setup.kinds import KINDS
from console.setup.proposed import Setup
from console.setup.versions import shown
from console.wording import Worded, told
from controller.domain.audit import AuditFilter, AuditRow, EntryChange, recorded
from controller.domain.catalogue import CATALOGUE, Account, AgentProfile, CatalogueEntry, Token
from controller.errors import IllegalCommand, NotFound, Said, say

audit = APIBlueprint(
    "audit",
    __name__,
    url_prefix=f"{API}/audit",
    abp_tags=[Tag(name="audit", description="Who did or was refused what.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How entries of a kind are shown, without anything secret; what may be wrong with one that comes
    back, and what uses one that goes. Values are of the kind; the type system cannot say so."""

    shown: Callable[[Any], dict[str, Any]]
    faults: Callable[[Any, Setup], Iterable[Fault]]
    uses: Callable[[Any, Setup], list[Said]]


_KINDS: dict[type[CatalogueEntry], _Kind] = {
    **{row.kind: _Kind(shown=shown, faults=row.faults, uses=row.uses) for row in KINDS},
    Account: _Kind(shown=shown, faults=faults.of_account, uses=uses.of_account),
    Token: _Kind(
        shown=lambda entry: token_view(entry).model_dump(mode="json"),
        faults=lambda entry, setup: (),
        uses=lambda entry, setup: uses_of_token(entry),
    ),
}


class ChangeView(View):
    kind: str = Field(description="agent, queue, did, schedule, token or account.")
    id: str
    before: dict[str, Any] | None = Field(description="null: there was none.")
    after: dict[str, Any] | None = Field(description="null: it was removed.")


class AuditView(Worded, View):
    id: int
    at: Time
    who: str = Field(description="account:NAME, token:START-OF-ITS-ID; empty: nobody we know.")
    role: str
    address: str
    action: str = Field(examples=["PUT /api/v1/queues/<id>"])
    subject: str
    outcome: Literal["done", "refused"]
    detail: str
    change: ChangeView | None = Field(description="What can be undone.")


class AuditList(View):
    items: list[AuditView]
    more: bool


class AuditQuery(Query):
    since: Time | None = Field(default=None, description="At this time or later, RFC 3339.")
    until: Time | None = Field(default=None, description="Before this time.")
    who: str | None = Field(default=None, max_length=128, description="As in a row.")
    action: str | None = Field(default=None, max_length=128, description="As in a row.")
    subject: str | None = Field(default=None, max_length=128)
    before: int | None = Field(
        default=None, ge=1, description="Rows with smaller ids: the next page."
    )
    limit: int = Field(default=100, ge=1, le=1000)


class RowPath(BaseModel):
    id: int = Field(ge=1, description="The row's id.")


class UndoneView(View):
    kind: str
    id: str
    removed: bool = Field(description="True: it is gone, for the change had made it.")


@audit.get("", summary="Who did what, the last first", responses={200: AuditList})
def list_audit(query: AuditQuery) -> Response:
    """Requests that were refused, sign-ins, changes of the set-up, and what supervisors did to others'
    contacts. When `more` is true, ask again with `before` set to the last id."""
    found = here().people.trail.search(
        AuditFilter(
            since=query.since.timestamp() if query.since else None,
            until=query.until.timestamp() if query.until else None,
            who=query.who,
            action=query.action,
            subject=query.subject,
            before=query.before,
            limit=query.limit + 1,
        )
    )
    items = [_view(row) for row in found[: query.limit]]
    return answer(AuditList(items=items, more=len(found) > query.limit))


@audit.post(
    "/<id>/undo", summary="Take a change back", responses={200: UndoneView, **responses(404, 409)}
)
def undo(path: RowPath) -> Response:
    """What was there before comes back, what was not goes; refused once it was changed again, and where
    saving or removing it would be.

    Passwords are not touched: an account that comes back has none until an admin sets one, and a phone's
    old one stays void. A revoked token stays so.
    """
    row = here().people.trail.row(path.id)
    if row is None:
        raise NotFound(say("audit_row_unknown", "there is no row {row} in the audit", row=path.id))
    if row.change is None:
        raise IllegalCommand(
            say(
                "audit_no_change",
                "row {row} changed nothing in the set-up that could be taken back",
                row=row.id,
            )
        )
    entry_id = _id_of(row.change)
    with here().catalogue.alone():
        present = _still_there(row, entry_id)
        wanted = _revived(row.change.before, present)
        _check(wanted, present)
        if not here().catalogue.swap(
            present,
            wanted,
            deed(subject=entry_id, detail=say("audit_undid", "undid {row}", row=row.id)),
        ):
            raise IllegalCommand(_changed_since(row, entry_id))
    kind = CATALOGUE[row.change.kind]
    note("removed" if wanted is None else "changed", kind, entry_id)
    return answer(UndoneView(kind=row.change.kind, id=entry_id, removed=wanted is None))


def _still_there(row: AuditRow, entry_id: str) -> CatalogueEntry | None:
    """What the change left, as it is now. Raises IllegalCommand if it was changed since."""
    assert row.change is not None
    present = here().catalogue.find(CATALOGUE[row.change.kind], entry_id)
    if (None if present is None else recorded(present)) != row.change.after:
        raise IllegalCommand(_changed_since(row, entry_id))
    return present


def _changed_since(row: AuditRow, entry_id: str) -> Said:
    return say(
        "changed_again",
        "{kind} {id} was changed again since; undo the later change first, or set it as it is to be",
        kind=row.change.kind if row.change is not None else "entry",
        id=entry_id[:63],
    )


def _revived(
    before: CatalogueEntry | None, present: CatalogueEntry | None
) -> CatalogueEntry | None:
    """What was before, with the password of today."""
    if isinstance(before, Token):
        raise IllegalCommand(
            say("token_stays_revoked", "a revoked token stays revoked; make another")
        )
    if isinstance(before, Account) and isinstance(present, Account):
        return replace(
            before,
            password_hash=present.password_hash,
            must_change=present.must_change,
            changed_at=present.changed_at,
            addresses=present.addresses,
        )
    if isinstance(before, AgentProfile) and isinstance(present, AgentProfile):
        if before.extension != present.extension:
            return before  # today's password is of another extension
        if replace(before, a1_hash=present.a1_hash) == present:
            raise IllegalCommand(
                say(
                    "phone_password_gone", "a phone's old password does not come back; make another"
                )
            )
        return replace(before, a1_hash=present.a1_hash)
    return before


def _check(wanted: CatalogueEntry | None, present: CatalogueEntry | None) -> None:
    """As the routes of its kind would. Raises Faulty, IllegalCommand."""
    catalogue = here().catalogue
    if wanted is not None:
        faults.check(_KINDS[type(wanted)].faults(wanted, Setup(catalogue, put=[wanted])))
    elif present is not None:
        check_unused(present, _KINDS[type(present)].uses(present, Setup(catalogue)))


def _id_of(change: EntryChange) -> str:
    entry = change.after if change.after is not None else change.before
    assert entry is not None
    return entry.id


def _view(row: AuditRow) -> AuditView:
    deed, change = row.deed, row.change
    return AuditView(
        id=row.id,
        at=time_of(deed.at),
        who=deed.who,
        role=deed.role,
        address=deed.address,
        action=deed.action,
        subject=deed.subject,
        outcome=deed.outcome,
        detail=deed.detail,
        **told(deed.detail),
        change=None
        if change is None
        else ChangeView(
            kind=change.kind,
            id=_id_of(change),
            before=_shown(change.before),
            after=_shown(change.after),
        ),
    )


def _shown(entry: CatalogueEntry | None) -> dict[str, Any] | None:
    return None if entry is None else _KINDS[type(entry)].shown(entry)
