"""What goes wrong between two steps: at the switch, or on the way to it."""

from dataclasses import dataclass

import gevent

from tests.storms.world import World

EVENTS = (
    "CHANNEL_CREATE",
    "CHANNEL_PARK",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_HANGUP",
    "CHANNEL_HOLD",
    "CHANNEL_UNHOLD",
    "CHANNEL_EXECUTE_COMPLETE",
    "BACKGROUND_JOB",
    "CUSTOM",
    "RECORD_START",
    "RECORD_STOP",
)
COMMANDS = (
    "originate",
    "uuid_bridge",
    "uuid_transfer",
    "uuid_kill",
    "uuid_record",
    "uuid_setvar",
    "uuid_dump",
    "sched_",
    "sendmsg",
    "show channels",
)


@dataclass(frozen=True)
class Fault:
    """`kind` is a method of the lab's faults."""

    kind: str
    arguments: tuple = ()

    def take(self, world: World) -> bool:
        getattr(world.lab.faults, self.kind)(*self.arguments)
        return True


@dataclass(frozen=True)
class CutAt:
    text: str
    carried_out: bool

    def take(self, world: World) -> bool:
        world.lab.faults.cut_at(self.text, carried_out=self.carried_out)
        return True


@dataclass(frozen=True)
class Stalls:
    seconds: float

    def take(self, world: World) -> bool:
        world.lab.faults.stall()
        gevent.spawn_later(self.seconds, world.lab.faults.resume)
        return True
