"""A supervisor listens to a contact, whispers, barges in, takes over. He needs a phone: his token's agent."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.acting import do, may_act_in
from console.api.answers import answer
from console.api.guard import agent_named
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.control import ModeBody, MonitorBody
from console.api.schemas.interactions import InteractionView
from console.api.schemas.values import IdPath
from console.api.visible import find_interaction, view_of
from console.services import here
from controller.domain.agent import ApplyPending
from controller.domain.commands import ChangeMonitor, StartMonitor, StopMonitor, TakeOver
from controller.domain.model import Interaction, Monitor
from controller.errors import IllegalCommand, TandemError, say
from controller.ids import new_id, new_leg_id
from controller.reactions.others import hold_supervisor

supervising = APIBlueprint(
    "supervising",
    __name__,
    url_prefix=f"{API}/interactions",
    abp_tags=[Tag(name="supervising", description="Listening, whispering, barging, taking over.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses={200: InteractionView, **COMMON, **responses(404, 409, 502)},
)


@supervising.post("/<id>/monitor", summary="Listen to a contact")
def start(path: IdPath, body: MonitorBody) -> Response:
    """Your phone rings; when you answer, you hear customer and agent. Neither they nor the agent's own
    view of the contact tell of it. Doing it again changes the mode."""
    interaction, mine = _find(path.id)
    if mine is not None:
        return _change(interaction, mine, body)
    supervisor = agent_named("me")
    segment = interaction.segment
    if segment is None or not may_act_in(segment):
        raise IllegalCommand(
            say(
                "customer_not_with_yours",
                "interaction {contact}: its customer is with no agent of yours",
                contact=interaction.id,
            )
        )
    candidate = here().agents.candidate(supervisor)
    if candidate is not None and candidate.holds:
        raise IllegalCommand(
            say(
                "listener_busy",
                "you are at a contact yourself; your phone has to be free to listen",
            )
        )
    # At once, before anything waits: another contact, or an offer, must not have him too.
    hold_supervisor(here().agents, interaction, supervisor)
    command = StartMonitor(
        interaction_id=interaction.id,
        segment_id=segment.id,
        monitor_id=new_id(),
        supervisor=supervisor,
        leg=new_leg_id(),
        mode=body.mode,
    )
    try:
        return do(command)
    except TandemError:
        if here().agents.release(supervisor, interaction.id):
            here().engine.handle(ApplyPending(agent_id=supervisor))
        raise


@supervising.put("/<id>/monitor", summary="Change who hears you")
def change(path: IdPath, body: ModeBody) -> Response:
    interaction, mine = _find(path.id)
    return _change(interaction, _there(interaction, mine), body)


def _change(interaction: Interaction, mine: Monitor, body: ModeBody | MonitorBody) -> Response:
    return do(ChangeMonitor(interaction_id=interaction.id, monitor_id=mine.id, mode=body.mode))


@supervising.delete("/<id>/monitor", summary="Stop listening")
def stop(path: IdPath) -> Response:
    """Doing it again does no harm."""
    interaction, mine = _find(path.id)
    if mine is None:
        return answer(view_of(interaction))
    return do(StopMonitor(interaction_id=interaction.id, monitor_id=mine.id))


@supervising.post("/<id>/take-over", summary="Become the customer's agent")
def take_over(path: IdPath) -> Response:
    """While you listen: the agent is let go, and his wrap-up begins; the customer is with you."""
    interaction, mine = _find(path.id)
    if interaction.segment is not None and not may_act_in(interaction.segment):
        raise IllegalCommand(
            say(
                "customer_not_with_yours",
                "interaction {contact}: its customer is with no agent of yours",
                contact=interaction.id,
            )
        )
    return do(TakeOver(interaction_id=interaction.id, monitor_id=_there(interaction, mine).id))


def _find(interaction_id: str) -> tuple[Interaction, Monitor | None]:
    """The contact, and how the caller listens to it. Raises NotFound, Forbidden."""
    supervisor = agent_named("me")
    interaction = find_interaction(interaction_id)
    mine = next((m for m in interaction.monitors if m.supervisor == supervisor), None)
    return interaction, mine


def _there(interaction: Interaction, mine: Monitor | None) -> Monitor:
    if mine is None:
        raise IllegalCommand(
            say(
                "not_listening",
                "you do not listen to interaction {contact} (any more); begin with POST "
                "/api/v1/interactions/{contact}/monitor",
                contact=interaction.id,
            )
        )
    return mine
