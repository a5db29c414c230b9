"""Agents' phones and numbers behind trunks: who rings, and what they do then."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import gevent.event

from controller.lab import bridge, registrar
from controller.lab.channel import Leg
from controller.lab.core import Core
from controller.lab.dialplan import AGENTS_CONTEXT, TRANSFER_CONTEXT, Dialplan, start_at
from controller.lab.facts import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """What a phone does when it rings. Seconds are real seconds.

    Give one of `answer_after` (seconds), `reject` (a hangup cause), `ignore` (rings on) or
    `unregistered`. `page`: it is one in a browser page. `drop_after` hangs up that long after the
    answer, `talk` that long after the agent and a caller were bridged; both with `cause`. `lines` is how
    many calls it takes before it is busy.
    """

    extension: str
    name: str = ""
    answer_after: float | None = None
    reject: str = ""
    ignore: bool = False
    unregistered: bool = False
    page: bool = False
    drop_after: float | None = None
    talk: float | None = None
    cause: str = "NORMAL_CLEARING"
    early_media: bool = False
    lines: int = 2


class LabPhone:
    """A phone that lives in the lab. Its methods are what a hand on the phone does."""

    def __init__(self, core: Core, dialplan: Dialplan, phone: Phone) -> None:
        self.phone = phone
        self._dialplan = dialplan
        self.legs: list[Leg] = []
        self.rang = 0
        self._core = core
        self._last: Leg | None = None
        self._changed = gevent.event.Event()
        self.registration: registrar.Registered | None = None
        self.invited: list[dict[str, str]] = []
        self._frozen = False

    @property
    def leg(self) -> Leg | None:
        """The newest live call of the phone."""
        return self.legs[-1] if self.legs else None

    def wait_for(self, what: str, timeout: float = 10.0) -> Leg:
        """Wait until the phone is `ringing`, `answered`, `bridged` or `idle`; return its leg.

        Raises TimeoutError. For `idle` the leg is the last one it had, or LookupError for none.
        """
        checks: dict[str, Callable[[], bool]] = {
            "ringing": lambda: self.leg is not None and not self.leg.answered,
            "answered": lambda: self.leg is not None and self.leg.answered,
            "bridged": lambda: self.leg is not None and self.leg.bridge is not None,
            "idle": lambda: self.leg is None,
        }
        with gevent.Timeout(timeout, TimeoutError(f"the phone is not {what} in {timeout} s")):
            while not checks[what]():
                self._changed.clear()
                self._changed.wait()
        found = self.leg or self._last
        if found is None:
            raise LookupError("the phone has had no call")
        return found

    def configure(self, phone: Phone) -> None:
        """Behave like `phone` from the next call on."""
        was, self.phone = self.phone, phone
        if phone.unregistered and self.registration is not None:
            self._unregister(cut=False)
        elif (was.unregistered, was.page) != (phone.unregistered, phone.page):
            self.register()

    # -- its registration ----------------------------------------------------------------------

    def register(self) -> None:
        """Anew: a page that is loaded again has forgotten its calls."""
        self._frozen = False
        if self.phone.page:
            self._fall_silent()
            self.invited.clear()
        self.registration = registrar.register(
            self._core, self.phone.extension, page=self.phone.page
        )

    def vanish(self) -> None:
        """Its connection is gone; its calls live on for a while, with nobody there. `register` brings it
        back."""
        self._fall_silent()
        if self.registration is not None:
            self._unregister(cut=True)

    def freeze(self) -> None:
        """A lid that is closed: nothing comes from there any more, and its connection stays open. Who rings
        there rings on. `register` brings it back."""
        self._frozen = True
        self._fall_silent()

    def _fall_silent(self) -> None:
        """Nobody is at its calls any more. Each ends by its `media_timeout`, where it has one."""
        for leg in self.legs:
            limit_ms = leg.variables.get("media_timeout", "")
            if limit_ms.isdigit():
                self._later(int(limit_ms) / 1000, partial(leg.hang_up, "MEDIA_TIMEOUT"))
        self.legs.clear()

    def close(self) -> None:
        """Closed in order: its calls are ended, and it says that it goes."""
        for leg in list(self.legs):
            leg.hang_up("NORMAL_CLEARING")
        if self.registration is not None:
            self._unregister(cut=False)

    def _unregister(self, *, cut: bool) -> None:
        gone, self.registration = self.registration, None
        if gone is not None:
            registrar.unregister(self._core, gone, cut=cut)

    # -- hands ---------------------------------------------------------------------------------

    def answer(self) -> None:
        """Answer the call that rings."""
        for leg in self.legs:
            if not leg.answered:
                self._answer(leg)
                return
        raise LookupError(f"phone {self.phone.extension} is not ringing")

    def reject(self, cause: str = "CALL_REJECTED") -> None:
        for leg in self.legs:
            if not leg.answered:
                leg.hang_up(cause)
                return
        raise LookupError(f"phone {self.phone.extension} is not ringing")

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        self._call().hang_up(cause)

    def hold(self, leg: Leg | None = None) -> None:
        bridge.hold(self._core, leg or self._call())

    def resume(self, leg: Leg | None = None) -> None:
        bridge.unhold(self._core, leg or self._call())

    def press(self, keys: str) -> None:
        self._call().press(keys)

    def obey(self, order: str, leg: Leg) -> None:
        """On that one of its calls `hold`, `resume`, `bye`, or `<sip:NUMBER@...>` (a blind transfer)."""
        if order.startswith("<sip:"):
            self.refer(order[5:].partition("@")[0], leg)
        elif order == "bye":
            leg.hang_up("NORMAL_CLEARING")
        else:
            {"hold": self.hold, "resume": self.resume}[order](leg)

    def refer(self, number: str, leg: Leg | None = None) -> None:
        """Transfer whom the phone talks to, blindly (REFER). Raises LookupError without a call."""
        call = leg or self._call()
        other = self._partner(call)
        call.variables["endpoint_disposition"] = "BLIND_TRANSFER"
        other.variables["sip_refer_to"] = f"<sip:{number}@tandem>"
        self._dialplan.transfer(other, number, "XML", TRANSFER_CONTEXT)

    def dial(self, number: str) -> Leg:
        """Dial `number`: a second call while there is one, as before an attended transfer."""
        extension = self.phone.extension
        leg = Leg(
            self._core,
            name=f"sofia/agents/{extension}@tandem",
            direction="inbound",
            party=Party(
                name=extension, number=extension, destination=number, context=AGENTS_CONTEXT
            ),
            variables={
                "tandem_extension": extension,
                "sip_auth_username": extension,
                "sip_via_protocol": "ws" if self.phone.page else "udp",
            },
        )
        self._core.admit(leg)
        self._take(leg)
        leg.emit("CHANNEL_CREATE")
        leg.say_callstate("RINGING")
        start_at(self._core, self._dialplan, leg)
        return leg

    def join(self, first: Leg, second: Leg) -> None:
        """Attended transfer (REFER with Replaces): whom `first` talks to, to whom `second` does.

        While `second` reached nobody it is a blind one, to the number that `second` dialled.
        """
        held = self._partner(first)
        if second.other is None:
            second.hang_up("ATTENDED_TRANSFER")
            self._dialplan.transfer(held, second.party.destination, "XML", TRANSFER_CONTEXT)
            return
        first.variables["transfer_to"] = f"att:{second.other.uuid}"
        bridge.bridge_legs(self._core, held.uuid, second.other.uuid)
        second.variables["endpoint_disposition"] = "ATTENDED_TRANSFER"
        second.variables["park_timeout"] = "2:ATTENDED_TRANSFER"
        bridge.park_leg(self._core, second)

    def _partner(self, leg: Leg) -> Leg:
        if leg.other is None:
            raise LookupError(f"phone {self.phone.extension} talks to nobody")
        return leg.other

    def _call(self) -> Leg:
        leg = self.leg
        if leg is None:
            raise LookupError(f"phone {self.phone.extension} has no call")
        return leg

    # -- what the switch does to it ------------------------------------------------------------

    def refusal(self) -> str:
        """Why it cannot even ring, as a hangup cause; empty when it can."""
        return "USER_NOT_REGISTERED" if self.registration is None else ""

    def ring(self, leg: Leg) -> None:
        """A leg has reached the phone; act as configured."""
        phone = self.phone
        busy = len(self.legs) >= phone.lines
        self._take(leg)
        self.rang += 1
        self.invited.append(dict(leg.variables))
        if self.registration is not None:
            leg.variables["sip_destination_url"] = self.registration.contact
        if self._frozen:
            self.legs.remove(leg)
            return
        if busy:
            leg.hang_up("USER_BUSY")
            return
        if phone.reject:
            self._later(phone.answer_after or 0.0, lambda: leg.hang_up(phone.reject))
            if phone.answer_after:
                leg.progress()
            return
        leg.progress()
        if phone.early_media:
            leg.progress_media()
        if phone.answer_after is not None and not phone.ignore:
            self._later(phone.answer_after, lambda: self._answer(leg))
        self._changed.set()

    def _take(self, leg: Leg) -> None:
        self.legs.append(leg)
        self._last = leg
        leg.watchers.append(lambda name, _extra: self._saw(leg, name))

    def notified(self, leg: Leg, event: str) -> None:
        if event == "talk" and not leg.answered:
            self._answer(leg)
        elif event == "talk":
            bridge.unhold(self._core, leg)
        elif event == "hold":
            bridge.hold(self._core, leg)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        self._core.timers.after(seconds, action)

    def _answer(self, leg: Leg) -> None:
        if leg not in self.legs:
            return
        if not leg.answered and leg.answer() and self.phone.drop_after is not None:
            self._later(self.phone.drop_after, lambda: leg.hang_up(self.phone.cause))

    def _saw(self, leg: Leg, name: str) -> None:
        if leg not in self.legs:
            return  # a page that was loaded anew knows nothing of it
        if name == "CHANNEL_HANGUP":
            self.legs.remove(leg)
        elif name == "CALL_UPDATE" and leg.bridge is not None and self.phone.talk is not None:
            self._later(self.phone.talk, lambda: self._done_talking(leg))
        self._changed.set()

    def _done_talking(self, leg: Leg) -> None:
        if leg.bridge is not None:
            leg.hang_up(self.phone.cause)


class Exchange:
    """Finds who a dial string means."""

    def __init__(self) -> None:
        self.phones: dict[str, LabPhone] = {}
        self.trunk_numbers: dict[str, LabPhone] = {}

    def resolve(self, dial: str) -> tuple[LabPhone | None, str, str]:
        """The phone, the name of the leg's channel, and the cause when nobody is there."""
        kind, _, rest = dial.partition("/")
        if kind == "user":
            extension = rest.partition("@")[0]
            return self._phone(extension, f"sofia/agents/{rest}")
        if kind != "sofia":
            return None, dial, "CHAN_NOT_IMPLEMENTED"
        profile, _, target = rest.partition("/")
        if profile == "gateway":
            number = target.rpartition("/")[2]
            phone = self.trunk_numbers.get(number)
            return phone, f"sofia/gateway/{target}", "" if phone else "NO_ROUTE_DESTINATION"
        target = target.partition(";")[0]
        address = target.removeprefix("sip:").removeprefix("sips:")
        extension = address.partition("%")[0] if "%" in address else address.partition("@")[0]
        return self._phone(extension, f"sofia/{profile}/{address.replace('%', '@')}")

    def _phone(self, extension: str, name: str) -> tuple[LabPhone | None, str, str]:
        phone = self.phones.get(extension)
        if phone is None:
            return None, name, "USER_NOT_REGISTERED"
        return phone, name, phone.refusal()

    def forget_calls(self) -> None:
        """The switch has died: every phone's call is over."""
        for phone in (*self.phones.values(), *self.trunk_numbers.values()):
            phone.legs.clear()

    def notify(self, leg: Leg, event: str) -> None:
        """A NOTIFY for the phone of `leg`: `talk` answers, `hold` holds. Others are ignored."""
        phone = self.phone_of(leg)
        if phone is not None:
            phone.notified(leg, event)

    def phone_of(self, leg: Leg) -> LabPhone | None:
        """Whose call it is."""
        for phone in (*self.phones.values(), *self.trunk_numbers.values()):
            if leg in phone.legs:
                return phone
        return None
