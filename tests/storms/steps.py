"""What people do, and what goes wrong between two of their doings. `take` says whether there was anybody
who could. `which` picks one of those there are."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

import gevent
from hypothesis import strategies as st

from controller.domain import commands as c
from controller.domain.agent import SetStatus, SignOut, Status
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction, Segment
from controller.domain.words import Party, State
from controller.errors import TandemError
from controller.greenlets import spawn
from tests.storms.world import AGENTS, DIDS, NAILED, NUMBERS, PHONES, QUEUES, World

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


# --- faults ----------------------------------------------------------------------------------------

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


# --- drawn -----------------------------------------------------------------------------------------

agents = st.sampled_from(AGENTS)
numbers = st.sampled_from(tuple(NUMBERS))
anybody = st.sampled_from((*AGENTS, *NUMBERS))

dials = st.builds(Dial, st.sampled_from(DIDS))
steers = st.builds(Steers, PICK, st.sampled_from(("0", "2", "9", *QUEUES, *AGENTS)), st.booleans())
doings: tuple[st.SearchStrategy[Step], ...] = (
    dials,
    dials,
    st.builds(CallerGoes, PICK),
    st.builds(CallerPresses, PICK, st.sampled_from(("1", "9", "1#"))),
    st.builds(PhoneBecomes, agents, st.sampled_from(tuple(PHONES))),
    st.builds(
        AtThePhone, agents, st.sampled_from(("answer", "reject", "hang_up", "hold", "resume"))
    ),
    st.builds(AtThePhone, agents, st.sampled_from(("vanish", "close", "register"))),
    st.builds(PhoneRefers, agents, anybody),
    st.builds(PhoneDials, agents, numbers),
    st.builds(Offer, PICK, st.sampled_from(("accept", "decline"))),
    st.builds(
        Button,
        PICK,
        st.sampled_from(("Hold", "Resume", "HangUp", "PauseRecording", "ResumeRecording")),
    ),
    st.builds(AsksToReconnect, PICK),
    st.builds(Transfer, PICK, st.sampled_from((*AGENTS, *QUEUES, *NUMBERS))),
    st.builds(Consult, PICK, anybody),
    st.builds(
        ConsultGoesOn,
        PICK,
        st.sampled_from(("CompleteConsult", "CancelConsult", "SwapConsult", "JoinConsult")),
    ),
    st.builds(WrapUpEnds, PICK),
    st.builds(OwnCall, agents, numbers),
    st.builds(
        Declares, agents, st.sampled_from(("available", "on_break", "offline")), st.booleans()
    ),
    st.builds(Listens, PICK, st.sampled_from(("listen", "whisper", "barge"))),
    st.builds(Supervises, PICK, st.sampled_from(("stop", "take over"))),
    steers,
    steers,
)
names = st.sampled_from(EVENTS).map(lambda name: (name,))
faults: tuple[st.SearchStrategy[Step], ...] = (
    st.builds(Fault, st.just("lose"), st.tuples(st.integers(1, 2), names)),
    st.builds(Fault, st.just("double"), st.tuples(st.integers(1, 3), names)),
    st.builds(Fault, st.just("delay"), st.tuples(st.sampled_from((0.0, 0.1, 0.4)), names)),
    st.builds(Fault, st.just("reorder"), st.tuples(st.sampled_from((0.0, 0.05, 0.3)))),
    st.builds(CutAt, st.sampled_from(COMMANDS), st.booleans()),
    st.one_of(
        st.just(Fault("cut")),
        st.just(Fault("cut")),
        st.just(Fault("restart")),
        st.builds(Stalls, st.sampled_from((0.1, 0.4))),
    ),
)

#: Seconds after a step.
pauses = st.sampled_from((0.0, 0.01, 0.03, 0.06, 0.1, 0.1, 0.2))

Story = list[tuple[Step, float]]


#: What leads further than steps drawn one by one: a customer with an agent, and then somebody third.
_consults = (
    st.sampled_from(("5001", "5003")).map(Dial),
    st.builds(Consult, PICK, st.sampled_from(("1001", "1002", NAILED, "8610001"))),
    *[
        st.builds(
            ConsultGoesOn,
            st.just(0),
            st.sampled_from(("CompleteConsult", "SwapConsult", "SwapConsult", "JoinConsult")),
        )
    ]
    * 3,
)
_supervision = (
    st.sampled_from(("5001", "5003")).map(Dial),
    st.builds(Listens, PICK, st.sampled_from(("listen", "whisper", "barge"))),
    st.builds(Listens, st.just(0), st.sampled_from(("listen", "whisper", "barge"))),
    st.builds(Supervises, st.just(0), st.sampled_from(("stop", "take over", "take over"))),
)


_lost_pages = (
    st.builds(PhoneBecomes, st.sampled_from(("1001", NAILED)), st.just("page")),
    st.just(Dial("5001")),
    st.builds(AtThePhone, st.sampled_from(("1001", NAILED)), st.sampled_from(("vanish", "close"))),
    st.builds(AtThePhone, st.sampled_from(("1001", NAILED)), st.just("register")),
    st.builds(AsksToReconnect, st.just(0)),
)


def _scene(
    parts: tuple[st.SearchStrategy[Step], ...], between: st.SearchStrategy[Step]
) -> st.SearchStrategy[Story]:
    """These steps in this order, with time enough for each, or with something else `between` two."""
    paused = [st.tuples(part, st.just(0.12)).map(lambda step: [step]) for part in parts]
    either = st.one_of(st.just([]), st.just([]), st.tuples(between, pauses).map(lambda x: [x]))
    mixed = [each for part in paused for each in (part, either)]
    return st.tuples(*mixed).map(_flat)


def _flat(parts: Sequence[Story]) -> Story:
    return [step for part in parts for step in part]


def stories(*kinds: st.SearchStrategy[Step]) -> st.SearchStrategy[Story]:
    """Some dial first, for without them nothing happens."""
    any_kind = st.one_of(*kinds)
    first = st.lists(st.tuples(dials, pauses), min_size=1, max_size=3)
    single = st.tuples(any_kind, pauses).map(lambda step: [step])
    scenes = [_scene(parts, any_kind) for parts in (_consults, _supervision, _lost_pages)]
    then = st.lists(st.one_of(*[single] * 8, *scenes), min_size=6, max_size=14).map(_flat)
    return st.tuples(first, then).map(_flat)


def queue_stories() -> st.SearchStrategy[Story]:
    """Customers wait for a while before the first agent comes; then everybody comes and goes."""
    breaks = [(Declares(agent, "on_break", False), 0.0) for agent in AGENTS]
    queues = st.builds(Dial, st.sampled_from(("5001", "5003")))
    crowd = st.lists(st.tuples(queues, pauses), min_size=4, max_size=9)
    waits = st.tuples(queues, st.just(1.2))
    comes = st.builds(Declares, agents, st.just("available"), st.just(False))
    goes = st.one_of(
        comes,
        comes,
        queues,
        steers,
        st.builds(CallerGoes, PICK),
        st.builds(Button, PICK, st.just("HangUp")),
        st.builds(WrapUpEnds, PICK),
        st.builds(PhoneBecomes, agents, st.sampled_from(("answers", "slow", "rejects"))),
    )
    then = st.lists(st.tuples(goes, pauses), min_size=8, max_size=30)
    return st.tuples(crowd, waits, then).map(lambda all_: [*breaks, *all_[0], all_[1], *all_[2]])
