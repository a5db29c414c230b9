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
import secrets
import time
import uuid as uuids
from binascii import crc32
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Unpack

import gevent
import structlog
from gevent.event import AsyncResult, Event

from controller.adapters.esl import commands
from controller.adapters.esl.connection import EslConnection, Outcome
from controller.adapters.esl.health import Health, LinkTiming
from controller.adapters.esl.messages import JobResult, SwitchEvent, is_refusal
from controller.adapters.esl.waiting import Waiting
from controller.errors import (
    CommandRefused,
    LegGone,
    LinkLost,
    SwitchError,
    UnsafeCommand,
)
from controller.greenlets import spawn

# What the link itself lives on; every subscription has these.
OWN_EVENTS = ("HEARTBEAT", "BACKGROUND_JOB", "CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP")
#: What the ids of our executes begin with: of CHANNEL_EXECUTE_COMPLETE we hear only theirs. The
#: dialplan's own applications would be an event of 5 kB each.
OURS = "tandem-"
FILTERS = (
    "filter Event-Name /^(?!CHANNEL_EXECUTE_COMPLETE)/",
    f"filter Application-UUID /^{OURS}/",
)
_LEG_ENDS = frozenset({"CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY"})

JobDone = Callable[[JobResult | SwitchError], None]
ExecuteDone = Callable[[SwitchEvent | SwitchError], None]
_UUID = re.compile(r"[0-9a-fA-F-]{36}")
#: Connections for commands.
LANES = 4
_log = structlog.get_logger(__name__)


class SwitchLink:
    """The way to one FreeSWITCH. All methods may be called from any greenlet of the hub.

    `on_event(event)` is called in the reader for every event but the results of our own jobs:
    it must only enqueue. `on_up(link, core_uuid, restarted)` runs in its own greenlet once the
    link is subscribed and takes commands: the place to resynchronise. `on_down(reason)` is
    called by the supervisor and must not block.

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
        names: Iterable[str] = (),
        subclasses: Iterable[str] = (),
        timing: LinkTiming | None = None,
        name: str = "switch",
    ) -> None:
        self.name = name
        self.timing = timing or LinkTiming()
        self.core_uuid = ""
        self.events_total = 0
        self.reconnects_total = 0
        self._address = (host, port, password)
        self._subscription = commands.subscribe(
            dict.fromkeys((*OWN_EVENTS, *names)), tuple(subclasses)
        )
        self._on_event, self._on_up, self._on_down = on_event, on_up, on_down
        self._jobs: Waiting[JobResult] = Waiting()
        self._executes: Waiting[SwitchEvent] = Waiting()
        self._health = Health(self.timing, time.monotonic())
        self._connections: tuple[EslConnection, ...] = ()
        self._seen_core = ""
        self._names = f"{OURS}{secrets.token_hex(3)}"
        self._named = 0
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

    @property
    def waiting(self) -> int:
        """How many jobs and executes have not ended: a gauge, back at 0 when all is quiet."""
        return len(self._jobs) + len(self._executes)

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
        for connection in self._connections:
            connection.stop()
        if self._supervisor is not None and self._supervisor is not gevent.getcurrent():
            self._supervisor.join()

    def wait_up(self, timeout: float | None = None) -> bool:
        """Wait until commands can be given; False when `timeout` seconds were not enough."""
        return bool(self._up.wait(timeout))

    # -- commands --------------------------------------------------------------------------

    def api(self, command: str, timeout: float | None = None) -> str:
        """Run a short api command, such as `uuid_exists U`; its output.

        It holds up other commands until done: what may take long goes by `bgapi`. Raises
        CommandRefused for -ERR and -USAGE, CommandTimeout (then the link is dropped), LinkLost.
        """
        name, _, args = command.partition(" ")
        built = commands.api(name, args)
        return self._connection(command).send(built, timeout).require(built.label)

    def api_before(self, command: str) -> None:
        """Send an api command and return: another about the same leg follows, which would fail, too.

        So a refusal is no more than logged. Raises CommandTimeout, LinkLost.
        """
        name, _, args = command.partition(" ")
        built = commands.api(name, args)

        def replied(outcome: Outcome) -> None:
            error = _error_in(outcome, built.label)
            if error is not None:
                _log.info("command_before_refused", problem=str(error))

        self._connection(command).post(built, replied)

    def send_event(self, name: str, headers: Mapping[str, str]) -> None:
        """Fire an event in the switch: some of its parts take orders that way. Raises as `api`."""
        built = commands.send_event(name, headers)
        self._connection(built.line).send(built, None).require(built.label)

    def bgapi(self, command: str, timeout: float | None = None) -> str:
        """Run an api command in a thread of the switch and wait for its output.

        Raises CommandRefused, CommandTimeout (the link stays; the job may still end), LinkLost.
        """
        box: AsyncResult = AsyncResult()
        self.bgapi_nowait(command, timeout, done=box.set)
        result: JobResult = _result_of(box)
        return result.require()

    def bgapi_nowait(
        self,
        command: str,
        timeout: float | None = None,
        *,
        done: JobDone | None = None,
        job_uuid: str | None = None,
    ) -> str:
        """Like `bgapi`, but return the job's name, its Job-UUID, once it is sent.

        `done` gets a JobResult (its body may be a refusal: see `JobResult.require`) or a
        SwitchError, exactly once; it must only enqueue. Raises LinkLost when not up.
        """
        name, _, args = command.partition(" ")
        job = job_uuid or self._new_name()
        built = commands.bgapi(name, args, job)
        limit = self.timing.job if timeout is None else timeout
        connection = self._connection(command)
        self._jobs.add(job, done or _log_failure, timeout=limit, label=built.label)

        def replied(outcome: Outcome) -> None:
            error = _error_in(outcome, built.label)
            if error is not None:
                self._jobs.finish(job, error)

        self._post(self._jobs, job, connection, built, replied)
        return job

    def execute(
        self,
        uuid: str,
        app: str,
        arg: str = "",
        timeout: float | None = None,
        **options: Unpack[commands.ExecuteOptions],
    ) -> SwitchEvent:
        """Run an application on a leg and wait for its CHANNEL_EXECUTE_COMPLETE.

        Raises LegGone when the leg hangs up first, CommandRefused, CommandTimeout, LinkLost.
        See `commands.execute` for the options.
        """
        box: AsyncResult = AsyncResult()
        self.execute_nowait(uuid, app, arg, timeout, done=box.set, **options)
        event: SwitchEvent = _result_of(box)
        return event

    def execute_nowait(
        self,
        uuid: str,
        app: str,
        arg: str = "",
        timeout: float | None = None,
        *,
        done: ExecuteDone | None = None,
        event_uuid: str | None = None,
        **options: Unpack[commands.ExecuteOptions],
    ) -> str:
        """Like `execute`, but return the event uuid (the later Application-UUID) once it is sent.

        `done` gets the event or a SwitchError, exactly once; it must only enqueue.
        """
        key = event_uuid or self._new_name()
        built = commands.execute(uuid, app, arg, event_uuid=key, **options)
        limit = self.timing.execute if timeout is None else timeout
        label = f"execute {app}"
        connection = self._connection(uuid)
        self._executes.add(key, done or _log_failure, timeout=limit, label=label, leg=uuid)

        def replied(outcome: Outcome) -> None:
            error = _error_in(outcome, label)
            if isinstance(error, CommandRefused) and "invalid session id" in error.reply:
                error = LegGone(uuid)
            if error is not None:
                self._executes.finish(key, error)

        self._post(self._executes, key, connection, built, replied)
        return key

    @property
    def awaited_legs(self) -> set[str]:
        """Legs on which something was executed that has not ended."""
        return self._executes.legs

    def leg_gone(self, uuid: str) -> None:
        """The leg hung up, and no event told of it: what waits for something on it ends."""
        self._executes.fail_leg(uuid, LegGone(uuid))

    def _connection(self, about: str) -> EslConnection:
        """The one for commands about the first leg named in `about`."""
        if not self._up.is_set():
            raise LinkLost(f"no link to FreeSWITCH {self.name}: {self._reason}")
        leg = _UUID.search(about)
        lane = crc32(leg[0].encode()) % LANES if leg is not None else 0
        return self._connections[1 + lane]

    def _new_name(self) -> str:
        """Unique among those of any process of ours that used the same legs; short, for each byte of a
        command costs the switch a turn of its loop."""
        self._named += 1
        return f"{self._names}{self._named:x}"

    def _post(
        self,
        waits: "Waiting[JobResult] | Waiting[SwitchEvent]",
        key: str,
        connection: EslConnection,
        command: commands.Command,
        replied: Callable[[Outcome], None],
    ) -> None:
        try:
            connection.post(command, replied)
        except BaseException:
            waits.forget(key)
            raise

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
        events = self._make("events", self._handle)
        lanes = [self._make(f"commands {n}", None) for n in range(LANES)]
        self._connections = (events, *lanes)
        was_up = False
        try:
            self._open(events, lanes)
            was_up = True
            self._await_loss()
        except SwitchError as error:
            self._lose(error)
        finally:
            self._up.clear()
            reason: SwitchError = self._lost.get(block=False)
            self._reason = reason
            for connection in self._connections:
                connection.stop()
            self._jobs.fail_all(reason)
            self._executes.fail_all(reason)
        return was_up, reason

    def _make(self, role: str, on_event: Callable[[SwitchEvent], None] | None) -> EslConnection:
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
        )

    def _open(self, events: EslConnection, lanes: Sequence[EslConnection]) -> None:
        """Connect all and subscribe; then, and not before, commands are taken."""
        events.connect()
        for passes in FILTERS:
            events.send(passes).require("filter")
        events.send(self._subscription).require("event")
        for lane in lanes:
            lane.connect()
        core = lanes[0].send(commands.api("global_getvar", "core_uuid")).text.strip()
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


def new_uuid() -> str:
    """A uuid of our own choosing, for a leg, a job or an execute."""
    return str(uuids.uuid4())


def _result_of(box: AsyncResult) -> Any:
    outcome = box.get()
    if isinstance(outcome, SwitchError):
        raise outcome
    return outcome


def _error_in(outcome: Outcome, label: str) -> SwitchError | None:
    """The error a reply amounts to, None when the switch took the command."""
    if isinstance(outcome, SwitchError):
        return outcome
    return CommandRefused(outcome.text, label) if outcome.refused else None


def _log_failure(outcome: JobResult | SwitchEvent | SwitchError) -> None:
    """For those who do not ask what became of it: a failure is at least in the log."""
    if isinstance(outcome, JobResult) and is_refusal(outcome.body):
        _log.warning("job refused", command=outcome.command, reason=outcome.body.strip())
    elif isinstance(outcome, SwitchError):
        _log.warning("command failed", reason=str(outcome))
