"""What people do. `take` says whether there was anybody who could. `which` picks one of those there are."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from hypothesis import strategies as st

from controller.domain import commands as c
from controller.domain.agent import SetStatus, SignOut, Status
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction, Segment
from controller.domain.words import Party, State
from controller.errors import TandemError
from controller.greenlets import spawn
from tests.storms.world import AGENTS, QUEUES, World

#: Far more than there are at once.
PICK = st.integers(min_value=0, max_value=11)


class Step(Protocol):
    def take(self, world: World) -> bool: ...


def _one(found: list, which: int):
    return found[which % len(found)] if found else None


def _with_agent(world: World, which: int) -> tuple[Interaction, Segment] | None:
    found = [(i, s) for i in world.live() for s in i.segments if s.open]
    return _one(found, which)


# --- customers -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dial:
    did: str

    def take(self, world: World) -> bool:
        world.dial(self.did)
        return True


@dataclass(frozen=True)
class CallerGoes:
    which: int

    def take(self, world: World) -> bool:
        leg = _one(world.customers(), self.which)
        if leg is not None:
            world.hang_up(leg)
        return leg is not None


@dataclass(frozen=True)
class CallerPresses:
    which: int
    keys: str

    def take(self, world: World) -> bool:
        call = _one(world.callers, self.which)
        if call is not None:
            call.press(self.keys)
        return call is not None


# --- agents' phones --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PhoneBecomes:
    agent: str
    kind: str

    def take(self, world: World) -> bool:
        world.behave(self.agent, self.kind)
        return False


@dataclass(frozen=True)
class AtThePhone:
    agent: str
    hand: str

    def take(self, world: World) -> bool:
        with suppress(LookupError):
            getattr(world.phone(self.agent), self.hand)()
            return True
        return False


@dataclass(frozen=True)
class PhoneRefers:
    agent: str
    to: str

    def take(self, world: World) -> bool:
        with suppress(LookupError):
            world.phone(self.agent).refer(self.to)
            return True
        return False


@dataclass(frozen=True)
class PhoneDials:
    agent: str
    to: str

    def take(self, world: World) -> bool:
        world.phone(self.agent).dial(self.to)
        return True


# --- agents' consoles ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    which: int
    verb: str

    def take(self, world: World) -> bool:
        found = _one([(i.id, o.id) for i in world.live() for o in i.offers], self.which)
        if found is None:
            return False
        made = {"interaction_id": found[0], "offer_id": found[1]}
        if self.verb == "accept":
            world.submit(c.AcceptOffer(**made))
        else:
            world.submit(c.DeclineOffer(**made, reason="no"))
        return True


@dataclass(frozen=True)
class Button:
    which: int
    command: str

    def take(self, world: World) -> bool:
        found = _with_agent(world, self.which)
        if found is None:
            return False
        make = getattr(c, self.command)
        world.submit(make(interaction_id=found[0].id, segment_id=found[1].id))
        return True


@dataclass(frozen=True)
class AsksToReconnect:
    """The page says that its phone is back."""

    which: int

    def take(self, world: World) -> bool:
        found = _with_agent(world, self.which)
        if found is None:
            return False
        i, s = found
        world.submit(c.Reconnect(interaction_id=i.id, segment_id=s.id, leg=str(uuid4())))
        return True


@dataclass(frozen=True)
class Transfer:
    which: int
    to: str

    def take(self, world: World) -> bool:
        found = _with_agent(world, self.which)
        if found is None:
            return False
        part = {"interaction_id": found[0].id, "segment_id": found[1].id}
        if self.to in AGENTS:
            world.submit(c.TransferToAgent(**part, agent=self.to, wait_s=0.5))
        elif self.to in QUEUES:
            queue = world.tandem.catalogue.get(QueueSettings, self.to)
            terms, priority = queue.terms(), queue.priority
            world.submit(c.TransferToQueue(**part, queue=queue.id, terms=terms, priority=priority))
        else:
            world.submit(
                c.TransferOutside(**part, destination=self.to, leg=str(uuid4()), timeout_s=2)
            )
        return True


@dataclass(frozen=True)
class Consult:
    which: int
    whom: str

    def take(self, world: World) -> bool:
        found = _with_agent(world, self.which)
        if found is None:
            return False
        world.submit(
            c.StartConsult(
                interaction_id=found[0].id,
                segment_id=found[1].id,
                consult_id=str(uuid4()),
                leg=str(uuid4()),
                kind=Party.AGENT if self.whom in AGENTS else Party.OUTSIDE,
                party=self.whom,
            )
        )
        return True


@dataclass(frozen=True)
class ConsultGoesOn:
    which: int
    command: str

    def take(self, world: World) -> bool:
        found = _one([(i.id, i.consult.id) for i in world.live() if i.consult], self.which)
        if found is not None:
            make = getattr(c, self.command)
            world.submit(make(interaction_id=found[0], consult_id=found[1]))
        return found is not None


@dataclass(frozen=True)
class WrapUpEnds:
    which: int

    def take(self, world: World) -> bool:
        found = _one(
            [(i.id, s.id) for i in world.live() for s in i.segments if s.wrap_up_until], self.which
        )
        if found is not None:
            world.submit(c.EndWrapUp(interaction_id=found[0], segment_id=found[1], by="agent"))
        return found is not None


@dataclass(frozen=True)
class OwnCall:
    agent: str
    number: str

    def take(self, world: World) -> bool:
        def place() -> None:
            with suppress(TandemError):
                world.tandem.dialling.place(self.agent, self.number, "sales")

        spawn("own-call", place)
        return True


@dataclass(frozen=True)
class Declares:
    agent: str
    status: str
    later: bool

    def take(self, world: World) -> bool:
        if self.status == "available":
            spawn("declares", world.available, self.agent)
        elif self.status == "offline":
            world.submit(SignOut(agent_id=self.agent, after_contact=self.later))
        else:
            world.submit(
                SetStatus(agent_id=self.agent, status=Status.ON_BREAK, after_contact=self.later)
            )
        return True


# --- the supervisor --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listens:
    """Again: with another mode."""

    which: int
    mode: str

    def take(self, world: World) -> bool:
        found = _with_agent(world, self.which)
        if found is not None:
            path = f"interactions/{found[0].id}/monitor"
            spawn("listens", world.ask, "POST", path, {"mode": self.mode})
        return found is not None


@dataclass(frozen=True)
class Supervises:
    which: int
    verb: str

    def take(self, world: World) -> bool:
        found = _one([i.id for i in world.live() if i.monitors], self.which)
        if found is None:
            return False
        if self.verb == "stop":
            spawn("stops", world.ask, "DELETE", f"interactions/{found}/monitor")
        else:
            spawn("takes-over", world.ask, "POST", f"interactions/{found}/take-over")
        return True


@dataclass(frozen=True)
class Steers:
    """Who waits: `to` is a priority, a queue or an agent. By the API, which looks first, or past it."""

    which: int
    to: str
    looks: bool

    def take(self, world: World) -> bool:
        waits = (State.QUEUED, State.OFFERED)
        found = _one([i.id for i in world.live() if i.state in waits], self.which)
        if found is None:
            return False
        if self.looks:
            method, verb, body = self._asked()
            spawn("steers", world.ask, method, f"interactions/{found}/{verb}", body)
        else:
            world.submit(self._command(world, found))
        return True

    def _asked(self) -> tuple[str, str, dict[str, object]]:
        if self.to in AGENTS:
            return "POST", "assign", {"agent": self.to, "wait_s": 1}
        if self.to in QUEUES:
            return "POST", "move", {"queue": self.to, "anyway": True}
        return "PUT", "priority", {"priority": int(self.to)}

    def _command(self, world: World, interaction_id: str) -> c.Command:
        whose = {"interaction_id": interaction_id, "by": "supervisor"}
        if self.to in AGENTS:
            return c.Assign(**whose, agent=self.to, wait_s=0.5)
        if self.to in QUEUES:
            queue = world.tandem.catalogue.get(QueueSettings, self.to)
            return c.Move(**whose, queue=queue.id, terms=queue.terms(), priority=queue.priority)
        return c.Prioritise(**whose, priority=int(self.to))
