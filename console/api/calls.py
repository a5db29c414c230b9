"""An agent's own call to a customer."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import Forbidden

from console.api.answers import answer
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.reachable import find_queue
from console.api.rights import API
from console.api.schemas.control import CallBody
from console.api.schemas.interactions import InteractionView
from console.api.visible import view_of, visible_agent
from console.auth import Role
from console.services import here
from controller.errors import say

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

    On behalf of a queue: an agent, of one he serves; who is restricted to queues, of one of these.
    Whoever is signed in may call, on a break too, as long as he has the units of a contact left.
    """
    profile = visible_agent(body.agent)
    queue = find_queue(body.queue)
    who = caller()
    yours = profile.queues if who.role is Role.AGENT else sorted(who.queues) or (queue.id,)
    if queue.id not in yours:
        known = ", ".join(yours) or "none"
        raise Forbidden(
            say(
                "queue_not_yours_call",
                "queue {queue} is none of yours; call for one of these: {known}",
                queue=queue.id,
                known=known,
            )
        )
    placed = here().dialling.place(profile.id, body.number, queue.id, shown=body.shown)
    return answer(view_of(placed), 201)
