"""What an admin sets up, as it is written and read: agent profiles, schedules, numbers; queues have a
module of their own.

The same fields go in and come out, so that what was read can be edited and sent back. An `id` in a
body must be the one in the path.
"""

from dataclasses import asdict
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, field_validator

from console.api.schemas.values import (
    DID_PATTERN,
    Body,
    Line,
    Skills,
    Slug,
    Units,
    VersionedList,
    View,
    example,
    once,
)
from controller.domain.catalogue import AgentProfile, Did
from controller.domain.schedule import Schedule
from controller.errors import say

#: What stands behind a dial string's endpoint; no variables, no second destination, no expansion.
_DIAL_STRING = r"^[a-z_]+/[A-Za-z0-9_.:;=@+%/-]{1,180}$"


# --- agent profiles ------------------------------------------------------------------------------


class ProfileBody(Body):
    """One agent: his phone, his queues, what he can do."""

    model_config = example(
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
    skills: Skills = Field(default_factory=dict)
    capacity: Units = Field(default=100, description="Units, of which each contact takes some.")
    ceilings: dict[Slug, Annotated[int, Field(ge=0, le=1000)]] = Field(
        default_factory=dict,
        max_length=20,
        description="Channel to the most contacts of it he has at once, whatever his units.",
        examples=[{"voice": 1, "chat": 3}],
    )
    address: Annotated[str, Field(pattern=_DIAL_STRING)] | None = Field(
        default=None,
        description="Dial string of a phone that does not register with us, such as"
        " sofia/internal/1001@10.0.0.9:5060.",
    )
    nailed_up: bool = Field(
        default=False,
        description="True: his phone is called when he signs in and stays connected; calls come with a"
        " beep and are accepted at once.",
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
    def _eachonce(cls, queues: list[str]) -> list[str]:
        return once(queues)


class ProfileView(View):
    id: str
    name: str
    extension: str
    queues: list[str]
    skills: dict[str, int]
    capacity: int
    ceilings: dict[str, int]
    address: str | None
    nailed_up: bool
    enabled: bool
    has_phone_password: bool


class SavedProfileView(ProfileView):
    phone_password: str | None = Field(
        description="The password made just now, shown this once; null where none was made."
    )


class ProfileList(VersionedList):
    items: list[ProfileView]


def profile_entry(agent_id: str, body: ProfileBody, a1_hash: str | None) -> AgentProfile:
    """`a1_hash`: of the phone's password."""
    return AgentProfile(
        id=agent_id,
        **body.model_dump(exclude={"id", "queues", "phone_password", "has_phone_password"}),
        queues=tuple(body.queues),
        a1_hash=a1_hash,
    )


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
        nailed_up=entry.nailed_up,
        enabled=entry.enabled,
        has_phone_password=entry.a1_hash is not None,
    )


class RegistrarView(View):
    transport: str = Field(examples=["udp"])
    host: str
    port: int


class PhoneSheet(View):
    """What a desk phone is set to, with a password shown this once."""

    agent: str
    name: str
    extension: str = Field(description="User and authentication user.")
    password: str
    domain: str = Field(description="SIP domain and realm.")
    registrars: list[RegistrarView] = Field(
        description="Outbound proxy or server: one of these. None: the switch is the lab's."
    )
    codecs: list[str] = Field(description="In the order in which the switch likes them.")
    url: str | None = Field(description="Of the switch for softphones in browsers; null: none.")


# --- schedules -----------------------------------------------------------------------------------

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Span = Annotated[str, Field(pattern=rf"^{_CLOCK}-({_CLOCK}|24:00)$")]


def _in_order(spans: list[str]) -> list[str]:
    """Spans of one day, sorted; each ends after it begins and none overlaps another."""
    for span in spans:
        start, end = span.split("-")
        if start >= end:
            raise ValueError(
                say(
                    "span_backwards",
                    "{span} ends before it begins; split it at 24:00 into two days",
                    span=span,
                )
            )
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after.split("-")[0] < before.split("-")[1]:
            raise ValueError(
                say(
                    "spans_overlap",
                    "{first} and {second} overlap; make them one",
                    first=before,
                    second=after,
                )
            )
    return ordered


Spans = Annotated[list[Span], Field(max_length=24), AfterValidator(_in_order)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = get_args(Day)


class ScheduleBody(Body):
    """Opening hours on wall clocks in `timezone`, days of daylight-saving change included."""

    model_config = example(
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
        default_factory=dict,
        max_length=1000,
        description="Local date to that day's spans instead; [] is closed.",
    )

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(
                say(
                    "zone_unknown",
                    "unknown; use an IANA name such as Europe/Berlin or Asia/Shanghai",
                )
            )
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
                raise ValueError(
                    say("date_wrong", "{day} is no date; write it as YYYY-MM-DD", day=day)
                )
        return holidays


class ScheduleView(ScheduleBody):
    id: str


class ScheduleList(VersionedList):
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


class DidBody(Body):
    """A number customers dial, and the flow that greets them."""

    model_config = example({"flow": "main_menu", "name": "Berlin, sales"})

    id: Annotated[str, Field(pattern=DID_PATTERN)] | None = Field(
        default=None, description="If given, the number in the path."
    )
    flow: str = Field(min_length=1, max_length=128, description="The name of a flow.")
    name: Line | Literal[""] = Field(default="", description="For people.")


class DidView(DidBody):
    id: str


class DidList(VersionedList):
    items: list[DidView]


def did_entry(number: str, body: DidBody) -> Did:
    return Did(id=number, flow=body.flow, name=body.name)


def did_view(entry: Did) -> DidView:
    return DidView.model_construct(**asdict(entry))
