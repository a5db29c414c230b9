"""What an admin sets up: agents, queues, numbers, hours, accounts; and who is signed in. Read often,
changed seldom.

Every entry has an `id`; `CATALOGUE` lists the kinds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from controller.domain.alarms import Threshold
from controller.domain.channels import DEFAULTS, VOICE, WRITTEN
from controller.domain.model import Telling, Terms
from controller.domain.prompt import NamedPrompt
from controller.domain.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProfile:
    """`queues`: ids of the queues the agent serves; `skills`: name to level (1 to 10).

    `capacity`: units he has, of which each contact takes some; `ceilings`: channel to the most contacts
    of it he has at once, whatever his units.
    `nailed_up`: his phone stays connected while he is signed in, and calls come with a beep.
    `address` is a full FreeSWITCH dial string for a phone that does not register with us; without it
    the phone registered as `extension` is rung. `a1_hash` is the SIP digest of the phone's password.
    """

    id: str
    name: str
    extension: str
    queues: tuple[str, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    capacity: int = 100
    ceilings: Mapping[str, int] = field(default_factory=dict)
    address: str | None = None
    a1_hash: str | None = None
    nailed_up: bool = False
    enabled: bool = True


def agent_at(extension: str, profiles: Iterable[AgentProfile]) -> str | None:
    """Id of the agent whose phone it is, None when nobody's who may sign in."""
    return next((p.id for p in profiles if p.extension == extension and p.enabled), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """One queue. Times in seconds. `schedule`: id of the opening hours, None is always open.

    `strategy`: one of `routing.STRATEGIES`; `rings`: as in Terms.

    Nobody joins while it is closed, nor while `max_length` wait, nor when nobody has been signed in for
    `nobody_s`. Who waits already is given back after `max_wait_s`, then after `nobody_s` too, and with
    `closing_ends_waits` at the moment it closes. `overflow`: one of Overflow to the id of the queue that
    has such a customer next; without, his flow goes on.

    Who comes again within `redial_s` of giving up has the time credited that he had waited. With the
    strategy last_agent he is kept for `last_agent_s` for the agent who talked with him last, if that was
    in the last `last_agent_days` and the agent is signed in.

    `wrap_up_extension_s`: how much longer an agent may make his wrap-up; with `disposition_required` he
    cannot end it before he says how it went. `reconnect_s`: as in Terms. `caller_id`: the number that
    customers see whom an agent calls on behalf of the queue; None, the gateway's.

    `handling_s`: what a contact is assumed to take an agent until the queue has handled some.
    """

    id: str
    name: str
    strategy: str = "longest_idle"
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    rings: tuple[tuple[float, Mapping[str, int]], ...] = ()
    offer_s: float = 20.0
    retry_after_s: float = 15.0
    wrap_up_s: float = 30.0
    wrap_up_extension_s: float = 0.0
    disposition_required: bool = False
    reconnect_s: float = 20.0
    units: int = 100
    record: bool = True
    announce_recording: bool = False
    music: str | None = None
    max_wait_s: float | None = None
    max_length: int | None = None
    nobody_s: float | None = None
    closing_ends_waits: bool = False
    overflow: Mapping[str, str] = field(default_factory=dict)
    redial_s: float | None = None
    last_agent_days: float = 7.0
    last_agent_s: float = 30.0
    handling_s: float = 180.0
    target_s: float = 30.0
    schedule: str | None = None
    dispositions: tuple[str, ...] = ()
    caller_id: str | None = None

    def terms(
        self,
        channel: str = VOICE,
        music: str | None = None,
        max_wait_s: float | None = None,
        closes_at: float | None = None,
        telling: Telling | None = None,
    ) -> Terms:
        """What a customer who joins now by `channel` is promised; his flow may ask for other music or limit.

        `closes_at`: when the queue closes next. `telling`: as his flow has it.
        """
        spoken = self._spoken(music, max_wait_s, closes_at, telling)
        if channel == VOICE:
            return spoken
        written = DEFAULTS.get(channel, WRITTEN)
        return replace(
            spoken,
            units=written.units,
            target_s=written.target_s,
            answer_s=written.answer_s,
            record=False,
            reconnect_s=0.0,
        )

    def _spoken(
        self,
        music: str | None,
        max_wait_s: float | None,
        closes_at: float | None,
        telling: Telling | None,
    ) -> Terms:
        return Terms(
            strategy=self.strategy,
            target_s=self.target_s,
            rings=self.rings,
            offer_s=self.offer_s,
            retry_after_s=self.retry_after_s,
            wrap_up_s=self.wrap_up_s,
            wrap_up_extension_s=self.wrap_up_extension_s,
            disposition_required=self.disposition_required,
            reconnect_s=self.reconnect_s,
            units=self.units,
            record=self.record,
            announce_recording=self.announce_recording,
            music=music or self.music,
            max_wait_s=self.max_wait_s if max_wait_s is None else max_wait_s,
            nobody_s=self.nobody_s,
            closes_at=closes_at if self.closing_ends_waits else None,
            overflow=self.overflow,
            telling=telling,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """A number that customers dial (`id`, as the carrier sends it) and the flow that greets them."""

    id: str
    flow: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token by the SHA-256 of its text; the text itself is shown once and kept nowhere."""

    id: str
    name: str
    role: str
    agent: str | None = None
    created_at: float = 0.0
    expires_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs in with a password; `id` is the name he types. `role`: one of the console's roles.

    `agent`: the agent he works as, if any. `queues`: a supervisor or manager sees and steers only
    these; none is all. `language`: en, zh-CN or None, as the browser has it. `password_hash`: Argon2id,
    None until he has a password. `must_change`: somebody else chose it. `addresses`: the networks he
    signed in from of late, the last one first.
    """

    id: str
    name: str
    role: str
    agent: str | None = None
    queues: tuple[str, ...] = ()
    language: str | None = None
    password_hash: str | None = None
    enabled: bool = True
    must_change: bool = False
    changed_at: float = 0.0
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in, by the SHA-256 of his cookie's text, which is kept nowhere.

    It ends at `expires_at`, or `idle_s` after `used_at`, which is written now and then. Epoch seconds.
    """

    id: str
    account: str
    created_at: float
    used_at: float
    expires_at: float
    idle_s: float
    address: str = ""

    @property
    def ends_at(self) -> float:
        return min(self.expires_at, self.used_at + self.idle_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an agent takes no contacts, for him to choose; events keep the id. `order`: the lowest comes
    first. `counts_as`: break, or work that is no contact."""

    id: str
    name: str
    order: int = 0
    counts_as: Literal["break", "work"] = "break"


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """As they are shown."""
    return sorted(reasons, key=lambda reason: (reason.order, reason.id))


CatalogueEntry = (
    AgentProfile
    | QueueSettings
    | Did
    | Schedule
    | NamedPrompt
    | Reason
    | Threshold
    | Token
    | Account
    | Session
)

#: The name of each kind, as the store and the API write it.
CATALOGUE: dict[str, type[CatalogueEntry]] = {
    "agent": AgentProfile,
    "queue": QueueSettings,
    "did": Did,
    "schedule": Schedule,
    "prompt": NamedPrompt,
    "reason": Reason,
    "threshold": Threshold,
    "token": Token,
    "account": Account,
    "session": Session,
}
