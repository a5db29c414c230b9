"""That two customers are one person: said by a person, with evidence, and taken back as it was."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.acting import on_record
from console.api.answers import answer
from console.api.auditing import deed
from console.api.known import visible_family
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.customers import (
    MergeBody,
    MergeList,
    MergeView,
    UndoMergeBody,
    evidence_of,
    merge_view,
)
from console.api.schemas.values import IdPath
from console.services import here
from controller.domain.customer import Kind

merges = APIBlueprint(
    "merges",
    __name__,
    url_prefix=f"{API}/customers",
    abp_tags=[Tag(name="customers", description="Who calls, writes and chats.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


class MergePath(IdPath):
    merge_id: str = Field(max_length=128)


@merges.get("/<id>/merges", summary="His merges", responses={200: MergeList, **responses(404)})
def list_merges(path: IdPath) -> Response:
    """Newest first, with those that were taken back."""
    found = here().customers.merges(visible_family(path.id))
    return answer(MergeList(items=[merge_view(merge) for merge in found]))


@merges.post(
    "/<id>/merges",
    summary="Another customer is this one",
    responses={201: MergeView, **responses(404, 409)},
)
def merge_customers(path: IdPath, body: MergeBody) -> Response:
    """You must be able to see both. From now on both are told as this one, with the history of both; nothing
    of either is changed, so that it can be taken back. 409 when one is merged into another already."""
    desk = here().customers
    both = [*visible_family(path.id), *visible_family(body.customer)]
    shown = body.identity
    identity = None if shown is None else desk.identity(Kind(shown.kind), shown.value)
    evidence = evidence_of(body, identity)
    made = desk.merge(body.customer, path.id, evidence, both=both, by=on_record())
    here().people.trail.note(deed(subject=path.id))
    return answer(merge_view(made), 201)


@merges.post(
    "/<id>/merges/<merge_id>/undo",
    summary="They are two after all",
    responses={200: MergeView, **responses(404, 409)},
)
def undo_merge(path: MergePath, body: UndoMergeBody) -> Response:
    """Each has what was his, and what came since by an identity of his."""
    family = visible_family(path.id)
    undone = here().customers.unmerge(family, path.merge_id, why=body.why, by=on_record())
    here().people.trail.note(deed(subject=path.id))
    return answer(merge_view(undone))
