"""Who waits before whom, who gets whom, and why. Pure: the distributor brings the facts.

Order in a queue: score = seconds waited + 60 x priority. Both grow by a second a second, so the order
never changes while people wait, and `order_key` needs no clock. A customer who has already been with
an agent, or whose offer came to nothing, stands before all others of his queue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from controller.domain.agent import Status
from controller.domain.model import Place, Refusal, Why

#: A priority point is a minute of waiting.
PRIORITY_S = 60.0

#: How many names a stored reason lists; the counts in it are whole.
WHY_LIMIT = 50

OrderKey = tuple[bool, float, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A customer in a queue, as routing sees him."""

    id: str
    place: Place
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An agent of the queue, as routing sees him. `idle_since`: end of his last contact, or when he
    became available, whichever is later. `free`: units not reserved and not in use."""

    id: str
    status: Status
    idle_since: float
    free: int
    skills: Mapping[str, int] = field(default_factory=dict)
    busy_with: str = ""


def order_key(waiting: Waiting) -> OrderKey:
    """Sorts the customers of one queue, first first."""
    place = waiting.place
    return (not place.front, place.since - PRIORITY_S * place.priority, waiting.id)


def why_not(waiting: Waiting, agent: Candidate, now: float) -> str | None:
    """The reason to pass the agent over, or None: he can take this customer now."""
    if agent.status is not Status.AVAILABLE:
        return agent.status.value
    if agent.free < waiting.place.terms.units:
        return agent.busy_with or "at capacity"
    for skill, level in waiting.place.skills.items():
        if agent.skills.get(skill, 0) < level:
            return f"needs {skill} {level}, has {agent.skills.get(skill, 0)}"
    for refusal in waiting.refusals:
        if refusal.agent == agent.id and now < refusal.until:
            return "had this offer a moment ago"
    return None


def longest_idle(
    waiting: Waiting, agents: Iterable[Candidate], now: float, ahead: int = 0
) -> tuple[tuple[str, ...], Why]:
    """Agent ids who can take the customer now, longest idle first (ties by id), and the reasons."""
    eligible: list[Candidate] = []
    passed_over: dict[str, str] = {}
    for agent in agents:
        reason = why_not(waiting, agent, now)
        if reason is None:
            eligible.append(agent)
        else:
            passed_over[agent.id] = reason
    eligible.sort(key=lambda agent: (agent.idle_since, agent.id))
    names = tuple(agent.id for agent in eligible)
    why = Why(
        rule="longest_idle",
        waited_s=now - waiting.place.since,
        eligible=names[:WHY_LIMIT],
        passed_over=dict(list(passed_over.items())[:WHY_LIMIT]),
        eligible_count=len(names),
        passed_over_count=len(passed_over),
        ahead=ahead,
    )
    return names, why
