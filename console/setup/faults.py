"""Why an entry cannot be saved beside the others: each reason with its field and what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.services import here
from console.setup.proposed import Setup
from controller.domain.agent import Status
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.schedule import Schedule
from controller.errors import Invalid

_NAMED = 20
_SAID = 5


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


def of_did(entry: Did, setup: Setup) -> Iterator[Fault]:
    flows = here().flow_names()
    if entry.flow not in flows:
        message = f"there is no {entry.flow!r}; known: {known(flows)}"
        yield Fault(path="flow", message=message)


def signed_in(agent_id: str) -> bool:
    return any(
        agent.id == agent_id and agent.status is not Status.OFFLINE
        for agent in here().engine.agent_states()
    )
