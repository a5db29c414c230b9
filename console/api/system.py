"""For whoever runs Tandem: is it alive, is it ready, its numbers."""

from ipaddress import ip_address

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field
from werkzeug.exceptions import Forbidden

from console.api.answers import answer
from console.api.problems import FieldProblem, problem, responses
from console.api.schemas.values import View
from console.services import here
from controller.errors import say

system = APIBlueprint(
    "system", __name__, abp_tags=[Tag(name="system", description="For whoever runs Tandem.")]
)


class AliveView(View):
    status: str = Field(examples=["alive"])


class ReadyView(View):
    status: str = Field(examples=["ready"])
    checks: dict[str, str] = Field(description="Each check by name; all are `ok`.")


@system.get("/healthz", summary="Is the process alive?", responses={200: AliveView})
def healthz() -> Response:
    """Touches nothing outside the process: a restart helps exactly when this does not answer."""
    return answer(AliveView(status="alive"))


@system.get("/readyz", summary="Can it take work?", responses={200: ReadyView, **responses(503)})
def readyz() -> Response:
    checks = dict(here().readiness())
    failed = [FieldProblem(path=k, message=v) for k, v in sorted(checks.items()) if v != "ok"]
    if failed:
        named = "; ".join(f"{item.path}: {item.message}" for item in failed)
        return problem(503, f"not ready: {named}", errors=failed)
    return answer(ReadyView(status="ready", checks=checks))


@system.get(
    "/metrics",
    summary="Numbers for Prometheus",
    responses={200: {"description": "Prometheus text format"}, **responses(403)},
)
def metrics() -> Response:
    """Only from this machine, unless the configuration says `metrics_public`."""
    if not here().web.metrics_public and not _from_here():
        raise Forbidden(
            say(
                "metrics_local",
                "/metrics answers this machine only; ask from here, or set metrics_public to true",
            )
        )
    return Response(generate_latest(here().metrics), content_type=CONTENT_TYPE_LATEST)


def _from_here() -> bool:
    """The asker is on this machine, and no proxy on this machine asks for somebody else."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
