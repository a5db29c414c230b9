"""Why did this caller wait, and why did that agent get him? Told from the stored events.

For every stretch of waiting: who served the queue then, and what each of them was doing. For every
offer: the stored reason, as routing gave it at the time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from controller.domain import events as e
from controller.domain import routing
from controller.domain.agent import AgentEvent
from controller.domain.catalogue import AgentProfile
from controller.domain.model import Interaction, Place, Why
from controller.errors import NotFound
from controller.ports import InteractionFilter, Store
from controller.reports.history import histories
from controller.reports.occupation import FREE, Span, contacts, occupation, statuses

#: Contacts that began up to so long before the wait may still have kept an agent busy.
LOOK_BACK_S = 6 * 3600.0

#: So many agents are named in a line; of more, how many.
NAMES = 10

#: Stretches shorter than this need no explanation.
SHORT_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`at`: epoch seconds; None continues the line before."""

    at: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Waiting in `place` without an offer, `start` to `end`."""

    place: Place
    start: float
    end: float


def explain(store: Store, profiles: Sequence[AgentProfile], interaction_id: str) -> list[Line]:
    """The whole story, a line a fact. Raises NotFound."""
    interaction = store.interaction(interaction_id)
    if interaction is None:
        raise NotFound(f"no interaction {interaction_id}; `tandem report cdr` lists them")
    events = [x for x in store.events(f"interaction:{interaction_id}") if isinstance(x, e.Event)]
    end = max(x.at for x in events)
    doing = _doing(store, profiles, interaction, end)
    lines = [Line(at=None, text=_headline(interaction))]
    stretches = {stretch.start: stretch for stretch in waits(events, end)}
    for event in events:
        text = _text(event)
        if text:
            lines.append(Line(at=event.at, text=text))
        stretch = stretches.pop(event.at, None) if _may_wait(event) else None
        if stretch is not None and stretch.end - stretch.start >= SHORT_S:
            lines += _why_waited(stretch, profiles, doing)
    return lines


def waits(events: Sequence[e.Event], end: float) -> Iterator[Stretch]:
    """The stretches in which the customer stood in a queue and nobody was being rung for him."""
    begun: float | None = None
    place: Place | None = None
    ringing = set[str]()  # by ring_all several, of whom one may decline while others go on
    for event in events:
        if isinstance(event, e.Queued):
            place = _place(event)
        if isinstance(event, e.Offered):
            ringing.add(event.offer_id)
        elif isinstance(event, e.OfferDeclined | e.OfferExpired | e.OfferWithdrawn):
            ringing.discard(event.offer_id)
        elif isinstance(event, e.OfferAccepted):
            ringing.clear()
        if _may_wait(event) and not ringing:
            begun = event.at if begun is None else begun
        elif isinstance(event, _ENDS_WAIT) and begun is not None:
            if place is not None:
                yield Stretch(place=place, start=begun, end=event.at)
            begun = None
    if begun is not None and place is not None:
        yield Stretch(place=place, start=begun, end=end)


def _place(event: e.Queued) -> Place:
    return Place(
        queue=event.queue,
        since=event.at - event.credit_s,
        entered_at=event.at,
        skills=event.skills,
        terms=event.terms,
    )


#: After these he stands in the queue without an offer, unless other phones ring; after those not.
_BEGINS_WAIT = (e.Queued, e.Requeued, e.OfferDeclined, e.OfferExpired, e.Assigned)
_ENDS_WAIT = (e.Offered, e.LeftQueue, e.Moved, e.Ended)


def _may_wait(event: e.Event) -> bool:
    return isinstance(event, _BEGINS_WAIT)


Doing = Callable[[str, float, float], Mapping[str, float]]


def _doing(
    store: Store, profiles: Sequence[AgentProfile], interaction: Interaction, end: float
) -> Doing:
    """Seconds by occupation of any agent between two times; read once per agent, on demand."""
    spans: dict[str, tuple[tuple[Span, ...], tuple[Span, ...]]] = {}

    def of(agent: str, start: float, finish: float) -> Mapping[str, float]:
        if agent not in spans:
            stream = [x for x in store.events(f"agent:{agent}") if isinstance(x, AgentEvent)]
            wanted = InteractionFilter(
                since=interaction.arrived_at - LOOK_BACK_S, until=end, agent=agent
            )
            others = [h for h in histories(store, wanted) if h.interaction.id != interaction.id]
            spans[agent] = (statuses(stream, end), contacts(agent, others, end))
        declared, busy = spans[agent]
        return occupation(declared, busy, start, finish)

    return of


def _why_waited(stretch: Stretch, profiles: Sequence[AgentProfile], doing: Doing) -> Iterator[Line]:
    seconds = stretch.end - stretch.start
    queue = stretch.place.queue
    serving = [p for p in profiles if queue in p.queues and p.enabled]
    yield Line(at=None, text=f"waited {duration(seconds)}, for in that time:")
    if not serving:
        yield Line(at=None, text=f"  no agent serves {queue}")
    for profile in serving:
        did = doing(profile.id, stretch.start, stretch.end)
        parts = [f"{what} {duration(s)}" for what, s in sorted(did.items(), key=lambda x: -x[1])]
        lacks = _lacks(profile, stretch) if FREE in did else []
        yield Line(at=None, text=f"  {profile.id}: {', '.join(parts + lacks)}")


def _lacks(profile: AgentProfile, stretch: Stretch) -> list[str]:
    """What he could not do, by ring of the requirement; for how long, where that changed meanwhile."""
    place = stretch.place
    if profile.capacity < place.terms.units:
        return [f"has {profile.capacity} units of the {place.terms.units} it takes"]
    times = [place.since + after_s for after_s, _ in place.terms.rings]
    cuts = [stretch.start, *[t for t in times if stretch.start < t < stretch.end], stretch.end]
    parts = []
    for begun, ended in pairwise(cuts):
        missing = ", ".join(
            f"{skill} {level} (has {profile.skills.get(skill, 0)})"
            for skill, level in routing.needs(place, begun).items()
            if profile.skills.get(skill, 0) < level
        )
        if missing and len(cuts) == 2:
            parts.append(f"lacks {missing}")
        elif missing:
            parts.append(f"lacked {missing} for {duration(ended - begun)}")
    return parts


def _headline(i: Interaction) -> str:
    outcome = i.outcome.value if i.outcome else i.state.value
    agents = ", ".join(segment.agent for segment in i.segments) or "nobody"
    return (
        f"{i.id}: {i.channel}, {i.address or 'unknown'} to {i.dialled}, {outcome}; "
        f"waited {duration(i.queued_s)} in queues, served by {agents}"
    )


def _text(event: e.Event) -> str:
    tell = _TELL.get(type(event))
    return tell(event) if tell else ""


def _offered(event: e.Offered) -> str:
    why = event.why
    others = [agent for agent in why.eligible if agent != event.agent]
    parts = [f"offered to {event.agent} by {why.rule}"]
    if others:
        parts[0] += f", before {_listed(others, why.eligible_count - 1)}"
    else:
        parts[0] += ", who alone could take it"
    if why.needs:
        parts.append(f"needed {_levels(why.needs)}")
    if why.passed_over:
        parts.append(f"passed over: {_passed_over(why)}")
    if why.ahead:
        parts.append(f"{why.ahead} stood before him whom nobody free could take")
    if why.slack_s is not None:
        late = why.slack_s < 0
        slack = duration(abs(why.slack_s))
        parts.append(f"{slack} after the target" if late else f"{slack} before the target")
    return "; ".join(parts)


def _passed_over(why: Why) -> str:
    """Each agent with his reason, or of many how many for which."""
    if why.passed_over_count > NAMES and why.reasons:
        counts = sorted(why.reasons.items(), key=lambda item: (-item[1], item[0]))
        return ", ".join(f"{count} {reason}" for reason, count in counts)
    named = [f"{agent} ({reason})" for agent, reason in why.passed_over.items()]
    return _listed(named, why.passed_over_count)


def _listed(names: Sequence[str], count: int) -> str:
    more = count - len(names[:NAMES])
    return ", ".join(names[:NAMES]) + (f" and {more} more" if more > 0 else "")


def _levels(skills: Mapping[str, int]) -> str:
    return ", ".join(f"{skill} {level}" for skill, level in skills.items())


def _queued(event: e.Queued) -> str:
    needs = _levels(event.skills)
    named = "was asked for" if event.credit_for == "transfer" else "talked with him last"
    rings = ", ".join(
        f"after {duration(after_s)} {_levels(skills) or 'no skill'}"
        for after_s, skills in event.terms.rings
    )
    credit = _CREDITS.get(event.credit_for or "", "time waited before")
    return (
        f"joined {event.queue}"
        + (f", {duration(event.credit_s)} credited: {credit}" if event.credit_s else "")
        + (f" with priority {event.priority}" if event.priority else "")
        + (f", needs {needs}" if needs else "")
        + (f", {rings}" if rings else "")
        + (f"; {event.preferred} {named}" if event.preferred else "")
        + (f"; place {event.position}" if event.position else "")
        + (f", expected wait {duration(event.expected_s)}" if event.expected_s is not None else "")
    )


#: Why time counts as waited that was not waited in this queue, this time.
_CREDITS = {
    "moved": "waited in the queue before",
    "transfer": "waited before he was transferred",
    "redial": "he had waited so long when he gave up, and came again soon",
}

_GIVEN_BACK = {
    "full": "as many wait as may",
    "nobody": "nobody is signed in",
    "closed": "it is closed",
    "waited": "he waited as long as he may",
}


def _given_back(reason: str, to: str | None) -> str:
    meaning = _GIVEN_BACK.get(reason)
    return (
        reason
        + (f", {meaning}" if meaning else "")
        + (f"; {to} is to have him" if to else "; his flow goes on")
    )


_TELL: Mapping[type[e.Event], Callable[..., str]] = {
    e.Arrived: lambda x: "arrived",
    e.CallPlaced: lambda x: f"{x.agent} calls {x.address}",
    e.FlowStarted: lambda x: f"flow {x.flow}",
    e.StepTaken: lambda x: f"step {x.step}" + (f" (chose {x.choice})" if x.choice else ""),
    e.Queued: _queued,
    e.LeftQueue: lambda x: f"left {x.queue}: {_given_back(x.reason, x.to)}",
    e.Prioritised: lambda x: f"{x.by} changes his priority from {x.was} to {x.priority}",
    e.Moved: lambda x: f"{x.by} moves him from {x.queue} to {x.to}",
    e.Assigned: lambda x: (
        f"{x.by} assigns him to {x.agent}, who alone may have him for {duration(x.until - x.at)}"
    ),
    e.WaitTold: lambda x: (
        f"was told: place {x.position}"
        + (f", about {duration(x.expected_s)}" if x.expected_s is not None else "")
    ),
    e.TurnedAway: lambda x: f"not taken by {x.queue}: {_given_back(x.reason, x.to)}",
    e.Requeued: lambda x: f"back to the front of {x.queue}: {x.reason}",
    e.Offered: _offered,
    e.OfferAccepted: lambda x: f"{x.agent} accepted",
    e.OfferDeclined: lambda x: f"{x.agent} declined: {x.reason}",
    e.OfferExpired: lambda x: f"{x.agent} did not answer",
    e.OfferWithdrawn: lambda x: f"offer to {x.agent} withdrawn: {x.reason}",
    e.Connected: lambda x: f"talks with {x.agent}",
    e.Held: lambda x: "held" + (" at the phone" if x.by_phone else ""),
    e.Resumed: lambda x: "resumed",
    e.ReconnectStarted: lambda x: f"{x.agent}'s phone is lost ({x.cause}), waits for it",
    e.ReconnectAnswered: lambda x: f"{x.agent}'s phone is back" + (", on hold" if x.held else ""),
    e.ReconnectEnded: lambda x: f"{x.agent}'s phone did not come back" if x.lost else "",
    e.ConsultStarted: lambda x: f"{x.agent} asks {x.party}",
    e.ConsultEnded: lambda x: f"consult with {x.party} ended: {x.reason}",
    e.Transferred: lambda x: (
        f"{x.agent} transfers him to {x.kind.value} {x.to}"
        + (", whom he has asked" if x.consulted else "")
    ),
    e.HandedOver: lambda x: f"goes to {x.agent}" if x.agent else "",
    e.SegmentEnded: lambda x: f"segment with {x.agent} ended by {x.by.value}",
    e.SegmentClosed: lambda x: f"{x.agent} free again" if x.by != "none" else "",
    e.Diverted: lambda x: f"put through to {x.destination}",
    e.DivertFailed: lambda x: f"not put through: {x.cause}",
    e.VoicemailLeft: lambda x: f"left a message of {duration(x.length_s)}",
    e.Ended: lambda x: f"ended: {x.outcome.value}, {x.reason}",
}


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3:40 min`, `1:02:03 h`."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d} h"
