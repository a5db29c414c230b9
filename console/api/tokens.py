"""API tokens: made, listed, revoked. A token's text is shown once."""

from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.values import Body, IdPath, Line, Slug, Time, View, time_of, time_or_none
from console.api.setup_changes import remove, save
from console.auth import Role, new_token
from console.services import here
from controller.domain.catalogue import AgentProfile, Token
from controller.errors import IllegalCommand, Invalid, Said, say

tokens = APIBlueprint(
    "tokens",
    __name__,
    url_prefix=f"{API}/tokens",
    abp_tags=[Tag(name="tokens", description="Who may use this API.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


class TokenBody(Body):
    name: Line = Field(description="What it is for.", examples=["wallboard, 2nd floor"])
    role: Literal["agent", "supervisor", "manager", "admin", "auditor"]
    agent: Slug | None = Field(
        default=None, description="The agent it speaks as (`me`); a token of role agent needs one."
    )
    expires_at: Time | None = Field(default=None, description="null: when it is revoked.")


class TokenView(View):
    id: str = Field(description="SHA-256 of the token's text, in hex.")
    name: str
    role: str
    agent: str | None
    created_at: Time
    expires_at: Time | None


class NewTokenView(TokenView):
    token: str = Field(description="The text. It is shown this once and kept nowhere.")


class TokenList(View):
    items: list[TokenView]


def token_view(entry: Token) -> TokenView:
    return TokenView(
        id=entry.id,
        name=entry.name,
        role=entry.role,
        agent=entry.agent,
        created_at=time_of(entry.created_at),
        expires_at=time_or_none(entry.expires_at),
    )


@tokens.get("", summary="All tokens", responses={200: TokenList})
def list_tokens() -> Response:
    """Without their texts, which nobody can read back."""
    return answer(TokenList(items=[token_view(entry) for entry in here().catalogue.all(Token)]))


@tokens.get("/<id>", summary="One token", responses={200: TokenView, **responses(404)})
def show_token(path: IdPath) -> Response:
    return answer(token_view(here().catalogue.get(Token, path.id)))


@tokens.post("", summary="Make a token", responses={201: NewTokenView})
def make_token(body: TokenBody) -> Response:
    services = here()
    now = services.clock.now()
    if body.agent is None and Role(body.role) is Role.AGENT:
        raise Invalid(
            say("token_needs_agent", "agent: a token of role agent needs the agent it belongs to")
        )
    if body.agent is not None and services.catalogue.find(AgentProfile, body.agent) is None:
        raise Invalid(
            say(
                "token_agent_unknown",
                "agent: there is no {agent}; make the profile first",
                agent=body.agent,
            )
        )
    expires_at = body.expires_at.timestamp() if body.expires_at else None
    if expires_at is not None and expires_at <= now:
        raise Invalid(
            say(
                "token_expired_already", "expires_at: this has passed; give a time to come, or null"
            )
        )
    text, entry = new_token(
        name=body.name, role=Role(body.role), now=now, agent=body.agent, expires_at=expires_at
    )
    return save(entry, NewTokenView(**dict(token_view(entry)), token=text))


@tokens.delete("/<id>", summary="Revoke a token", responses={204: None, **responses(404, 409)})
def revoke_token(path: IdPath) -> Response:
    """From now on it opens nothing. The last token of an admin stays, or nobody could make another."""
    with here().catalogue.alone():
        entry = here().catalogue.get(Token, path.id)
        if uses_of_token(entry):
            raise IllegalCommand(
                say(
                    "last_admin_token",
                    "this is the last admin token; make another before you revoke it",
                )
            )
        return remove(entry, [])


def uses_of_token(entry: Token) -> list[Said]:
    """Who would miss it: all, when it is the last of an admin."""
    services = here()
    now = services.clock.now()
    admins = [
        token.id
        for token in services.catalogue.all(Token)
        if token.role == Role.ADMIN and (token.expires_at is None or token.expires_at > now)
    ]
    last = say("use_last_token", "everybody, as the last admin token")
    return [last] if admins == [entry.id] else []
