"""Time, news, and all that a reaction may call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from controller.domain.model import Interaction
from controller.ports.agents import AgentDirectory, Phones
from controller.ports.flows import Flows
from controller.ports.medium import Medium
from controller.ports.subjects import Aggregate, AnyCommand, AnyEvent


class Ledger(Protocol):
    """Keeps the manifest of an interaction's recordings."""

    def write_manifest(self, interaction: Interaction) -> None: ...


class Timers(Protocol):
    """Commands that come at their time. They are not saved: recovery sets them from the state."""

    def set(self, key: str, at: float, command: AnyCommand) -> None:
        """Replace the timer of this key. A time that has passed fires at once."""

    def cancel(self, key: str) -> None:
        """Nothing happens when there is none."""


class Clock(Protocol):
    def now(self) -> float:
        """Epoch seconds, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What subscribers get, after it was saved and reacted to."""

    after: Aggregate
    events: tuple[AnyEvent, ...]


Subscriber = Callable[[Published], None]


class Publisher(Protocol):
    def publish(self, published: Published) -> None:
        """Never fails and never waits for a subscriber."""

    def subscribe(self, name: str, subscriber: Subscriber) -> None:
        """Called for everything, in order, one at a time; what it raises is logged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything a reaction may call. `media` is by channel."""

    media: Mapping[str, Medium]
    flows: Flows
    agents: AgentDirectory
    timers: Timers
    ledger: Ledger
    phones: Phones
    clock: Clock
    submit: Callable[[AnyCommand], None]
