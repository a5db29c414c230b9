"""The session of whoever signs in: begun, looked at, ended, and what he may change of his account."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import Forbidden, ServiceUnavailable, TooManyRequests, Unauthorized

from console.api.answers import answer, nothing
from console.api.auditing import deed
from console.api.guard import caller
from console.api.peer import peer
from console.api.problems import COMMON, responses
from console.api.rights import API, RIGHTS, may
from console.api.schemas.people import (
    CentreView,
    LanguageBody,
    NewPasswordBody,
    PhoneView,
    SessionBody,
    SessionView,
)
from console.api.schemas.values import time_of
from console.auth import Caller, CredentialError
from console.cross_site import foreign
from console.door import TooManyTriesError, WrongPasswordError
from console.passwords import BusyError
from console.services import here
from console.sessions import COOKIE, authenticate_session, caller_of
from console.setup.faults import Fault, check, of_password
from controller.domain.catalogue import Account, AgentProfile, Session
from controller.errors import IllegalCommand, say

session = APIBlueprint(
    "session",
    __name__,
    url_prefix=f"{API}/session",
    abp_tags=[Tag(name="session", description="Signing in with a password, for the page.")],
    abp_security=[{"cookie": []}],
    abp_responses=COMMON,
)

T = TypeVar("T")

#: One sentence for a wrong name, a wrong password and an account that is disabled.
_NO = say(
    "sign_in_wrong",
    "name and password do not fit, or the account is disabled; an admin can set a new password",
)


@session.post("", summary="Sign in", responses={200: SessionView, **responses(503)}, security=[{}])
def sign_in(body: SessionBody) -> Response:
    """Sets the cookie `tandem_session`. Whoever was signed in with this browser is signed out."""
    if foreign(request.headers, request.host, https=peer().https):
        raise Forbidden(
            say(
                "other_site_sign_in",
                "this request comes from another site's page; sign in on Tandem's own",
            )
        )
    people = here().people
    try:
        account = _in_time(lambda: people.door.sign_in(body.name, body.password, peer().network))
        made = deed(subject=account.id, who=f"account:{account.id}")
        text, entry = people.sessions.open(
            account, peer().address, replace(made, role=account.role)
        )
        who = caller_of(entry, here().catalogue)
    except WrongPasswordError as refused:
        _note_refused(
            refused.account or "",
            say("audit_wrong_password", "wrong password")
            if refused.account
            else say("audit_no_such_name", "no such name"),
        )
        raise Unauthorized(_NO) from None
    except CredentialError as refused:
        raise Unauthorized(refused.detail) from None
    _end_former(entry)
    response = answer(_view(who, account, entry))
    _set_cookie(response, text)
    return response


@session.get("", summary="Who am I?", responses={200: SessionView})
def show_session() -> Response:
    account, entry = _own()
    return answer(_view(caller(), account, entry))


@session.delete("", summary="Sign out", responses={204: None})
def sign_out() -> Response:
    account, entry = _own()
    here().people.sessions.end(entry.id, deed(subject=account.id))
    response = nothing()
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=_secure())
    return response


@session.put("/password", summary="Choose another password", responses={200: SessionView})
def change_password(body: NewPasswordBody) -> Response:
    """Ends the account's other sessions."""
    account, entry = _own()
    people = here().people
    check(of_password(body.new, account, path="new"))
    if body.new == body.old:
        check(
            [
                Fault(
                    path="new",
                    message=say("password_same", "this is the present one; choose another"),
                )
            ]
        )
    try:
        _in_time(lambda: people.door.check_old(account, body.old))
    except WrongPasswordError:
        _note_refused(account.id, say("audit_old_password_wrong", "wrong present password"))
        check(
            [
                Fault(
                    path="old",
                    message=say("password_old_wrong", "this is not your present password"),
                )
            ]
        )
    made = _in_time(lambda: people.passwords.hash(body.new))
    now = here().clock.now()
    changed = _change(
        account,
        lambda present: replace(present, password_hash=made, must_change=False, changed_at=now),
        say("audit_password_changed", "password changed"),
    )
    people.sessions.end_all(account.id, keep=entry.id)
    return answer(_view(caller_of(entry, here().catalogue), changed, entry))


@session.put("/language", summary="Choose the page's language", responses={200: SessionView})
def change_language(body: LanguageBody) -> Response:
    account, entry = _own()
    changed = _change(
        account,
        lambda present: replace(present, language=body.language),
        say("audit_language_changed", "language changed"),
    )
    return answer(_view(caller(), changed, entry))


def _own() -> tuple[Account, Session]:
    """Raises Forbidden for whoever came with a token."""
    who = caller()
    if who.account is None or who.session is None:
        raise Forbidden(
            say(
                "token_no_session",
                "you came with a token; this is for those who signed in with a password",
            )
        )
    catalogue = here().catalogue
    return catalogue.get(Account, who.account), catalogue.get(Session, who.session)


def _change(account: Account, change: Callable[[Account], Account], detail: str) -> Account:
    """Raises IllegalCommand when somebody else set another password meanwhile, or removed him."""
    catalogue = here().catalogue
    while True:
        present = catalogue.find(Account, account.id)
        if present is None or present.password_hash != account.password_hash:
            raise IllegalCommand(
                say("own_account_changed", "the account was changed meanwhile; look at it again")
            )
        changed = change(present)
        if catalogue.swap(present, changed, deed(subject=account.id, detail=detail)):
            return changed


def _in_time(work: Callable[[], T]) -> T:
    """What has to do with passwords is limited in number; then 429 or 503, with when to try again."""
    try:
        return work()
    except TooManyTriesError as slow:
        _note_refused("", say("audit_too_many_wrong", "too many wrong passwords"))
        raise TooManyRequests(
            say(
                "too_many_passwords",
                "too many wrong passwords; try again in {wait} s",
                wait=slow.wait_s,
            ),
            retry_after=slow.wait_s,
        ) from None
    except BusyError as busy:
        raise ServiceUnavailable(
            say(
                "sign_in_busy",
                "too many sign in at this moment; try again in {wait} s",
                wait=busy.retry_s,
            ),
            retry_after=busy.retry_s,
        ) from None


def _note_refused(subject: str, detail: str) -> None:
    made = deed(subject=subject, outcome="refused", detail=detail)
    here().people.trail.note_refused(made, peer().network)


def _end_former(entry: Session) -> None:
    """A browser has one session."""
    for text in request.cookies.getlist(COOKIE):
        try:
            former = authenticate_session(text, here().catalogue, here().clock.now())
        except CredentialError:
            continue
        if former.session is not None and former.session != entry.id:
            here().people.sessions.end(former.session)


def _set_cookie(response: Response, text: str) -> None:
    response.set_cookie(COOKIE, text, path="/", httponly=True, samesite="Strict", secure=_secure())


def _secure() -> bool:
    return peer().https or here().web.secure_cookies


def _view(who: Caller, account: Account, entry: Session) -> SessionView:
    centre = here().centre
    return SessionView.model_validate(
        {
            "account": account.id,
            "name": account.name,
            "role": who.role.value,
            "agent": who.agent,
            "queues": sorted(who.queues),
            "language": account.language,
            "must_change": account.must_change,
            "expires_at": time_of(entry.expires_at),
            "rights": [
                f"{method} {rule}" for method, rule in RIGHTS if may(who.role, method, rule)
            ],
            "centre": CentreView(name=centre.name, timezone=centre.timezone),
            "phone": None if account.must_change else _phone(who.agent),
        }
    )


def _phone(agent: str | None) -> PhoneView | None:
    """Of the agent who is signed in himself: nobody else's digest leaves."""
    profile = None if agent is None else here().catalogue.find(AgentProfile, agent)
    if profile is None:
        return None
    phones = here().phones
    return PhoneView(
        extension=profile.extension,
        uri=f"sip:{profile.extension}@{phones.domain}",
        display_name=profile.name,
        realm=phones.domain,
        ha1=profile.a1_hash,
        url=phones.url,
        transport=phones.transport,
        nailed_up=profile.nailed_up,
        ice_servers=[],
        lab=phones.lab,
    )
