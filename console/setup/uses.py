"""What would miss an entry that is removed, in words."""

from console.api.schemas.interactions import queue_of
from console.api.visible import belongs_to
from console.services import here
from console.setup.faults import is_admin, signed_in
from console.setup.proposed import Setup
from controller.domain.alarms import Threshold
from controller.domain.catalogue import Account, AgentProfile, Did, QueueSettings, Reason, Token
from controller.domain.prompt import NamedPrompt
from controller.domain.schedule import Schedule


def of_queue(entry: QueueSettings, setup: Setup) -> list[str]:
    """Agents who serve it, queues that overflow into it, thresholds, people restricted to it, customers."""
    agents = [f"agent {p.id}" for p in setup.all(AgentProfile) if entry.id in p.queues]
    queues = [f"queue {q.id}" for q in setup.all(QueueSettings) if entry.id in q.overflow.values()]
    contacts = [f"open interaction {i.id}" for i in here().engine.live() if queue_of(i) == entry.id]
    people = [f"account {a.id}" for a in setup.all(Account) if entry.id in a.queues]
    watched = [f"threshold {t.id}" for t in setup.all(Threshold) if t.queue == entry.id]
    return agents + queues + watched + people + contacts


def of_profile(entry: AgentProfile, setup: Setup) -> list[str]:
    """His being signed in, his tokens and accounts, his contacts."""
    there = ["the agent himself, who is signed in"] if signed_in(entry.id) else []
    tokens = [f"token {t.name!r}" for t in setup.all(Token) if t.agent == entry.id]
    tokens += [f"account {a.id}" for a in setup.all(Account) if a.agent == entry.id]
    live = here().engine.live()
    return there + tokens + [f"open interaction {i.id}" for i in live if belongs_to(i, entry.id)]


def of_schedule(entry: Schedule, setup: Setup) -> list[str]:
    """Queues that have it."""
    return [f"queue {q.id}" for q in setup.all(QueueSettings) if q.schedule == entry.id]


def of_prompt(entry: NamedPrompt, setup: Setup) -> list[str]:
    """Queues whose music it is, flows that play it."""
    queues = [f"queue {q.id}" for q in setup.all(QueueSettings) if q.music == entry.id]
    return queues + [f"flow {flow}" for flow in here().sounds.flows_using(entry.id)]


def of_did(entry: Did, setup: Setup) -> list[str]:
    """Nothing: callers of it are then greeted as callers of any unknown number."""
    return []


def of_account(entry: Account, setup: Setup) -> list[str]:
    """Everybody, when it is the last of an admin."""
    others = (a for a in setup.all(Account) if a.id != entry.id)
    if not is_admin(entry) or any(map(is_admin, others)):
        return []
    return ["everybody, as the last admin's account"]


def of_no_one(entry: Reason | Threshold, setup: Setup) -> list[str]:
    """Nothing: a status keeps the reason it was given, and an alarm ends with its threshold."""
    return []
