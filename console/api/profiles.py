"""Agent profiles, as an admin sets them up."""

import hashlib
import secrets
from dataclasses import replace

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.setup import (
    PhoneSheet,
    ProfileBody,
    ProfileList,
    ProfileView,
    RegistrarView,
    SavedProfileView,
    profile_entry,
    profile_view,
)
from console.api.schemas.values import IdPath, IfMatch
from console.api.setup_changes import check_id, remove, save, show
from console.api.visible import sight_of, visible_agent
from console.services import here
from console.setup import faults, uses
from console.setup.proposed import Setup
from console.setup.versions import versions
from controller.domain.catalogue import AgentProfile
from controller.errors import IllegalCommand, say

profiles = APIBlueprint(
    "agent-profiles",
    __name__,
    url_prefix=f"{API}/agent-profiles",
    abp_tags=[Tag(name="agent-profiles", description="Agents, as an admin sets them up.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)

_PASSWORD_BYTES = 18


def a1_hash(extension: str, realm: str, password: str) -> str:
    """The digest the switch checks a registration against; MD5 is what SIP (RFC 2617) prescribes."""
    text = f"{extension}:{realm}:{password}".encode()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


@profiles.get("", summary="All profiles", responses={200: ProfileList})
def list_profiles() -> Response:
    sight = sight_of(caller())
    seen = [p for p in here().catalogue.all(AgentProfile) if sight.sees_agent(p)]
    items = [profile_view(p) for p in seen]
    return answer(ProfileList(items=items, versions=versions(seen)))


@profiles.get("/<id>", summary="One profile", responses={200: ProfileView, **responses(404)})
def show_profile(path: IdPath) -> Response:
    entry = visible_agent(path.id)
    return show(entry, profile_view(entry))


@profiles.put(
    "/<id>",
    summary="Set up an agent",
    responses={200: SavedProfileView, 201: SavedProfileView, **responses(409, 412)},
)
def put_profile(path: IdPath, header: IfMatch, body: ProfileBody) -> Response:
    """Makes or replaces it whole, except for the phone password: left out, the present one stays.

    A password belongs to its extension, so a new extension needs a new one; where none is given one
    is made, and shown this once.
    """
    agent_id = check_id(path.id, body.id)
    with here().catalogue.alone():
        digest, made = _phone_digest(agent_id, body)
        entry = profile_entry(agent_id, body, digest)
        faults.check(faults.of_profile(entry, Setup(here().catalogue, put=[entry])))
        if not body.enabled and faults.signed_in(agent_id):
            raise IllegalCommand(
                say(
                    "signed_in_disable",
                    "agent {agent} is signed in; sign him out before disabling him",
                    agent=agent_id,
                )
            )
        view = SavedProfileView(**dict(profile_view(entry)), phone_password=made)
        return save(entry, view, header)


@profiles.delete(
    "/<id>", summary="Remove an agent", responses={204: None, **responses(404, 409, 412)}
)
def delete_profile(path: IdPath, header: IfMatch) -> Response:
    """Refused while he is signed in, at a contact, or has tokens. His history stays."""
    catalogue = here().catalogue
    with catalogue.alone():
        entry = catalogue.get(AgentProfile, path.id)
        if faults.signed_in(entry.id):
            raise IllegalCommand(
                say(
                    "signed_in_remove",
                    "agent {agent} is signed in; sign him out before removing him",
                    agent=entry.id,
                )
            )
        return remove(entry, uses.of_profile(entry, Setup(catalogue)), header)


@profiles.post(
    "/<id>/phone",
    summary="A new password for his phone",
    responses={200: PhoneSheet, **responses(404, 409)},
)
def make_phone(path: IdPath) -> Response:
    """All that his phone is to be set to. The old password opens nothing from now on, and what
    registered with it is let go; a call that is going on is not ended."""
    services = here()
    with services.catalogue.alone():
        entry = services.catalogue.get(AgentProfile, path.id)
        if entry.address is not None:
            raise IllegalCommand(
                say(
                    "phone_elsewhere",
                    "agent {agent}'s phone is called at {address} and does not register with "
                    "us; clear `address` in his profile first",
                    agent=entry.id,
                    address=entry.address,
                )
            )
        made = secrets.token_urlsafe(_PASSWORD_BYTES)
        network = services.phones
        sheet = PhoneSheet(
            agent=entry.id,
            name=entry.name,
            extension=entry.extension,
            password=made,
            domain=network.domain,
            registrars=[
                RegistrarView(transport=r.transport, host=r.host, port=r.port)
                for r in network.registrars
            ],
            codecs=list(network.codecs),
            url=network.url,
        )
        digest = a1_hash(entry.extension, services.domain, made)
        return save(replace(entry, a1_hash=digest), sheet)


def _phone_digest(agent_id: str, body: ProfileBody) -> tuple[str, str | None]:
    """The password's digest, and the password if it had to be made."""
    present = here().catalogue.find(AgentProfile, agent_id)
    if body.phone_password is not None:
        return a1_hash(body.extension, here().domain, body.phone_password), None
    if present is not None and present.a1_hash and present.extension == body.extension:
        return present.a1_hash, None
    made = secrets.token_urlsafe(_PASSWORD_BYTES)
    return a1_hash(body.extension, here().domain, made), made
