"""Where the peer brings what customers write: POST /messages, signed."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from controller.domain.model import Text
from controller.errors import PeerFault
from controller.ports import Clock
from webchat_bridge.incoming import Incoming, Received
from webchat_bridge.webhook.protocol import InboundMessage
from webchat_bridge.webhook.signing import SIGNATURE, TIME, fault_in

log = structlog.get_logger(__name__)

#: The largest request, in bytes.
BODY_BYTES = 64 * 1024


class Door:
    """A WSGI application."""

    def __init__(
        self, name: str, secret: str, receive: Callable[[Incoming], Received], clock: Clock
    ) -> None:
        self._name = name
        self._secret = secret
        self._receive = receive
        self._clock = clock

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        request = Request(environ)
        request.max_content_length = BODY_BYTES
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path != "/messages":
            return _problem(HTTPStatus.NOT_FOUND, "POST to /messages")
        if request.method != "POST":
            return _problem(HTTPStatus.METHOD_NOT_ALLOWED, "POST to /messages")
        try:
            body = request.get_data()
        except RequestEntityTooLarge:
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {BODY_BYTES} bytes")
        headers = request.headers
        said = headers.get(TIME, ""), headers.get(SIGNATURE, "")
        fault = fault_in(self._secret, body, *said, self._clock.now())
        if fault is not None:
            log.warning("webhook_refused", channel=self._name, why=fault)
            return _problem(HTTPStatus.UNAUTHORIZED, fault)
        return self._take(body)

    def _take(self, body: bytes) -> Response:
        try:
            message = InboundMessage.model_validate_json(body)
        except ValidationError as error:
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, _first_fault(error))
        now = self._clock.now()
        try:
            received = self._receive(
                Incoming(
                    channel=self._name,
                    thread=message.thread,
                    address=message.address,
                    name=message.name,
                    entry=self._name,
                    external_id=message.id,
                    parts=(Text(text=message.text),),
                    written_at=now if message.at is None else message.at.timestamp(),
                )
            )
        except PeerFault as error:
            log.warning("webhook_not_saved", channel=self._name, why=str(error))
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "not saved; send it again")
        return _json(
            HTTPStatus.OK,
            {"contact": received.interaction_id, "turned_away": received.turned_away},
        )


def _first_fault(error: ValidationError) -> str:
    """Where, and what; never the value."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'body'}: {first['msg']}"


def _problem(status: HTTPStatus, detail: str) -> Response:
    return _json(status, {"status": status.value, "title": status.phrase, "detail": detail})


def _json(status: HTTPStatus, what: dict[str, Any]) -> Response:
    kind = "application/json" if status is HTTPStatus.OK else "application/problem+json"
    response = Response(orjson.dumps(what), status=status, content_type=kind)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
