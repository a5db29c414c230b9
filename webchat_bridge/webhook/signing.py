"""How both sides know that a request is the other's, unchanged and of this moment.

    Tandem-Time: 1767225600
    Tandem-Signature: v1=HEX

HEX is the HMAC-SHA256, by the shared secret, of the time, a dot, and the body as it is sent.
"""

import hmac

TIME = "Tandem-Time"
SIGNATURE = "Tandem-Signature"

#: A request that is older or newer than this, in seconds, is refused.
TOLERANCE_S = 300.0

#: The shortest secret that is taken, in characters.
SECRET_LENGTH = 32


def sign(secret: str, body: bytes, now: float) -> dict[str, str]:
    """The two headers."""
    at = str(int(now))
    return {TIME: at, SIGNATURE: _signature(secret, at, body)}


def fault_in(secret: str, body: bytes, at: str, signature: str, now: float) -> str | None:
    """Why a request with these headers is not believed; None: it is."""
    if not at.isascii() or not at.isdecimal() or len(at) > 12:
        return f"{TIME} must be seconds since 1970, as digits"
    if not hmac.compare_digest(_signature(secret, at, body).encode(), signature.encode()):
        return f"{SIGNATURE} is not that of this body, time and secret"
    if abs(int(at) - now) > TOLERANCE_S:
        return f"{TIME} is more than {TOLERANCE_S:.0f} s off; set the clock, and sign each try anew"
    return None


def _signature(secret: str, at: str, body: bytes) -> str:
    return f"v1={hmac.new(secret.encode(), at.encode() + b'.' + body, 'sha256').hexdigest()}"
