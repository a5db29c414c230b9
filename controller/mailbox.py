"""A stream's mailbox: the commands that wait for their turn, and what becomes of each."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gevent.event import AsyncResult

from controller.errors import TandemError
from controller.ports import Aggregate, AnyCommand, AnyEvent

Refused = Callable[[TandemError], None]


@dataclass(slots=True)
class Letter:
    """A command, and who is told what became of it: `answer` is waited for, `refused` called."""

    command: AnyCommand
    answer: "AsyncResult[Aggregate] | None" = None
    refused: Refused | None = None


@dataclass(slots=True)
class Mailbox:
    """`open`: somebody is at work on it."""

    letters: deque[Letter] = field(default_factory=deque)
    open: bool = False

    def take(self) -> list[Letter]:
        return [self.letters.popleft() for _ in range(len(self.letters))]


class Step(NamedTuple):
    """What a letter led to, not saved yet."""

    after: Aggregate
    events: tuple[AnyEvent, ...]


Outcome = Step | TandemError


def steps_of(outcomes: Sequence[Outcome]) -> list[Step]:
    """Those that there is something to save of."""
    return [outcome for outcome in outcomes if isinstance(outcome, Step) and outcome.events]


def events_of(outcomes: Sequence[Outcome]) -> list[AnyEvent]:
    return [event for step in steps_of(outcomes) for event in step.events]
