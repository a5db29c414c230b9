"""The rules: who waits before whom, who gets whom, and why. Pure, and plain: `matching` keeps an index
that gives the same answers without looking at everybody; tests hold it against this.

Order: a customer's deadline is `since + target - 60 x priority`; the earliest goes first, whatever
queues an agent serves (least slack). In one queue, where the target is the same, that is the order of
score = seconds waited + 60 x priority. Both grow by a second a second, so the order never changes while
people wait, and `order_key` needs no clock. A customer who has already been with an agent, or whose
offer came to nothing, stands before all others.

Who can take him is said of a `Demand`, which many customers share; what bars an agent from one
customer alone (he refused him, he has him) is `barred`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, get_args

from controller.domain.agent import Status
from controller.domain.channels import VOICE
from controller.domain.model import Interaction, Place, Refusal, Why
from controller.domain.words import PhoneState, State

#: A priority point is a minute of waiting.
PRIORITY_S = 60.0

#: How many names a stored reason lists; the counts in it are whole.
WHY_LIMIT = 50

#: How many phones ring at once for one customer of a ring_all queue.
RING_ALL_LIMIT = 20

#: What a queue may be set to. last_agent is longest_idle for whom no agent is preferred (any more).
Strategy = Literal[
    "longest_idle",
    "round_robin",
    "best_skill",
    "ring_all",
    "last_agent",
    "fewest_active",
]
STRATEGIES: tuple[str, ...] = get_args(Strategy)

OrderKey = tuple[bool, float, str]
Rank = tuple[float, float, str]
Levels = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A customer in a queue, as routing sees him. `ringing`: how many phones ring for him already."""

    id: str
    place: Place
    channel: str = VOICE
    refusals: tuple[Refusal, ...] = ()
    ringing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An agent, as routing sees him.

    `idle_since`: end of his last contact, or when he became available, whichever is later. `free`: units
    of his `capacity` not reserved and not in use. `room`: by channel with a ceiling, how many more of it
    he may have. `phone`: what the switch knows of his phone. `holds`: interactions that take his units.
    `turn`: grows with each offer to anybody; his last one's.
    """

    id: str
    status: Status
    idle_since: float
    free: int
    capacity: int = 100
    queues: tuple[str, ...] = ()
    phone: PhoneState = PhoneState.UNKNOWN
    pending: Status | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    room: Mapping[str, int] = field(default_factory=dict)
    holds: frozenset[str] = frozenset()
    turn: int = 0
    busy_with: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a customer asks of an agent at present. `needs`: the requirement of his ring. `wish`: what
    best_skill measures agents by. `only`: the agent he is kept for.
    """

    queue: str
    channel: str
    units: int
    strategy: str
    needs: Levels = ()
    wish: Levels = ()
    only: str | None = None

    @property
    def rule(self) -> str:
        """The name of what chooses his agent, for the record."""
        if self.only is not None:
            return "last_agent" if self.strategy == "last_agent" else "preferred_agent"
        return "longest_idle" if self.strategy == "last_agent" else self.strategy

    @property
    def offers(self) -> int:
        """To how many agents at once he is offered."""
        return RING_ALL_LIMIT if self.rule == "ring_all" else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Every agent judged for one customer: ids who can take him, best first, and reasons of the others."""

    demand: Demand
    eligible: tuple[str, ...]
    passed_over: Mapping[str, str]


def waiting_of(interaction: Interaction) -> Waiting | None:
    """The customer as he waits for an agent, or for one more whose phone may ring beside the others; None
    when he does not."""
    if interaction.place is None or not _may_be_offered(interaction, interaction.place):
        return None
    return Waiting(
        id=interaction.id,
        place=interaction.place,
        channel=interaction.channel,
        refusals=interaction.refusals,
        ringing=len(interaction.offers),
    )


def _may_be_offered(interaction: Interaction, place: Place) -> bool:
    """By ring_all also while phones ring, until somebody has said that he takes him."""
    if interaction.state is not State.OFFERED:
        return interaction.state is State.QUEUED
    return (
        place.terms.strategy == "ring_all"
        and len(interaction.offers) < RING_ALL_LIMIT
        and not any(offer.accept_requested for offer in interaction.offers)
    )


# --- order ---------------------------------------------------------------------------------------


def deadline(place: Place) -> float:
    """When his queue wanted him answered, a priority point earlier by a minute. Epoch seconds."""
    return place.since + place.terms.target_s - PRIORITY_S * place.priority


def order_key(waiting: Waiting) -> OrderKey:
    """Sorts customers, of one queue or of many, first first."""
    return (not waiting.place.front, deadline(waiting.place), waiting.id)


# --- what he needs -------------------------------------------------------------------------------


def needs(place: Place, now: float) -> Mapping[str, int]:
    """The requirement at this time: that of the last ring he has come to, or the place's own."""
    present = place.skills
    for after_s, requirement in place.terms.rings:
        if place.since + after_s <= now:
            present = requirement
    return present


def kept_for(waiting: Waiting, preferred: Candidate | None, now: float) -> str | None:
    """The agent who alone may have him now. `preferred`: the one his place names, if there is such.

    Waiting for somebody who is not there, or who has refused him, would be in vain.
    """
    place = waiting.place
    if preferred is None or place.preferred_until is None:
        return None
    if not place.preferred_since <= now < place.preferred_until:  # before: the clock was put back
        return None
    refused = any(refusal.agent == preferred.id for refusal in waiting.refusals)
    return None if refused or not stays(preferred) else preferred.id


def demand_of(waiting: Waiting, preferred: Candidate | None, now: float) -> Demand:
    place = waiting.place
    best_skill = place.terms.strategy == "best_skill"
    return Demand(
        queue=place.queue,
        channel=waiting.channel,
        units=place.terms.units,
        strategy=place.terms.strategy,
        needs=tuple(sorted(needs(place, now).items())),
        wish=tuple(sorted(place.skills.items())) if best_skill else (),
        only=kept_for(waiting, preferred, now),
    )


def next_change(waiting: Waiting, now: float) -> float | None:
    """When, after `now`, time alone changes who can take him: a ring, a preference's or a refusal's
    end."""
    place = waiting.place
    times = [place.since + after_s for after_s, _ in place.terms.rings]
    times += [time for refusal in waiting.refusals for time in (refusal.since, refusal.until)]
    if place.preferred_until is not None:
        times += [place.preferred_since, place.preferred_until]
    return min((time for time in times if time > now), default=None)


# --- who can take him ----------------------------------------------------------------------------


def stays(agent: Candidate) -> bool:
    """He takes contacts, now or when he is done with those he has."""
    return agent.status is Status.AVAILABLE and _goes_on(agent) and in_reach(agent)


def in_reach(agent: Candidate) -> bool:
    """For a call: his phone is registered, or nobody knows."""
    return agent.phone is not PhoneState.UNREGISTERED


def _goes_on(agent: Candidate) -> bool:
    return agent.pending in (None, Status.AVAILABLE)


def closed(agent: Candidate) -> str | None:
    """Why the agent can take nothing at all, or None."""
    if agent.status is not Status.AVAILABLE:
        return agent.status.value
    if agent.pending is not None and not _goes_on(agent):
        return f"{agent.pending.value} after this contact"
    return _busy(agent) if agent.free <= 0 else None


def unfit(demand: Demand, agent: Candidate) -> str | None:
    """Why an agent who is not closed cannot take customers of this demand, or None."""
    if demand.channel == VOICE and not in_reach(agent):
        return "phone not registered"
    if demand.only is not None and demand.only != agent.id:
        return f"kept for {demand.only}"
    if agent.capacity < demand.units:
        return f"needs {demand.units} units, has {agent.capacity}"
    if agent.free < demand.units:
        return _busy(agent)
    if agent.room.get(demand.channel, 1) < 1:
        return f"no more {demand.channel} at once"
    if demand.only is None:
        for skill, level in demand.needs:
            has = agent.skills.get(skill, 0)
            if has < level:
                return f"needs {skill} {level}, has {has}"
    return None


def barred(waiting: Waiting, agent: Candidate, now: float) -> str | None:
    """Why this customer in particular is not for him, or None."""
    if waiting.id in agent.holds:
        return "has this contact already"
    for refusal in waiting.refusals:
        if refusal.agent == agent.id and refusal.holds(now):
            return "had this offer a moment ago"
    return None


def _busy(agent: Candidate) -> str:
    return agent.busy_with or "at capacity"


def why_not(waiting: Waiting, demand: Demand, agent: Candidate, now: float) -> str | None:
    """The reason to pass the agent over, or None: he can take this customer now."""
    return closed(agent) or unfit(demand, agent) or barred(waiting, agent, now)


def rank(demand: Demand, agent: Candidate) -> Rank:
    """Sorts those who can take him, best first. Ties: longest idle, then by id."""
    first: float = 0
    match demand.strategy:
        case "round_robin":
            first = agent.turn
        case "best_skill":
            first = -sum(agent.skills.get(skill, 0) for skill, _ in demand.wish)
        case "fewest_active":
            first = len(agent.holds)
    return (first, agent.idle_since, agent.id)


def merit(demand: Demand, agent: Candidate, now: float) -> str:
    """What ranks him, for people."""
    idle = f"idle for {now - agent.idle_since:.0f} s"
    match demand.strategy:
        case "round_robin":
            return (
                f"asked last at turn {agent.turn}, {idle}" if agent.turn else f"never asked, {idle}"
            )
        case "best_skill":
            levels = sum(agent.skills.get(skill, 0) for skill, _ in demand.wish)
            return f"{levels} levels of what was asked for, {idle}"
        case "fewest_active":
            return f"has {len(agent.holds)} contacts, {idle}"
    return idle


def survey(
    waiting: Waiting, agents: Iterable[Candidate], preferred: Candidate | None, now: float
) -> Survey:
    """Judge `agents` (those of the queue) and `preferred` (the one his place names), one by one."""
    demand = demand_of(waiting, preferred, now)
    everybody = {agent.id: agent for agent in agents if agent.status is not Status.OFFLINE}
    if demand.only is not None and preferred is not None:
        everybody[preferred.id] = preferred
    eligible: list[Rank] = []
    passed_over: dict[str, str] = {}
    for agent in everybody.values():
        reason = why_not(waiting, demand, agent, now)
        if reason is None:
            eligible.append(rank(demand, agent))
        else:
            passed_over[agent.id] = reason
    names = tuple(agent_id for _, _, agent_id in sorted(eligible))
    return Survey(demand=demand, eligible=names, passed_over=passed_over)


def why_of(waiting: Waiting, found: Survey, now: float, ahead: int = 0) -> Why:
    """The survey as it is stored with an offer."""
    return Why(
        rule=found.demand.rule,
        waited_s=now - waiting.place.since,
        slack_s=deadline(waiting.place) - now,
        needs=dict(found.demand.needs),
        eligible=found.eligible[:WHY_LIMIT],
        passed_over=dict(islice(found.passed_over.items(), WHY_LIMIT)),
        reasons=dict(Counter(found.passed_over.values())),
        eligible_count=len(found.eligible),
        passed_over_count=len(found.passed_over),
        ahead=ahead,
    )
