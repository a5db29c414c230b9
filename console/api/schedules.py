"""Opening hours, as an admin sets them up."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.setup import (
    ScheduleBody,
    ScheduleList,
    ScheduleView,
    schedule_entry,
    schedule_view,
)
from console.api.schemas.values import IdPath, IfMatch
from console.api.setup_changes import check_id, remove, save, show
from console.services import here
from console.setup import uses
from console.setup.proposed import Setup
from console.setup.versions import versions
from controller.domain.schedule import Schedule

schedules = APIBlueprint(
    "schedules",
    __name__,
    url_prefix=f"{API}/schedules",
    abp_tags=[Tag(name="schedules", description="Opening hours and holidays.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@schedules.get("", summary="All schedules", responses={200: ScheduleList})
def list_schedules() -> Response:
    entries = here().catalogue.all(Schedule)
    items = [schedule_view(s) for s in entries]
    return answer(ScheduleList(items=items, versions=versions(entries)))


@schedules.get("/<id>", summary="One schedule", responses={200: ScheduleView, **responses(404)})
def show_schedule(path: IdPath) -> Response:
    entry = here().catalogue.get(Schedule, path.id)
    return show(entry, schedule_view(entry))


@schedules.put(
    "/<id>",
    summary="Set up a schedule",
    responses={200: ScheduleView, 201: ScheduleView, **responses(412)},
)
def put_schedule(path: IdPath, header: IfMatch, body: ScheduleBody) -> Response:
    """Makes or replaces it whole."""
    entry = schedule_entry(check_id(path.id, body.id), body)
    return save(entry, schedule_view(entry), header)


@schedules.delete(
    "/<id>", summary="Remove a schedule", responses={204: None, **responses(404, 409, 412)}
)
def delete_schedule(path: IdPath, header: IfMatch) -> Response:
    """Refused while a queue has it."""
    catalogue = here().catalogue
    with catalogue.alone():
        entry = catalogue.get(Schedule, path.id)
        return remove(entry, uses.of_schedule(entry, Setup(catalogue)), header)
