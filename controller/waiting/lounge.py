"""All that is done for who waits, in one: the room, what may be expected, the way in, the announcements."""

from collections.abc import Callable, Iterable, Sequence

import structlog

from controller.domain.agent import Agent
from controller.domain.model import Interaction
from controller.errors import StoreError
from controller.greenlets import spawn
from controller.ports import (
    AgentDirectory,
    AnyCommand,
    Catalogue,
    Clock,
    Published,
    Publisher,
    Store,
    Timers,
)
from controller.waiting.announcer import Announcer, Submit
from controller.waiting.forecast import Forecast
from controller.waiting.joining import Joining
from controller.waiting.room import WaitingRoom

log = structlog.get_logger(__name__)


class Lounge:
    """Create, then `start` once what was open is known. `handle` and `submit` are the engine's."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        agents: AgentDirectory,
        store: Store,
        clock: Clock,
        timers: Timers,
        handle: Callable[[AnyCommand], object],
        submit: Submit,
    ) -> None:
        self._store = store
        self.room = WaitingRoom(catalogue=catalogue, timers=timers)
        self.forecast = Forecast(catalogue=catalogue, agents=agents, clock=clock, room=self.room)
        self.announcer = Announcer(forecast=self.forecast, clock=clock, submit=submit)
        self.queues = Joining(
            catalogue=catalogue,
            clock=clock,
            room=self.room,
            forecast=self.forecast,
            agents=agents,
            store=store,
            handle=handle,
        )
        catalogue.subscribe(self._on_change)

    def start(
        self, publisher: Publisher, agents: Iterable[Agent], waiting: Sequence[Interaction]
    ) -> None:
        """`agents`, `waiting`: as they were when the last process ended."""
        self.room.start(agents, waiting)
        publisher.subscribe("lounge", self._notice)
        self.announcer.start(waiting)
        spawn("forecast", self._learn)

    def _notice(self, published: Published) -> None:
        self.room.notice(published)
        self.forecast.notice(published)
        self.announcer.notice(published)

    def stop(self) -> None:
        self.announcer.stop()

    def _learn(self) -> None:
        try:
            self.forecast.learn(self._store)
        except StoreError as error:
            log.warning("handling_times_unknown", why=str(error))

    def _on_change(self, kind: str, entry_id: str) -> None:
        if kind == "agent":
            self.room.reload()
