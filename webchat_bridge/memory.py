"""A channel without a network: what is written is kept, and a test's hand is the customer."""

from dataclasses import dataclass, field

from controller.domain.model import Message
from webchat_bridge.channel import Report, WsgiApp


@dataclass(slots=True)
class MemoryChannel:
    """TextChannel. `written`: (thread, message); `reports`: by the message's id; `told`: (thread, position);
    `over`: threads whose contact has ended."""

    name: str = "chat"
    problem: str | None = None
    web: WsgiApp | None = None
    written: list[tuple[str, Message]] = field(default_factory=list)
    reports: dict[str, Report] = field(default_factory=dict)
    told: list[tuple[str, int]] = field(default_factory=list)
    over: list[str] = field(default_factory=list)

    def start(self) -> None:
        """There is nothing to connect to."""

    def stop(self) -> None:
        """Nor to leave."""

    def write(self, thread: str, message: Message, report: Report) -> None:
        if message.id not in self.reports:
            self.written.append((thread, message))
        self.reports[message.id] = report

    def tell_wait(self, thread: str, position: int, expected_s: float | None) -> None:
        self.told.append((thread, position))

    def ended(self, thread: str) -> None:
        self.over.append(thread)
