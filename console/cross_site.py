"""Whether a request with a cookie comes from our own page: a browser sends the cookie of itself.

Strategy: `Sec-Fetch-Site` is the browser's own word, which no page can write, but it comes only over
https and on localhost; `Origin` comes everywhere. What contradicts itself is refused.
"""

from typing import Protocol
from urllib.parse import urlsplit

from controller.errors import Said, say

#: A header that another site's page cannot send unasked; its value is not looked at.
HEADER = "X-Tandem"

#: Why, for the audit.
OTHER_SITE = say("audit_other_site", "another site's page")

_PORTS = {"http": 80, "https": 443}


class Headers(Protocol):
    def get(self, name: str, /) -> str | None: ...


def same_site(headers: Headers, host: str, *, https: bool) -> bool:
    """Whether our own page sent it. `host`: as the request names it, with its port.

    False also for a request that says nothing of where it is from.
    """
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if origin == "null":
        return False
    if site is not None:
        return site == "same-origin"
    return origin is not None and _is_ours(origin, host, https=https)


def other_site() -> Said:
    return say(
        "other_site", "this request comes from another site's page; only Tandem's own may send it"
    )


def foreign(headers: Headers, host: str, *, https: bool) -> bool:
    """Whether the request itself says that another site's page sent it."""
    says = headers.get("Sec-Fetch-Site") is not None or headers.get("Origin") is not None
    return says and not same_site(headers, host, https=https)


def _is_ours(origin: str, host: str, *, https: bool) -> bool:
    try:
        theirs = urlsplit(origin)
        default = _PORTS[theirs.scheme]
        ours = urlsplit(f"//{host}")
        # Plain http would be whoever sits on the line, when the page came encrypted.
        return (
            not (https and theirs.scheme == "http")
            and theirs.hostname is not None
            and theirs.netloc == theirs.netloc.rpartition("@")[2]
            and (theirs.hostname, theirs.port or default) == (ours.hostname, ours.port or default)
        )
    except (KeyError, ValueError):
        return False
