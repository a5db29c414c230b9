"""What a customer's earlier contacts, known by his address, are worth when he comes to a queue again."""

from collections.abc import Iterable

from controller.domain.model import Interaction
from controller.domain.words import Outcome

#: What carriers and phones send in place of a number that is withheld.
WITHHELD = frozenset(
    {"anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "blocked", "none"}
)


def is_known(address: str) -> bool:
    """Whether the address says who somebody is. Two callers who withhold it are not one customer."""
    return bool(address.strip()) and address.strip().lower() not in WITHHELD


def redial_credit(earlier: Iterable[Interaction], queue: str, since: float) -> float:
    """Seconds he had waited when he gave up this queue, at `since` or later; 0 if he did not.

    `earlier`: his other contacts, newest first. Only the newest that was in this queue counts: who has
    come again since, or has had an agent, has had his place.
    """
    for contact in earlier:
        if contact.place is not None and contact.place.queue == queue:
            gave_up = contact.outcome is Outcome.ABANDONED and contact.ended_at is not None
            if not gave_up or contact.ended_at is None or contact.ended_at < since:
                return 0.0
            return max(0.0, contact.ended_at - contact.place.since)
        if any(segment.queue == queue for segment in contact.segments):
            return 0.0
    return 0.0


def last_agent(earlier: Iterable[Interaction], since: float) -> str | None:
    """The agent who talked with him last, at `since` or later. `earlier`: as above."""
    talks = (
        (segment.connected_at, segment.agent)
        for contact in earlier
        for segment in contact.segments
        if segment.connected_at is not None and segment.connected_at >= since
    )
    return max(talks, default=(0.0, None))[1]
