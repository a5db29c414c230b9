"""`directory`: whom there is to transfer to and to ask, and why one is on a break. The same for
everybody."""

from collections.abc import Iterator, Mapping, Set

from pydantic import BaseModel

from console.api.schemas.directory import (
    colleague_view,
    directory_queue_view,
    directory_reason_view,
    our_number_view,
)
from console.api.visible import Sight
from console.live.feeds import Entities
from console.live.picture import Picture, profiles_of
from console.live.schemas import LiveQueueView, LiveReasonView
from console.live.subjects import AGENT, NUMBER, QUEUE, REASON, Subject
from controller.domain.catalogue import AgentProfile, Did, QueueSettings, Reason
from controller.ports import AgentDirectory, Catalogue, Published


class DirectoryFeed:
    name = "directory"
    #: Everybody has it open, and nobody reads faster.
    pace_s = 0.25

    def __init__(self, picture: Picture, agents: AgentDirectory, catalogue: Catalogue) -> None:
        self._picture = picture
        self._agents = agents
        self._catalogue = catalogue

    def interests(self) -> Set[Subject]:
        return {Subject(kind, None) for kind in (AGENT, QUEUE, NUMBER, REASON)}

    def whole(self) -> Mapping[str, BaseModel]:
        subjects = set(self._all())
        return {key: view for key, view in self.part(subjects).items() if view is not None}

    def _all(self) -> Iterator[Subject]:
        yield from (Subject(AGENT, profile.id) for profile in profiles_of(self._catalogue))
        yield from (Subject(QUEUE, queue.id) for queue in self._catalogue.all(QueueSettings))
        yield from (Subject(NUMBER, did.id) for did in self._catalogue.all(Did))
        yield from (Subject(REASON, reason.id) for reason in self._catalogue.all(Reason))

    def part(self, touched: Set[Subject]) -> Entities:
        return {f"{kind}:{key}": self._view(kind, key) for kind, key in touched if key is not None}

    def _view(self, kind: str, key: str) -> BaseModel | None:
        match kind:
            case "agent":
                profile = self._catalogue.find(AgentProfile, key)
                if profile is None or not profile.enabled:
                    return None
                return colleague_view(profile, self._agents.candidate(key))
            case "queue":
                queue = self._catalogue.find(QueueSettings, key)
                return None if queue is None else self._queue(queue)
            case "reason":
                reason = self._catalogue.find(Reason, key)
                return None if reason is None else _reason(reason)
            case _:
                did = self._catalogue.find(Did, key)
                return None if did is None else our_number_view(did)

    def _queue(self, queue: QueueSettings) -> LiveQueueView:
        waiting = len(self._picture.waiting.get(queue.id, ()))
        return LiveQueueView(**dict(directory_queue_view(queue)), waiting=waiting)

    def refusal(self, sight: Sight) -> str | None:
        return None

    def notice(self, published: Published) -> bool:
        return True


def _reason(reason: Reason) -> LiveReasonView:
    return LiveReasonView(**dict(directory_reason_view(reason)), order=reason.order)
