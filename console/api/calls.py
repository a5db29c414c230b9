"""An agent's own call to a customer."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import Forbidden

from console.api.answers import answer
from console.api.guard import agent_named, caller
from console.api.problems import COMMON, responses
from console.api.reachable import find_queue
from console.api.rights import API
from console.api.schemas.control import CallBody
from console.api.schemas.interactions import InteractionView
from console.api.visible import view_of
from console.auth import Role
from console.services import here
from controller.domain.catalogue import AgentProfile

calls = APIBlueprint(
    "calls",
    __name__,
    url_prefix=f"{API}/calls",
    abp_tags=[Tag(name="handling", description="What an agent does with a contact.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={**COMMON, **responses(404, 409, 502)},
)


@calls.post("", summary="Call a customer", responses={201: InteractionView})
def place_call(body: CallBody) -> Response:
    """The agent's phone rings, then the customer's; the contact has its own interaction.

    On behalf of a queue: an agent's token, of one he serves. Whoever is signed in may call, on a break
    too, as long as he has the units of a contact left.
    """
    profile = here().catalogue.get(AgentProfile, agent_named(body.agent))
    queue = find_queue(body.queue)
    if caller().role is Role.AGENT and queue.id not in profile.queues:
        known = ", ".join(profile.queues) or "none"
        raise Forbidden(f"you do not serve queue {queue.id}; call for one of yours: {known}")
    placed = here().dialling.place(profile.id, body.number, queue.id, shown=body.shown)
    return answer(view_of(placed), 201)
