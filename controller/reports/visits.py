"""Visits to a queue: what service levels are counted from.

A visit begins when a customer comes to a queue and has one fate; turned away at once, he overflowed.
So does who left without an agent: his time was over, or a supervisor moved him to another queue.
A customer who comes back to the queue because his agent was lost before they heard each other is still
in the same visit; one who had been connected was answered, and his coming back is no second visit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from controller.domain import events as e
from controller.domain.model import Segment
from controller.domain.words import Outcome
from controller.reports.formulas import Handling, QueueCounts


class Fate(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`wait_s`: from entering the queue to its fate, ringing and connecting included. `expected_s`: what
    was foreseen of it at the beginning."""

    interaction: str
    queue: str
    entered_at: float
    fate: Fate = Fate.WAITING
    wait_s: float | None = None
    expected_s: float | None = None


class Follower:
    """Follows one interaction, event by event. `open`: the visit he is in, if any."""

    __slots__ = ("open",)

    def __init__(self) -> None:
        self.open: Visit | None = None

    def take(self, event: e.Event) -> Visit | None:
        """The visit that this event has ended, or turned away; None for any other event."""
        if isinstance(event, e.Queued):
            self.open = Visit(
                interaction=event.interaction_id,
                queue=event.queue,
                entered_at=event.at,
                expected_s=event.expected_s,
            )
            return None
        if isinstance(event, e.TurnedAway):
            return Visit(
                interaction=event.interaction_id,
                queue=event.queue,
                entered_at=event.at,
                fate=Fate.OVERFLOWED,
                wait_s=0.0,
            )
        fate = None if self.open is None else _fate(event)
        if self.open is None or fate is None:
            return None
        ended = replace(self.open, fate=fate, wait_s=max(0.0, event.at - self.open.entered_at))
        self.open = None
        return ended


def visits(events: Iterable[e.Event]) -> tuple[Visit, ...]:
    """All visits of one interaction, in order. `events`: its stream, oldest first."""
    follower = Follower()
    ended = [visit for event in events if (visit := follower.take(event)) is not None]
    return tuple(ended) if follower.open is None else (*ended, follower.open)


def _fate(event: e.Event) -> Fate | None:
    match event:
        case e.Connected():
            return Fate.ANSWERED
        case e.LeftQueue() | e.Moved():
            return Fate.OVERFLOWED
        case e.Ended(outcome=Outcome.FAILED):
            return Fate.FAILED
        case e.Ended():
            return Fate.ABANDONED
        case _:
            return None


def count(counts: QueueCounts, visit: Visit, within_s: float, short_s: float) -> QueueCounts:
    """`counts` with one more visit. `within_s`: the target; `short_s`: a shorter abandon is short."""
    wait = visit.wait_s or 0.0
    counts = replace(counts, offered=counts.offered + 1)
    match visit.fate:
        case Fate.ANSWERED:
            if visit.expected_s is not None:
                counts = replace(
                    counts,
                    foreseen=counts.foreseen + 1,
                    foresight_error_s=counts.foresight_error_s + abs(visit.expected_s - wait),
                )
            return replace(
                counts,
                answered=counts.answered + 1,
                answered_within=counts.answered_within + (wait <= within_s),
                answer_wait_s=counts.answer_wait_s + wait,
            )
        case Fate.ABANDONED:
            return replace(
                counts,
                abandoned=counts.abandoned + 1,
                short_abandoned=counts.short_abandoned + (wait < short_s),
            )
        case Fate.OVERFLOWED:
            return replace(counts, overflowed=counts.overflowed + 1)
        case Fate.FAILED:
            return replace(counts, failed=counts.failed + 1)
        case Fate.WAITING:
            return counts


def add_segment(handling: Handling, segment: Segment) -> Handling:
    """`handling` with one more segment; one in which nobody talked, or that goes on, changes nothing."""
    if segment.connected_at is None or segment.ended_at is None:
        return handling
    return replace(
        handling,
        handled=handling.handled + 1,
        talk_s=handling.talk_s + segment.talk_s,
        hold_s=handling.hold_s + segment.held_s,
        wrap_up_s=handling.wrap_up_s + max(0.0, segment.wrap_up_taken_s),
    )
