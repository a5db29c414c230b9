"""Where the present request comes from."""

from flask import g, request

from console.peers import Peer, peer_of
from console.services import here


def peer() -> Peer:
    if "peer" not in g:
        g.peer = peer_of(
            request.remote_addr,
            request.scheme,
            request.headers.getlist("X-Forwarded-For"),
            request.headers.get("X-Forwarded-Proto"),
            here().web.trusted_proxies,
        )
    found = g.peer
    assert isinstance(found, Peer)
    return found
