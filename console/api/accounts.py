"""Accounts: who may sign in, and as what."""

import secrets
from dataclasses import replace

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import ServiceUnavailable

from console.api.answers import answer
from console.api.auditing import deed
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.people import (
    AccountBody,
    AccountList,
    AccountView,
    SavedAccountView,
    account_view,
)
from console.api.schemas.values import IdPath, IfMatch
from console.api.setup_changes import check_id, check_match, note, remove, show
from console.passwords import BusyError
from console.services import here
from console.setup import faults, uses
from console.setup.proposed import Setup
from console.setup.versions import versions
from controller.domain.catalogue import Account
from controller.errors import IllegalCommand, say

accounts = APIBlueprint(
    "accounts",
    __name__,
    url_prefix=f"{API}/accounts",
    abp_tags=[Tag(name="accounts", description="Who may sign in, and as what.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)

#: Of a password that is made: 128 bits.
_RANDOM_BYTES = 16


@accounts.get("", summary="All accounts", responses={200: AccountList})
def list_accounts() -> Response:
    entries = here().catalogue.all(Account)
    items = [account_view(a) for a in entries]
    return answer(AccountList(items=items, versions=versions(entries)))


@accounts.get("/<id>", summary="One account", responses={200: AccountView, **responses(404)})
def show_account(path: IdPath) -> Response:
    entry = here().catalogue.get(Account, path.id)
    return show(entry, account_view(entry))


@accounts.put(
    "/<id>",
    summary="Set up an account",
    responses={200: SavedAccountView, 201: SavedAccountView, **responses(409, 412)},
)
def put_account(path: IdPath, header: IfMatch, body: AccountBody) -> Response:
    """Makes or replaces it whole, except for the password: left out, the present one stays; where there
    is none, one is made and shown this once.

    Whoever gets a password from somebody else is signed out, and has to choose his own first. The last
    admin stays one.
    """
    account_id = check_id(path.id, body.id)
    present = here().catalogue.find(Account, account_id)
    wanted, made = _with_password(_entry(account_id, body, present), body, present)
    with here().catalogue.alone():
        faults.check(faults.of_account(wanted, Setup(here().catalogue, put=[wanted])))
        check_match(Account, account_id, header)
        what = (
            say("audit_password_set", "password set")
            if wanted.must_change and wanted.password_hash != _hash(present)
            else ""
        )
        if not here().catalogue.swap(present, wanted, deed(subject=account_id, detail=what)):
            raise IllegalCommand(
                say(
                    "account_changed",
                    "account {account} was changed meanwhile; look at it again",
                    account=account_id,
                )
            )
    if wanted.password_hash != _hash(present):
        own = caller().session if caller().account == account_id else None
        here().people.sessions.end_all(account_id, keep=own)
    note("created" if present is None else "changed", Account, account_id)
    view = SavedAccountView(**dict(account_view(wanted)), password=made)
    return show(wanted, view, 201 if present is None else 200)


@accounts.delete(
    "/<id>", summary="Remove an account", responses={204: None, **responses(404, 409, 412)}
)
def delete_account(path: IdPath, header: IfMatch) -> Response:
    """He is out at once. The last admin's account stays."""
    catalogue = here().catalogue
    with catalogue.alone():
        entry = catalogue.get(Account, path.id)
        return remove(entry, uses.of_account(entry, Setup(catalogue)), header)


def _entry(account_id: str, body: AccountBody, present: Account | None) -> Account:
    """Without a password of its own if it is new."""
    fresh = present or Account(id=account_id, name=body.name, role=body.role)
    return replace(
        fresh,
        name=body.name,
        role=body.role,
        agent=body.agent,
        queues=tuple(body.queues),
        language=body.language,
        enabled=body.enabled,
    )


def _with_password(
    entry: Account, body: AccountBody, present: Account | None
) -> tuple[Account, str | None]:
    """And the password, if it was made."""
    made = None
    password = body.password
    if password is not None:
        faults.check(faults.of_password(password, entry))
    elif _hash(present) is None:
        password = made = secrets.token_urlsafe(_RANDOM_BYTES)
    if password is None:
        return entry, None
    try:
        hashed = here().people.passwords.hash(password)
    except BusyError as busy:
        raise ServiceUnavailable(
            say(
                "sign_in_busy",
                "too many sign in at this moment; try again in {wait} s",
                wait=busy.retry_s,
            ),
            retry_after=busy.retry_s,
        ) from None
    now = here().clock.now()
    return replace(entry, password_hash=hashed, must_change=True, changed_at=now), made


def _hash(account: Account | None) -> str | None:
    return None if account is None else account.password_hash
