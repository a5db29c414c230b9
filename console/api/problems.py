"""Errors as the API tells them: RFC 9457 problem details. The only place that knows status codes.

NotFound 404, Invalid and UnsafeCommand 422, IllegalCommand (CommandOutdated too) 409, StoreError
503, SwitchError 502. Anything unforeseen is logged with its trace and answered with a plain 500.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response
from pydantic import ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from console.setup.faults import Faulty
from console.wording import Worded, found, told
from controller.errors import (
    IllegalCommand,
    Invalid,
    NotFound,
    PromptUnavailable,
    Said,
    StoreError,
    SwitchError,
    TandemError,
    UnsafeCommand,
    said_in,
    say,
)

_log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

#: The most specific class decides.
STATUS_OF: dict[type[TandemError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnsafeCommand: HTTPStatus.UNPROCESSABLE_ENTITY,
    IllegalCommand: HTTPStatus.CONFLICT,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    PromptUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    SwitchError: HTTPStatus.BAD_GATEWAY,
    TandemError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class FieldProblem(Worded):
    path: str = Field(description="Where: dots between names, numbers for places in a list.")
    message: str = Field(description="What is wrong with it.")


class Problem(Worded):
    """Why a request was not carried out, and what to do about it (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Conflict",
                "status": 409,
                "detail": "offer 5a1f is no longer open",
                "code": "offer_over",
                "params": {"offer": "5a1f"},
            }
        }
    )

    title: str = Field(description="The kind of problem; the same for every one of its kind.")
    status: int = Field(description="The HTTP status code.")
    detail: str = Field(description="What happened and what to do.")
    errors: list[FieldProblem] | None = Field(
        default=None, description="For 422: each field that is wrong. For 503: each failed check."
    )


def _documented(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def responses(*codes: int) -> dict[str | int | HTTPStatus, Any]:
    """The error responses of a route, for its OpenAPI page."""
    return {str(code): _documented(_MEANING[code]) for code in codes}


_MEANING = {
    401: "No token, or one that is unknown, revoked or expired.",
    403: "The token's role may not do this.",
    404: "There is no such thing, or it is not yours to see.",
    409: "Not possible in the present state; look at it again.",
    412: "It was changed since it had the version of `If-Match`; nothing was saved.",
    413: "The body is too long; `detail` says how long it may be.",
    415: "The Content-Type is none that this route takes; `detail` says which it does.",
    422: "A field is wrong; `errors` says which and why.",
    429: "Too many failed tokens from this address, or changes with this token; wait for `Retry-After`"
    " seconds.",
    502: "FreeSWITCH failed or refused.",
    503: "The database, or what speaks prompts, is not there; nothing was saved.",
}

#: What any route behind a token may answer.
COMMON = responses(401, 403, 422, 429, 503)


def problem(
    status: int, detail: str, *, title: str | None = None, errors: list[FieldProblem] | None = None
) -> Response:
    body = Problem(
        title=title or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=errors,
        **told(detail),
    )
    return Response(body.model_dump_json(exclude_none=True), status=status, content_type=MEDIA_TYPE)


def invalid_request(error: ValidationError) -> Response:
    """422 with the path of every field that is wrong. What was sent is not repeated."""
    errors = [
        field_problem(".".join(str(part) for part in item["loc"]) or "(body)", found(item))
        for item in error.errors(include_url=False, include_input=False)
    ]
    named = "; ".join(f"{item.path}: {item.message}" for item in errors[:5])
    said = say("fields_wrong", "correct these and send it again: {fields}", fields=named)
    return problem(422, said, errors=errors)


def field_problem(path: str, message: str) -> FieldProblem:
    return FieldProblem(path=path, message=message, **told(message))


def status_of(error: TandemError) -> HTTPStatus:
    for kind in type(error).__mro__:
        if kind in STATUS_OF:
            return STATUS_OF[kind]
    raise AssertionError("TandemError itself is in the table")


def _from_tandem(error: TandemError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("request_failed", problem=str(error), kind=type(error).__name__)
    errors = None
    if isinstance(error, Faulty):
        errors = [field_problem(fault.path, fault.message) for fault in error.faults]
    return problem(status, words_of(error), errors=errors)


def words_of(error: TandemError) -> str:
    """What the page says of a fault whose words were written for the log is said of all of its kind."""
    said = said_in(error)
    if isinstance(said, Said):
        return said
    for kind, general in _GENERAL.items():
        if isinstance(error, kind):
            return general(said)
    return said


_GENERAL: dict[type[TandemError], Callable[[str], Said]] = {
    StoreError: lambda text: say("database_away", "{text}", text=text),
    PromptUnavailable: lambda text: say("prompt_unavailable", "{text}", text=text),
    SwitchError: lambda text: say("switch_failed", "{text}", text=text),
}


def _from_http(error: HTTPException) -> Response:
    if error.response is not None:  # validation has already made its answer
        assert isinstance(error.response, Response)
        return error.response
    code = error.code or 500
    response = problem(code, error.description or HTTPStatus(code).description)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers.add(name, value)
    return response


def _from_anything(error: Exception) -> Response:
    _log.error("request_crashed", kind=type(error).__name__, exc_info=error)
    said = say("crashed", "an error in Tandem; its log has the details under request_crashed")
    return problem(500, said)


def register(app: Flask) -> None:
    app.register_error_handler(TandemError, _from_tandem)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_anything)
