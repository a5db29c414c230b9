"""What every request to the live feed passes before Engine.IO sees it: whose page it comes from, and the
headers that everything of ours has.

Engine.IO looks at `Origin` too, but it believes whoever writes `X-Forwarded-Host`, answers 400 and tells
nobody; so its own look is off (`cors_allowed_origins`), and this one is for every request, not the first.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from werkzeug.wrappers import Request

from console.api.peer import peer_from
from console.api.problems import problem
from console.closed import CLOSED
from console.cross_site import OTHER_SITE, foreign, other_site
from console.live.refusals import Refusals
from console.peers import Network

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Front:
    """A WSGI application around another; `path`: of the live feed, without slashes around it."""

    def __init__(
        self, inside: Application, path: str, refusals: Refusals, trusted: Sequence[Network]
    ) -> None:
        self._inside = inside
        self._path = f"/{path}/"
        self._refusals = refusals
        self._trusted = trusted

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(self._path):
            return self._inside(environ, start_response)

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, *CLOSED.items()], *more)

        request = Request(environ)
        where = peer_from(request, self._trusted)
        if foreign(request.headers, request.host, https=where.https):
            self._refusals.note(None, where, action="connect", detail=OTHER_SITE)
            return problem(403, other_site())(environ, begin)
        return self._inside(environ, begin)
