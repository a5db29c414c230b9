"""Queues, as an admin sets them up."""

from collections.abc import Callable

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.interactions import OutlookView, outlook_view, queue_of
from console.api.schemas.queues import QueueBody, QueueList, QueueView, queue_entry, queue_view
from console.api.schemas.values import IdPath
from console.api.setup_changes import check_id, remove, save
from console.services import here
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.schedule import Schedule
from controller.errors import Invalid

queues = APIBlueprint(
    "queues",
    __name__,
    url_prefix=f"{API}/queues",
    abp_tags=[Tag(name="queues", description="Where customers wait, and on which terms.")],
    abp_security=[{"token": []}],
    abp_responses=COMMON,
)


@queues.get("", summary="All queues", responses={200: QueueList})
def list_queues() -> Response:
    warnings = _warnings()
    entries = here().catalogue.all(QueueSettings)
    return answer(QueueList(items=[queue_view(q, warnings(q)) for q in entries]))


@queues.get("/<id>", summary="One queue", responses={200: QueueView, **responses(404)})
def show_queue(path: IdPath) -> Response:
    entry = here().catalogue.get(QueueSettings, path.id)
    return answer(queue_view(entry, _warnings()(entry)))


@queues.get(
    "/<id>/outlook",
    summary="What one who joined now would have before him",
    responses={200: OutlookView, **responses(404)},
)
def show_outlook(path: IdPath) -> Response:
    entry = here().catalogue.get(QueueSettings, path.id)
    return answer(outlook_view(here().forecast.next_in(entry.id)))


@queues.put("/<id>", summary="Set up a queue", responses={200: QueueView, 201: QueueView})
def put_queue(path: IdPath, body: QueueBody) -> Response:
    """Makes or replaces it whole. Customers who wait keep the terms they joined under.

    `units` may be more than any agent's capacity, which can be raised yet; then the answer has a
    `warning`.
    """
    catalogue = here().catalogue
    if body.schedule is not None and catalogue.find(Schedule, body.schedule) is None:
        known = ", ".join(s.id for s in catalogue.all(Schedule)) or "none yet"
        raise Invalid(f"schedule: there is no {body.schedule}; known: {known}")
    entry = queue_entry(check_id(path.id, body.id), body)
    for reason, other in entry.overflow.items():
        if other == entry.id:
            raise Invalid(f"overflow.{reason}: a queue cannot overflow into itself; name another")
        if catalogue.find(QueueSettings, other) is None:
            known = ", ".join(q.id for q in catalogue.all(QueueSettings) if q.id != entry.id)
            raise Invalid(f"overflow.{reason}: there is no queue {other}; known: {known or 'none'}")
    return save(entry, queue_view(entry, _warnings()(entry)))


def _warnings() -> Callable[[QueueSettings], str | None]:
    """Of a queue: why none of those who serve it could ever be offered anybody, or None."""
    most: dict[str, int] = {}
    for profile in here().catalogue.all(AgentProfile):
        for queue in profile.queues if profile.enabled else ():
            most[queue] = max(profile.capacity, most.get(queue, 0))

    def warning(entry: QueueSettings) -> str | None:
        if entry.units <= most.get(entry.id, entry.units):
            return None
        return (
            f"a contact takes {entry.units} units, and no agent of the queue has more than"
            f" {most[entry.id]}: nobody will be offered one; lower `units`, or give an agent more"
            " `capacity`"
        )

    return warning


@queues.delete("/<id>", summary="Remove a queue", responses={204: None, **responses(404, 409)})
def delete_queue(path: IdPath) -> Response:
    """Refused while agents serve it, queues overflow into it or customers are in it."""
    catalogue = here().catalogue
    entry = catalogue.get(QueueSettings, path.id)
    agents = [f"agent {p.id}" for p in catalogue.all(AgentProfile) if entry.id in p.queues]
    contacts = [f"open interaction {i.id}" for i in here().engine.live() if queue_of(i) == entry.id]
    from_queues = [
        f"queue {q.id}" for q in catalogue.all(QueueSettings) if entry.id in q.overflow.values()
    ]
    return remove(entry, agents + from_queues + contacts)
