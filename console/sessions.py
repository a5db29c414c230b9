"""Who is signed in: a cookie of 256 random bits, known to us only by its SHA-256."""

import hmac
import secrets

from console.auth import Caller, CredentialError, Role, check_agent, token_id
from controller.domain.catalogue import Account, Session
from controller.errors import say
from controller.ports import Catalogue

COOKIE = "tandem_session"
#: A session ends after a long shift, or when nobody has used it for so long. Seconds.
LONGEST_S, IDLE_S = 16 * 3600.0, 2 * 3600.0

_RANDOM_BYTES = 32
#: 32 bytes in URL-safe base64; anything else is no session and is not even hashed.
_LENGTH = 43

_OVER = say("signed_out", "you are not signed in (any more); sign in again")


def new_session(
    account: Account,
    *,
    now: float,
    address: str = "",
    longest_s: float = LONGEST_S,
    idle_s: float = IDLE_S,
) -> tuple[str, Session]:
    """The cookie's text, and the entry to be kept."""
    text = secrets.token_urlsafe(_RANDOM_BYTES)
    entry = Session(
        id=token_id(text),
        account=account.id,
        created_at=now,
        used_at=now,
        expires_at=now + longest_s,
        idle_s=idle_s,
        address=address,
    )
    return text, entry


def authenticate_session(cookie_text: str, catalogue: Catalogue, now: float) -> Caller:
    """Whose session the cookie is, with the rights he has now. Raises CredentialError.

    As for tokens, the look-up is by hash. The caller may have to change his password first.
    """
    if len(cookie_text) != _LENGTH:
        raise CredentialError(_OVER, known=False)
    wanted = token_id(cookie_text)
    session = catalogue.find(Session, wanted)
    if session is None or not hmac.compare_digest(session.id, wanted):
        raise CredentialError(_OVER, known=False)
    if session.ends_at <= now:
        raise CredentialError(_OVER, known=True)
    return caller_of(session, catalogue)


def caller_of(session: Session, catalogue: Catalogue) -> Caller:
    """Who the session speaks for now. Raises CredentialError when its account may not any more."""
    account = catalogue.find(Account, session.account)
    if account is None or not account.enabled:
        raise CredentialError(_OVER, known=True)
    check_agent(account.agent, catalogue)
    role = Role(account.role)
    return Caller(
        role=role,
        agent=account.agent,
        queues=frozenset(account.queues if role in (Role.SUPERVISOR, Role.MANAGER) else ()),
        account=account.id,
        session=session.id,
        must_change=account.must_change,
    )
