"""A centre that is told what happens: any sequence of it, with the live feed above and readers of it."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import orjson

from console.alarms import AlarmBoard
from console.api.visible import Sight
from console.live.hub import Snapshot
from console.live.live import Live
from console.services import Centre, Services
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.directory import MemoryDirectory
from controller.adapters.memory.store import MemoryStore
from controller.adapters.memory.time import ManualClock, ManualTimers
from controller.domain.agent import Agent, AgentCommand, advance_agent
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.events import Event
from controller.domain.model import Interaction
from controller.errors import IllegalCommand, NotFound
from controller.ports import Change, Published, Subscriber
from controller.waiting.forecast import Forecast
from controller.waiting.room import WaitingRoom
from tests.domain.stories import T0

QUEUES = ("q0", "q1", "q2", "sales")
#: As the stories name them.
AGENTS = ("agent0", "agent1", "agent2", "colleague0", "colleague1", "anna")


class ManualAgenda:
    """An agenda over a ManualClock: `fire_due` does what has come due."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._due: dict[str, tuple[float, Callable[[], None]]] = {}

    def set(self, key: str, at: float, action: Callable[[], None]) -> None:
        self._due[key] = (at, action)

    def cancel(self, key: str) -> None:
        self._due.pop(key, None)

    def fire_due(self) -> None:
        while due := [k for k, (at, _) in self._due.items() if at <= self._clock.now()]:
            self._due.pop(due[0])[1]()


class Outbox:
    """Outlet: keeps what is sent, by reader."""

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[str, dict[str, Any]]]] = {}

    def send(self, readers, event: str, message: bytes) -> None:
        for reader in readers:
            self.sent.setdefault(reader, []).append((event, orjson.loads(message)))


class _Engine:
    """What is live, as it was told."""

    def __init__(self) -> None:
        self.interactions: dict[str, Interaction] = {}
        self.agents: dict[str, Agent] = {}

    def live(self):
        return list(self.interactions.values())

    def find(self, interaction_id: str):
        return self.interactions.get(interaction_id)

    def agent_states(self):
        return list(self.agents.values())


class Told:
    """`tell`, `command` and the catalogue make things happen; `flush` sends what came of it.

    `lounge_late`: the waiting room hears of everything after the live feed; else before.
    """

    def __init__(self, *, zone: str = "UTC", lounge_late: bool = False) -> None:
        self.clock = ManualClock(T0)
        self.store = MemoryStore()
        self.catalogue = MemoryCatalogue()
        for queue in QUEUES:
            self.catalogue.put(QueueSettings(id=queue, name=queue))
        for number, agent in enumerate(AGENTS):
            self.profile(agent, QUEUES[number % 2 : number % 2 + 2])
        self.catalogue.put(Did(id="5000", flow="main"))
        self.engine = _Engine()
        self.directory = MemoryDirectory(self.catalogue)
        timers = ManualTimers(self.clock, lambda command: None)
        self.room = WaitingRoom(catalogue=self.catalogue, timers=timers)
        self.forecast = Forecast(
            catalogue=self.catalogue, agents=self.directory, clock=self.clock, room=self.room
        )
        self.agenda = ManualAgenda(self.clock)
        self.outbox = Outbox()
        self.board = AlarmBoard(self.clock)
        self._centre = Centre(timezone=zone)
        self._lounge_late = lounge_late
        self._subscribers: list[Subscriber] = []
        self.live = self.another(self.agenda)
        self.live._expect_midnight()  # as `start` does, without its greenlets

    def another(self, agenda: ManualAgenda | None = None) -> Live:
        """A live feed over the same centre, which has heard of nothing so far."""
        agenda = agenda or ManualAgenda(self.clock)
        services: Any = Services(
            engine=self.engine,  # type: ignore[arg-type]
            store=self.store,
            catalogue=self.catalogue,
            agents=self.directory,
            clock=self.clock,
            forecast=self.forecast,
            alarms=self.board,
            centre=self._centre,
            **dict.fromkeys(
                {f.name for f in fields(Services) if f.default is f.default_factory}
                - {"engine", "store", "catalogue", "agents", "clock", "forecast", "alarms"}
            ),  # type: ignore[arg-type]
        )
        live = Live(services, publisher=self, outlet=self.outbox, agenda=agenda)
        live.hub._steady = _Steps()
        return live

    # --- Publisher -------------------------------------------------------------------------------

    def publish(self, published: Published) -> None:
        for subscriber in self._subscribers[:1]:
            subscriber(published)

    def subscribe(self, name: str, subscriber: Subscriber) -> None:
        """The first is the feed that is looked at; of others only the present is asked."""
        self._subscribers.append(subscriber)

    # --- what happens ----------------------------------------------------------------------------

    def tell(self, after: Interaction, events: tuple[Event, ...]) -> None:
        """The interaction is this now, by these events."""
        self.store.commit([Change(after=after, events=events)])
        if after.closed:
            self.engine.interactions.pop(after.id, None)
        else:
            self.engine.interactions[after.id] = after
        self._tell(Published(after=after, events=events))

    def command(self, command: AgentCommand) -> None:
        try:
            after, events = advance_agent(
                self.engine.agents.get(command.agent_id), command, self.clock.now()
            )
        except IllegalCommand:
            return
        if events:
            self.store.commit([Change(after=after, events=events)])
            self.engine.agents[after.id] = after
            self.directory.declare(after)
            self._tell(Published(after=after, events=events))

    def _tell(self, published: Published) -> None:
        if not self._lounge_late:
            self.room.notice(published)
            self.forecast.notice(published)
        self.publish(published)
        if self._lounge_late:
            self.flush()
            self.room.notice(published)
            self.forecast.notice(published)

    def profile(self, agent: str, queues: tuple[str, ...], *, enabled: bool = True) -> None:
        self.catalogue.put(
            AgentProfile(id=agent, name=agent, extension="1", queues=queues, enabled=enabled)
        )

    def pass_(self, seconds: float) -> None:
        self.clock.pass_(seconds)
        self.agenda.fire_due()

    def flush(self) -> None:
        self.agenda.fire_due()
        self.live.hub.flush()


class _Steps:
    """A steady clock on which every look is a day later: no feed waits for its pace."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        self._now += 86_400.0
        return self._now


class Reader:
    """Follows one feed as the page does, and checks the numbers."""

    def __init__(self, told: Told, name: str, feed: str, sight: Sight) -> None:
        self._told = told
        self.name, self.feed, self.sight = name, feed, sight
        self.entities: dict[str, Any] | None = None
        self.number = 0
        self.seen: list[bytes] = []

    def open(self) -> bool:
        self.take()
        try:
            opened = self._told.live.open(self.name, self.feed, self.sight)
        except NotFound:
            return False
        assert isinstance(opened, Snapshot)
        self.entities = orjson.loads(opened.entities)
        self.number = opened.number
        self.seen.append(opened.entities)
        return True

    def close(self) -> None:
        self._told.live.hub.close(self.name, self.feed)
        self.take()
        self.entities = None

    def take(self) -> None:
        """What was sent to him."""
        for event, message in self._told.outbox.sent.pop(self.name, ()):
            assert self.entities is not None, "nothing is sent of what is not read"
            assert message["feed"] == self.feed
            self.seen.append(orjson.dumps(message))
            if event == "ended":
                self.entities = None
                continue
            assert message["number"] == self.number + 1
            assert message["put"] or message["drop"]
            assert not set(message["put"]) & set(message["drop"])
            assert set(message["drop"]) <= set(self.entities)
            self.number = message["number"]
            self.entities.update(message["put"])
            for key in message["drop"]:
                del self.entities[key]

    def fresh(self) -> dict[str, Any] | None:
        """What somebody gets who opens it with a feed that has just begun; None: he may not."""
        other = self._told.another()
        other.days.learn(self._told.store)
        try:
            entities: dict[str, Any] = orjson.loads(
                other.open("another", self.feed, self.sight).entities
            )
        except NotFound:
            return None
        return entities


def renamed(value: Any, interaction_id: str) -> Any:
    """An event, or a state, of another interaction."""
    name = "interaction_id" if isinstance(value, Event) else "id"
    return replace(value, **{name: interaction_id})
