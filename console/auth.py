"""Who calls, by a bearer token: 256 random bits, known to us only by their SHA-256."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum

from controller.domain.catalogue import AgentProfile, Token
from controller.errors import say
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
    """Who asks: with a token (`token_id`), or signed in (`account`, by the session with this id).

    `agent`: the agent he speaks as, if any. `queues`: all that a supervisor or manager sees and
    steers; none is everything. `must_change`: nothing before he has chosen a password of his own.
    """

    role: Role
    agent: str | None = None
    queues: frozenset[str] = frozenset()
    token_id: str | None = None
    account: str | None = None
    session: str | None = None
    must_change: bool = False

    @property
    def name(self) -> str:
        """For logs, audit and throttles: tells one caller from another, and opens nothing."""
        if self.account is not None:
            return f"account:{self.account}"
        return f"token:{(self.token_id or '')[:12]}"


class CredentialError(Exception):
    """Token or session opens nothing. `known` is False for one that never was, or was revoked."""

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
    """Who the token speaks for. Raises CredentialError.

    The look-up is by hash, so its timing tells nothing about any token's text.
    """
    if not text.startswith(PREFIX) or len(text) > _LONGEST:
        raise CredentialError(
            say("token_no_token", "this is no Tandem token; they begin with tdm_"), known=False
        )
    wanted = token_id(text)
    entry = catalogue.find(Token, wanted)
    if entry is None or not hmac.compare_digest(entry.id, wanted):
        raise CredentialError(
            say("token_unknown", "unknown or revoked token; ask an admin for a new one"),
            known=False,
        )
    if entry.expires_at is not None and entry.expires_at <= now:
        raise CredentialError(
            say("token_expired", "this token has expired; ask an admin for a new one"), known=True
        )
    check_agent(entry.agent, catalogue)
    return Caller(token_id=entry.id, role=Role(entry.role), agent=entry.agent)


def check_agent(agent: str | None, catalogue: Catalogue) -> None:
    """Raises CredentialError when whoever speaks as the agent may not any more."""
    profile = None if agent is None else catalogue.find(AgentProfile, agent)
    if agent is not None and (profile is None or not profile.enabled):
        raise CredentialError(
            say("agent_gone", "agent {agent} is disabled or removed; ask an admin", agent=agent),
            known=True,
        )
