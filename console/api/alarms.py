"""Alarms: which thresholds are passed now, and who has seen it."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.auditing import note_hidden
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.alarms import AlarmList, AlarmView, alarm_view
from console.api.schemas.values import IdPath
from console.api.visible import sight_of
from console.services import here
from controller.errors import NotFound, say

alarms = APIBlueprint(
    "alarms",
    __name__,
    url_prefix=f"{API}/alarms",
    abp_tags=[Tag(name="alarms", description="Thresholds that are passed now.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@alarms.get("", summary="Alarms that ring", responses={200: AlarmList})
def list_alarms() -> Response:
    """Of the queues that you may see."""
    sight = sight_of(caller())
    seen = [alarm for alarm in here().alarms.ringing if sight.sees_queue(alarm.queue)]
    return answer(AlarmList(items=[alarm_view(alarm) for alarm in seen]))


@alarms.post(
    "/<id>/acknowledge",
    summary="Say that you have seen it",
    responses={200: AlarmView, **responses(404)},
)
def acknowledge(path: IdPath) -> Response:
    """It is silent from then on everywhere, and rings anew only after it was clear. The first one counts:
    doing it again, or after somebody else, changes nothing."""
    who = caller()
    found = here().alarms.find(path.id)
    if found is not None and not sight_of(who).sees_queue(found.queue):
        note_hidden()
        found = None
    if found is None:
        raise NotFound(
            say(
                "alarm_not_visible",
                "no alarm {alarm} rings (any more) among those you may see; GET /api/v1/alarms lists"
                " them",
                alarm=path.id,
            )
        )
    by = who.account or who.agent or who.role.value
    return answer(alarm_view(here().alarms.acknowledge(found.id, by)))
