"""What goes out over a peer that may be away: in order within a thread, tried again, given up in the end.

Nothing is kept here beyond the process: a message that has not gone out is unsent in its contact, which stays
open for it, and the bridge gives it to the channel again at the next start.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gevent
import structlog

from controller.domain.words import Delivery
from controller.errors import TandemError
from controller.greenlets import spawn
from controller.ports import Clock
from webchat_bridge.channel import Report

log = structlog.get_logger(__name__)

#: Seconds until a thing that could not be sent is tried again: twice as long each time, up to the most.
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0

#: So long a message is tried.
GIVE_UP_S = 86_400.0


class RefusedError(TandemError):
    """The peer will never take it. Its text says why."""


class UnreachableError(TandemError):
    """The peer did not take it now."""


@dataclass(slots=True)
class _Item:
    """`report`: None for what nobody waits for, which is tried once."""

    id: str
    payload: Any
    report: Report | None
    give_up_at: float


@dataclass(slots=True)
class _Line:
    items: deque[_Item] = field(default_factory=deque)
    sender: gevent.Greenlet | None = None


class Outbox:
    """`deliver` blocks until the peer has what it is given; it raises RefusedError or UnreachableError."""

    def __init__(self, name: str, deliver: Callable[[Any], None], clock: Clock) -> None:
        self._name = name
        self._deliver = deliver
        self._clock = clock
        self._lines: dict[str, _Line] = {}
        self.problem: str | None = None

    def __len__(self) -> int:
        """How much waits: a gauge."""
        return sum(len(line.items) for line in self._lines.values())

    def put(
        self, thread: str, item_id: str, payload: Any, report: Report | None, written_at: float
    ) -> None:
        """After all that was put for the thread before; what waits already, by its id, is not put twice."""
        line = self._lines.setdefault(thread, _Line())
        if any(item.id == item_id for item in line.items):
            return
        line.items.append(_Item(item_id, payload, report, written_at + GIVE_UP_S))
        if line.sender is None:
            line.sender = spawn(f"{self._name} outbox", self._run, thread, line)

    def stop(self) -> None:
        senders = [line.sender for line in self._lines.values() if line.sender is not None]
        self._lines.clear()
        gevent.killall(senders)

    def _run(self, thread: str, line: _Line) -> None:
        while line.items:
            self._send(line.items[0])
            line.items.popleft()
        del self._lines[thread]

    def _send(self, item: _Item) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                self._try(item)
            except RefusedError as error:
                log.warning("message_refused", channel=self._name, why=str(error))
                return self._tell(item, Delivery.FAILED, str(error))
            except UnreachableError as error:
                self.problem = str(error)
                if item.report is None:
                    return None
                if self._clock.now() + pause > item.give_up_at:
                    return self._tell(item, Delivery.FAILED, f"given up: {error}")
                log.info("message_waits", channel=self._name, why=str(error), pause_s=pause)
                gevent.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                self.problem = None
                return self._tell(item, Delivery.SENT, None)

    def _try(self, item: _Item) -> None:
        """A fault of ours is no reason to lose what waits behind it."""
        try:
            self._deliver(item.payload)
        except (RefusedError, UnreachableError):
            raise
        except Exception:
            log.exception("delivery_failed", channel=self._name)
            raise UnreachableError("Tandem failed to send it; see its log") from None

    def _tell(self, item: _Item, delivery: Delivery, problem: str | None) -> None:
        if item.report is not None:
            item.report(delivery, problem)
