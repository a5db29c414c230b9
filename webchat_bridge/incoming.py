"""What a channel brings to the inbox, and what it is told."""

from dataclasses import dataclass

from controller.domain.model import Envelope, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message as its channel brings it. `thread`: as in TextChannel; `address`: who wrote; `entry`: what he
    wrote to, by which a new contact finds its queue. `external_id`: unique in its thread, the same when told
    again."""

    channel: str
    thread: str
    address: str
    entry: str
    external_id: str
    parts: tuple[Part, ...]
    written_at: float
    name: str = ""
    envelope: Envelope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """`turned_away`: why no queue took the new contact, which is over already; None: it is served."""

    interaction_id: str
    turned_away: str | None = None
