"""What a written channel is to the bridge. A new one is a package with this, and touches nothing else."""

from collections.abc import Callable
from typing import Protocol

from controller.domain.model import Message
from controller.domain.words import Delivery

#: How far a message has come, and why it failed.
Report = Callable[[Delivery, str | None], None]


class TextChannel(Protocol):
    """Threads are named by the channel: a visitor's conversation, a number, a mail thread. Nothing blocks."""

    @property
    def name(self) -> str:
        """As contacts have it: chat, email, sms ..."""

    @property
    def problem(self) -> str | None:
        """Why nothing can be sent at present; None: all is well."""

    def write(self, thread: str, message: Message, report: Report) -> None:
        """Let the customer have `message`, after all that was written to the thread before. A message written
        twice, by its id, is one. `report` is called with each step that becomes known, from any greenlet."""

    def tell_wait(self, thread: str, position: int, expected_s: float | None) -> None:
        """Let him know where he stands in his queue."""

    def ended(self, thread: str) -> None:
        """The contact is over. What he writes now begins another."""
