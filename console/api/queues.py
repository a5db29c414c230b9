"""Queues, as an admin sets them up."""

from collections.abc import Callable

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.guard import caller
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.interactions import OutlookView, outlook_view
from console.api.schemas.queues import QueueBody, QueueList, QueueView, queue_entry, queue_view
from console.api.schemas.values import IdPath, IfMatch
from console.api.setup_changes import check_id, remove, save, show
from console.api.visible import sight_of, visible_queue
from console.services import here
from console.setup import faults, uses, warnings
from console.setup.proposed import Setup
from console.setup.versions import versions
from controller.domain.catalogue import AgentProfile, QueueSettings

queues = APIBlueprint(
    "queues",
    __name__,
    url_prefix=f"{API}/queues",
    abp_tags=[Tag(name="queues", description="Where customers wait, and on which terms.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@queues.get("", summary="All queues", responses={200: QueueList})
def list_queues() -> Response:
    warning = _warnings()
    sight = sight_of(caller())
    entries = [q for q in here().catalogue.all(QueueSettings) if sight.sees_queue(q.id)]
    items = [queue_view(q, warning(q)) for q in entries]
    return answer(QueueList(items=items, versions=versions(entries)))


@queues.get("/<id>", summary="One queue", responses={200: QueueView, **responses(404)})
def show_queue(path: IdPath) -> Response:
    entry = visible_queue(path.id)
    return show(entry, queue_view(entry, _warnings()(entry)))


@queues.get(
    "/<id>/outlook",
    summary="What one who joined now would have before him",
    responses={200: OutlookView, **responses(404)},
)
def show_outlook(path: IdPath) -> Response:
    entry = visible_queue(path.id)
    return answer(outlook_view(here().forecast.next_in(entry.id)))


@queues.put(
    "/<id>", summary="Set up a queue", responses={200: QueueView, 201: QueueView, **responses(412)}
)
def put_queue(path: IdPath, header: IfMatch, body: QueueBody) -> Response:
    """Makes or replaces it whole. Customers who wait keep the terms they joined under.

    `units` may be more than any agent's capacity, which can be raised yet; then the answer has a
    `warning`.
    """
    entry = queue_entry(check_id(path.id, body.id), body)
    with here().catalogue.alone():
        faults.check(faults.of_queue(entry, Setup(here().catalogue, put=[entry])))
        return save(entry, queue_view(entry, _warnings()(entry)), header)


def _warnings() -> Callable[[QueueSettings], str | None]:
    """Of a queue: why none of those who serve it could ever be offered anybody, or None."""
    most: dict[str, int] = {}
    for profile in here().catalogue.all(AgentProfile):
        for queue in profile.queues if profile.enabled else ():
            most[queue] = max(profile.capacity, most.get(queue, 0))

    def warning(entry: QueueSettings) -> str | None:
        if entry.units <= most.get(entry.id, entry.units):
            return None
        return warnings.too_many_units(entry, most[entry.id])

    return warning


@queues.delete("/<id>", summary="Remove a queue", responses={204: None, **responses(404, 409, 412)})
def delete_queue(path: IdPath, header: IfMatch) -> Response:
    """Refused while agents serve it, queues overflow into it or customers are in it."""
    catalogue = here().catalogue
    with catalogue.alone():
        entry = catalogue.get(QueueSettings, path.id)
        return remove(entry, uses.of_queue(entry, Setup(catalogue)), header)
