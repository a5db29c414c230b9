"""The lab switch: FreeSWITCH as its event socket client sees it, with scripted people."""

import secrets
import uuid as uuids
from collections import deque
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import gevent.event
from gevent.server import StreamServer

from controller.greenlets import spawn
from controller.lab import applications, displacing, eavesdropping, recording
from controller.lab.callers import Caller, LabCall
from controller.lab.channel import Leg
from controller.lab.commands import Commands
from controller.lab.core import Core, Settings
from controller.lab.dialplan import (
    INBOUND_CONTEXT,
    LEFT_ON_HOLD,
    TRANSFER_CONTEXT,
    Dialplan,
    start_at,
)
from controller.lab.facts import Party
from controller.lab.faults import Faults, Trap
from controller.lab.listener import Connection, Received
from controller.lab.originate import Originator
from controller.lab.phones import Exchange, LabPhone, Phone


class LabFaults:
    """The faults a test may ask for; see each method."""

    def __init__(self, lab: "LabSwitch") -> None:
        self._lab = lab
        self._delivery = Faults(lab.core.bus, lab.core.timers)
        self.trap: Trap | None = None

    def cut(self) -> None:
        """Close every event socket, now; clients may connect again at once."""
        for connection in tuple(self._lab.connections):
            connection.cut()

    def restart(self) -> None:
        """Come back as a freshly started switch: new Core-UUID, all legs gone without a word."""
        self.cut()
        self._delivery.forget()
        self._lab.forget_everything()

    def delay(self, seconds: float, names: Collection[str] | None = None) -> None:
        """Deliver events `seconds` late (only those called `names`, if given); 0 ends it."""
        self._delivery.delay(seconds, names)

    def reorder(self, seconds: float) -> None:
        """Let the events of different legs overtake each other by up to `seconds`; 0 ends it."""
        self._delivery.reorder(seconds)

    def lose(self, count: int, names: Collection[str] | None = None) -> None:
        """Tell nobody of the next `count` events (called `names`, if given), as a switch whose queue
        to a listener is full; 0 ends it."""
        self._delivery.lose(count, names)

    def double(self, count: int, names: Collection[str] | None = None) -> None:
        """Tell of the next `count` events (called `names`, if given) twice; 0 ends it."""
        self._delivery.double(count, names)

    @property
    def late(self) -> int:
        """How many events are made and not told yet."""
        return self._delivery.late

    def cut_at(self, text: str, *, carried_out: bool) -> None:
        """`cut` when a request that contains `text` comes, once: it is lost, or only its answer is."""
        self.trap = Trap(text, carried_out)

    def clear(self) -> None:
        """No fault any more; what is late comes in its time."""
        self.delay(0)
        self.reorder(0)
        self.lose(0)
        self.double(0)
        self.trap = None
        self.resume()

    def stall(self) -> None:
        """Answer nothing and send nothing, with all sockets open, until `resume`."""
        self._lab.stalled.clear()

    def resume(self) -> None:
        self._lab.stalled.set()


class LabSwitch:
    """A switch without media.

    `port` 0 takes a free one (read `port` after `start`); `password` empty makes one up.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        password: str = "",
        *,
        settings: Settings | None = None,
        dialplan: Dialplan | None = None,
    ) -> None:
        self.host = host
        self.password = password or secrets.token_urlsafe(16)
        self.core = Core(settings or Settings())
        self.dialplan = dialplan or Dialplan()
        self.exchange = Exchange()
        originator = Originator(self.core, self.exchange, self.dialplan)
        self._commands = Commands(self.core, self.exchange, self.dialplan, originator)
        self.core.applications = applications.table(self.dialplan)
        self.core.farewells.append(displacing.stop_all)
        self.core.farewells.append(self._close_recordings)
        self.core.farewells.append(self._close_ears)
        self.core.left_on_hold = self._left_on_hold
        self.stalled = gevent.event.Event()
        self.stalled.set()
        self.connections: list[Connection] = []
        self.received: deque[Received] = deque(maxlen=1000)
        self.received_count = 0
        self.faults = LabFaults(self)
        self._asked_port = port
        self._server: Any = None
        self._heart: Any = None

    @property
    def commands(self) -> Commands:
        """The table of API commands."""
        return self._commands

    # -- life ----------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port it listens on; raises RuntimeError before `start`."""
        if self._server is None:
            raise RuntimeError("the lab switch is not started; call start() first")
        return int(self._server.server_port)

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self.core.timers.start()
        self._server = StreamServer((self.host, self._asked_port), self._accept)
        self._server.start()
        self._heart = spawn("lab-heartbeat", self._beat)

    def stop(self) -> None:
        """Close every socket and forget every leg."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._heart is not None:
            self._heart.kill()
        self.faults.cut()
        self.forget_everything()
        self.core.timers.stop()

    def __enter__(self) -> "LabSwitch":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # -- people --------------------------------------------------------------------------------

    def dial(self, caller: Caller) -> LabCall:
        """Let `caller` dial in; his leg is put through the dialplan at once."""
        leg = Leg(
            self.core,
            name=f"sofia/carrier/{caller.number}@{self.core.settings.address}",
            direction="inbound",
            party=Party(
                name=caller.name,
                number=caller.number,
                destination=caller.did,
                context=INBOUND_CONTEXT,
            ),
            variables={
                "sip_from_user": caller.number,
                "sip_to_user": caller.did,
                "sip_req_user": caller.did,
                "sip_call_id": str(uuids.uuid4()),
                **caller.variables,
            },
        )
        self.core.admit(leg)
        call = LabCall(caller, leg)
        leg.emit("CHANNEL_CREATE")
        leg.say_callstate("RINGING")
        start_at(self.core, self.dialplan, leg)
        call.follow_script()
        return call

    def add_phone(self, phone: Phone, talk: float | None = None) -> LabPhone:
        """Register a phone; `talk` is seconds from the bridge until its owner hangs up."""
        if talk is not None:
            phone = replace(phone, talk=talk)
        lab_phone = LabPhone(self.core, self.dialplan, phone)
        self.exchange.phones[phone.extension] = lab_phone
        if not phone.unregistered:
            lab_phone.register()
        return lab_phone

    def add_trunk_number(
        self, number: str, answer_after: float = 0.0, *, reject: str = "", talk: float | None = None
    ) -> LabPhone:
        """Let `number` be reachable through `sofia/gateway/NAME/number`."""
        after = None if reject else answer_after
        phone = Phone(extension=number, answer_after=after, reject=reject, talk=talk)
        reached = LabPhone(self.core, self.dialplan, phone)
        self.exchange.trunk_numbers[number] = reached
        return reached

    # -- what a test may look at ---------------------------------------------------------------

    @property
    def legs(self) -> dict[str, Leg]:
        """The legs that exist, by uuid."""
        return self.core.legs

    @property
    def listeners(self) -> int:
        """How many event socket clients are connected."""
        return len(self.connections)

    def hearers(self, uuid: str) -> set[str]:
        """The uuids of the legs that hear what is said on leg `uuid` now."""
        return eavesdropping.hearers(self.core, self.core.legs[uuid])

    def commands_received(self, containing: str = "") -> list[str]:
        """The newest 1,000 request lines, oldest first, without passwords."""
        return [each.line for each in self.received if containing in each.line]

    def announce(self, name: str, **headers: str) -> None:
        """Fire an event that belongs to no leg, such as `SHUTDOWN`."""
        told = {key.replace("_", "-"): value for key, value in headers.items()}
        self.core.bus.fire(name, told)

    def trapped(self, line: str) -> Trap | None:
        """Whether the socket is to be cut at this request; its sender asks once."""
        trap = self.faults.trap
        if trap is None or trap.text not in line:
            return None
        self.faults.trap = None
        return trap

    def cut(self) -> None:
        self.faults.cut()

    def saw(self, request: Received) -> None:
        self.received.append(request)
        self.received_count += 1

    # -- inside --------------------------------------------------------------------------------

    def forget_everything(self) -> None:
        """Be a switch that has just started: no legs, no tasks, another Core-UUID."""
        for leg in tuple(self.core.legs.values()):
            leg.vanish()
        self.core.legs.clear()
        self.core.ears.clear()
        self.exchange.forget_calls()
        for group in self.core.schedule.groups():
            self.core.schedule.delete(group)
        settings = self.core.settings
        self.core.bus.rename(str(uuids.uuid4()), settings.hostname, settings.address)

    def _accept(self, socket: Any, _address: object) -> None:
        connection = Connection(self, socket)
        self.connections.append(connection)
        try:
            connection.serve()
        finally:
            self.connections.remove(connection)

    def _close_recordings(self, leg: Leg) -> None:
        recording.stop(self.core, leg, "all")

    def _close_ears(self, leg: Leg) -> None:
        eavesdropping.stop_all(self.core, leg)

    def _left_on_hold(self, leg: Leg) -> None:
        self.dialplan.transfer(leg, LEFT_ON_HOLD, "XML", TRANSFER_CONTEXT)

    def _beat(self) -> None:
        while True:
            gevent.sleep(self.core.settings.heartbeat_seconds)
            self.core.bus.fire(
                "HEARTBEAT",
                {
                    "Event-Info": "System Ready",
                    "Up-Time": "",
                    "Session-Count": str(len(self.core.legs)),
                    "Max-Sessions": str(self.core.settings.max_sessions),
                    "Session-Per-Sec": "30",
                    "Session-Since-Startup": str(self.core.sessions),
                    "Idle-CPU": "100.000000",
                    "Heartbeat-Interval": str(round(self.core.settings.heartbeat_seconds)),
                },
            )
