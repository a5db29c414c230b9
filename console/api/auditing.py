"""What of the requests goes into the audit: refusals, and what supervisors do to others' work.

Changes of the catalogue carry their deed themselves (`setup_changes`), signing in and out as well
(`session`).
"""

from flask import Flask, Response, g, request

from console.api.peer import peer
from console.api.rights import API
from console.auth import Caller, Role
from console.services import here
from console.sessions import COOKIE
from controller.domain.audit import Deed, Outcome
from controller.errors import say

#: Ids from outside are kept no longer.
_LONGEST = 128

#: What is done to contacts, agents and alarms. Who does it for himself is no supervisor then.
_FLOOR = tuple(f"{API}/{noun}/" for noun in ("interactions", "agents", "offers", "calls", "alarms"))
_SOUND = f"{API}/interactions/<id>/recordings/<recording_id>"
_SIGN_IN = f"{API}/session"


def deed(
    *,
    subject: str = "",
    outcome: Outcome = "done",
    detail: str = "",
    who: str | None = None,
    action: str | None = None,
) -> Deed:
    """Of the present request. `who`, `action`: instead of its caller and route."""
    known: Caller | None = g.get("caller")
    rule = request.url_rule.rule if request.url_rule is not None else ""
    return Deed(
        at=here().clock.now(),
        who=who if who is not None else known.name if known is not None else "",
        role=known.role.value if known is not None else "",
        address=peer().address,
        action=action if action is not None else f"{request.method} {rule}",
        subject=subject[:_LONGEST],
        outcome=outcome,
        detail=detail,
    )


def note_hidden() -> None:
    """The caller asked for something that is not his to see; he is told that there is none."""
    g.refused = say("audit_hidden", "not among what he may see")


def register(app: Flask) -> None:
    def end(response: Response) -> Response:
        why = _refused(response)
        if why is not None:
            made = deed(subject=_subject(), outcome="refused", detail=why)
            here().people.trail.note_refused(made, made.who or peer().network)
        elif response.status_code < 400 and _is_steering():
            here().people.trail.note(deed(subject=_subject()))
        return response

    app.after_request(end)


def _refused(response: Response) -> str | None:
    """Why, in words without what was asked for; None when it was not, or when nobody was known to ask."""
    if request.url_rule is None:
        return None
    known: Caller | None = g.get("caller")
    if response.status_code == 403 and known is not None:
        may_not: str = g.get("refused", say("audit_may_not", "may not do this"))
        return may_not
    if response.status_code == 401 and known is None and not _signs_in() and _shows_something():
        unknown = say("audit_opens_nothing", "token or session opens nothing")
        closed: str = g.get("refused", unknown)
        return closed
    hidden: str | None = g.get("refused") if response.status_code in (404, 409, 412) else None
    return hidden


def _shows_something() -> bool:
    return "Authorization" in request.headers or COOKIE in request.cookies


def _signs_in() -> bool:
    return request.url_rule is not None and request.url_rule.rule == _SIGN_IN


def _is_steering() -> bool:
    who: Caller | None = g.get("caller")
    if who is None or who.role is Role.AGENT or request.url_rule is None:
        return False
    rule = request.url_rule.rule
    if request.method == "GET":
        return rule == _SOUND
    own = who.agent is not None and _subject() in ("me", who.agent) and "/agents/" in rule
    return f"{rule}/".startswith(_FLOOR) and request.method != "HEAD" and not own


def _subject() -> str:
    named = request.view_args or {}
    names = ("recording_id", "id", "offer_id", "name")
    return str(next((named[name] for name in names if named.get(name)), ""))
