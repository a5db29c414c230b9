"""The numbers customers dial, as an admin sets them up."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON, responses
from console.api.rights import API
from console.api.schemas.setup import DidBody, DidList, DidView, did_entry, did_view
from console.api.schemas.values import DID_PATTERN, IdPath, IfMatch
from console.api.setup_changes import check_id, remove, save, show
from console.services import here
from console.setup import faults
from console.setup.proposed import Setup
from console.setup.versions import versions
from controller.domain.catalogue import Did

dids = APIBlueprint(
    "dids",
    __name__,
    url_prefix=f"{API}/dids",
    abp_tags=[Tag(name="dids", description="Numbers customers dial, and the flows behind them.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


@dids.get("", summary="All numbers", responses={200: DidList})
def list_dids() -> Response:
    entries = here().catalogue.all(Did)
    items = [did_view(did) for did in entries]
    return answer(DidList(items=items, versions=versions(entries)))


@dids.get("/<id>", summary="One number", responses={200: DidView, **responses(404)})
def show_did(path: IdPath) -> Response:
    entry = here().catalogue.get(Did, path.id)
    return show(entry, did_view(entry))


@dids.put(
    "/<id>", summary="Set up a number", responses={200: DidView, 201: DidView, **responses(412)}
)
def put_did(path: IdPath, header: IfMatch, body: DidBody) -> Response:
    """The number is written as the carrier sends it: digits, perhaps with a + before them."""
    number = check_id(path.id, body.id, DID_PATTERN)
    entry = did_entry(number, body)
    with here().catalogue.alone():
        faults.check(faults.of_did(entry, Setup(here().catalogue, put=[entry])))
        return save(entry, did_view(entry), header)


@dids.delete("/<id>", summary="Remove a number", responses={204: None, **responses(404, 412)})
def delete_did(path: IdPath, header: IfMatch) -> Response:
    """Callers of it are then greeted as callers of any unknown number."""
    return remove(here().catalogue.get(Did, path.id), [], header)
