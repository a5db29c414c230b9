"""A supervisor steers who waits: to another place in the order, to another queue, to an agent."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import Forbidden

from console.api.acting import do, on_record
from console.api.answers import answer
from console.api.guard import agent_named, caller
from console.api.problems import COMMON, responses
from console.api.reachable import check_assignable, find_queue, terms_in
from console.api.rights import API
from console.api.schemas.control import AssignBody, MoveBody, PriorityBody
from console.api.schemas.interactions import InteractionView, waits
from console.api.schemas.values import IdPath
from console.api.visible import find_interaction, sight_of, view_of
from console.services import here
from controller.domain.catalogue import AgentProfile
from controller.domain.commands import Assign, Move, Prioritise
from controller.domain.model import Interaction, Place
from controller.errors import IllegalCommand, say

steering = APIBlueprint(
    "steering",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="supervising", description="What a supervisor does with a contact.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={200: InteractionView, **COMMON, **responses(404, 409)},
)


@steering.put("/<id>/priority", summary="Give who waits another priority")
def prioritise(path: IdPath, body: PriorityBody) -> Response:
    """He keeps the time he has waited; each point counts as a minute more. While a phone rings for him it
    rings on, and the priority is for when he is back in the queue."""
    interaction, _ = _waiting(path.id)
    return do(Prioritise(interaction_id=interaction.id, priority=body.priority, by=on_record()))


@steering.post("/<id>/move", summary="Have who waits wait in another queue")
def move(path: IdPath, body: MoveBody) -> Response:
    """On that queue's terms, with all the time he has waited. A phone that rings for him stops. Refused
    when the queue takes nobody and you do not say `anyway`; where he is already, nothing changes."""
    interaction, place = _waiting(path.id)
    queue = find_queue(body.queue)
    if not sight_of(caller()).sees_queue(queue.id):
        raise Forbidden(
            say(
                "queue_not_yours",
                "queue {queue} is none of yours; move him to one that is",
                queue=queue.id,
            )
        )
    if queue.id == place.queue:
        return answer(view_of(interaction))
    return do(
        Move(
            interaction_id=interaction.id,
            queue=queue.id,
            terms=terms_in(queue, interaction, anyway=body.anyway),
            priority=queue.priority,
            skills=queue.skills,
            by=on_record(),
        )
    )


@steering.post("/<id>/assign", summary="Give who waits to one agent")
def assign(path: IdPath, body: AssignBody) -> Response:
    """To `me`, for one. Other phones that ring for him stop. Is the agent free, his phone rings at once;
    else he alone has the customer for `wait_s`, whatever his queues and skills, and then the queue goes
    on. Refused for an agent who takes nothing now or could never have this contact."""
    interaction, _ = _waiting(path.id)
    agent = check_assignable(interaction, agent_named(body.agent))
    if agent != caller().agent and not sight_of(caller()).sees_agent(
        here().catalogue.get(AgentProfile, agent)
    ):
        raise Forbidden(
            say(
                "agent_not_yours",
                "agent {agent} serves no queue of yours; name one who does",
                agent=agent,
            )
        )
    return do(
        Assign(interaction_id=interaction.id, agent=agent, wait_s=body.wait_s, by=on_record())
    )


def _waiting(interaction_id: str) -> tuple[Interaction, Place]:
    """The contact and its place in a queue. Raises NotFound, IllegalCommand."""
    interaction = find_interaction(interaction_id)
    if interaction.place is None or not waits(interaction):
        raise IllegalCommand(
            say(
                "contact_does_not_wait",
                "interaction {contact} does not wait in a queue (any more): it is {state}",
                contact=interaction.id,
                state=interaction.state.value,
            )
        )
    return interaction, interaction.place
