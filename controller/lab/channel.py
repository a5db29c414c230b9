"""A leg: its state, its events, and the one greenlet that lives its life.

Rules of a leg, as FreeSWITCH keeps them:
- One *activity* at a time (run applications, be parked, be bridged). A transfer, a bridge or a
  park only says what comes next; the activity under way notices, unwinds, and lets it begin.
- A hangup is announced at once, by whoever asks; the leg's own greenlet then unwinds what it
  was doing and announces the rest.
- Messages (`sendmsg`) wait in the inbox and are run wherever the leg waits: inside an
  application that is playing, unless that one came with an event lock.
"""

import re
import time
import uuid as uuids
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import gevent.event

from controller.greenlets import spawn
from controller.lab.events import Event, EventBus, Headers
from controller.lab.facts import (
    Extension,
    Keys,
    Message,
    Party,
    Times,
    Wake,
    cdr_variables,
    channel_headers,
    microseconds,
    party_headers,
)

INBOX_LIMIT = 256
TRUE_WORDS = frozenset({"yes", "on", "true", "t", "enabled", "active", "allow", "1"})
_REFERENCE = re.compile(r"\$\{(\w+)\}")


class Home(Protocol):
    """What a leg needs of the switch it lives in."""

    bus: EventBus

    def run_application(self, leg: "Leg", app: str, arg: str) -> str: ...
    def knows_application(self, app: str) -> bool: ...
    def needs_media(self, app: str) -> bool: ...
    def before_farewell(self, leg: "Leg") -> None: ...
    def forget(self, leg: "Leg") -> None: ...


Activity = Callable[[], None]
Watcher = Callable[[str, Mapping[str, str]], None]


class Leg:
    """One call leg. `uuid`, `variables`, `party` and `times` are its facts; see the module."""

    def __init__(
        self,
        home: Home,
        *,
        name: str,
        direction: str,
        party: Party,
        uuid: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        self.uuid = uuid or str(uuids.uuid4())
        self.name = name
        self.direction = direction
        self.party = party
        self.times = Times(created=microseconds())
        self.state = "CS_INIT"
        self.callstate = "DOWN"
        self.cause: str | None = None
        self.application = ("", "")
        self.extension = Extension()
        self.bridge: Any = None
        self.other: Leg | None = None
        self.early = False
        self.answered = False
        self.held = False
        self.hung_up_holding = False
        self.locks = 0
        self.broadcasts = 0
        self.keys: deque[str] = deque()
        self.inbox: deque[Message] = deque()
        self.recordings: dict[str, Any] = {}
        self.displaced: dict[str, Any] = {}
        self.watchers: list[Watcher] = []
        self.ended = gevent.event.Event()
        self._next: Activity | None = None
        self._broken = False
        self._prodded = gevent.event.Event()
        self._greenlet: Any = None
        self.variables: dict[str, str] = {
            "direction": direction,
            "uuid": self.uuid,
            "call_uuid": self.uuid,
            "channel_name": name,
            **(variables or {}),
        }

    @property
    def up(self) -> bool:
        return self.cause is None

    @property
    def ready(self) -> bool:
        """Alive, and with nothing else to go to."""
        return self.cause is None and self._next is None

    @property
    def answer_state(self) -> str:
        if not self.up:
            return "hangup"
        if self.answered:
            return "answered"
        return "early" if self.early else "ringing"

    def set_variable(self, name: str, value: str | None) -> None:
        if value is None or value == "":
            self.variables.pop(name, None)
        else:
            self.variables[name] = value

    def truth(self, name: str) -> bool:
        return self.variables.get(name, "").lower() in TRUE_WORDS

    def expand(self, text: str) -> str:
        """Replace `${name}` by the variable; what is not set becomes nothing."""
        if "$" not in text:
            return text
        return _REFERENCE.sub(lambda match: self.variables.get(match[1], ""), text)

    def emit(
        self, name: str, extra: Mapping[str, str] | None = None, *, variables: bool = True
    ) -> None:
        """Fire one of the leg's events; built only if somebody subscribed to its name."""
        bus = self.home.bus
        bus.sequence += 1
        for watcher in tuple(self.watchers):
            watcher(name, extra or {})
        if not bus.wants(name):
            return
        headers = bus.headers(name)
        self.describe(headers, variables=variables)
        if extra:
            headers.update(extra)
        bus.publish(Event(name, headers), self.uuid)

    def describe(self, headers: Headers, *, variables: bool = True) -> None:
        """Add the leg's own headers, in FreeSWITCH's order."""
        headers.update(
            channel_headers(
                self.variables,
                states=(self.state, self.callstate, self.answer_state, self.cause),
                name=self.name,
                uuid=self.uuid,
                direction=self.direction,
            )
        )
        headers.update(self._party_headers("Caller"))
        if self.other is not None:
            outbound = self.other.direction == "outbound"
            headers["Other-Type"] = "originatee" if outbound else "originator"
            headers.update(self.other._party_headers("Other-Leg"))
        if variables:
            for name, value in self.variables.items():
                headers["variable_" + name] = value

    def _party_headers(self, prefix: str) -> Headers:
        who = (self.uuid, self.name, self.direction)
        return party_headers(prefix, who, party=self.party, times=self.times)

    def say_callstate(self, callstate: str) -> None:
        previous, self.callstate = self.callstate, callstate
        self.emit(
            "CHANNEL_CALLSTATE",
            {"Original-Channel-Call-State": previous, "Channel-Call-State-Number": "0"},
            variables=False,
        )

    def prod(self) -> None:
        """Wake the leg's greenlet so that it looks around."""
        self._prodded.set()

    def redirect(self, activity: Activity) -> None:
        """Make `activity` what the leg does next; what it does now unwinds."""
        if self.up:
            self._next = activity
            self.prod()

    def break_off(self, *, flush: bool) -> None:
        """`uuid_break`: end the application that is running; `flush` drops what is queued."""
        if flush:
            self.inbox.clear()
        self._broken = True
        self.prod()

    def press(self, keys: str) -> None:
        self.keys.extend(keys)
        self.prod()

    def post(self, message: Message) -> bool:
        """Queue a message; False when the inbox is full."""
        if len(self.inbox) >= INBOX_LIMIT:
            return False
        self.inbox.append(message)
        self.prod()
        return True

    def progress(self) -> None:
        if not self.times.progress and self.up:
            self.times.progress = microseconds()
            self.emit("CHANNEL_PROGRESS")
            self.say_callstate("RINGING")

    def progress_media(self) -> None:
        """Early media: what an application that plays to an unanswered leg causes."""
        if self.early or self.answered or not self.up:
            return
        self.early = True
        self.times.progress_media = microseconds()
        self.emit("CHANNEL_PROGRESS_MEDIA")
        self.say_callstate("EARLY")
        self.prod()

    def answer(self) -> bool:
        """Answer; False when the leg is gone."""
        if not self.up:
            return False
        if not self.answered:
            if self.direction == "inbound":
                self.progress_media()
            self.answered = True
            self.times.answered = microseconds()
            self.emit("CHANNEL_ANSWER")
            self.say_callstate("ACTIVE")
            self.prod()
        return True

    def hang_up(self, cause: str) -> None:
        """Announce the hangup and let the leg's greenlet unwind; a second one changes nothing."""
        if not self.up:
            return
        if self.held:
            self.hung_up_holding = True
            self.end_hold()
        self.cause = cause or "NORMAL_CLEARING"
        self.state = "CS_HANGUP"
        self.times.hangup = microseconds()
        self.emit("CHANNEL_HANGUP")
        self.prod()
        if self._greenlet is None:
            self._greenlet = spawn("lab-leg-end", self._farewell)

    def end_hold(self) -> None:
        self.held = False
        self.say_callstate("UNHELD")
        self.emit("CHANNEL_UNHOLD")

    def vanish(self) -> None:
        """Be gone without a word, as when the whole switch dies."""
        self.watchers.clear()
        if self._greenlet is not None:
            self._greenlet.kill(block=False)
        self.cause = self.cause or "NONE"
        self.ended.set()
        self.prod()

    def begin(self, activity: Activity) -> None:
        """Start living: `activity` first, then whatever it is redirected to."""
        self._next = activity
        self.begin_redirected()

    def begin_redirected(self) -> None:
        """Start living with what it was already redirected to."""
        if self._greenlet is None and self.up:
            self._greenlet = spawn("lab-leg", self._live)

    def run_extension(self) -> None:
        """Run the applications that are left; a leg with nothing left hangs up."""
        self.state = "CS_EXECUTE"
        while self.extension.steps and self.ready:
            app, arg = self.extension.steps.popleft()
            self.execute(app, arg)
        if self.ready:
            self.hang_up("NORMAL_CLEARING")

    def _live(self) -> None:
        while self.up:
            activity = self._next or self.run_extension
            self._next = None
            activity()
        self._farewell()

    def _farewell(self) -> None:
        self.home.before_farewell(self)
        self.variables |= cdr_variables(self.times, self.cause or "")
        self.say_callstate("HANGUP")
        self.state = "CS_REPORTING"
        self.emit("CHANNEL_HANGUP_COMPLETE")
        self.state = "CS_DESTROY"
        self.emit("CHANNEL_DESTROY")
        self.home.forget(self)
        self.ended.set()

    def execute(self, app: str, arg: str, app_uuid: str = "") -> None:
        """Run an application with its two events; one that is unknown ends the leg."""
        if not self.home.knows_application(app):
            self.hang_up("DESTINATION_OUT_OF_ORDER")
            return
        arg = self.expand(arg)
        if self.direction == "inbound" and self.home.needs_media(app):
            self.progress_media()
        self.application = (app, arg)
        told = {"Application": app}
        if arg:
            told["Application-Data"] = arg
        told["Application-UUID"] = app_uuid or str(uuids.uuid4())
        self.variables["current_application"] = app
        self.set_variable("current_application_data", arg)
        self.emit("CHANNEL_EXECUTE", told)
        response = self.home.run_application(self, app, arg)
        self.set_variable("current_application_response", response)
        self.emit(
            "CHANNEL_EXECUTE_COMPLETE", {**told, "Application-Response": response or "_none_"}
        )

    def wait(
        self,
        seconds: float | None,
        *,
        keys: Keys = Keys.KEEP,
        until: Callable[[], bool] | None = None,
        messages: bool = True,
    ) -> Wake:
        """Wait as an application does: run messages meanwhile, end early for what matters.

        Time spent in a message's application does not count, as a prompt inside a prompt holds
        the outer one up.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            self._prodded.clear()
            if not self.ready:
                return Wake.GONE
            if until is not None and until():
                return Wake.READY
            if self._broken and messages:
                self._broken = False
                return Wake.BROKEN
            if self.keys and keys is not Keys.KEEP:
                if keys is Keys.RETURN:
                    return Wake.KEY
                self.take_key()
                continue
            if messages and self.inbox and not self.locks:
                began = time.monotonic()
                self._run_message(self.inbox.popleft())
                if deadline is not None:
                    deadline += time.monotonic() - began
                continue
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return Wake.ELAPSED
            self._prodded.wait(left)

    def take_key(self) -> str:
        """Take the oldest key and fire its DTMF event."""
        key = self.keys.popleft()
        self.emit(
            "DTMF",
            {"DTMF-Digit": key, "DTMF-Duration": "2000", "DTMF-Source": "RTP"},
            variables=False,
        )
        return key

    def _run_message(self, message: Message) -> None:
        if message.command == "hangup":
            self.hang_up(message.cause)
            return
        self.locks += message.lock
        self.broadcasts += 1
        try:
            for _ in range(message.loops if message.loops >= 0 else 1_000_000):
                began = time.monotonic()
                self.execute(message.app, message.arg, message.app_uuid)
                # FreeSWITCH stops a loop whose round took less than half a second.
                if not self.ready or time.monotonic() - began < 0.5:
                    break
        finally:
            self.broadcasts -= 1
            self.locks -= message.lock
