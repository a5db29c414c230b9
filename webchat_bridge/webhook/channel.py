"""The generic channel: JSON by HTTP, signed, both ways. For whatever has no channel of its own."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
import urllib3
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from urllib3.exceptions import HTTPError

from controller.domain.model import Message
from controller.errors import Invalid
from webchat_bridge.channel import Report, Surroundings, WsgiApp
from webchat_bridge.outbox import Outbox, RefusedError, UnreachableError
from webchat_bridge.webhook import protocol
from webchat_bridge.webhook.door import Door
from webchat_bridge.webhook.signing import SECRET_LENGTH, sign

#: Seconds until the peer must have answered.
CONNECT_S, READ_S = 5.0, 15.0

#: Answers by which the peer says that it will never take it; any other that is not 2xx is tried again.
_NEVER = frozenset({400, 404, 405, 410, 413, 415, 422})


class WebhookSettings(BaseModel):
    """`url`: where what we write is posted. `secret`: of both directions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(pattern=r"^https?://[^\s/?#]+[^\s#]*$", max_length=1000)]
    secret: Annotated[SecretStr, Field(min_length=SECRET_LENGTH)]


class WebhookChannel:
    """TextChannel."""

    def __init__(self, name: str, settings: WebhookSettings, around: Surroundings) -> None:
        self.name = name
        self._url = settings.url
        self._secret = settings.secret.get_secret_value()
        self._clock = around.clock
        # A redirect could lead what a customer was told to anybody.
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S), maxsize=8
        )
        self._outbox = Outbox(name, self._post, around.clock)
        self.web: WsgiApp | None = Door(name, self._secret, around.receive, around.clock)

    @property
    def problem(self) -> str | None:
        return self._outbox.problem

    def start(self) -> None:
        """Nothing is connected before there is something to say."""

    def stop(self) -> None:
        self._outbox.stop()
        self._http.clear()

    def write(self, thread: str, message: Message, report: Report) -> None:
        payload = protocol.outbound_message(thread, message)
        self._outbox.put(thread, message.id, payload, report, message.at)

    def tell_wait(self, thread: str, position: int, expected_s: float | None) -> None:
        self._put(thread, "position", protocol.position(thread, position, expected_s))

    def ended(self, thread: str) -> None:
        self._put(thread, "ended", protocol.ended(thread))

    def _put(self, thread: str, item_id: str, payload: dict[str, Any]) -> None:
        self._outbox.put(thread, item_id, payload, None, self._clock.now())

    def _post(self, payload: dict[str, Any]) -> None:
        body = orjson.dumps(payload)
        headers = {
            "Content-Type": "application/json",
            **sign(self._secret, body, self._clock.now()),
        }
        try:
            answer = self._http.request(
                "POST", self._url, body=body, headers=headers, preload_content=False
            )
            answer.close()  # what it says beside its status is not read, however long it is
        except HTTPError as error:
            # Its text has addresses and objects of the library in it.
            raise UnreachableError(f"no answer from the webhook: {type(error).__name__}") from None
        if answer.status in _NEVER:
            raise RefusedError(f"the webhook answered {answer.status}")
        if not 200 <= answer.status < 300:
            raise UnreachableError(f"the webhook answered {answer.status}")


def make(name: str, settings: Mapping[str, Any], around: Surroundings) -> WebhookChannel:
    """Factory."""
    try:
        return WebhookChannel(name, WebhookSettings.model_validate(settings), around)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"channels.{name}.{field}: {first['msg']}") from None
