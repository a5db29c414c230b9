"""What a written channel is to the bridge. A new one is a package with this, and touches nothing else: it
names its `Factory` as an entry point of the group `tandem.channels`, by the kind that the config file says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from controller.domain.model import Message
from controller.domain.words import Delivery
from controller.ports import Clock
from webchat_bridge.incoming import Incoming, Received

GROUP = "tandem.channels"

#: How far a message has come, and why it failed.
Report = Callable[[Delivery, str | None], None]

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TextChannel(Protocol):
    """Threads are named by the channel: a visitor's conversation, a number, a mail thread. Nothing but `stop`
    blocks."""

    @property
    def name(self) -> str:
        """As contacts have it: chat, email, sms ..."""

    @property
    def problem(self) -> str | None:
        """Why nothing can be sent at present; None: all is well."""

    @property
    def web(self) -> WsgiApp | None:
        """What it serves under /channels/NAME/, if anything."""

    def start(self) -> None: ...

    def stop(self) -> None:
        """What was not sent is given again by `write` after the next start."""

    def write(self, thread: str, message: Message, report: Report) -> None:
        """Let the customer have `message`, after all that was written to the thread before. A message written
        twice, by its id, is one. `report` is called with each step that becomes known, from any greenlet; at
        last with one beyond QUEUED."""

    def tell_wait(self, thread: str, position: int, expected_s: float | None) -> None:
        """Let him know where he stands in his queue."""

    def ended(self, thread: str) -> None:
        """The contact is over. What he writes now begins another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a channel is given. `receive`: see Inbox."""

    receive: Callable[[Incoming], Received]
    clock: Clock


#: From the channel's name and its settings in the config file. Raises Invalid, which names the field.
Factory = Callable[[str, Mapping[str, Any], Surroundings], TextChannel]
