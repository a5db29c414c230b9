"""Parking, bridging and holding legs, with the races that FreeSWITCH has.

`uuid_bridge` answers before the bridge stands: between the answer and the BRIDGE event the
second leg may die, and then only a first leg with both `park_after_bridge` and
`uuid_bridge_park_on_cancel` survives whichever half of that window it happened in.
"""

import random
import time

import gevent.event

from controller.lab.channel import Leg
from controller.lab.core import Core
from controller.lab.facts import Keys, Message, Wake, microseconds


def park(core: Core, leg: Leg) -> None:
    """Hold a leg until it hangs up, is sent elsewhere, or its `park_timeout` is over."""
    expires, cause = _park_timeout(leg)
    leg.emit("CHANNEL_PARK")
    while True:
        left = None if expires is None else expires - time.time()
        ended = leg.wait(left, keys=Keys.ANNOUNCE)
        if ended is Wake.ELAPSED:
            leg.hang_up(cause)
        if not leg.ready:
            break
    leg.emit("CHANNEL_UNPARK")


def _park_timeout(leg: Leg) -> tuple[float | None, str]:
    """Consume `park_timeout` (`seconds[:cause]`); FreeSWITCH drops park_after_bridge with it."""
    text = leg.variables.pop("park_timeout", "")
    if not text:
        return None, ""
    leg.set_variable("park_after_bridge", None)
    seconds, _, cause = text.partition(":")
    count = int(seconds) if seconds.isdigit() else 0
    return int(time.time()) + count, cause or "NORMAL_CLEARING"


def park_leg(core: Core, leg: Leg) -> None:
    """`uuid_park`: whatever the leg does, it is parked next."""

    def parked() -> None:
        leg.state = "CS_PARK"
        park(core, leg)

    leg.redirect(parked)


class Bridge:
    """Two legs that hear each other, until one of them leaves."""

    def __init__(self, core: Core, a: Leg, b: Leg) -> None:
        self.core = core
        self.a = a
        self.b = b
        self.over = False
        self.built = gevent.event.Event()
        self.failed = False
        self.b_there = False
        self.music_for: Leg | None = None
        self._music_ends: Leg | None = None

    def partner(self, leg: Leg) -> Leg:
        return self.b if leg is self.a else self.a

    # -- building ------------------------------------------------------------------------------

    def build(self) -> None:
        """What the first leg does: wait for the second, then bridge, or fail as FreeSWITCH does."""
        least, most = self.core.settings.bridge_seconds
        half = random.uniform(least, most) / 2  # noqa: S311 - timing, not a secret
        self.a.state = "CS_SOFT_EXECUTE"
        if not self._pause(half):
            return
        if not self._b_usable():
            self._fail_early()
            return
        if not self._pause(half):
            return
        if not self._b_usable():
            self._fail_late()
            return
        self._join()
        self.talk(self.a)

    def _pause(self, seconds: float) -> bool:
        return self.a.wait(seconds, messages=False) is not Wake.GONE

    def _b_usable(self) -> bool:
        """Whether the second leg is alive and has come to this bridge."""
        self.a.wait(2.0, messages=False, until=lambda: self.b_there or not self.b.up)
        return self.b.ready and self.b_there

    def _fail_early(self) -> None:
        if not self.a.ready:
            return
        if self.a.truth("park_after_bridge"):
            park_leg(self.core, self.a)
        else:
            self.a.hang_up("DESTINATION_OUT_OF_ORDER")

    def _fail_late(self) -> None:
        if not self.a.ready:
            return
        if self.a.truth("uuid_bridge_continue_on_cancel"):
            self.a.redirect(self.a.run_extension)
        elif self.a.truth("uuid_bridge_park_on_cancel"):
            park_leg(self.core, self.a)
        else:
            self.a.hang_up("ORIGINATOR_CANCEL")

    def attend(self) -> None:
        """What the second leg does: wait, deaf to messages, for the first to bridge it.

        If the first dies meanwhile this one stays here for ever, as in FreeSWITCH: only
        `uuid_park`, `uuid_transfer` or `uuid_kill` free it.
        """
        self.b.state = "CS_RESET"
        self.b_there = True
        self.a.prod()
        if self.b.wait(None, messages=False, until=self.built.is_set) is Wake.READY:
            self.talk(self.b)

    def _join(self) -> None:
        a, b, now = self.a, self.b, microseconds()
        for leg, other in ((a, b), (b, a)):
            leg.state = "CS_EXCHANGE_MEDIA" if leg is b else "CS_SOFT_EXECUTE"
            leg.other = other
            leg.bridge = self
            told = {"Application": "uuid_bridge", "Application-Data": other.uuid}
            leg.application = ("uuid_bridge", other.uuid)
            leg.emit("CHANNEL_EXECUTE", told)
        for leg, other in ((a, b), (b, a)):
            leg.times.bridged = now
            leg.variables["bridge_to"] = leg.variables["bridge_uuid"] = other.uuid
            leg.variables["last_bridge_to"] = leg.variables["signal_bond"] = other.uuid
            leg.variables["bridge_channel"] = other.name
        names = {"Bridge-A-Unique-ID": a.uuid, "Bridge-B-Unique-ID": b.uuid}
        a.emit("CHANNEL_BRIDGE", names)
        self.built.set()
        for leg in (a, b):
            leg.prod()
            leg.emit("CALL_UPDATE", {"Direction": "SEND", "Bridged-To": self.partner(leg).uuid})

    # -- talking -------------------------------------------------------------------------------

    def talk(self, leg: Leg) -> None:
        """What each leg does while bridged; ends when it or the other leaves."""
        while not self.over:
            ended = leg.wait(None, keys=Keys.ANNOUNCE, until=lambda: self.over)
            if ended is Wake.GONE:
                self._leave()
        if leg is self._music_ends:
            self._say_unbridge()
        if leg.held and leg.up:
            unhold(self.core, leg)
        leg.bridge = None
        leg.other = None
        for name in ("bridge_to", "bridge_uuid", "signal_bond"):
            leg.set_variable(name, None)
        if leg.ready:
            self._left_behind(leg)

    def _leave(self) -> None:
        """Once, though both may leave; who hears hold music hears its end first."""
        if self.over:
            return
        self.over = True
        listener, self.music_for = self.music_for, None
        if listener is not None and listener.ready:
            self._music_ends = listener
            listener.break_off(flush=False)
        else:
            self._say_unbridge()
        self.a.prod()
        self.b.prod()

    def _say_unbridge(self) -> None:
        names = {"Bridge-A-Unique-ID": self.a.uuid, "Bridge-B-Unique-ID": self.b.uuid}
        self.a.emit("CHANNEL_UNBRIDGE", names)

    def _left_behind(self, leg: Leg) -> None:
        gone = self.partner(leg)
        if leg.truth("park_after_bridge"):
            park_leg(self.core, leg)
        elif gone.hung_up_holding:
            self.core.left_on_hold(leg)
        elif leg is self.a and leg.truth("hangup_after_bridge"):
            leg.hang_up(gone.cause or "NORMAL_CLEARING")
        elif leg is self.b:
            leg.hang_up("NORMAL_CLEARING")


def bridge_legs(core: Core, first: str, second: str) -> bool:
    """`uuid_bridge`: start to bridge; False when a leg is missing or neither is answered."""
    a, b = core.find(first), core.find(second)
    if a is None or b is None or a is b or not a.up:
        return False
    if not (a.answered or a.early):
        if not (b.answered or b.early):
            return False
        a, b = b, a
    bridge = Bridge(core, a, b)
    b.redirect(bridge.attend)
    a.redirect(bridge.build)
    return True


def hold(core: Core, leg: Leg) -> bool:
    """The leg's owner holds: the other side hears music. False when there is nothing to hold."""
    if not leg.up or leg.held:
        return False
    leg.held = True
    leg.times.held = microseconds()
    leg.say_callstate("HELD")
    leg.emit("CHANNEL_HOLD")
    if leg.other is not None:
        music = leg.variables.get("hold_music", "local_stream://moh")
        leg.bridge.music_for = leg.other
        leg.other.post(Message(command="execute", app="playback", arg=music))
    return True


def unhold(core: Core, leg: Leg) -> bool:
    if not leg.up or not leg.held:
        return False
    leg.end_hold()
    leg.say_callstate("ACTIVE")
    if leg.bridge is not None and leg.bridge.music_for is not None:
        leg.bridge.music_for.break_off(flush=False)
        leg.bridge.music_for = None
    return True
