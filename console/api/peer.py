"""Where the present request comes from."""

from collections.abc import Sequence

from flask import g, request
from werkzeug.wrappers import Request

from console.peers import Network, Peer, peer_of
from console.services import here


def peer() -> Peer:
    if "peer" not in g:
        g.peer = peer_from(request, here().web.trusted_proxies)
    found = g.peer
    assert isinstance(found, Peer)
    return found


def peer_from(asked: Request, trusted: Sequence[Network]) -> Peer:
    """`trusted`: proxies whose word is taken."""
    return peer_of(
        asked.remote_addr,
        asked.scheme,
        asked.headers.getlist("X-Forwarded-For"),
        asked.headers.get("X-Forwarded-Proto"),
        trusted,
    )
