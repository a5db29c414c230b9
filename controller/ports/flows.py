"""The IVR, its way into a queue, and its hold on a customer's leg."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction, Telling


class Flows(Protocol):
    """The IVR. A flow works on its own and sends commands."""

    def flow_for(self, dialled: str) -> str:
        """The flow that greets callers of this number; for an unknown one, the courteous one. Does not
        block: event readers ask."""

    def start(self, interaction: Interaction) -> None: ...

    def resume(self, interaction: Interaction, reason: str) -> None:
        """The customer is back from a queue or an outside number. `reason` picks the branch."""

    def stop(self, interaction_id: str) -> None:
        """The customer has gone; forget him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a customer's flow asks of a queue, beside what the queue itself has. `max_wait_s` and
    `music`: None, the queue's own."""

    queue: str
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    music: str | None = None
    max_wait_s: float | None = None
    telling: Telling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What may be expected of a wait. `position`: 1 is first. `expected_s`: None, nobody serves.

    It comes from `handling_s`, the mean of what a contact takes an agent, and `agents`, those at work,
    one who serves n queues counting 1/n.
    """

    queue: str
    position: int
    waiting: int
    expected_s: float | None
    handling_s: float
    agents: float


class Queues(Protocol):
    """The way into a queue."""

    def join(
        self,
        interaction: Interaction,
        wish: Wish,
        admitted: Callable[[QueueSettings], None] = lambda queue: None,
    ) -> str | None:
        """Blocks until the customer is in the queue, or in the one that has him instead; then None.

        Else why none takes him: a value of Overflow, or unknown_queue. `admitted` is called before
        he joins, with the queue that takes him. One who was given back and is to be moved goes there.
        Raises what the engine's `handle` raises.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherSpec:
    """What keys to collect. Times in seconds; `pattern` is a regex that the whole entry must match."""

    min_digits: int = 1
    max_digits: int = 1
    timeout_s: float = 5.0
    between_s: float = 3.0
    attempts: int = 1
    terminators: str = "#"
    pattern: str = r"\d+"


class CustomerLeg(Protocol):
    """The flow's hold on a customer. Every call blocks its greenlet; LegGone when he hangs up."""

    @property
    def rate(self) -> int:
        """The sample rate he hears, in Hz; 8000 until he is answered."""

    def answer(self) -> None: ...

    def play(self, files: Sequence[str]) -> None:
        """Files that are missing are skipped and logged."""

    def gather(self, files: Sequence[str], invalid: Sequence[str], spec: GatherSpec) -> str | None:
        """The keys, or None after the last attempt."""

    def tape(self, mailbox: str, limit_s: float, silence_s: float) -> float:
        """Record the customer after a beep; the seconds recorded.

        NoteVoicemail comes of it by itself, for most people end their message by hanging up.
        """
