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
from controller.errors import Said, say

_NAMED = 10


def listed(used_by: list[Said]) -> Said:
    """The first of them, for the end of a sentence."""
    text = used_by[0]
    for use in used_by[1:_NAMED]:
        text = say("and_next", "{one}, {next}", one=text, next=use)
    more = len(used_by) - _NAMED
    return say("and_more", "{one} and {more} more", one=text, more=more) if more > 0 else text


def of_queue(entry: QueueSettings, setup: Setup) -> list[Said]:
    """Agents who serve it, queues that overflow into it, thresholds, people restricted to it, customers."""
    agents = [
        say("use_agent", "agent {id}", id=p.id)
        for p in setup.all(AgentProfile)
        if entry.id in p.queues
    ]
    queues = [
        say("use_queue", "queue {id}", id=q.id)
        for q in setup.all(QueueSettings)
        if entry.id in q.overflow.values()
    ]
    contacts = [
        say("use_interaction", "open interaction {id}", id=i.id)
        for i in here().engine.live()
        if queue_of(i) == entry.id
    ]
    people = [
        say("use_account", "account {id}", id=a.id)
        for a in setup.all(Account)
        if entry.id in a.queues
    ]
    watched = [
        say("use_threshold", "threshold {id}", id=t.id)
        for t in setup.all(Threshold)
        if t.queue == entry.id
    ]
    return agents + queues + watched + people + contacts


def of_profile(entry: AgentProfile, setup: Setup) -> list[Said]:
    """His being signed in, his tokens and accounts, his contacts."""
    there = (
        [say("use_himself", "the agent himself, who is signed in")] if signed_in(entry.id) else []
    )
    tokens = [
        say("use_token", "token {name!r}", name=t.name)
        for t in setup.all(Token)
        if t.agent == entry.id
    ]
    tokens += [
        say("use_account", "account {id}", id=a.id)
        for a in setup.all(Account)
        if a.agent == entry.id
    ]
    live = here().engine.live()
    return (
        there
        + tokens
        + [
            say("use_interaction", "open interaction {id}", id=i.id)
            for i in live
            if belongs_to(i, entry.id)
        ]
    )


def of_schedule(entry: Schedule, setup: Setup) -> list[Said]:
    """Queues that have it."""
    return [
        say("use_queue", "queue {id}", id=q.id)
        for q in setup.all(QueueSettings)
        if q.schedule == entry.id
    ]


def of_prompt(entry: NamedPrompt, setup: Setup) -> list[Said]:
    """Queues whose music it is, flows that play it."""
    queues = [
        say("use_queue", "queue {id}", id=q.id)
        for q in setup.all(QueueSettings)
        if q.music == entry.id
    ]
    return queues + [
        say("use_flow", "flow {id}", id=flow) for flow in here().sounds.flows_using(entry.id)
    ]


def of_did(entry: Did, setup: Setup) -> list[Said]:
    """Nothing: callers of it are then greeted as callers of any unknown number."""
    return []


def of_account(entry: Account, setup: Setup) -> list[Said]:
    """Everybody, when it is the last of an admin."""
    others = (a for a in setup.all(Account) if a.id != entry.id)
    if not is_admin(entry) or any(map(is_admin, others)):
        return []
    return [say("use_last_admin", "everybody, as the last admin's account")]


def of_no_one(entry: Reason | Threshold, setup: Setup) -> list[Said]:
    """Nothing: a status keeps the reason it was given, and an alarm ends with its threshold."""
    return []
