"""Reasons of a break, as an admin writes and reads them."""

from dataclasses import asdict
from typing import Literal

from pydantic import Field

from console.api.schemas.values import Body, Line, Slug, VersionedList, example
from controller.domain.catalogue import Reason


class ReasonBody(Body):
    """Why an agent takes no contacts, for him to choose."""

    model_config = example({"name": "Lunch", "order": 1})

    id: Slug | None = Field(default=None, description="If given, the id in the path.")
    name: Line = Field(description="As agents and supervisors see it.")
    order: int = Field(default=0, ge=0, le=1000, description="The lowest comes first.")
    counts_as: Literal["break", "work"] = Field(
        default="break", description="`work` is what is no contact: a meeting, a training."
    )


class ReasonView(ReasonBody):
    id: str


class ReasonList(VersionedList):
    items: list[ReasonView]


def reason_entry(reason_id: str, body: ReasonBody) -> Reason:
    return Reason(id=reason_id, name=body.name, order=body.order, counts_as=body.counts_as)


def reason_view(entry: Reason) -> ReasonView:
    return ReasonView.model_construct(**asdict(entry))
