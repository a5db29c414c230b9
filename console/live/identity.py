"""Who a live connection speaks for: by a token in the connect message, else by the session cookie."""

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request

from console.auth import Caller, CredentialError, authenticate
from console.cross_site import foreign, same_site
from console.sessions import COOKIE, authenticate_session
from controller.domain.catalogue import Token
from controller.errors import say
from controller.ports import Catalogue

#: Answers anew who it is, each time it is called. Raises CredentialError.
Identify = Callable[[float], Caller]


def identify(request: Request, sent: Any, catalogue: Catalogue, *, https: bool) -> Identify:
    """`sent`: what came with the connect message; `https`: the request came encrypted.

    Raises CredentialError for what can be seen at once.
    """
    token = sent.get("token") if isinstance(sent, dict) else None
    if isinstance(token, str) and token:
        return lambda now: authenticate(token, catalogue, now)
    if not _from_our_page(request, https):
        raise CredentialError(
            say("own_page_only", "only Tandem's own page may read this with its cookie"), known=True
        )
    cookies = request.cookies.getlist(COOKIE)
    if len(cookies) > 1:
        raise CredentialError(
            say("cookies_many", "more than one session cookie came; sign in again"), known=False
        )
    if not cookies:
        raise CredentialError(
            say("connect_sign_in", "sign in, or connect with {{token: tdm_...}}"), known=True
        )
    text = cookies[0]

    def by_session(now: float) -> Caller:
        who = authenticate_session(text, catalogue, now)
        if who.must_change:
            raise CredentialError(
                say("connect_password_first", "choose a password of your own first"), known=True
            )
        return who

    return by_session


def _from_our_page(request: Request, https: bool) -> bool:
    """A browser says of every WebSocket where it is from; of a plain GET to the page's own site, perhaps
    nothing."""
    own = request.host
    if request.headers.get("Upgrade") is not None:
        return same_site(request.headers, own, https=https)
    return not foreign(request.headers, own, https=https)


def look_again_at(who: Caller, catalogue: Catalogue) -> float | None:
    """When a token ends by time alone (epoch seconds); None: never. A session that is over is removed, and
    none is while a page listens."""
    token = None if who.token_id is None else catalogue.find(Token, who.token_id)
    return None if token is None else token.expires_at
