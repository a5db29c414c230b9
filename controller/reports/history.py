"""Reads interactions from the store page by page, so that a year's report needs a page's memory."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from controller.domain.events import Event
from controller.domain.model import Interaction
from controller.ports import InteractionFilter, Store, stream_of

#: Interactions held in memory at once.
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An interaction and its whole stream, oldest first."""

    interaction: Interaction
    events: tuple[Event, ...]


def interactions(
    store: Store, wanted: InteractionFilter, page: int = PAGE
) -> Iterator[Interaction]:
    """Each wanted interaction once, by arrival, at most `wanted.limit` of them.

    The next page begins at the arrival the last one ended with, and is longer by those who arrived
    at that instant and were seen, so that each page brings something new.
    """
    left = wanted.limit
    since = wanted.since
    seen: set[str] = set()  # those that arrived at `since`
    while left is None or left > 0:
        size = page + len(seen)
        found = store.interactions(replace(wanted, since=since, limit=size))
        fresh = [i for i in found if i.id not in seen]
        if left is not None:
            fresh = fresh[:left]
            left -= len(fresh)
        yield from fresh
        if len(found) < size:
            return
        since = found[-1].arrived_at
        seen = {i.id for i in found if i.arrived_at == since}


def histories(store: Store, wanted: InteractionFilter, page: int = PAGE) -> Iterator[History]:
    """Like `interactions`, with their events."""
    for interaction in interactions(store, wanted, page):
        stream = store.events(stream_of(interaction))
        yield History(
            interaction=interaction,
            events=tuple(event for event in stream if isinstance(event, Event)),
        )
