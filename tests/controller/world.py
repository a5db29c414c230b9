"""A whole Tandem of memory twins: real engine, reactions and distributor, time by hand."""

from functools import partial

import gevent

from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.directory import MemoryDirectory
from controller.adapters.memory.flows import MemoryFlows, MemoryLedger
from controller.adapters.memory.medium import MemoryMedium
from controller.adapters.memory.phones import MemoryPhones
from controller.adapters.memory.publisher import MemoryPublisher
from controller.adapters.memory.store import MemoryStore
from controller.adapters.memory.time import ManualClock, ManualTimers
from controller.desk.dialling import Dialling
from controller.distributor import Distributor, prompts
from controller.domain import commands as c
from controller.domain.agent import SignIn, Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.model import Interaction
from controller.engine import LINGER_S, Engine
from controller.ports import Ports, Store
from controller.reactions import awaited, begin, react, restore, restore_agent
from controller.waiting.lounge import Lounge


def settle(engine: Engine) -> None:
    """Let every greenlet go as far as it can, and save what nobody waits for."""
    for _ in range(4):
        for _ in range(200):
            gevent.sleep(0)
        if not engine.backlog:
            return
        gevent.sleep(LINGER_S)


class World:
    def __init__(
        self,
        store: Store | None = None,
        clock: ManualClock | None = None,
        catalogue: MemoryCatalogue | None = None,
    ) -> None:
        self.clock = clock or ManualClock()
        self.store = store or MemoryStore()
        self.catalogue = catalogue or MemoryCatalogue()
        if catalogue is None:
            self.catalogue.put(QueueSettings(id="sales", name="Sales"))
        self.publisher = MemoryPublisher()
        self.engine = Engine(store=self.store, clock=self.clock, publisher=self.publisher)
        self.agents = MemoryDirectory(self.catalogue)
        self.timers = ManualTimers(self.clock, self.engine.submit)
        self.medium = MemoryMedium(self.clock, self.engine.submit)
        self.phones = MemoryPhones()
        self.lounge = Lounge(
            catalogue=self.catalogue,
            agents=self.agents,
            store=self.store,
            clock=self.clock,
            timers=self.timers,
            handle=self.engine.handle,
            submit=self.engine.submit,
        )
        self.flows = MemoryFlows(self.catalogue, "sales", self.lounge.queues, self.engine.submit)
        self.ledger = MemoryLedger()
        self.ports = Ports(
            media={"voice": self.medium},
            flows=self.flows,
            agents=self.agents,
            timers=self.timers,
            ledger=self.ledger,
            phones=self.phones,
            clock=self.clock,
            submit=self.engine.submit,
        )
        self.distributor = Distributor(
            engine=self.engine,
            agents=self.agents,
            clock=self.clock,
            ready=lambda channel: self.ports.media[channel].ready,
        )

        self.dialling = Dialling(
            engine=self.engine,
            agents=self.agents,
            catalogue=self.catalogue,
            problem_with=lambda number: None,
        )

    def successor(self) -> "World":
        """Tandem after a restart: the same store, catalogue, clock and legs, all else anew."""
        second = World(self.store, self.clock, self.catalogue)
        for legs in ("ringing", "answered", "bridged", "held", "recording", "listening"):
            setattr(second.medium, legs, getattr(self.medium, legs))
        return second

    def start(self) -> None:
        self.engine.start(
            partial(react, self.ports),
            early=(partial(begin, self.ports), self.distributor.foresee),
            awaited=awaited,
            prompts=prompts,
        )
        waiting = self.engine.recover()
        for agent in self.engine.agent_states():
            self.agents.declare(agent)
        for interaction in waiting:
            restore(self.ports, interaction)
        self.lounge.start(self.publisher, self.engine.agent_states(), waiting)
        self.publisher.subscribe("distributor", self.distributor.notice)
        self.distributor.start(waiting)
        for agent in self.engine.agent_states():
            restore_agent(self.ports, agent)

    def stop(self) -> None:
        self.distributor.stop()
        self.lounge.stop()
        self.engine.stop()

    def agent(self, agent_id: str, **profile: object) -> None:
        """An agent of the queue who is there and available."""
        self.profile(agent_id, **profile)
        self.engine.handle(SignIn(agent_id=agent_id, status=Status.AVAILABLE, reason=None))

    def profile(self, agent_id: str, **profile: object) -> None:
        given = {"queues": ("sales",), **profile}
        self.catalogue.put(AgentProfile(id=agent_id, name=agent_id, extension=agent_id, **given))

    def arrive(self, interaction_id: str, dialled: str = "5000", address: str = "+4930123") -> None:
        """`dialled` may be the id of a queue; another number leads to sales."""
        self.arrive_soon(interaction_id, dialled, address)
        self.settle()

    def arrive_soon(
        self, interaction_id: str, dialled: str = "5000", address: str = "+4930123"
    ) -> None:
        """As `arrive`, and nothing has come of it yet."""
        self.engine.submit(
            c.Arrive(
                interaction_id=interaction_id,
                channel="voice",
                leg=interaction_id,
                address=address,
                name="A",
                dialled=dialled,
                arrived_at=self.clock.now(),
            )
        )
        flow = self.flows.flow_for(dialled)
        self.engine.submit(c.StartFlow(interaction_id=interaction_id, flow=flow))

    def settle(self) -> None:
        """Let every greenlet go as far as it can: nothing here waits for the outside."""
        settle(self.engine)

    def pass_(self, seconds: float) -> None:
        self.clock.pass_(seconds)
        self.timers.fire_due()
        self.settle()

    def now(self, interaction_id: str) -> Interaction:
        found = self.engine.find(interaction_id) or self.store.interaction(interaction_id)
        assert found is not None
        return found

    def names(self, interaction_id: str) -> list[str]:
        return [type(e).__name__ for e in self.store.events(f"interaction:{interaction_id}")]
