"""Names for what we make. Nobody can guess one, and none comes twice."""

import re
import secrets
from uuid import uuid4

#: An id of a leg: FreeSWITCH's own, or one of ours.
LEG_ID = re.compile(r"\b(?:[0-9a-fA-F-]{36}|[0-9a-v]{14})\b")

_DIGITS = "0123456789abcdefghijklmnopqrstuv"


def new_id() -> str:
    """Of an interaction, an offer, a segment, a consult."""
    return str(uuid4())


def new_leg_id() -> str:
    """Of a leg that we dial: 14 characters of 5 random bits. It stands in every command about the leg, and
    FreeSWITCH reads commands one byte a turn (docs/freeswitch.md), so it is short."""
    bits = secrets.randbits(70)
    return "".join(_DIGITS[bits >> shift & 31] for shift in range(0, 70, 5))
