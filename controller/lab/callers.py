"""Scripted callers: what a person on the telephone does, step by step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import gevent
import gevent.event

from controller.greenlets import spawn
from controller.lab.channel import Leg


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class WaitForPrompt:
    """Wait until a prompt starts whose path contains `part` (None: any) that he did not hear yet."""

    part: str | None = None
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Press:
    """Press `keys`, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class WaitForAgent:
    """Wait until he is bridged; a caller who waits longer than `timeout` seconds hangs up."""

    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Talk:
    """Wait to be bridged, then talk for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hang up; without a `cause`, the one that giving up before or after the answer has."""

    cause: str = ""


@dataclass(frozen=True, slots=True)
class HangUpAfter:
    """Hang up `seconds` from now whatever happens; the script goes on meanwhile."""

    seconds: float
    cause: str = ""


Step = Wait | WaitForPrompt | Press | WaitForAgent | Talk | HangUp | HangUpAfter


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who dials `did`. When the script ends he stays on the line."""

    number: str
    did: str
    name: str = ""
    script: Sequence[Step] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


class LabCall:
    """A caller's call: `uuid`, `leg`, `ended` (an event), what he heard, and his hands."""

    def __init__(self, caller: Caller, leg: Leg) -> None:
        self.caller = caller
        self.leg = leg
        self.uuid = leg.uuid
        self.ended = leg.ended
        self.heard: list[str] = []
        self.parked = 0
        self.bridged = 0
        self._listened = 0
        self._changed = gevent.event.Event()
        leg.watchers.append(self._saw)

    def follow_script(self) -> None:
        if self.caller.script:
            spawn("lab-caller", self._run)

    @property
    def cause(self) -> str | None:
        """The hangup cause, or None while he is on the line."""
        return self.leg.cause

    def press(self, keys: str) -> None:
        self.leg.press(keys)

    def hang_up(self, cause: str = "") -> None:
        """Hang up; without a `cause`, as one does who was answered, or gives up unanswered."""
        usual = "NORMAL_CLEARING" if self.leg.answered else "ORIGINATOR_CANCEL"
        self.leg.hang_up(cause or usual)

    def wait_for(self, what: str, timeout: float = 10.0) -> None:
        """Wait until he is `answered`, `parked`, `bridged` or `ended`, or hears a `prompt`.

        Raises TimeoutError. Being gone counts as none of them but `ended`.
        """
        checks: dict[str, Callable[[], bool]] = {
            "answered": lambda: self.leg.answered,
            "parked": lambda: self.parked > 0,
            "prompt": lambda: bool(self.heard),
            "bridged": lambda: self.leg.bridge is not None,
            "ended": self.ended.is_set,
        }
        if not self._until(checks[what], timeout):
            raise TimeoutError(f"the caller is not {what} in {timeout} s")

    def _until(self, check: Callable[[], bool], timeout: float | None) -> bool:
        with gevent.Timeout(timeout, False):
            while not check():
                self._changed.clear()
                self._changed.wait()
            return True
        return False

    def _saw(self, name: str, extra: Mapping[str, str]) -> None:
        if name == "PLAYBACK_START":
            self.heard.append(extra.get("Playback-File-Path", ""))
        elif name == "CHANNEL_PARK":
            self.parked += 1
        elif name == "CALL_UPDATE" and self.leg.bridge is not None:
            self.bridged += 1
        self._changed.set()
        if name == "CHANNEL_DESTROY":
            self.leg.ended.set()

    # -- the script ----------------------------------------------------------------------------

    def _run(self) -> None:
        for step in self.caller.script:
            if not self.leg.up:
                return
            self._take(step)

    def _take(self, step: Step) -> None:
        if isinstance(step, Wait):
            self._until(self.ended.is_set, step.seconds)
        elif isinstance(step, WaitForPrompt):
            self._until(lambda: self._hears(step.part) or not self.leg.up, step.timeout)
        elif isinstance(step, Press):
            self.leg.press(step.keys)
        elif isinstance(step, WaitForAgent):
            if not self._until(self._with_agent_or_gone, step.timeout):
                self.hang_up()
        elif isinstance(step, Talk):
            self._until(self._with_agent_or_gone, None)
            self._until(self.ended.is_set, step.seconds)
        elif isinstance(step, HangUp):
            self.hang_up(step.cause)
        else:
            spawn("lab-caller-patience", self._lose_patience, step)

    def _lose_patience(self, step: HangUpAfter) -> None:
        if not self._until(self.ended.is_set, step.seconds):
            self.hang_up(step.cause)

    def _with_agent_or_gone(self) -> bool:
        return self.leg.bridge is not None or not self.leg.up

    def _hears(self, part: str | None) -> bool:
        for index in range(self._listened, len(self.heard)):
            if part is None or part in self.heard[index]:
                self._listened = index + 1
                return True
        return False
