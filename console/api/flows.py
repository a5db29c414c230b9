"""The flows there are, by name: what greets the callers of a number is one of them."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from console.api.answers import answer
from console.api.problems import COMMON
from console.api.rights import API
from console.api.schemas.values import View
from console.services import here

flows = APIBlueprint(
    "flows",
    __name__,
    url_prefix=f"{API}/flows",
    abp_tags=[Tag(name="flows", description="What callers are greeted by.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)


class FlowView(View):
    id: str


class FlowList(View):
    items: list[FlowView]


@flows.get("", summary="All flows", responses={200: FlowList})
def list_flows() -> Response:
    """Those that could be loaded, by name."""
    return answer(FlowList(items=[FlowView(id=name) for name in sorted(here().flow_names())]))
