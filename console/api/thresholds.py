"""Thresholds that alarm, as an admin sets them up."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.auditing import note_hidden
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.thresholds import (
    ThresholdBody,
    ThresholdList,
    ThresholdView,
    threshold_entry,
    threshold_view,
)
from console.api.schemas.values import IdPath, IfMatch
from console.api.setup_changes import check_id, remove, save, show
from console.api.visible import sight_of
from console.services import here
from console.setup import faults
from console.setup.proposed import Setup
from console.setup.versions import versions
from controller.domain.alarms import EVERY_QUEUE, Threshold
from controller.errors import NotFound, say

thresholds = APIBlueprint(
    "thresholds",
    __name__,
    url_prefix=f"{API}/thresholds",
    abp_tags=[Tag(name="thresholds", description="What alarms on the supervisors' screens.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@thresholds.get("", summary="All thresholds", responses={200: ThresholdList})
def list_thresholds() -> Response:
    """Of the queues that you may see, and those of every queue."""
    entries = [entry for entry in here().catalogue.all(Threshold) if _sees(entry)]
    items = [threshold_view(entry) for entry in entries]
    return answer(ThresholdList(items=items, versions=versions(entries)))


@thresholds.get("/<id>", summary="One threshold", responses={200: ThresholdView, **responses(404)})
def show_threshold(path: IdPath) -> Response:
    entry = here().catalogue.find(Threshold, path.id)
    if entry is not None and not _sees(entry):
        note_hidden()
        entry = None
    if entry is None:
        raise NotFound(
            say(
                "threshold_not_visible",
                "there is no threshold {threshold!r} among those you may see",
                threshold=path.id,
            )
        )
    return show(entry, threshold_view(entry))


def _sees(entry: Threshold) -> bool:
    return entry.queue == EVERY_QUEUE or sight_of(caller()).sees_queue(entry.queue)


@thresholds.put(
    "/<id>",
    summary="Set up a threshold",
    responses={200: ThresholdView, 201: ThresholdView, **responses(412)},
)
def put_threshold(path: IdPath, header: IfMatch, body: ThresholdBody) -> Response:
    """Makes or replaces it whole. An alarm of it that rings ends, and rises anew."""
    entry = threshold_entry(check_id(path.id, body.id), body)
    with here().catalogue.alone():
        faults.check(faults.of_threshold(entry, Setup(here().catalogue, put=[entry])))
        return save(entry, threshold_view(entry), header)


@thresholds.delete(
    "/<id>", summary="Remove a threshold", responses={204: None, **responses(404, 412)}
)
def delete_threshold(path: IdPath, header: IfMatch) -> Response:
    return remove(here().catalogue.get(Threshold, path.id), [], header)
