"""What an agent was doing, second by second: from his declared statuses and from his contacts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from controller.domain import events as e
from controller.domain.agent import AgentEvent, Status, StatusChanged
from controller.reports.history import History

#: Statuses in which an agent has nothing to do but take a contact.
FREE = "available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`start` to `end` in epoch seconds; `what` in words."""

    start: float
    end: float
    what: str

    def cut(self, start: float, end: float) -> "Span | None":
        """The part of it between the two, None where there is none."""
        begin, finish = max(self.start, start), min(self.end, end)
        return Span(start=begin, end=finish, what=self.what) if begin < finish else None


def statuses(events: Iterable[AgentEvent], until: float) -> tuple[Span, ...]:
    """The declared statuses, in order, without gaps; offline before the first."""
    changes = [event for event in events if isinstance(event, StatusChanged)]
    marks = [(0.0, Status.OFFLINE.value)]
    marks += [(event.at, _words(event)) for event in changes]
    marks.append((max(until, marks[-1][0]), ""))
    return tuple(
        Span(start=start, end=end, what=what) for (start, what), (end, _) in pairwise(marks)
    )


def _words(event: StatusChanged) -> str:
    words = event.status.value.replace("_", " ")
    return f"{words} ({event.reason})" if event.reason else words


def contacts(agent: str, told: Iterable[History], until: float) -> tuple[Span, ...]:
    """When he was rung, on a contact, or in wrap-up."""
    found: list[Span] = []
    for history in told:
        found += _rings(agent, history.events, until)
        for segment in history.interaction.segments:
            if segment.agent != agent:
                continue
            end = segment.ended_at or until
            found.append(Span(start=segment.accepted_at, end=end, what="on a contact"))
            if segment.ended_at is not None:
                closed = segment.closed_at or until
                found.append(Span(start=segment.ended_at, end=closed, what="in wrap-up"))
    return tuple(sorted(found, key=lambda span: span.start))


_CLOSES = (e.OfferAccepted, e.OfferDeclined, e.OfferExpired, e.OfferWithdrawn)


def _rings(agent: str, events: Sequence[e.Event], until: float) -> list[Span]:
    ends = {event.offer_id: event.at for event in events if isinstance(event, _CLOSES)}
    return [
        Span(start=event.at, end=ends.get(event.offer_id, until), what="rung for a contact")
        for event in events
        if isinstance(event, e.Offered) and event.agent == agent
    ]


def occupation(
    declared: Sequence[Span], busy: Sequence[Span], start: float, end: float
) -> dict[str, float]:
    """Seconds by what he did between `start` and `end`. Being at a contact outweighs the status."""
    marks = sorted(
        {start, end}
        | {t for span in (*declared, *busy) for t in (span.start, span.end) if start < t < end}
    )
    seconds: dict[str, float] = {}
    for begin, finish in pairwise(marks):
        middle = (begin + finish) / 2
        what = _at(busy, middle) or _at(declared, middle) or Status.OFFLINE.value
        seconds[what] = seconds.get(what, 0.0) + finish - begin
    return seconds


def _at(spans: Sequence[Span], moment: float) -> str | None:
    """The last to begin counts: a contact may be rung for while another is wrapped up."""
    hits = [span for span in spans if span.start <= moment < span.end]
    return max(hits, key=lambda span: span.start).what if hits else None
