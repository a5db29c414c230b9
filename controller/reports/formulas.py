"""Every number a report shows, each with its name, its sentence and its formula.

A formula answers None where the number has no meaning (nothing ended yet, nothing to divide by); a
report then shows an empty cell, never 0 or 100 %. No formula answers below zero: where the clocks of
switch and controller disagree by milliseconds, a stretch of time is taken as zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from controller.domain.model import Interaction, Leg

Subject = TypeVar("Subject")


class Unit(StrEnum):
    SECONDS = "s"
    RATIO = "ratio"


# No slots: a generic frozen dataclass with slots cannot be built on Python 3.11.
@dataclass(frozen=True, kw_only=True)
class Formula(Generic[Subject]):
    """`name` is what reports show as the heading, `sentence` what they show when asked for it."""

    name: str
    sentence: str
    unit: Unit
    of: Callable[[Subject], float | None]

    def __call__(self, subject: Subject) -> float | None:
        return self.of(subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """What became of the visits to a queue. `offered` counts all of them, the still waiting too.

    `answered_within` is part of `answered`, `short_abandoned` part of `abandoned`.
    `answer_wait_s`: waits of the answered, added up. `foreseen`: the answered of whom a wait had been
    foreseen, `foresight_error_s`: by how much it was wrong, too short or too long, added up.
    """

    offered: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    overflowed: int = 0
    failed: int = 0
    answer_wait_s: float = 0.0
    foreseen: int = 0
    foresight_error_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What agents did in a stretch of time: `handled` segments, and seconds spent in each way."""

    handled: int = 0
    talk_s: float = 0.0
    hold_s: float = 0.0
    wrap_up_s: float = 0.0
    available_s: float = 0.0

    @property
    def handling_s(self) -> float:
        return self.talk_s + self.hold_s + self.wrap_up_s


def between(start: float | None, end: float | None) -> float | None:
    """Seconds from `start` to `end`, None while one of them is open, never below zero."""
    return None if start is None or end is None else max(0.0, end - start)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _wait(i: Interaction) -> float:
    return max(0.0, i.queued_s)


def _talk(i: Interaction) -> float:
    return sum(s.talk_s for s in i.segments)


def _hold(i: Interaction) -> float:
    return sum(s.held_s for s in i.segments)


def _away(i: Interaction) -> float:
    return sum(s.away_s for s in i.segments)


def _wrap_up(i: Interaction) -> float:
    return sum(max(0.0, s.wrap_up_taken_s) for s in i.segments)


# --- one interaction, one leg --------------------------------------------------------------------

QUEUED_WAIT = Formula[Interaction](
    name="queued wait",
    sentence="Seconds in all queues together, ringing included, up to each agent's acceptance, "
    "each overflow, or the customer's leaving.",
    unit=Unit.SECONDS,
    of=_wait,
)
TALK = Formula[Interaction](
    name="talk",
    sentence="Seconds connected with agents, over all segments that have ended; holds left out, and what "
    "their phones were lost.",
    unit=Unit.SECONDS,
    of=_talk,
)
HOLD = Formula[Interaction](
    name="hold",
    sentence="Seconds the agents had the customer on hold, over all holds that have ended.",
    unit=Unit.SECONDS,
    of=_hold,
)
AWAY = Formula[Interaction](
    name="away",
    sentence="Seconds the customer waited for phones that were lost in mid-call, over all that came back, "
    "or were given up.",
    unit=Unit.SECONDS,
    of=_away,
)
WRAP_UP = Formula[Interaction](
    name="wrap-up",
    sentence="Seconds of after-work of all agents, over all wrap-ups that have ended.",
    unit=Unit.SECONDS,
    of=_wrap_up,
)
DURATION = Formula[Interaction](
    name="duration",
    sentence="Seconds from the customer's arrival to the end of the interaction, wrap-up left out.",
    unit=Unit.SECONDS,
    of=lambda i: between(i.arrived_at, i.ended_at),
)
LEG_DURATION = Formula[Leg](
    name="leg duration",
    sentence="Seconds from the leg's beginning to its end, ringing included.",
    unit=Unit.SECONDS,
    of=lambda leg: between(leg.started_at, leg.ended_at),
)
BILLABLE = Formula[Leg](
    name="billable",
    sentence="Seconds from the leg's answer to its end; 0 for a leg that ended unanswered.",
    unit=Unit.SECONDS,
    of=lambda leg: (
        0.0
        if leg.answered_at is None and leg.ended_at is not None
        else between(leg.answered_at, leg.ended_at)
    ),
)

# --- queues --------------------------------------------------------------------------------------

SERVICE_LEVELS: tuple[Formula[QueueCounts], ...] = (
    Formula(
        name="answered_within / answered",
        sentence="Of the customers who got an agent, the share who got one within the target. "
        "Blind to all who gave up.",
        unit=Unit.RATIO,
        of=lambda c: _ratio(c.answered_within, c.answered),
    ),
    Formula(
        name="answered_within / (answered + abandoned)",
        sentence="Of the customers who got an agent or gave up, the share who got one within the "
        "target.",
        unit=Unit.RATIO,
        of=lambda c: _ratio(c.answered_within, c.answered + c.abandoned),
    ),
    Formula(
        name="answered_within / (answered + abandoned), excluding short abandons",
        sentence="As before, without those who gave up so soon that no agent could have come.",
        unit=Unit.RATIO,
        of=lambda c: _ratio(c.answered_within, c.answered + c.abandoned - c.short_abandoned),
    ),
    Formula(
        name="answered_within / offered",
        sentence="Of all customers who came to the queue, whatever became of them, the share who "
        "got an agent within the target.",
        unit=Unit.RATIO,
        of=lambda c: _ratio(c.answered_within, c.offered),
    ),
)
#: The one that is meant where none is named.
SERVICE_LEVEL = SERVICE_LEVELS[1]
ABANDONMENT = Formula[QueueCounts](
    name="abandoned / offered",
    sentence="Of all customers who came to the queue, the share who left it before an answer or "
    "an overflow.",
    unit=Unit.RATIO,
    of=lambda c: _ratio(c.abandoned, c.offered),
)
SPEED_OF_ANSWER = Formula[QueueCounts](
    name="average speed of answer",
    sentence="Mean seconds waited in the queue by the customers who got an agent.",
    unit=Unit.SECONDS,
    of=lambda c: _ratio(c.answer_wait_s, c.answered),
)
EXPECTATION_ERROR = Formula[QueueCounts](
    name="mean error of the expected wait",
    sentence="Mean seconds by which the wait foreseen at joining was too short or too long, over the "
    "customers who got an agent and of whom one was foreseen.",
    unit=Unit.SECONDS,
    of=lambda c: _ratio(c.foresight_error_s, c.foreseen),
)

# --- agents --------------------------------------------------------------------------------------

AHT = Formula[Handling](
    name="average handling time",
    sentence="Talk, hold and wrap-up added up, divided by the number of handled segments.",
    unit=Unit.SECONDS,
    of=lambda h: _ratio(h.handling_s, h.handled),
)
OCCUPANCY = Formula[Handling](
    name="occupancy",
    sentence="Handling time divided by handling time and available time together.",
    unit=Unit.RATIO,
    of=lambda h: _ratio(h.handling_s, h.handling_s + h.available_s),
)
