"""What is sent to transfer, consult, call, listen."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from console.api.schemas.values import Body, Limit, OptionalBody, Priority, Slug, example
from controller.domain.words import MonitorMode
from controller.errors import say

#: What people put between the digits.
_BETWEEN = re.compile(r"[\s().\-/]")
_DIGITS = re.compile(r"\+?[0-9]{2,20}")


def _plain(written: str) -> str:
    number = _BETWEEN.sub("", written)
    if not _DIGITS.fullmatch(number):
        raise ValueError(
            say("number_unreadable", "write a number of 2 to 20 digits, for example +442079460000")
        )
    return number


Number = Annotated[
    str,
    Field(
        max_length=64,
        description="2 to 20 digits, perhaps with a +; blanks, dots, hyphens and brackets are left out.",
    ),
    AfterValidator(_plain),
]


class Target(Body):
    """One of the three."""

    model_config = example({"agent": "bob"})

    agent: Slug | None = Field(default=None, description="This agent.")
    queue: Slug | None = Field(default=None, description="This queue.")
    number: Number | None = Field(default=None, description="This outside number.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(given is not None for given in (self.agent, self.queue, self.number)) != 1:
            raise ValueError(say("one_target", "name exactly one of agent, queue and number"))
        return self


class TransferBody(Body):
    """Where the customer goes."""

    model_config = example({"to": {"queue": "support"}})

    to: Target
    wait_s: Limit = Field(
        default=30.0, description="To an agent: he alone has the customer for so long."
    )
    anyway: bool = Field(
        default=False, description="To a queue: also if it is closed, full or nobody is there."
    )


class CallBody(Body):
    """Whom to call, on whose behalf."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"number": "+442079460000", "queue": "sales"}},
    )

    number: Number
    queue: Slug = Field(description="Its terms hold: recording, wrap-up, dispositions.")
    shown: str | None = Field(
        default=None,
        alias="as",
        max_length=16,
        description="The number the customer is shown, one of ours. Default: the queue's `caller_id`, or what"
        " the gateway makes of it.",
    )
    agent: Slug = Field(default="me", description="Whose phone rings first.")


class MonitorBody(OptionalBody):
    mode: MonitorMode = Field(
        default=MonitorMode.LISTEN,
        description="Who hears the supervisor: nobody, the agent (whisper), or both (barge).",
    )


class ModeBody(Body):
    mode: MonitorMode


class ExtendBody(Body):
    by_s: Limit = Field(description="Seconds.", examples=[30])


class PriorityBody(Body):
    priority: Priority = Field(
        description="In place of the present one. A point counts as a minute of waiting.",
        examples=[5],
    )


class MoveBody(Body):
    """Where he waits next."""

    model_config = example({"queue": "support"})

    queue: Slug
    anyway: bool = Field(
        default=False, description="Also if it is closed, full or nobody is there."
    )


class AssignBody(Body):
    """Who is to have him next."""

    model_config = example({"agent": "ann", "wait_s": 60})

    agent: Slug = Field(description="`me` is the agent of the token.")
    wait_s: Limit = Field(default=30.0, description="He alone has the customer for so long.")
