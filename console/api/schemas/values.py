"""The small types that the API's models share: ids, names, times."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from controller.errors import say

#: Queues, schedules, skills, agents: lower case, safe in paths, logs and dial plans.
SLUG_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
Slug = Annotated[str, Field(pattern=SLUG_PATTERN)]

#: A number of ours, as the carrier sends it.
DID_PATTERN = r"^\+?[0-9]{2,15}$"

#: A line of text for people: no control characters, no line or paragraph separators.
Line = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]+$")]
ShortReason = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]+$")
]


def _no_yes(sent: Any) -> Any:
    """`offer_s: true` is a slip, not one second."""
    if isinstance(sent, bool):
        raise ValueError(say("number_not_bool", "write a number, not true or false"))
    return sent


Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(_no_yes)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(_no_yes)]
Limit = Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False), BeforeValidator(_no_yes)]
Units = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_no_yes)]
SkillLevel = Annotated[int, Field(ge=1, le=10), BeforeValidator(_no_yes)]

#: Of a queue, or of one who waits.
Priority = Annotated[int, Field(ge=-100, le=100), BeforeValidator(_no_yes)]

#: Of a queue or a ring: every customer carries it, and every offer keeps it.
Requirement = Annotated[dict[Slug, SkillLevel], Field(max_length=20)]
#: Of an agent.
Skills = Annotated[dict[Slug, SkillLevel], Field(max_length=100)]


def _in_our_days(time: datetime) -> datetime:
    if not 1970 < time.year < 9999:
        raise ValueError(say("year_wrong", "the year must be from 1971 to 9998"))
    return time


#: Out: RFC 3339 in UTC, `2026-05-04T08:30:00Z`. In: any offset, but never none.
Time = Annotated[AwareDatetime, AfterValidator(_in_our_days)]


def time_of(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def time_or_none(epoch_s: float | None) -> datetime | None:
    return None if epoch_s is None else time_of(epoch_s)


class Body(BaseModel):
    """What a caller sends. A field we do not know is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


class OptionalBody(Body):
    """A body that may be left out altogether."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, sent: Any) -> Any:
        return {} if sent is None else sent


class Query(BaseModel):
    model_config = ConfigDict(extra="forbid")


class View(BaseModel):
    """What the API answers. Should one not fit, the log tells which field, not what was in it."""

    model_config = ConfigDict(hide_input_in_errors=True)


class VersionedList(View):
    versions: dict[str, str] = Field(
        description="By id: what to send as `If-Match`, in double quotes, to change only what you saw."
    )


class IfMatch(BaseModel):
    """A header. What it holds is read in `setup_changes`."""

    if_match: str | None = Field(
        default=None,
        alias="If-Match",
        description="The `ETag` of the entry you saw: 412 when it is another one by now. Without it "
        "whatever stands is replaced.",
    )


class IdPath(BaseModel):
    id: str = Field(max_length=128, description="The id of the thing.")


def example(value: dict[str, Any]) -> ConfigDict:
    """The config of a body that shows this one in the API's description."""
    return ConfigDict(extra="forbid", json_schema_extra={"example": value})


def once(names: list[str]) -> list[str]:
    """The names, when none of them comes twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(say("named_twice", "named twice: {names}", names=", ".join(twice)))
    return names
