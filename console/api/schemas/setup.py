"""What an admin sets up, as it is written and read: queues, agent profiles, schedules, numbers.

The same fields go in and come out, so that what was read can be edited and sent back. An `id` in a
body must be the one in the path.
"""

from dataclasses import asdict
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from console.api.schemas.values import Body, Line, Seconds, SkillLevel, Slug, View
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.routing import Strategy
from controller.domain.schedule import Schedule

Limit = Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)]
Reason = Literal["full", "nobody", "closed", "waited"]
Units = Annotated[int, Field(ge=1, le=1000)]

#: What stands behind a dial string's endpoint; no variables, no second destination, no expansion.
_DIAL_STRING = r"^[a-z_]+/[A-Za-z0-9_.:;=@+%/-]{1,180}$"
#: A stream of the switch (`local_stream://moh`) or a file's path.
_MUSIC = r"^[A-Za-z0-9_.:/@-]{1,200}$"


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"example": value})


# --- queues --------------------------------------------------------------------------------------


class RingBody(Body):
    """From `after_s` seconds of waiting on, `skills` is the whole requirement; none lets anyone."""

    after_s: Limit = Field(description="Seconds waited.")
    skills: dict[Slug, SkillLevel] = Field(default_factory=dict)


class QueueBody(Body):
    """One queue. Times in seconds. What is left out has its default."""

    model_config = _example(
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
    priority: int = Field(
        default=0, ge=-100, le=100, description="A point counts as a minute of waiting."
    )
    skills: dict[Slug, SkillLevel] = Field(
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
    units: Units = Field(default=100, description="What a contact takes of an agent's capacity.")
    record: bool = True
    announce_recording: bool = Field(
        default=False, description="Tell the customer of the recording before he is connected."
    )
    music: Annotated[str, Field(pattern=_MUSIC)] | None = Field(
        default=None, description="What waiting customers hear: a stream or a file of the switch."
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

    @field_validator("dispositions")
    @classmethod
    def _each_once(cls, codes: list[str]) -> list[str]:
        return _once(codes)

    @field_validator("rings")
    @classmethod
    def _by_time(cls, rings: list[RingBody]) -> list[RingBody]:
        for before, after in pairwise(rings):
            if after.after_s <= before.after_s:
                raise ValueError(
                    f"a ring after {after.after_s:g} s stands behind one after {before.after_s:g} s;"
                    " put them in the order of their times, each time once"
                )
        return rings

    @model_validator(mode="after")
    def _closing_needs_hours(self) -> Self:
        if self.closing_ends_waits and self.schedule is None:
            raise ValueError("closing_ends_waits needs a schedule: name one, or leave it out")
        return self


class QueueView(QueueBody):
    id: str


class QueueList(View):
    items: list[QueueView]


def queue_entry(queue_id: str, body: QueueBody) -> QueueSettings:
    return QueueSettings(
        id=queue_id,
        **body.model_dump(exclude={"id", "dispositions", "rings"}),
        rings=tuple((ring.after_s, ring.skills) for ring in body.rings),
        dispositions=tuple(body.dispositions),
    )


def queue_view(entry: QueueSettings) -> QueueView:
    """As it is stored: an entry older than one of our rules is shown all the same."""
    fields = asdict(entry) | {
        "dispositions": list(entry.dispositions),
        "rings": [RingBody.model_construct(after_s=t, skills=dict(s)) for t, s in entry.rings],
    }
    return QueueView.model_construct(**fields)


# --- agent profiles ------------------------------------------------------------------------------


class ProfileBody(Body):
    """One agent: his phone, his queues, what he can do."""

    model_config = _example(
        {
            "name": "Ann Example",
            "extension": "1001",
            "queues": ["sales", "support"],
            "skills": {"english": 5},
        }
    )

    id: Slug | None = Field(default=None, description="If given, the id in the path.")
    name: Line
    extension: Annotated[str, Field(pattern=r"^[0-9]{2,12}$")] = Field(
        description="The number his phone registers as."
    )
    queues: list[Slug] = Field(default_factory=list, max_length=200)
    skills: dict[Slug, SkillLevel] = Field(default_factory=dict)
    capacity: Units = Field(default=100, description="Units, of which each contact takes some.")
    ceilings: dict[Slug, Annotated[int, Field(ge=0, le=1000)]] = Field(
        default_factory=dict,
        description="Channel to the most contacts of it he has at once, whatever his units.",
        examples=[{"voice": 1, "chat": 3}],
    )
    address: Annotated[str, Field(pattern=_DIAL_STRING)] | None = Field(
        default=None,
        description="Dial string of a phone that does not register with us, such as"
        " sofia/internal/1001@10.0.0.9:5060.",
    )
    enabled: bool = Field(default=True, description="False: he cannot sign in.")
    phone_password: Annotated[str, Field(min_length=12, max_length=128)] | None = Field(
        default=None,
        description="Never read back. Left out, the present one stays; where there is none, one is"
        " made and shown once in the answer.",
        json_schema_extra={"writeOnly": True},
    )
    has_phone_password: bool | None = Field(
        default=None, description="Only read.", json_schema_extra={"readOnly": True}
    )

    @field_validator("queues")
    @classmethod
    def _each_once(cls, queues: list[str]) -> list[str]:
        return _once(queues)


class ProfileView(View):
    id: str
    name: str
    extension: str
    queues: list[str]
    skills: dict[str, int]
    capacity: int
    ceilings: dict[str, int]
    address: str | None
    enabled: bool
    has_phone_password: bool


class SavedProfileView(ProfileView):
    phone_password: str | None = Field(
        description="The password made just now, shown this once; null where none was made."
    )


class ProfileList(View):
    items: list[ProfileView]


def profile_view(entry: AgentProfile) -> ProfileView:
    return ProfileView(
        id=entry.id,
        name=entry.name,
        extension=entry.extension,
        queues=list(entry.queues),
        skills=dict(entry.skills),
        capacity=entry.capacity,
        ceilings=dict(entry.ceilings),
        address=entry.address,
        enabled=entry.enabled,
        has_phone_password=entry.a1_hash is not None,
    )


# --- schedules -----------------------------------------------------------------------------------

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Span = Annotated[str, Field(pattern=rf"^{_CLOCK}-({_CLOCK}|24:00)$")]


def _in_order(spans: list[str]) -> list[str]:
    """Spans of one day, sorted; each ends after it begins and none overlaps another."""
    for span in spans:
        start, end = span.split("-")
        if start >= end:
            raise ValueError(f"{span} ends before it begins; split it at 24:00 into two days")
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after.split("-")[0] < before.split("-")[1]:
            raise ValueError(f"{before} and {after} overlap; make them one")
    return ordered


Spans = Annotated[list[Span], Field(max_length=24), AfterValidator(_in_order)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = get_args(Day)


class ScheduleBody(Body):
    """Opening hours on wall clocks in `timezone`, days of daylight-saving change included."""

    model_config = _example(
        {
            "timezone": "Europe/Berlin",
            "week": {"mon": ["09:00-12:30", "13:30-18:00"], "sat": ["10:00-14:00"]},
            "holidays": {"2026-12-24": ["09:00-12:00"], "2026-12-25": []},
        }
    )

    id: Slug | None = Field(default=None, description="If given, the id in the path.")
    timezone: str = Field(default="UTC", max_length=64, description="An IANA name.")
    week: dict[Day, Spans] = Field(
        default_factory=dict, description="Day to spans; a day that is not here is closed."
    )
    holidays: dict[str, Spans] = Field(
        default_factory=dict, description="Local date to that day's spans instead; [] is closed."
    )

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("unknown; use an IANA name such as Europe/Berlin or Asia/Shanghai")
        return name

    @field_validator("holidays")
    @classmethod
    def _dates(cls, holidays: dict[str, list[str]]) -> dict[str, list[str]]:
        for day in holidays:
            try:
                real = date.fromisoformat(day).isoformat() == day
            except ValueError:
                real = False
            if not real:
                raise ValueError(f"{day} is no date; write it as YYYY-MM-DD")
        return holidays


class ScheduleView(ScheduleBody):
    id: str


class ScheduleList(View):
    items: list[ScheduleView]


def schedule_entry(schedule_id: str, body: ScheduleBody) -> Schedule:
    return Schedule(
        id=schedule_id,
        timezone=body.timezone,
        week={day: _pairs(body.week[day]) for day in _DAYS if day in body.week},
        holidays={day: _pairs(spans) for day, spans in sorted(body.holidays.items())},
    )


def _pairs(spans: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((span[:5], span[6:]) for span in spans)


def schedule_view(entry: Schedule) -> ScheduleView:
    return ScheduleView.model_construct(
        id=entry.id,
        timezone=entry.timezone,
        week={day: [f"{a}-{b}" for a, b in entry.week[day]] for day in _DAYS if day in entry.week},
        holidays={day: [f"{a}-{b}" for a, b in spans] for day, spans in entry.holidays.items()},
    )


# --- numbers -------------------------------------------------------------------------------------

DID_PATTERN = r"^\+?[0-9]{2,15}$"


class DidBody(Body):
    """A number customers dial, and the flow that greets them."""

    model_config = _example({"flow": "main_menu", "name": "Berlin, sales"})

    id: Annotated[str, Field(pattern=DID_PATTERN)] | None = Field(
        default=None, description="If given, the number in the path."
    )
    flow: str = Field(min_length=1, max_length=128, description="The name of a flow.")
    name: Line | Literal[""] = Field(default="", description="For people.")


class DidView(DidBody):
    id: str


class DidList(View):
    items: list[DidView]


def did_view(entry: Did) -> DidView:
    return DidView.model_construct(**asdict(entry))


# --- shared --------------------------------------------------------------------------------------


def _once(names: list[str]) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"named twice: {', '.join(twice)}")
    return names
