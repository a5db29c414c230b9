"""Reasons of a break, as an admin sets them up."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.reasons import (
    ReasonBody,
    ReasonList,
    ReasonView,
    reason_entry,
    reason_view,
)
from console.api.schemas.values import IdPath, IfMatch
from console.api.setup_changes import check_id, remove, save, show
from console.services import here
from console.setup.versions import versions
from controller.domain.catalogue import Reason, in_order

reasons = APIBlueprint(
    "reasons",
    __name__,
    url_prefix=f"{API}/reasons",
    abp_tags=[
        Tag(name="reasons", description="Why an agent takes no contacts, for him to choose.")
    ],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@reasons.get("", summary="All reasons", responses={200: ReasonList})
def list_reasons() -> Response:
    entries = in_order(here().catalogue.all(Reason))
    items = [reason_view(entry) for entry in entries]
    return answer(ReasonList(items=items, versions=versions(entries)))


@reasons.get("/<id>", summary="One reason", responses={200: ReasonView, **responses(404)})
def show_reason(path: IdPath) -> Response:
    entry = here().catalogue.get(Reason, path.id)
    return show(entry, reason_view(entry))


@reasons.put(
    "/<id>",
    summary="Set up a reason",
    responses={200: ReasonView, 201: ReasonView, **responses(412)},
)
def put_reason(path: IdPath, header: IfMatch, body: ReasonBody) -> Response:
    """Makes or replaces it whole. From the first one on, a status has no other reasons than these."""
    entry = reason_entry(check_id(path.id, body.id), body)
    return save(entry, reason_view(entry), header)


@reasons.delete("/<id>", summary="Remove a reason", responses={204: None, **responses(404, 412)})
def delete_reason(path: IdPath, header: IfMatch) -> Response:
    """Who has it as the reason of his status keeps it."""
    return remove(here().catalogue.get(Reason, path.id), [], header)
