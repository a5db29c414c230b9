"""Bearer tokens: 256 random bits, known to us only by their SHA-256."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum

from controller.domain.catalogue import AgentProfile, Token
from controller.ports import Catalogue

PREFIX = "tdm_"
_RANDOM_BYTES = 32
#: `tdm_` and 32 bytes in URL-safe base64; anything longer is no token and is not even hashed.
_LONGEST = 64


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMIN = "admin"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `agent`: the agent he speaks as, if any. `account`: who has signed in; None for a token.
    `queues`: all that he sees and steers; none named, every queue.
    """

    token_id: str
    role: Role
    agent: str | None = None
    account: str | None = None
    queues: frozenset[str] = frozenset()


class TokenError(Exception):
    """The token opens nothing. `known` is False for a token that never was, or was revoked."""

    def __init__(self, detail: str, *, known: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.known = known


def token_id(text: str) -> str:
    """What the catalogue knows the token by. The text has 256 random bits, so no salt is needed."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_token(
    *,
    name: str,
    role: Role,
    now: float,
    agent: str | None = None,
    expires_at: float | None = None,
) -> tuple[str, Token]:
    """A token's text, to be shown once, and its entry, to be kept."""
    text = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    entry = Token(
        id=token_id(text),
        name=name,
        role=role.value,
        agent=agent,
        created_at=now,
        expires_at=expires_at,
    )
    return text, entry


def authenticate(text: str, catalogue: Catalogue, now: float) -> Caller:
    """Who the token speaks for. Raises TokenError.

    The look-up is by hash, so its timing tells nothing about any token's text.
    """
    if not text.startswith(PREFIX) or len(text) > _LONGEST:
        raise TokenError("this is no Tandem token; they begin with tdm_", known=False)
    wanted = token_id(text)
    entry = catalogue.find(Token, wanted)
    if entry is None or not hmac.compare_digest(entry.id, wanted):
        raise TokenError("unknown or revoked token; ask an admin for a new one", known=False)
    if entry.expires_at is not None and entry.expires_at <= now:
        raise TokenError("this token has expired; ask an admin for a new one", known=True)
    if entry.agent is not None:
        profile = catalogue.find(AgentProfile, entry.agent)
        if profile is None or not profile.enabled:
            raise TokenError(
                f"agent {entry.agent} is disabled or removed; ask an admin", known=True
            )
    return Caller(token_id=entry.id, role=Role(entry.role), agent=entry.agent)
