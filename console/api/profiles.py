"""Agent profiles, as an admin sets them up."""

import hashlib
import secrets

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.setup import (
    ProfileBody,
    ProfileList,
    ProfileView,
    SavedProfileView,
    profile_view,
)
from console.api.schemas.values import IdPath
from console.api.setup_changes import check_id, remove, save
from console.api.visible import belongs_to
from console.services import here
from controller.domain.agent import Status
from controller.domain.catalogue import AgentProfile, QueueSettings, Token
from controller.errors import IllegalCommand, Invalid

profiles = APIBlueprint(
    "agent-profiles",
    __name__,
    url_prefix=f"{API}/agent-profiles",
    abp_tags=[Tag(name="agent-profiles", description="Agents, as an admin sets them up.")],
    abp_security=[{"token": []}],
    abp_responses=COMMON,
)

_PASSWORD_BYTES = 18


def a1_hash(extension: str, realm: str, password: str) -> str:
    """The digest the switch checks a registration against; MD5 is what SIP (RFC 2617) prescribes."""
    text = f"{extension}:{realm}:{password}".encode()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


@profiles.get("", summary="All profiles", responses={200: ProfileList})
def list_profiles() -> Response:
    return answer(ProfileList(items=[profile_view(p) for p in here().catalogue.all(AgentProfile)]))


@profiles.get("/<id>", summary="One profile", responses={200: ProfileView, **responses(404)})
def show_profile(path: IdPath) -> Response:
    return answer(profile_view(here().catalogue.get(AgentProfile, path.id)))


@profiles.put(
    "/<id>",
    summary="Set up an agent",
    responses={200: SavedProfileView, 201: SavedProfileView, **responses(409)},
)
def put_profile(path: IdPath, body: ProfileBody) -> Response:
    """Makes or replaces it whole, except for the phone password: left out, the present one stays.

    A password belongs to its extension, so a new extension needs a new one; where none is given one
    is made, and shown this once.
    """
    agent_id = check_id(path.id, body.id)
    if agent_id == "me":
        raise Invalid("an agent cannot be called `me`: the API uses it for the token's own agent")
    _check_references(agent_id, body)
    if not body.enabled and _signed_in(agent_id):
        raise IllegalCommand(f"agent {agent_id} is signed in; sign him out before disabling him")
    digest, made = _phone_digest(agent_id, body)
    entry = AgentProfile(
        id=agent_id,
        **body.model_dump(exclude={"id", "queues", "phone_password", "has_phone_password"}),
        queues=tuple(body.queues),
        a1_hash=digest,
    )
    return save(entry, SavedProfileView(**dict(profile_view(entry)), phone_password=made))


@profiles.delete("/<id>", summary="Remove an agent", responses={204: None, **responses(404, 409)})
def delete_profile(path: IdPath) -> Response:
    """Refused while he is signed in, at a contact, or has tokens. His history stays."""
    services = here()
    entry = services.catalogue.get(AgentProfile, path.id)
    if _signed_in(entry.id):
        raise IllegalCommand(f"agent {entry.id} is signed in; sign him out before removing him")
    used_by = [
        f"token {token.name!r}"
        for token in services.catalogue.all(Token)
        if token.agent == entry.id
    ]
    used_by += [
        f"open interaction {i.id}" for i in services.engine.live() if belongs_to(i, entry.id)
    ]
    return remove(entry, used_by)


def _check_references(agent_id: str, body: ProfileBody) -> None:
    catalogue = here().catalogue
    queues = [queue.id for queue in catalogue.all(QueueSettings)]
    unknown = [queue for queue in body.queues if queue not in queues]
    if unknown:
        known = ", ".join(queues) or "none yet"
        raise Invalid(f"queues: there is no {', '.join(unknown)}; known: {known}")
    for other in catalogue.all(AgentProfile):
        if other.extension == body.extension and other.id != agent_id:
            raise Invalid(f"extension: {body.extension} belongs to agent {other.id}; use another")


def _phone_digest(agent_id: str, body: ProfileBody) -> tuple[str, str | None]:
    """The password's digest, and the password if it had to be made."""
    present = here().catalogue.find(AgentProfile, agent_id)
    if body.phone_password is not None:
        return a1_hash(body.extension, here().domain, body.phone_password), None
    if present is not None and present.a1_hash and present.extension == body.extension:
        return present.a1_hash, None
    made = secrets.token_urlsafe(_PASSWORD_BYTES)
    return a1_hash(body.extension, here().domain, made), made


def _signed_in(agent_id: str) -> bool:
    return any(
        agent.id == agent_id and agent.status is not Status.OFFLINE
        for agent in here().engine.agent_states()
    )
