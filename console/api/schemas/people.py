"""People who sign in: their session, their accounts."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from console.api.schemas.values import Body, Line, Slug, Time, VersionedList, View, example, once
from console.passwords import LONGEST
from controller.domain.catalogue import Account
from controller.errors import say

RoleName = Literal["agent", "supervisor", "manager", "admin", "auditor"]
Language = Literal["en", "zh-CN"]


def _short_enough(text: str) -> str:
    if len(text.encode()) > LONGEST:
        raise ValueError(
            say("password_too_long", "has more than {limit} bytes; use fewer", limit=LONGEST)
        )
    return text


#: As somebody types it, right or wrong.
Secret = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST, json_schema_extra={"writeOnly": True}),
    AfterValidator(_short_enough),
]


# --- a session -----------------------------------------------------------------------------------


class SessionBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    password: Secret


class NewPasswordBody(Body):
    old: Secret = Field(description="The present one.")
    new: Secret = Field(description="10 characters or more, and not your name.")


class LanguageBody(Body):
    language: Language | None = Field(description="null: as the browser has it.")


class CentreView(View):
    name: str
    timezone: str


class PhoneView(View):
    """What the softphone in the page needs."""

    extension: str
    uri: str = Field(examples=["sip:1001@tandem"])
    display_name: str
    realm: str
    ha1: str | None = Field(
        description="SIP digest of the phone's password (RFC 2617); null: it has none. Only its agent"
        " himself is shown it."
    )
    url: str | None = Field(description="Where it registers, ws or wss; null: nowhere.")
    transport: Literal["ws", "wss"] = Field(
        description="What it says in its Via: how it reaches the switch itself, behind any proxy."
    )
    nailed_up: bool
    ice_servers: list[dict[str, Any]] = Field(description="As RTCPeerConnection takes them.")
    lab: bool = Field(description="The lab switch: phones are scripted, and none registers.")


class SessionView(View):
    account: str
    name: str
    role: RoleName
    agent: str | None
    queues: list[str] = Field(description="All that a supervisor or manager sees; empty: all.")
    language: Language | None
    must_change: bool = Field(description="Nothing else before a password of his own is chosen.")
    expires_at: Time
    rights: list[str] = Field(
        description="Rows of the table of rights: `METHOD rule`, or `SOCKET event`.",
        examples=[["GET /api/v1/queues"]],
    )
    centre: CentreView
    phone: PhoneView | None = Field(description="null: not an agent.")


# --- accounts ------------------------------------------------------------------------------------


class AccountBody(Body):
    """Who may sign in, and as what."""

    model_config = example(
        {"name": "Sue Example", "role": "supervisor", "queues": [], "language": "en"}
    )

    id: Slug | None = Field(default=None, description="If given, the id in the path.")
    name: Line
    role: RoleName
    agent: Slug | None = Field(
        default=None, description="The agent he works as; one of role agent needs one."
    )
    queues: list[Slug] = Field(
        default_factory=list,
        max_length=200,
        description="All that a supervisor or manager sees and steers; empty: every queue.",
    )
    language: Language | None = Field(default=None, description="null: as the browser has it.")
    enabled: bool = Field(default=True, description="False: he is out at once, and stays out.")
    password: Secret | None = Field(
        default=None,
        description="10 characters or more, and not his name. He has to choose another when he signs in."
        " Left out, the present one stays; where there is none, one is made and shown once.",
    )
    has_password: bool | None = Field(
        default=None, description="Only read.", json_schema_extra={"readOnly": True}
    )
    must_change: bool | None = Field(
        default=None, description="Only read.", json_schema_extra={"readOnly": True}
    )

    @field_validator("queues")
    @classmethod
    def _each_once(cls, queues: list[str]) -> list[str]:
        return once(queues)


class AccountView(View):
    id: str
    name: str
    role: RoleName
    agent: str | None
    queues: list[str]
    language: Language | None
    enabled: bool
    has_password: bool
    must_change: bool = Field(description="Somebody else chose his password.")


class SavedAccountView(AccountView):
    password: str | None = Field(
        description="The password made just now, shown this once; null where none was made."
    )


class AccountList(VersionedList):
    items: list[AccountView]


def account_view(entry: Account) -> AccountView:
    return AccountView.model_validate(
        {
            "id": entry.id,
            "name": entry.name,
            "role": entry.role,
            "agent": entry.agent,
            "queues": list(entry.queues),
            "language": entry.language,
            "enabled": entry.enabled,
            "has_password": entry.password_hash is not None,
            "must_change": entry.must_change,
        }
    )
