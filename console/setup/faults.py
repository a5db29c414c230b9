"""Why an entry cannot be saved beside the others: each reason with its field and what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.auth import Role
from console.passwords import SHORTEST
from console.services import here
from console.setup.proposed import Setup
from controller.domain.agent import Status
from controller.domain.alarms import EVERY_QUEUE, Threshold, misfit
from controller.domain.catalogue import Account, AgentProfile, Did, QueueSettings
from controller.domain.prompt import NamedPrompt
from controller.domain.schedule import Schedule
from controller.errors import Invalid

_NAMED = 20
_SAID = 5

#: Streams that our own configuration of the switch has.
OWN_MUSIC = frozenset({"moh", "default"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`path`: dots between names, numbers for places in a list."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Faulty(Invalid):
    """An entry, or a whole document, with these faults. Nothing was saved."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        more = len(self.faults) - _SAID
        end = f"; and {more} more, see `errors`" if more > 0 else ""
        super().__init__("; ".join(str(fault) for fault in self.faults[:_SAID]) + end)


def check(faults: Iterable[Fault]) -> None:
    """Raises Faulty when there are any."""
    found = tuple(faults)
    if found:
        raise Faulty(found)


def known(names: Iterable[str]) -> str:
    """The names there are, for the end of a sentence."""
    listed = sorted(names)
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return (", ".join(listed[:_NAMED]) or "none yet") + more


def of_queue(entry: QueueSettings, setup: Setup) -> Iterator[Fault]:
    if entry.schedule is not None and entry.schedule not in setup.ids(Schedule):
        there = known(setup.ids(Schedule))
        yield Fault(path="schedule", message=f"there is no {entry.schedule}; known: {there}")
    for reason, other in entry.overflow.items():
        path = f"overflow.{reason}"
        if other == entry.id:
            message = "a queue cannot overflow into itself; name another"
            yield Fault(path=path, message=message)
        elif other not in setup.ids(QueueSettings):
            there = known(q for q in setup.ids(QueueSettings) if q != entry.id)
            yield Fault(path=path, message=f"there is no queue {other}; known: {there}")


def of_profile(entry: AgentProfile, setup: Setup) -> Iterator[Fault]:
    if entry.id == "me":
        message = "an agent cannot be called `me`: the API uses it for whoever asks"
        yield Fault(path="id", message=message)
    unknown = [queue for queue in entry.queues if queue not in setup.ids(QueueSettings)]
    if unknown:
        there = known(setup.ids(QueueSettings))
        yield Fault(path="queues", message=f"there is no {', '.join(unknown)}; known: {there}")
    others = [other for other in setup.extensions.get(entry.extension, ()) if other != entry.id]
    if others:
        message = f"{entry.extension} belongs to agent {others[0]}; use another"
        yield Fault(path="extension", message=message)


def of_threshold(entry: Threshold, setup: Setup) -> Iterator[Fault]:
    wrong = misfit(entry)
    if wrong is not None:
        yield Fault(path=wrong[0], message=wrong[1])
    if entry.queue != EVERY_QUEUE and entry.queue not in setup.ids(QueueSettings):
        there = known(setup.ids(QueueSettings))
        message = f"there is no {entry.queue}; known: {there}, and {EVERY_QUEUE} for each of them"
        yield Fault(path="queue", message=message)


def of_did(entry: Did, setup: Setup) -> Iterator[Fault]:
    flows = here().flow_names()
    if entry.flow not in flows:
        message = f"there is no {entry.flow!r}; known: {known(flows)}"
        yield Fault(path="flow", message=message)


def of_prompt(entry: NamedPrompt, setup: Setup) -> Iterator[Fault]:
    sounds = here().sounds
    if entry.id in OWN_MUSIC:
        yield Fault(path="id", message=f"{entry.id} is the switch's own music; take another name")
    if not entry.takes:
        yield Fault(path="takes", message="there is nothing to hear; give it a text or a recording")
    for language, take in entry.takes.items():
        path = f"takes.{language}"
        if language not in sounds.languages and (language or take.text):
            message = "is no language that can be spoken; write for example en, zh, fr or es"
            yield Fault(path=path, message=message)
        if take.recording and not sounds.has(take.recording):
            message = "this recording is not here; upload it with PUT /api/v1/prompts/" + entry.id
            yield Fault(path=f"{path}.recording", message=message)


def of_account(entry: Account, setup: Setup) -> Iterator[Fault]:
    if entry.agent is None and entry.role == Role.AGENT:
        yield Fault(path="agent", message="one of role agent needs the agent he works as; name him")
    if entry.agent is not None and entry.agent not in setup.ids(AgentProfile):
        there = known(setup.ids(AgentProfile))
        yield Fault(path="agent", message=f"there is no {entry.agent}; known: {there}")
    for other in setup.all(Account):
        if entry.agent is not None and other.agent == entry.agent and other.id != entry.id:
            message = (
                f"{entry.agent} is the agent of account {other.id}; each person has one account"
            )
            yield Fault(path="agent", message=message)
    if entry.queues and entry.role not in (Role.SUPERVISOR, Role.MANAGER):
        message = "only supervisors and managers are restricted to queues; leave it empty"
        yield Fault(path="queues", message=message)
    unknown = [queue for queue in entry.queues if queue not in setup.ids(QueueSettings)]
    if unknown:
        there = known(setup.ids(QueueSettings))
        yield Fault(path="queues", message=f"there is no {', '.join(unknown)}; known: {there}")
    if not any(map(is_admin, setup.all(Account))):
        admins = [a.id for a in here().catalogue.all(Account) if is_admin(a)]
        if entry.id in admins:
            message = f"{entry.id} is the last admin; make another admin's account first"
            yield Fault(path="role", message=message)


def of_password(password: str, account: Account, path: str = "password") -> Iterator[Fault]:
    """Why it will not do as the account's."""
    if len(password) < SHORTEST:
        yield Fault(path=path, message=f"has less than {SHORTEST} characters; use more")
    if password.strip().lower() in (account.id, account.name.lower()):
        yield Fault(path=path, message="is the name; use something else")
    if len(set(password)) == 1:
        yield Fault(path=path, message="is one character, repeated; use something else")


def is_admin(account: Account) -> bool:
    """One who can sign in now."""
    return account.role == Role.ADMIN and account.enabled and account.password_hash is not None


def signed_in(agent_id: str) -> bool:
    return any(
        agent.id == agent_id and agent.status is not Status.OFFLINE
        for agent in here().engine.agent_states()
    )
