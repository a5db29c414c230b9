"""The live feed's parts put together: news in, readers' feeds out."""

from collections.abc import Callable, Hashable
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import gevent
import structlog

from console.api.visible import Sight
from console.live.agenda import Agenda
from console.live.day import Days
from console.live.feeds import Feed
from console.live.feeds.desk import DeskFeed
from console.live.feeds.directory import DirectoryFeed
from console.live.feeds.floor import FloorFeed
from console.live.feeds.interaction import InteractionFeed, unknown
from console.live.feeds.setup import SetupFeed
from console.live.hub import Hub, Outlet, Snapshot
from console.live.picture import Picture
from console.live.subjects import ALARM, QUEUE, Subject, quarter_subject
from console.live.watch import Watch
from console.services import Services
from controller.domain.model import Interaction
from controller.errors import Invalid, NotFound, StoreError, say
from controller.greenlets import spawn
from controller.ports import Published, Publisher, stream_of

_log = structlog.get_logger(__name__)

#: Seconds until the day is read again, after the database did not let us.
AGAIN_S = 10.0

#: A moment after a time, so that it has surely passed.
AFTER_S = 0.01

Make = Callable[[], Feed]


class Live:
    """Create once the engine has recovered, then `start`. It hears of everything from its making on."""

    def __init__(
        self,
        services: Services,
        *,
        publisher: Publisher,
        outlet: Outlet,
        agenda: Agenda,
    ) -> None:
        self._services = services
        self._agenda = agenda
        self._stale_at: dict[str, float] = {}
        self.hub = Hub(outlet=outlet, clock=services.clock, epoch=uuid4().hex)
        self._touched: list[Callable[[Subject], None]] = [self.hub.touch]
        self.picture = Picture(
            engine=services.engine,
            agents=services.agents,
            catalogue=services.catalogue,
            touch=self._touch,
        )
        self.days = Days(
            catalogue=services.catalogue,
            clock=services.clock,
            zone=ZoneInfo(services.centre.timezone),
            changed=self._touch_day,
        )
        self.watch = Watch(
            board=services.alarms,
            picture=self.picture,
            days=self.days,
            forecast=services.forecast,
            catalogue=services.catalogue,
            clock=services.clock,
            agenda=agenda,
        )
        self._touched.append(self.watch.touch)
        services.alarms.subscribe(self._on_alarm)
        services.forecast.subscribe(self._on_outlook)
        publisher.subscribe("console", self.notice)
        self._running: list[gevent.Greenlet] = []

    def start(self) -> None:
        """Read the day so far beside everything else, and send what comes."""
        self._expect_midnight()
        self._running = [spawn("live", self.hub.run), spawn("live-day", self._learn)]

    def stop(self) -> None:
        gevent.killall(self._running)

    def notice(self, published: Published) -> None:
        self.hub.notice(published)
        self.days.notice(published)
        self.picture.notice(published)

    # --- time ------------------------------------------------------------------------------------

    def _learn(self) -> None:
        while True:
            try:
                self.days.learn(self._services.store)
                return
            except StoreError as error:
                _log.warning("day_unknown", why=str(error))
            gevent.sleep(AGAIN_S)

    def _expect_midnight(self) -> None:
        self._agenda.set("midnight", self.days.until, self._on_midnight)

    def _on_midnight(self) -> None:
        self.days.roll()
        self._expect_midnight()

    # --- news ------------------------------------------------------------------------------------

    def _touch(self, subject: Subject) -> None:
        for touch in self._touched:
            touch(subject)

    def _touch_queue(self, queue: str) -> None:
        self._touch(Subject(QUEUE, queue))

    def _touch_day(self, queue: str, quarter: float | None) -> None:
        self._touch_queue(queue)
        if quarter is not None:
            self._touch(quarter_subject(queue, quarter))

    def _on_alarm(self, alarm_id: str) -> None:
        self.hub.touch(Subject(ALARM, alarm_id))

    def _on_outlook(self, queue: str) -> None:
        self._touch_queue(queue)
        stale_at = self._services.forecast.holds_until(queue)
        if stale_at is not None and stale_at != self._stale_at.get(queue):
            self._stale_at[queue] = stale_at
            self._agenda.set(
                f"queue:{queue}", stale_at + AFTER_S, partial(self._grown_stale, queue)
            )

    def _grown_stale(self, queue: str) -> None:
        """The expected wait is another now by time alone."""
        self._services.forecast.next_in(queue)
        self._on_outlook(queue)

    # --- readers ---------------------------------------------------------------------------------

    def open(self, reader: str, name: str, sight: Sight) -> Snapshot:
        """May wait for the store. Raises Invalid (no such feed), NotFound, StoreError."""
        identity, make = self._feed(name, sight)
        opened = self.hub.open(reader, identity, make, sight)
        if isinstance(opened, str):
            raise NotFound(opened)
        return opened

    def _feed(self, name: str, sight: Sight) -> tuple[Hashable, Make]:
        """What is the same for all who may see the same, and how it is made."""
        of = self._services
        kind, _, key = name.partition(":")
        if name == "desk":
            return self._desk(sight)
        if name == "directory":
            make: Make = partial(DirectoryFeed, self.picture, of.agents, of.catalogue)
            return "directory", make
        if name == "setup":
            return "setup", partial(SetupFeed, of.catalogue)
        if name == "floor":
            wide = Sight(queues=sight.queues)
            make = partial(FloorFeed, self.picture, self.days, of, wide)
            return ("floor", wide), make
        if kind == "interaction" and key:
            return self._interaction(name, key, sight)
        raise Invalid(say("feed_unknown", "there is no such feed"))

    def _desk(self, sight: Sight) -> tuple[Hashable, Make]:
        if sight.agent is None:
            raise Invalid(say("desk_agents_only", "only who is an agent has a desk"))
        of = self._services
        make: Make = partial(
            DeskFeed,
            self.picture,
            of.agents,
            of.catalogue,
            sight.agent,
            monitors=sight.monitors,
        )
        return ("desk", sight.agent, sight.monitors), make

    def _interaction(self, name: str, interaction_id: str, sight: Sight) -> tuple[Hashable, Make]:
        identity = (name, sight.monitors)
        if self.hub.has(identity):
            return identity, partial(_never, interaction_id)
        feed = self._read(interaction_id, sight.monitors)
        if feed is None:
            raise NotFound(unknown(interaction_id))
        return identity, lambda: feed

    def _read(self, interaction_id: str, monitors: bool) -> InteractionFeed | None:
        """The contact with its history, both of the same moment."""
        of = self._services
        while True:
            stored = of.store.interaction(interaction_id)
            if stored is None:
                return None
            events = of.store.events(stream_of(stored))
            if len(events) == stored.version and self._is_latest(stored):
                return InteractionFeed(of.forecast, stored, events, monitors=monitors)
            gevent.sleep(0)  # it went on meanwhile

    def _is_latest(self, stored: Interaction) -> bool:
        """What is told of it from now on comes after this."""
        live = self._services.engine.find(stored.id)
        known = self.picture.interactions.get(stored.id)
        return all(i is None or i.version <= stored.version for i in (live, known))


def _never(interaction_id: str) -> Feed:
    raise NotFound(unknown(interaction_id))
