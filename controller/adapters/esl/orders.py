"""What can be told to the switch: api, bgapi, applications on legs; and what waits for their ends."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Unpack

import structlog
from gevent.event import AsyncResult

from controller.adapters.esl import commands
from controller.adapters.esl.connection import EslConnection, Order, Outcome
from controller.adapters.esl.health import LinkTiming
from controller.adapters.esl.messages import CommandReply, JobResult, SwitchEvent, is_refusal
from controller.adapters.esl.waiting import Waiting
from controller.errors import CommandRefused, LegGone, LinkLost, SwitchError

#: What the ids of our executes begin with: of CHANNEL_EXECUTE_COMPLETE we hear only theirs. The
#: dialplan's own applications would be an event of 5 kB each.
OURS = "tandem-"

JobDone = Callable[[JobResult | SwitchError], None]
ExecuteDone = Callable[[SwitchEvent | SwitchError], None]
_log = structlog.get_logger(__name__)


def _do_nothing() -> None:
    pass


class Orders(ABC):
    """The half of a link that gives commands; nothing waits for ever."""

    def __init__(self, timing: LinkTiming) -> None:
        self.timing = timing
        self._jobs: Waiting[JobResult] = Waiting()
        self._executes: Waiting[SwitchEvent] = Waiting()
        self._names = f"{OURS}{secrets.token_hex(3)}"
        self._named = 0

    @abstractmethod
    def _lane(self, about: str, *, urgent: bool = False) -> EslConnection:
        """The connection for commands about the first leg named in `about`. Raises LinkLost."""

    @property
    def waiting(self) -> int:
        """How many jobs and executes have not ended: a gauge, back at 0 when all is quiet."""
        return len(self._jobs) + len(self._executes)

    def api(
        self,
        command: str,
        timeout: float | None = None,
        *,
        before: str | None = None,
        urgent: bool = False,
    ) -> str:
        """Run a short api command, such as `uuid_exists U`; its output.

        It holds up other commands until done: what may take long goes by `bgapi`. `before`: an api
        command about the same leg that is run first; its refusal is no more than logged, for then
        `command` fails, too. `urgent`: before what was asked about other legs. Raises CommandRefused for
        -ERR and -USAGE, CommandTimeout (then the link is dropped), LinkLost.
        """
        built = _api(command)
        box: AsyncResult = AsyncResult()
        orders: list[Order] = [(built, box.set)]
        if before is not None:
            orders.insert(0, (_api(before), _log_refusal))
        self._lane(command, urgent=urgent).post_all(orders, timeout)
        reply: CommandReply = result_of(box)
        return reply.require(built.label)

    def send_event(self, name: str, headers: Mapping[str, str]) -> None:
        """Fire an event in the switch: some of its parts take orders that way. Raises as `api`."""
        built = commands.send_event(name, headers)
        self._lane(built.line).send(built, None).require(built.label)

    def bgapi(self, command: str, timeout: float | None = None) -> str:
        """Run an api command in a thread of the switch and wait for its output.

        Raises CommandRefused, CommandTimeout (the link stays; the job may still end), LinkLost.
        """
        box: AsyncResult = AsyncResult()
        self.bgapi_nowait(command, timeout, done=box.set)
        result: JobResult = result_of(box)
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
        connection = self._lane(command)
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
        event: SwitchEvent = result_of(box)
        return event

    def begin(
        self, uuid: str, *apps: tuple[str, str], gone: Callable[[], None] = _do_nothing
    ) -> None:
        """Run applications (name, argument) on a leg, one after another, whose ends nobody asks for: none
        is told of.

        `gone` is called when there is no such leg (any more); it must only enqueue. Another refusal is
        logged. Raises CommandTimeout, LinkLost.
        """

        def replied(outcome: Outcome) -> None:
            error = _error_in(outcome, "execute")
            if _names_no_leg(error):
                gone()
            elif error is not None and not isinstance(error, LinkLost):
                _log.warning("command failed", reason=str(error))

        orders = [(commands.execute(uuid, app, arg), replied) for app, arg in apps]
        self._lane(uuid).post_all(orders)

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
        connection = self._lane(uuid)
        self._executes.add(key, done or _log_failure, timeout=limit, label=label, leg=uuid)

        def replied(outcome: Outcome) -> None:
            error = _error_in(outcome, label)
            if _names_no_leg(error):
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


def result_of(box: AsyncResult) -> Any:
    """What is in the box, when it is; a SwitchError is raised."""
    outcome = box.get()
    if isinstance(outcome, SwitchError):
        raise outcome
    return outcome


def _api(command: str) -> commands.Command:
    name, _, args = command.partition(" ")
    return commands.api(name, args)


def _log_refusal(outcome: Outcome) -> None:
    error = _error_in(outcome, "before another")
    if error is not None:
        _log.info("command_before_refused", problem=str(error))


def _error_in(outcome: Outcome, label: str) -> SwitchError | None:
    """The error a reply amounts to, None when the switch took the command."""
    if isinstance(outcome, SwitchError):
        return outcome
    return CommandRefused(outcome.text, label) if outcome.refused else None


def _names_no_leg(error: SwitchError | None) -> bool:
    return isinstance(error, CommandRefused) and "invalid session id" in error.reply


def _log_failure(outcome: JobResult | SwitchEvent | SwitchError) -> None:
    """For those who do not ask what became of it: a failure is at least in the log."""
    if isinstance(outcome, JobResult) and is_refusal(outcome.body):
        _log.warning("job refused", command=outcome.command, reason=outcome.body.strip())
    elif isinstance(outcome, SwitchError):
        _log.warning("command failed", reason=str(outcome))
