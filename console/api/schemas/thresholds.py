"""Thresholds that alarm, as an admin writes and reads them."""

from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import Field

from console.api.schemas.values import (
    Amount,
    Body,
    Line,
    Seconds,
    Slug,
    VersionedList,
    example,
)
from controller.domain.alarms import Metric, Severity, Threshold


class ThresholdBody(Body):
    """What must not be for long, and when it is well again."""

    model_config = example(
        {"name": "Many wait", "metric": "waiting", "above": 10, "clear": 7, "for_s": 30}
    )

    id: Slug | None = Field(default=None, description="If given, the id in the path.")
    name: Line | Literal[""] = Field(default="", description="For people.")
    queue: Annotated[str, Field(pattern=r"^(\*|[a-z0-9][a-z0-9_-]{0,62})$")] = Field(
        default="*", description="A queue, or `*`: every queue, each by itself."
    )
    metric: Metric = Field(
        description="Of the queue: customers waiting, seconds the first of them has waited, seconds expected"
        " of who joins now, agents who could take somebody; of today: service level, abandoned"
        " of all who came (0 to 1)."
    )
    above: Amount | None = Field(default=None, description="It alarms above this ...")
    below: Amount | None = Field(default=None, description="... or below this; one of the two.")
    clear: Amount = Field(
        description="Until it is at this, or better: not above `above`, not below `below`."
    )
    for_s: Seconds = Field(default=0.0, le=86_400, description="Not before it was so for so long.")
    severity: Severity = Severity.WARNING
    enabled: bool = True


class ThresholdView(ThresholdBody):
    id: str


class ThresholdList(VersionedList):
    items: list[ThresholdView]


def threshold_entry(threshold_id: str, body: ThresholdBody) -> Threshold:
    return Threshold(**{**dict(body), "id": threshold_id})


def threshold_view(entry: Threshold) -> ThresholdView:
    return ThresholdView.model_construct(**asdict(entry))
