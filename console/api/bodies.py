"""What a request may carry. Everywhere a JSON object of less than 64 kB; the exceptions stand here."""

from console.api.rights import API

KB = 1024

#: No other request of this API comes near it.
BODY_LIMIT = 64 * KB

#: (method, URL rule) -> bytes.
LIMITS: dict[tuple[str, str], int] = {
    ("PUT", f"{API}/setup"): 4096 * KB,
}


def limit_of(method: str, rule: str) -> int:
    """A body of this route has fewer bytes."""
    return LIMITS.get((method, rule), BODY_LIMIT)
