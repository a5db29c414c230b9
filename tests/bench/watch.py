"""What the switch itself says of each call: its events and its clock, the same for whoever routes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from controller.adapters.esl import commands
from controller.adapters.esl.connection import EslConnection
from controller.adapters.esl.messages import SwitchEvent
from tests.live.freeswitch import FreeSwitch

#: Whichever comes first ends the dialplan's part: from then on the caller is the distributor's.
_JOINED = ("CHANNEL_PARK", "CHANNEL_ANSWER")
_NAMES = (*_JOINED, "CHANNEL_CREATE", "CHANNEL_PROGRESS", "CHANNEL_BRIDGE")
#: Less to send for the switch: of agents not all of that.
_FILTERS = ("Call-Direction inbound", "Event-Name /^CHANNEL_(CREATE|PROGRESS|BRIDGE)$/")


@dataclass(slots=True)
class Watch:
    """`times`: event name to leg to seconds; `pairs`: the caller's leg to the agent's, as bridged."""

    times: dict[str, dict[str, float]] = field(
        default_factory=lambda: {name: {} for name in _NAMES}
    )
    pairs: dict[str, str] = field(default_factory=dict)
    callers: set[str] = field(default_factory=set)

    def take(self, event: SwitchEvent) -> None:
        self.times[event.name].setdefault(event.uuid, event.timestamp)
        if event.name == "CHANNEL_CREATE" and event.get("Call-Direction") == "inbound":
            self.callers.add(event.uuid)
        if event.name == "CHANNEL_BRIDGE":
            one, other = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
            self.pairs.setdefault(*((one, other) if one in self.callers else (other, one)))

    def delays(self, to: str, *, of_agent: bool) -> Sequence[float]:
        """Seconds from each bridged caller's joining, sorted."""
        reached = self.times[to]
        return sorted(
            reached[agent if of_agent else caller] - self._joined(caller)
            for caller, agent in self.pairs.items()
            if (agent if of_agent else caller) in reached
        )

    def _joined(self, caller: str) -> float:
        return min(times[caller] for name in _JOINED if caller in (times := self.times[name]))


def watching(switch: FreeSwitch, watch: Watch) -> EslConnection:
    """A connection that feeds `watch`; stop it."""
    esl = switch.settings.esl
    connection = EslConnection(str(esl.host), esl.port, switch.password, on_event=watch.take)
    connection.connect()
    for passes in _FILTERS:  # what passes one is sent
        connection.send(f"filter {passes}").require("filter")
    connection.send(commands.subscribe(_NAMES, ())).require("event")
    return connection
