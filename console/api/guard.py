"""What every request passes before its route: token or session, role, and a body that is a JSON object."""

import json

from flask import Flask, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    RequestEntityTooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)

from console.api.bodies import BODY_LIMIT, KB, SOUND_LIMIT, SOUND_TYPES, limit_of, takes_sound
from console.api.peer import peer
from console.api.rights import API, RIGHTS
from console.auth import Caller, CredentialError, Role, authenticate
from console.cross_site import HEADER, OTHER_SITE, other_site, same_site
from console.services import here
from console.sessions import COOKIE, authenticate_session
from controller.errors import say

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

#: All that is open to somebody who has to choose a password first.
_SESSION = f"{API}/session"


def caller() -> Caller:
    """Who makes the present request; its route must have roles."""
    found = g.caller
    assert isinstance(found, Caller)
    return found


def agent_named(name: str) -> str:
    """The agent id meant by `name` (`me` is the caller's own). Raises Forbidden.

    An agent means himself only.
    """
    who = caller()
    if name == "me":
        if who.agent is None:
            raise Forbidden(say("no_agent", "you are no agent; name the agent instead of `me`"))
        return who.agent
    if who.role is Role.AGENT and name != who.agent:
        raise Forbidden(say("agent_own_only", "an agent reaches himself only; use `me`"))
    return name


def register(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT

    def guard() -> None:
        if request.url_rule is None:
            return  # no such route, or not with this method: Flask says so next
        method = "GET" if request.method == "HEAD" else request.method
        try:
            roles = RIGHTS[method, request.url_rule.rule]
        except KeyError:
            raise Forbidden(
                say(
                    "no_right",
                    "{method} {rule} has no row in the rights",
                    method=method,
                    rule=request.url_rule.rule,
                )
            ) from None
        if roles is not None:
            g.caller = _identify()
            if g.caller.session is not None:
                here().people.sessions.used(g.caller.session)
            _check_own_page(method)
            if g.caller.role not in roles:
                allowed = ", ".join(sorted(roles))
                raise Forbidden(
                    say(
                        "role_may_not",
                        "the role {role} may not do this, only: {known}",
                        role=g.caller.role,
                        known=allowed,
                    )
                )
            if g.caller.must_change and not request.url_rule.rule.startswith(_SESSION):
                raise Forbidden(
                    say(
                        "password_first",
                        "choose a password of your own first: PUT /api/v1/session/password",
                    )
                )
            if method in _CHANGING:
                _slow_down()
        if method in _CHANGING:
            if takes_sound(method, request.url_rule.rule) and not request.is_json:
                _read_sound()
            else:
                _read_body(limit_of(method, request.url_rule.rule))

    app.before_request(guard)


def _check_own_page(method: str) -> None:
    """A cookie comes of itself, whichever page asks; so what changes something must be our page's."""
    if caller().session is None or method not in _CHANGING:
        return
    if not same_site(request.headers, request.host, https=peer().https):
        g.refused = OTHER_SITE
        raise Forbidden(other_site())
    if HEADER not in request.headers:
        g.refused = say("audit_no_header", "no X-Tandem header")
        raise Forbidden(
            say(
                "header_missing",
                "send the header `{header}: 1` with what changes something",
                header=HEADER,
            )
        )


def _slow_down() -> None:
    throttles = here().throttles
    changes = throttles.of_agents if caller().role is Role.AGENT else throttles.of_others
    wait_s = changes.take(caller().name, here().clock.now())
    if wait_s:
        raise TooManyRequests(
            say(
                "too_many_changes",
                "too many changes; try again in {wait} s, and more slowly",
                wait=wait_s,
            ),
            retry_after=wait_s,
        )


def _identify() -> Caller:
    """By the token if there is one, else by the session."""
    challenge = WWWAuthenticate("bearer", {"realm": "tandem"})
    services = here()
    now = services.clock.now()
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    cookies = request.cookies.getlist(COOKIE)
    try:
        if scheme.lower() == "bearer" and text:
            return authenticate(text.strip(), services.catalogue, now)
        if len(cookies) > 1:  # a site beside ours may have set one: whose would it be?
            raise CredentialError(
                say("cookies_many", "more than one session cookie came; sign in again"), known=False
            )
        if cookies:
            return authenticate_session(cookies[0], services.catalogue, now)
    except CredentialError as refused:
        if not refused.known:
            wait_s = services.throttles.guesses.take(peer().network, now)
            if wait_s:
                raise TooManyRequests(
                    say(
                        "too_many_guesses",
                        "too many failed tokens from this address; try again in {wait} s",
                        wait=wait_s,
                    ),
                    retry_after=wait_s,
                ) from None
        raise Unauthorized(refused.detail, www_authenticate=challenge) from None
    raise Unauthorized(
        say(
            "sign_in_first",
            "sign in, or send your token in the header `Authorization: Bearer tdm_...`",
        ),
        www_authenticate=challenge,
    )


def _read_sound() -> None:
    """Refuse what is too long or does not call itself sound; what is read here is kept for the route."""
    if request.mimetype not in SOUND_TYPES:
        raise UnsupportedMediaType(
            say(
                "no_sound_type",
                "send sound, with a Content-Type such as audio/wav, audio/mpeg, audio/ogg "
                "or audio/webm; or JSON with a text to be spoken",
            )
        )
    request.max_content_length = SOUND_LIMIT
    if (request.content_length or 0) > SOUND_LIMIT or len(request.get_data()) >= SOUND_LIMIT:
        raise RequestEntityTooLarge(
            say(
                "sound_too_long",
                "a recording has less than {limit} MB here; send it compressed, as MP3 or OGG",
                limit=SOUND_LIMIT // KB // 1024,
            )
        )


def _read_body(limit: int) -> None:
    """Refuse a body that is no JSON object; what is read here is kept for the route."""
    request.max_content_length = limit
    body_bytes = request.get_data()
    if not body_bytes:
        return
    if len(body_bytes) >= limit:  # of a chunked body we are given no more than the limit
        raise RequestEntityTooLarge(
            say("body_too_long", "a body has less than {limit} kB here", limit=limit // KB)
        )
    if not request.is_json:
        raise UnsupportedMediaType(
            say("no_json_type", "send JSON, with `Content-Type: application/json`")
        )
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):
        raise BadRequest(
            say("no_json", "the body is not JSON; check its quotes, commas and brackets")
        ) from None
    if not isinstance(body, dict):
        raise BadRequest(say("no_json_object", "the body must be a JSON object: {{...}}"))
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # "\\ud800": JSON can say it, but it is no text
        raise BadRequest(
            say(
                "half_character",
                "the body has half a surrogate pair in a text; send whole characters",
            )
        ) from None
