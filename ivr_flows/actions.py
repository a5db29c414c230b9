"""What the interpreter asks of a leg, and what the leg answers: frozen values both ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from controller.domain.model import Telling
from ivr_flows.prompts import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Play the prompts one after the other. Answer: Played (also if some had to be skipped)."""

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Play the prompts and collect keys; a key ends the playing.

    min, max: number of keys. timeout_s: silence before a key, and between keys, that ends an
    attempt. attempts: how often to try; `invalid` is played between. terminators: keys that
    end the input and do not belong to it. regex: what the whole input must fit. secret: keep
    the keys out of logs, events and reports. Answer: Digits, NoInput or Invalid.
    """

    prompts: tuple[Prompt, ...]
    invalid: tuple[Prompt, ...]
    min: int
    max: int
    timeout_s: float
    attempts: int
    terminators: str
    regex: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterQueue:
    """Wait in a queue. Answer: Returned, if the queue gives the caller back.

    skills: least level by name. music: a `local_stream` name; None: the queue's own music.
    max_wait_s: give the caller back after so long; None: as the queue is configured.
    telling: what he hears of his place and wait; None: nothing.
    variables: what the flow knows of the caller, for the agent's screen.
    """

    queue: str
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    announce_recording: bool = False
    music: str | None = None
    max_wait_s: float | None = None
    telling: Telling | None = None
    language: str = "en"
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Ring `to` for at most `timeout_s`. Answer: Returned, if nobody answered."""

    to: str
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """Play the greeting and a tone, record at most `limit_s`. Answer: Recorded."""

    mailbox: str
    greeting: tuple[Prompt, ...]
    limit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the leg with FreeSWITCH's hangup cause. Nothing follows; `reason` is for the log."""

    cause: str = "NORMAL_CLEARING"
    reason: str = "flow ended"


Action: TypeAlias = Play | Gather | EnterQueue | Transfer | Voicemail | HangUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The prompts are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """What the caller pressed, without the terminator."""

    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoInput:
    """Every attempt ended without a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """Every attempt ended with keys that do not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A queue or a transfer gave the caller back: `full`, `nobody`, `closed`, `waited`, or a transfer's
    hangup cause."""

    reason: str
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The voicemail is over; `seconds` 0: nothing was left."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerGone:
    """The leg hung up."""


Result: TypeAlias = Played | Digits | NoInput | Invalid | Returned | Recorded | CallerGone
