"""One FreeSWITCH: its connections, their health, and what waits for later events.

- The event connection carries events, subscribed by name, and nothing else, so that a slow
  command cannot delay an event. The command connections carry api, bgapi and sendmsg: all about
  one leg by the same one, so their order is kept, and legs do not wait for each other. (FreeSWITCH
  reads a command byte by byte and gives up its core after each: when the cores are busy, a command
  is 50 to 400 ms on its way.)
- They live and die together. A supervisor opens them, and drops and reopens them when one is lost,
  a HEARTBEAT is missed, events stay late, or another core answers.
- Nothing waits for ever: replies, jobs and executes have time limits, and the loss of the link
  ends them all with LinkLost.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import gevent
import structlog
from gevent.event import AsyncResult, Event

from controller.adapters.esl import commands
from controller.adapters.esl.connection import EslConnection
from controller.adapters.esl.health import Health, LinkTiming
from controller.adapters.esl.lanes import LANES, Lanes
from controller.adapters.esl.messages import JobResult, SwitchEvent
from controller.adapters.esl.orders import OURS, Orders
from controller.errors import (
    LegGone,
    LinkLost,
    SwitchError,
    UnsafeCommand,
)
from controller.greenlets import spawn

# What the link itself lives on; every subscription has these.
OWN_EVENTS = ("HEARTBEAT", "BACKGROUND_JOB", "CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP")
FILTERS = (
    "filter Event-Name /^(?!CHANNEL_EXECUTE_COMPLETE)/",
    f"filter Application-UUID /^{OURS}/",
)
_LEG_ENDS = frozenset({"CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY"})

_UUID = re.compile(r"[0-9a-fA-F-]{36}")
_log = structlog.get_logger(__name__)


class SwitchLink(Orders):
    """The way to one FreeSWITCH. All methods may be called from any greenlet of the hub.

    `on_event(event)` is called in the reader for every event but the results of our own jobs:
    it must only enqueue. `on_up(link, core_uuid, restarted)` runs in its own greenlet once the
    link is subscribed and takes commands: the place to resynchronise. `on_down(reason)` is
    called by the supervisor and must not block; nor may `on_caught_up`: see `keeps_up`.

    Gauges: `lag_seconds` (how late the last event came, clock difference taken out),
    `events_total`, `reconnects_total`.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        password: str,
        on_event: Callable[[SwitchEvent], None],
        on_up: "Callable[[SwitchLink, str, bool], None] | None" = None,
        on_down: Callable[[str], None] | None = None,
        on_caught_up: Callable[[], None] | None = None,
        names: Iterable[str] = (),
        subclasses: Iterable[str] = (),
        timing: LinkTiming | None = None,
        name: str = "switch",
    ) -> None:
        super().__init__(timing or LinkTiming())
        self.name = name
        self.core_uuid = ""
        self.events_total = 0
        self.reconnects_total = 0
        self._address = (host, port, password)
        self._subscription = commands.subscribe(
            dict.fromkeys((*OWN_EVENTS, *names)), tuple(subclasses)
        )
        self._on_event, self._on_up, self._on_down = on_event, on_up, on_down
        self._on_caught_up = on_caught_up
        self._told_behind = False
        self._health = Health(self.timing, time.monotonic())
        self._events: EslConnection | None = None
        self._lanes = Lanes()
        self._heard: set[str] = set()
        self._seen_core = ""
        self._up = Event()
        self._stopping = Event()
        self._lost: AsyncResult = AsyncResult()
        self._reason: SwitchError = LinkLost("not connected yet")
        self._noted = ""
        self._supervisor: Any = None

    # -- life ------------------------------------------------------------------------------

    @property
    def up(self) -> bool:
        """True while commands can be given."""
        return bool(self._up.is_set())

    @property
    def problem(self) -> str:
        """Why commands cannot be given, in words; empty while they can."""
        return "" if self.up else f"no link to FreeSWITCH: {self._reason}"

    @property
    def lag_seconds(self) -> float:
        return self._health.lag_seconds

    def start(self) -> None:
        """Begin to connect, and return; `wait_up` or `on_up` tell when it worked."""
        if self._supervisor is not None:
            raise UnsafeCommand(f"link {self.name} was started before; make a new one")
        self._supervisor = spawn(f"{self.name} supervisor", self._supervise)

    def stop(self) -> None:
        """Close the connections and end every wait with LinkLost; it cannot be started again."""
        self._stopping.set()
        reason = LinkLost(f"link {self.name} was stopped")
        self._lose(reason)
        self._close()
        if self._supervisor is not None and self._supervisor is not gevent.getcurrent():
            self._supervisor.join()

    def wait_up(self, timeout: float | None = None) -> bool:
        """Wait until commands can be given; False when `timeout` seconds were not enough."""
        return bool(self._up.wait(timeout))

    # -- commands: see Orders ----------------------------------------------------------------

    def _lane(self, about: str, *, urgent: bool = False) -> EslConnection:
        self._require_up()
        return self._lanes.about(about, urgent=urgent)

    def _require_up(self) -> None:
        if not self._up.is_set():
            raise LinkLost(f"no link to FreeSWITCH {self.name}: {self._reason}")

    def keeps_up(self) -> bool:
        """False while FreeSWITCH is behind with our commands; `on_caught_up` follows each False, or the
        loss of the link."""
        self._told_behind = self._lanes.behind
        return not self._told_behind

    def _answered(self) -> None:
        if self._told_behind and self.keeps_up() and self._on_caught_up is not None:
            self._on_caught_up()

    # -- what is heard only while somebody needs it ------------------------------------------

    def hear(self, name: str) -> None:
        """Have events of `name` sent as well, until `ignore`, or the loss of the link.

        Returns when they are: what happened before must be asked for. Raises as `api`.
        """
        self._require_up()
        assert self._events is not None, "up without an event connection"
        self._heard.add(name)
        self._events.send(commands.subscribe((name,))).require("event")

    def ignore(self, name: str) -> None:
        """The end of `hear`. Does not block."""
        if self._events is not None and self._up.is_set() and name in self._heard:
            self._heard.discard(name)
            self._events.post(commands.unsubscribe(name), lambda outcome: None)

    # -- events (in the reader) --------------------------------------------------------------

    def _handle(self, event: SwitchEvent) -> None:
        self.events_total += 1
        now = time.monotonic()
        late = self._health.seen(event, time.time(), now)
        if late is not None:
            self._lose(late)
        if event.core_uuid != self._seen_core:
            self._meet_core(event.core_uuid)
        name = event.name
        if name == "BACKGROUND_JOB":
            if self._jobs.finish(event.get("Job-UUID"), JobResult.from_event(event)):
                return
        elif name == "CHANNEL_EXECUTE_COMPLETE":
            self._executes.finish(event.get("Application-UUID"), event)
        elif name in _LEG_ENDS:
            self._executes.fail_leg(event.uuid, LegGone(event.uuid, event.get("Hangup-Cause")))
        elif name == "HEARTBEAT":
            self._health.heartbeat(now)
        self._on_event(event)

    def _meet_core(self, core_uuid: str) -> None:
        if self._seen_core and core_uuid:
            self._lose(LinkLost("FreeSWITCH was restarted behind an open connection"))
        self._seen_core = core_uuid or self._seen_core

    # -- the supervisor ----------------------------------------------------------------------

    def _supervise(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            was_up, reason = self._live_once()
            if was_up and time.monotonic() - began > self.timing.backoff_most:
                attempt = 0
            self._report(reason, was_up)
            self._stopping.wait(self.timing.pause(reason, attempt))
            attempt += 1

    def _live_once(self) -> tuple[bool, SwitchError]:
        """Open the connections, keep them until one is lost, close them; (was it up, why lost)."""
        self._lost = AsyncResult()
        self._health = Health(self.timing, time.monotonic())
        self._seen_core = ""
        self._heard.clear()
        self._events = self._make("events", self._handle)
        self._lanes = Lanes([self._make(f"commands {n}") for n in range(LANES)])
        was_up = False
        try:
            self._open(self._events, self._lanes)
            was_up = True
            self._await_loss()
        except SwitchError as error:
            self._lose(error)
        finally:
            self._up.clear()
            reason: SwitchError = self._lost.get(block=False)
            self._reason = reason
            self._close()
            self._jobs.fail_all(reason)
            self._executes.fail_all(reason)
        return was_up, reason

    def _close(self) -> None:
        if self._events is not None:
            self._events.stop()
        self._lanes.stop()

    def _make(
        self, role: str, on_event: Callable[[SwitchEvent], None] | None = None
    ) -> EslConnection:
        host, port, password = self._address
        return EslConnection(
            host,
            port,
            password,
            name=f"{self.name} {role}",
            timeout=self.timing.connect,
            command_timeout=self.timing.command,
            on_event=on_event,
            on_closed=self._lose,
            on_answer=self._answered,
        )

    def _open(self, events: EslConnection, lanes: Lanes) -> None:
        """Connect all and subscribe; then, and not before, commands are taken."""
        events.connect()
        for passes in FILTERS:
            events.send(passes).require("filter")
        events.send(self._subscription).require("event")
        lanes.connect()
        core = lanes.about("").send(commands.api("global_getvar", "core_uuid")).text.strip()
        if not _UUID.fullmatch(core):
            core = self._seen_core  # not told on request: then by the first event
        restarted = bool(self.core_uuid and core and core != self.core_uuid)
        returning = bool(self.core_uuid)
        self.core_uuid = self._seen_core = core
        self.reconnects_total += returning
        self._noted = ""
        self._up.set()
        _log.info("link up", link=self.name, core_uuid=core, restarted=restarted)
        self._reason = LinkLost("the link is being closed")
        if self._on_up is not None:
            spawn(f"{self.name} on_up", self._on_up, self, core, restarted)

    def _await_loss(self) -> None:
        while not self._lost.ready():
            left = self._health.silent_at - time.monotonic()
            if left <= 0:
                self._lose(self._health.silence())
            else:
                self._lost.wait(left)

    def _lose(self, reason: SwitchError) -> None:
        """Have the supervisor close the connections; the first reason counts. Never blocks."""
        if not self._lost.ready():
            self._up.clear()
            self._reason = reason
            self._lost.set(reason)

    def _report(self, reason: SwitchError, was_up: bool) -> None:
        """One line in the log when the reason changes, not one per attempt; and `on_down`."""
        if str(reason) != self._noted and not self._stopping.is_set():
            self._noted = str(reason)
            _log.error("link down", link=self.name, kind=type(reason).__name__, reason=str(reason))
        if not was_up or self._on_down is None:
            return
        try:
            self._on_down(str(reason))
        except Exception:
            _log.exception("on_down failed", link=self.name)
