"""Why an entry cannot be saved beside the others: each reason with its field and what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.auth import Role
from console.passwords import SHORTEST
from console.services import here
from console.setup.proposed import Setup
from controller.domain.agent import Status
from controller.domain.alarms import EVERY_QUEUE, Threshold, misfit
from controller.domain.catalogue import Account, AgentProfile, CatalogueEntry, Did, QueueSettings
from controller.domain.prompt import NamedPrompt
from controller.domain.schedule import Schedule
from controller.errors import Invalid, say

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
        named = "; ".join(str(fault) for fault in self.faults[:_SAID]) + end
        super().__init__(say("entry_wrong", "{fields}", fields=named))


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


def _if_any(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _unknown(
    path: str, names: Iterable[str], kind: type[CatalogueEntry], setup: Setup
) -> Iterator[Fault]:
    """Those of the names that no entry of the kind has."""
    there = setup.ids(kind)
    missing = [name for name in names if name not in there]
    if missing:
        yield Fault(
            path=path,
            message=say(
                "unknown_name",
                "there is no {name}; known: {known}",
                name=", ".join(missing),
                known=known(there),
            ),
        )


def of_queue(entry: QueueSettings, setup: Setup) -> Iterator[Fault]:
    yield from _unknown("schedule", _if_any(entry.schedule), Schedule, setup)
    for reason, other in entry.overflow.items():
        path = f"overflow.{reason}"
        if other == entry.id:
            message = say("overflow_self", "a queue cannot overflow into itself; name another")
            yield Fault(path=path, message=message)
        elif other not in setup.ids(QueueSettings):
            there = known(q for q in setup.ids(QueueSettings) if q != entry.id)
            yield Fault(
                path=path,
                message=say(
                    "unknown_queue",
                    "there is no queue {queue}; known: {known}",
                    queue=other,
                    known=there,
                ),
            )


def of_profile(entry: AgentProfile, setup: Setup) -> Iterator[Fault]:
    if entry.id == "me":
        message = say(
            "agent_me", "an agent cannot be called `me`: the API uses it for whoever asks"
        )
        yield Fault(path="id", message=message)
    yield from _unknown("queues", entry.queues, QueueSettings, setup)
    others = [other for other in setup.extensions.get(entry.extension, ()) if other != entry.id]
    if others:
        message = say(
            "extension_taken",
            "{extension} belongs to agent {agent}; use another",
            extension=entry.extension,
            agent=others[0],
        )
        yield Fault(path="extension", message=message)


def of_threshold(entry: Threshold, setup: Setup) -> Iterator[Fault]:
    wrong = misfit(entry)
    if wrong is not None:
        yield Fault(path=wrong[0], message=wrong[1])
    if entry.queue != EVERY_QUEUE and entry.queue not in setup.ids(QueueSettings):
        there = known(setup.ids(QueueSettings))
        message = say(
            "unknown_threshold_queue",
            "there is no {queue}; known: {known}, and {every} for each of them",
            queue=entry.queue,
            known=there,
            every=EVERY_QUEUE,
        )
        yield Fault(path="queue", message=message)


def of_did(entry: Did, setup: Setup) -> Iterator[Fault]:
    flows = here().flow_names()
    if entry.flow not in flows:
        message = say(
            "unknown_flow",
            "there is no {name!r}; known: {known}",
            name=entry.flow,
            known=known(flows),
        )
        yield Fault(path="flow", message=message)


def of_prompt(entry: NamedPrompt, setup: Setup) -> Iterator[Fault]:
    sounds = here().sounds
    if entry.id in OWN_MUSIC:
        yield Fault(
            path="id",
            message=say(
                "own_music", "{name} is the switch's own music; take another name", name=entry.id
            ),
        )
    if not entry.takes:
        yield Fault(
            path="takes",
            message=say(
                "nothing_to_hear", "there is nothing to hear; give it a text or a recording"
            ),
        )
    for language, take in entry.takes.items():
        path = f"takes.{language}"
        if language not in sounds.languages and (language or take.text):
            message = say(
                "language_unspoken",
                "is no language that can be spoken; write for example en, zh, fr or es",
            )
            yield Fault(path=path, message=message)
        if take.recording and not sounds.has(take.recording):
            message = say(
                "recording_not_here",
                "this recording is not here; upload it with PUT /api/v1/prompts/{prompt}",
                prompt=entry.id,
            )
            yield Fault(path=f"{path}.recording", message=message)


def of_account(entry: Account, setup: Setup) -> Iterator[Fault]:
    if entry.agent is None and entry.role == Role.AGENT:
        yield Fault(
            path="agent",
            message=say(
                "account_needs_agent", "one of role agent needs the agent he works as; name him"
            ),
        )
    yield from _unknown("agent", _if_any(entry.agent), AgentProfile, setup)
    for other in setup.all(Account):
        if entry.agent is not None and other.agent == entry.agent and other.id != entry.id:
            message = say(
                "agent_has_account",
                "{agent} is the agent of account {account}; each person has one account",
                agent=entry.agent,
                account=other.id,
            )
            yield Fault(path="agent", message=message)
    if entry.queues and entry.role not in (Role.SUPERVISOR, Role.MANAGER):
        message = say(
            "no_restriction",
            "only supervisors and managers are restricted to queues; leave it empty",
        )
        yield Fault(path="queues", message=message)
    yield from _unknown("queues", entry.queues, QueueSettings, setup)
    if not any(map(is_admin, setup.all(Account))):
        admins = [a.id for a in here().catalogue.all(Account) if is_admin(a)]
        if entry.id in admins:
            message = say(
                "last_admin",
                "{account} is the last admin; make another admin's account first",
                account=entry.id,
            )
            yield Fault(path="role", message=message)


def of_password(password: str, account: Account, path: str = "password") -> Iterator[Fault]:
    """Why it will not do as the account's."""
    if len(password) < SHORTEST:
        yield Fault(
            path=path,
            message=say(
                "password_short", "has less than {least} characters; use more", least=SHORTEST
            ),
        )
    if password.strip().lower() in (account.id, account.name.lower()):
        yield Fault(path=path, message=say("password_is_name", "is the name; use something else"))
    if len(set(password)) == 1:
        yield Fault(
            path=path,
            message=say("password_one_character", "is one character, repeated; use something else"),
        )


def is_admin(account: Account) -> bool:
    """One who can sign in now."""
    return account.role == Role.ADMIN and account.enabled and account.password_hash is not None


def signed_in(agent_id: str) -> bool:
    return any(
        agent.id == agent_id and agent.status is not Status.OFFLINE
        for agent in here().engine.agent_states()
    )
