"""The verbs of a flow: one frozen value each. docs/flows.md is their manual.

A value is made from YAML by `flow.py` (pydantic reads the annotations) or directly in Python.
Names of steps, queues and schedules are checked by `graph.py`, which sees the whole flow.

`targets` lists where a step may lead: (name of the field as people write it, step's name).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from ivr_flows.fields import (
    STRICT_KEYS,
    Attempts,
    Filled,
    Finish,
    Keys,
    Pattern,
    Prompts,
    Seconds,
    SomePrompts,
    Speech,
    StepName,
    Stream,
    Target,
    VariableName,
    parse_duration,
)
from ivr_flows.patterns import matches
from ivr_flows.variables import GIVEN, references

Targets: TypeAlias = Iterator[tuple[tuple[str | int, ...], str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Play prompts, then go on."""

    __pydantic_config__ = STRICT_KEYS
    prompt: SomePrompts
    next: StepName

    def targets(self) -> Targets:
        yield ("next",), self.next


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Let the caller choose by key; `otherwise` when all attempts failed."""

    __pydantic_config__ = STRICT_KEYS
    prompt: SomePrompts
    choices: Annotated[dict[Keys, StepName], Field(min_length=1, max_length=50)]
    otherwise: StepName
    invalid: Prompts = ()
    timeout: Seconds = 5.0
    attempts: Attempts = 3

    def targets(self) -> Targets:
        for keys, step in self.choices.items():
            yield ("choices", keys), step
        yield ("otherwise",), self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Ask for a number and keep its digits in the variable `into`.

    secret: the digits are a PIN or card; they appear in no log, event or report.
    """

    __pydantic_config__ = STRICT_KEYS
    prompt: SomePrompts
    into: VariableName
    next: StepName
    otherwise: StepName
    min: Annotated[int, Field(ge=1, le=32)] = 1
    max: Annotated[int, Field(ge=1, le=32)] = 16
    finish: Finish = "#"
    matches: Pattern = ""
    invalid: Prompts = ()
    timeout: Seconds = 5.0
    attempts: Attempts = 3
    secret: bool = False

    def __post_init__(self) -> None:
        if self.min > self.max:
            raise ValueError(f"min ({self.min}) is more than max ({self.max})|Exchange the two.")
        if self.into in GIVEN and self.into != "language":
            raise ValueError(f"`{self.into}` is set by Tandem|Choose another variable name.")

    def targets(self) -> Targets:
        yield ("next",), self.next
        yield ("otherwise",), self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Ask whether a schedule is open now."""

    __pydantic_config__ = STRICT_KEYS
    schedule: StepName
    open: StepName
    closed: StepName

    def targets(self) -> Targets:
        yield ("open",), self.open
        yield ("closed",), self.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Write variables."""

    __pydantic_config__ = STRICT_KEYS
    variables: Annotated[dict[VariableName, Filled], Field(min_length=1, max_length=50)]
    next: StepName

    def __post_init__(self) -> None:
        for name in self.variables:
            if name in GIVEN and name != "language":
                raise ValueError(f"`{name}` is set by Tandem|Choose another variable name.")

    def targets(self) -> Targets:
        yield ("next",), self.next


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One comparison of a branch. Exactly one of the five is written; numbers compare as such."""

    __pydantic_config__ = STRICT_KEYS
    var: VariableName
    next: StepName
    equals: Annotated[str, Field(max_length=256)] | None = None
    one_of: Annotated[tuple[str, ...] | None, Field(alias="in", max_length=1000)] = None
    matches: Pattern | None = None
    less_than: float | None = None
    more_than: float | None = None

    def __post_init__(self) -> None:
        tests = (self.equals, self.one_of, self.matches, self.less_than, self.more_than)
        if sum(test is not None for test in tests) != 1:
            raise ValueError(
                "a case needs exactly one comparison|"
                "Write one of equals, in, matches, less_than, more_than."
            )

    def holds(self, value: str) -> bool:
        """Whether the variable's value passes; text that is no number is never less or more."""
        if self.equals is not None:
            return value == self.equals
        if self.one_of is not None:
            return value in self.one_of
        if self.matches is not None:
            return matches(self.matches, value)
        try:
            number = float(value)
        except ValueError:
            return False
        if self.less_than is not None:
            return number < self.less_than
        return self.more_than is not None and number > self.more_than


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The first case that holds decides; `otherwise` if none does."""

    __pydantic_config__ = STRICT_KEYS
    cases: Annotated[tuple[Case, ...], Field(min_length=1, max_length=50)]
    otherwise: StepName

    def targets(self) -> Targets:
        for index, case in enumerate(self.cases):
            yield ("cases", index, "next"), case.next
        yield ("otherwise",), self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """What a caller hears while he waits: his position, the expected wait, or both."""

    __pydantic_config__ = STRICT_KEYS
    position: bool = False
    wait: bool = False
    first: Seconds = 20.0
    every: Annotated[float, BeforeValidator(parse_duration), Field(ge=10, le=3600)] = 60.0

    def __post_init__(self) -> None:
        if not (self.position or self.wait):
            raise ValueError("nothing is announced|Write `position: true`, `wait: true` or both.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Wait for an agent. `otherwise` when the queue does not take the caller, or gives him back.

    announce: what he hears while he waits; none: music alone.
    full, nobody, closed, waited: where to go for that very reason, instead of `otherwise`.
    priority: 0-10, a point is worth a minute of waiting. skills: least level (1-10) by name.
    music: a stream of FreeSWITCH (`local_stream://<music>`); none: the queue's own.
    max_wait: seconds after which the caller comes back here; none: the queue's own rule.
    """

    __pydantic_config__ = STRICT_KEYS
    name: StepName
    otherwise: StepName
    priority: Annotated[int, Field(ge=0, le=10)] = 0
    skills: dict[StepName, Annotated[int, Field(ge=1, le=10)]] = field(default_factory=dict)
    announce_recording: bool = False
    music: Stream | None = None
    max_wait: Seconds | None = None
    full: StepName | None = None
    nobody: StepName | None = None
    closed: StepName | None = None
    waited: StepName | None = None
    announce: Announce | None = None

    def targets(self) -> Targets:
        for reason, step in self._ways().items():
            if step is not None:
                yield (reason,), step
        yield ("otherwise",), self.otherwise

    def way(self, reason: str) -> str:
        """The step after the queue has given the caller back for `reason`."""
        return self._ways().get(reason) or self.otherwise

    def _ways(self) -> dict[str, str | None]:
        return {
            "full": self.full,
            "nobody": self.nobody,
            "closed": self.closed,
            "waited": self.waited,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Ring a fixed number or extension; `otherwise` if nobody answers.

    No variable may stand in `to`: a caller must not be able to choose what we dial and pay for.
    """

    __pydantic_config__ = STRICT_KEYS
    to: Target
    otherwise: StepName
    timeout: Seconds = 30.0

    def targets(self) -> Targets:
        yield ("otherwise",), self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """Greet, beep, record up to `limit` seconds into a mailbox, then go on."""

    __pydantic_config__ = STRICT_KEYS
    mailbox: StepName
    greeting: SomePrompts
    next: StepName
    limit: Seconds = 120.0

    def targets(self) -> Targets:
        yield ("next",), self.next


HANGUP_CAUSES = {
    "normal": "NORMAL_CLEARING",
    "busy": "USER_BUSY",
    "rejected": "CALL_REJECTED",
    "unavailable": "NO_USER_RESPONSE",
    "unknown_number": "UNALLOCATED_NUMBER",
    "congestion": "NORMAL_TEMPORARY_FAILURE",
}
"""From the word in a flow to FreeSWITCH's hangup cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """End the call."""

    __pydantic_config__ = STRICT_KEYS
    cause: Literal["normal", "busy", "rejected", "unavailable", "unknown_number", "congestion"] = (
        "normal"
    )

    def targets(self) -> Targets:
        yield from ()


Step: TypeAlias = Say | Menu | Gather | Hours | Set | Branch | Queue | Transfer | Voicemail | Hangup

VERBS: dict[str, type[Step]] = {
    "say": Say,
    "menu": Menu,
    "gather": Gather,
    "hours": Hours,
    "set": Set,
    "branch": Branch,
    "queue": Queue,
    "transfer": Transfer,
    "voicemail": Voicemail,
    "hangup": Hangup,
}


def speeches(step: Step) -> Iterator[tuple[str, Speech]]:
    """(field, speech) of everything the step may play."""
    for name in ("prompt", "invalid", "greeting"):
        for speech in getattr(step, name, ()):
            yield name, speech


def variables_read(step: Step) -> frozenset[str]:
    """Names of the variables that the step uses."""
    texts = [text for _, speech in speeches(step) for text in (speech.text or {}).values()]
    if isinstance(step, Set):
        texts += step.variables.values()
    names = frozenset().union(*(references(text) for text in texts)) if texts else frozenset()
    return names | {case.var for case in step.cases} if isinstance(step, Branch) else names


def variables_written(step: Step) -> frozenset[str]:
    """Names of the variables that the step sets."""
    if isinstance(step, Gather):
        return frozenset({step.into})
    return frozenset(step.variables) if isinstance(step, Set) else frozenset()
