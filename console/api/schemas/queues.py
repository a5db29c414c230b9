"""Queues, as an admin writes and reads them. The same fields go in and come out."""

from dataclasses import asdict
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from console.api.schemas.values import (
    DID_PATTERN,
    Body,
    Limit,
    Line,
    Priority,
    Requirement,
    Seconds,
    Slug,
    Units,
    VersionedList,
    example,
    once,
)
from controller.domain.catalogue import QueueSettings
from controller.domain.routing import Strategy
from controller.errors import say

Reason = Literal["full", "nobody", "closed", "waited"]

#: A stream of the switch (`local_stream://moh`) or a file's path.
_MUSIC = r"^[A-Za-z0-9_.:/@-]{1,200}$"


class RingBody(Body):
    """From `after_s` seconds of waiting on, `skills` is the whole requirement; none lets anyone."""

    after_s: Limit = Field(description="Seconds waited.")
    skills: Requirement = Field(default_factory=dict)


class QueueBody(Body):
    """One queue. Times in seconds. What is left out has its default."""

    model_config = example(
        {
            "name": "Sales",
            "offer_s": 20,
            "wrap_up_s": 30,
            "strategy": "best_skill",
            "skills": {"english": 3},
            "rings": [{"after_s": 20, "skills": {"english": 1}}, {"after_s": 60, "skills": {}}],
            "dispositions": ["sold", "call_back", "no_interest"],
        }
    )

    id: Slug | None = Field(default=None, description="If given, the id in the path.")
    name: Line = Field(description="As people see it.")
    strategy: Strategy = Field(
        default="longest_idle",
        description="Who of several free agents gets the customer; docs/routing.md has each.",
    )
    priority: Priority = Field(default=0, description="A point counts as a minute of waiting.")
    skills: Requirement = Field(
        default_factory=dict, description="What an agent needs for this queue: skill to level."
    )
    rings: list[RingBody] = Field(
        default_factory=list,
        max_length=10,
        description="How the requirement changes as a customer waits, the earliest first.",
    )
    offer_s: Limit = Field(default=20.0, description="How long an agent's phone rings.")
    retry_after_s: Seconds = Field(
        default=15.0, le=86_400, description="An agent who declined is not asked again before."
    )
    wrap_up_s: Seconds = Field(default=30.0, le=86_400, description="0: no wrap-up.")
    wrap_up_extension_s: Seconds = Field(
        default=0.0, le=86_400, description="How much longer an agent may make his wrap-up."
    )
    disposition_required: bool = Field(
        default=False, description="An agent cannot end his wrap-up without one; its limit does."
    )
    reconnect_s: Seconds = Field(
        default=20.0,
        le=600,
        description="How long a customer waits for his agent whose page was loaded anew or lost its "
        "network. 0: not at all.",
    )
    units: Units = Field(default=100, description="What a contact takes of an agent's capacity.")
    record: bool = True
    announce_recording: bool = Field(
        default=False, description="Tell the customer of the recording before he is connected."
    )
    music: Annotated[str, Field(pattern=_MUSIC)] | None = Field(
        default=None,
        description="What waiting customers hear: a prompt's name, or a stream or a file of the switch.",
    )
    max_wait_s: Limit | None = Field(
        default=None, description="Nobody waits longer than this. null: for ever."
    )
    max_length: int | None = Field(
        default=None,
        ge=0,
        le=100_000,
        description="Nobody joins while so many wait. null: no limit.",
    )
    nobody_s: Seconds | None = Field(
        default=None,
        le=86_400,
        description="Nobody joins, or waits on, when no agent has been signed in for so long; "
        "0: at once. null: never mind.",
    )
    closing_ends_waits: bool = Field(
        default=False,
        description="When the schedule closes, those who wait are given back; else they may stay.",
    )
    overflow: dict[Reason, Slug] = Field(
        default_factory=dict,
        description="Which queue has a customer that this one does not take (full, nobody, closed) or "
        "gives back (waited, nobody, closed), with the time he has waited. A reason that is not "
        "here: his flow goes on.",
    )
    redial_s: Limit | None = Field(
        default=None,
        description="Who gives up and comes again within this gets the time credited that he had "
        "waited; never for a withheld number. null: no credit.",
    )
    last_agent_days: float = Field(
        default=7.0,
        gt=0,
        le=366,
        allow_inf_nan=False,
        description="With the strategy last_agent: how far back to look for his last agent.",
    )
    last_agent_s: Limit = Field(
        default=30.0,
        description="With the strategy last_agent: how long he waits for that one alone.",
    )
    handling_s: Limit = Field(
        default=180.0,
        description="What a contact is assumed to take an agent, for expected waits, until this queue "
        "has handled some.",
    )
    target_s: Limit = Field(default=30.0, description="Service level: answered within.")
    schedule: Slug | None = Field(default=None, description="Opening hours. null: always open.")
    dispositions: list[Line] = Field(
        default_factory=list, max_length=200, description="Codes an agent may choose; none: any."
    )
    caller_id: Annotated[str, Field(pattern=DID_PATTERN)] | None = Field(
        default=None,
        description="The number that customers are shown whom an agent of this queue calls.",
        examples=["+4930123450"],
    )
    warning: str | None = Field(
        default=None,
        description="Only read: why nobody can be offered a customer of this queue as it is set up.",
        json_schema_extra={"readOnly": True},
    )

    @field_validator("dispositions")
    @classmethod
    def _eachonce(cls, codes: list[str]) -> list[str]:
        return once(codes)

    @field_validator("rings")
    @classmethod
    def _by_time(cls, rings: list[RingBody]) -> list[RingBody]:
        for before, after in pairwise(rings):
            if after.after_s <= before.after_s:
                raise ValueError(
                    say(
                        "rings_order",
                        "a ring after {after:g} s stands behind one after {before:g} s; put them "
                        "in the order of their times, each time once",
                        after=after.after_s,
                        before=before.after_s,
                    )
                )
        return rings

    @model_validator(mode="after")
    def _closing_needs_hours(self) -> Self:
        if self.closing_ends_waits and self.schedule is None:
            raise ValueError(
                say(
                    "closing_needs_schedule",
                    "closing_ends_waits needs a schedule: name one, or leave it out",
                )
            )
        return self

    @model_validator(mode="after")
    def _required_can_be_given(self) -> Self:
        if self.disposition_required and not (self.wrap_up_s > 0 and self.dispositions):
            raise ValueError(
                say(
                    "required_needs_dispositions",
                    "disposition_required needs dispositions to choose from and wrap_up_s above 0",
                )
            )
        return self


class QueueView(QueueBody):
    id: str


class QueueList(VersionedList):
    items: list[QueueView]


def queue_entry(queue_id: str, body: QueueBody) -> QueueSettings:
    return QueueSettings(
        id=queue_id,
        **body.model_dump(exclude={"id", "dispositions", "rings", "warning"}),
        rings=tuple((ring.after_s, ring.skills) for ring in body.rings),
        dispositions=tuple(body.dispositions),
    )


def queue_view(entry: QueueSettings, warning: str | None) -> QueueView:
    """As it is stored: an entry older than one of our rules is shown all the same."""
    fields = asdict(entry) | {
        "dispositions": list(entry.dispositions),
        "warning": warning,
        "rings": [RingBody.model_construct(after_s=t, skills=dict(s)) for t, s in entry.rings],
    }
    return QueueView.model_construct(**fields)
