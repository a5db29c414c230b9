"""The API over a whole Tandem of memory twins: real engine, reactions and distributor."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry, Counter

from console.alarms import AlarmBoard
from console.app import create_app
from console.auth import Role, new_token
from console.passwords import Passwords
from console.people import people
from console.services import PhoneNetwork, Registrar, Services, attach
from controller.adapters.memory.audit import MemoryAudit
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.customers import MemoryCustomers
from controller.adapters.memory.directory import MemoryDirectory
from controller.adapters.memory.flows import MemoryFlows, MemoryLedger
from controller.adapters.memory.medium import MemoryMedium
from controller.adapters.memory.phones import MemoryPhones
from controller.adapters.memory.publisher import MemoryPublisher
from controller.adapters.memory.store import MemoryStore
from controller.adapters.memory.time import ManualClock, ManualTimers
from controller.adapters.speech.library import PromptLibrary
from controller.adapters.speech.studio import Studio
from controller.adapters.speech.synthesizer import Synthesizer
from controller.desk.arrivals import Arrivals
from controller.desk.customers import CustomerDesk
from controller.desk.dialling import Dialling
from controller.desk.identities import Identities
from controller.distributor import Distributor, prompts
from controller.domain import commands as c
from controller.domain.agent import SignIn, Status
from controller.domain.audit import AuditFilter, AuditRow
from controller.domain.catalogue import Account, AgentProfile, QueueSettings
from controller.domain.model import Interaction
from controller.engine import Engine
from controller.ports import AuditLog, Catalogue, Ports
from controller.reactions import awaited, begin, react
from controller.sounds import Sounds
from controller.waiting.lounge import Lounge
from ivr_flows.flow import Flow
from tests.api.clients import PASSWORD, Browser, Client
from tests.api.pages import serve_feed, served
from tests.controller.world import settle

__all__ = ["serve_feed", "served"]


def number_problem(number: str) -> str | None:
    """Germany and Britain may be called."""
    return None if number.startswith(("+49", "49", "+44")) else "not on the allowlist"


def built_page(folder: Path) -> Path:
    """What the build leaves behind, in small."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<meta name="style-nonce" content="__NONCE__">')
    (folder / "assets" / "app-1.js").write_text("export {}")
    (folder / "assets" / "app-1.js.gz").write_bytes(gzip.compress(b"export {}"))
    (folder / "secret.txt").write_text("not for the world")
    return folder


def in_memory() -> tuple[Catalogue, AuditLog]:
    audit = MemoryAudit()
    return MemoryCatalogue(audit), audit


@dataclass
class Centre:
    """A running centre. `checks` is what readiness answers."""

    recordings_dir: Path
    checks: dict[str, str] = field(default_factory=lambda: {"switch": "ok", "database": "ok"})
    flow_names: set[str] = field(default_factory=lambda: {"main_menu"})
    kept: Callable[[], tuple[Catalogue, AuditLog]] = in_memory

    def __post_init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.catalogue, self.audit = self.kept()
        # As Argon2 does it, but quick: what it takes is not what these tests are about.
        self.people = people(
            self.catalogue, self.audit, self.clock, passwords=Passwords(time_cost=1, memory_kib=8)
        )
        self.catalogue.put(QueueSettings(id="sales", name="Sales", dispositions=("sold", "lost")))
        for extension, agent_id in enumerate(("ann", "bob"), 1001):
            self.catalogue.put(
                AgentProfile(
                    id=agent_id, name=agent_id, extension=str(extension), queues=("sales",)
                )
            )
        self.flows: dict[str, Flow] = {}
        self.voices = (Synthesizer(), Synthesizer())
        folder = self.recordings_dir.parent
        self.sounds = Sounds(
            catalogue=self.catalogue,
            library=PromptLibrary(folder / "prompts", self.voices[0]),
            studio=Studio(folder / "recorded-prompts", self.voices[1]),
            flows=lambda: self.flows,
        )
        publisher = self.publisher = MemoryPublisher()
        self.engine = Engine(store=self.store, clock=self.clock, publisher=publisher)
        self.agents = MemoryDirectory(self.catalogue)
        self.timers = ManualTimers(self.clock, self.engine.submit)
        self.medium = MemoryMedium(self.clock, self.engine.submit)
        self.phones = MemoryPhones()
        self.distributor = Distributor(engine=self.engine, agents=self.agents, clock=self.clock)
        self.lounge = Lounge(
            catalogue=self.catalogue,
            agents=self.agents,
            store=self.store,
            clock=self.clock,
            timers=self.timers,
            handle=self.engine.handle,
            submit=self.engine.submit,
        )
        ports = Ports(
            media={"voice": self.medium, "chat": self.medium},
            flows=MemoryFlows(self.catalogue, "sales", self.lounge.queues, self.engine.submit),
            agents=self.agents,
            timers=self.timers,
            ledger=MemoryLedger(),
            phones=self.phones,
            clock=self.clock,
            submit=self.engine.submit,
        )
        self.engine.start(
            partial(react, ports),
            early=(partial(begin, ports), self.distributor.foresee),
            awaited=awaited,
            prompts=prompts,
        )
        self.lounge.start(publisher, (), ())
        publisher.subscribe("distributor", self.distributor.notice)
        self.customers = self._make_customers()
        self.distributor.start()
        self.people.start()
        self.dialling = Dialling(
            engine=self.engine,
            agents=self.agents,
            catalogue=self.catalogue,
            problem_with=number_problem,
        )
        self.alarms = AlarmBoard(self.clock)
        self.page_dir = built_page(self.recordings_dir.parent / "page")
        self.metrics = CollectorRegistry()
        Counter("tandem_test", "Something to be seen.", registry=self.metrics).inc()

    def _make_customers(self) -> CustomerDesk:
        customers, identities = MemoryCustomers(), Identities("DE")
        arrivals = Arrivals(customers=customers, past=self.store, identities=identities)
        self.publisher.subscribe("customers", arrivals.notice)
        arrivals.start()
        return CustomerDesk(
            customers=customers,
            arrivals=arrivals,
            identities=identities,
            clock=self.clock,
            interaction=lambda key: self.engine.find(key) or self.store.interaction(key),
        )

    def stop(self) -> None:
        self.people.stop()
        self.customers.arrivals.stop()
        for voice in self.voices:
            voice.close()
        self.distributor.stop()
        self.lounge.stop()
        self.engine.stop()

    def services(self, **changes: Any) -> Services:
        return Services(
            **{
                "engine": self.engine,
                "store": self.store,
                "catalogue": self.catalogue,
                "agents": self.agents,
                "clock": self.clock,
                "forecast": self.lounge.forecast,
                "queues": self.lounge.queues,
                "dialling": self.dialling,
                "number_problem": number_problem,
                "readiness": lambda: self.checks,
                "recordings_dir": self.recordings_dir,
                "domain": "tandem.example",
                "phones": PhoneNetwork(
                    domain="tandem.example",
                    registrars=(Registrar(transport="udp", host="10.0.0.5", port=5060),),
                    codecs=("OPUS", "PCMA"),
                    url="wss://10.0.0.5:7443",
                ),
                "flow_names": lambda: self.flow_names,
                "sounds": self.sounds,
                "metrics": self.metrics,
                "people": self.people,
                "customers": self.customers,
                "alarms": self.alarms,
                "page_dir": self.page_dir,
                **changes,
            }
        )

    def token(self, role: str, agent: str | None = None, expires_at: float | None = None) -> str:
        text, entry = new_token(
            name=f"{role} token",
            role=Role(role),
            now=self.clock.now(),
            agent=agent,
            expires_at=expires_at,
        )
        self.catalogue.put(entry)
        return text

    def account(self, name: str, role: str, password: str = PASSWORD, **more: Any) -> Account:
        entry = Account(
            id=name,
            name=name.title(),
            role=role,
            password_hash=self.people.passwords.hash(password),
            **more,
        )
        self.catalogue.put(entry)
        return entry

    def rows(self, **wanted: Any) -> list[AuditRow]:
        """Of the audit, the first ones first."""
        return list(reversed(self.people.trail.search(AuditFilter(**wanted))))

    def settle(self) -> None:
        """Let every greenlet go as far as it can: nothing here waits for the outside."""
        settle(self.engine)

    def available(self, agent_id: str) -> None:
        self.engine.handle(SignIn(agent_id=agent_id, status=Status.AVAILABLE, reason=None))
        self.settle()

    def arrive(self, interaction_id: str, dialled: str = "5000") -> None:
        """Into the queue dialled, or into sales."""
        self.engine.handle(
            c.Arrive(
                interaction_id=interaction_id,
                channel="voice",
                leg=interaction_id,
                address="+4930123",
                name="A customer",
                dialled=dialled,
                arrived_at=self.clock.now(),
            )
        )
        self.engine.submit(c.StartFlow(interaction_id=interaction_id, flow="any"))
        self.settle()

    def connected(self, interaction_id: str, agent_id: str, dialled: str = "5000") -> None:
        """A customer talking with the agent, who must be the only one available."""
        self.available(agent_id)
        self.arrive(interaction_id, dialled)
        offer = self.now(interaction_id).offer
        assert offer is not None and offer.agent == agent_id
        self.medium.answer(offer.leg)
        self.settle()

    def now(self, interaction_id: str) -> Interaction:
        found = self.engine.find(interaction_id) or self.store.interaction(interaction_id)
        assert found is not None
        return found


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    running = Centre(recordings_dir=tmp_path / "recordings")
    running.recordings_dir.mkdir()
    yield running
    running.stop()


@pytest.fixture
def app(centre: Centre) -> Flask:
    """One app for all tests: its routes take long to make, and what it knows is in its services."""
    if not _made:
        _made.append(create_app(centre.services()))
    attach(_made[0].extensions, centre.services())
    return _made[0]


_made: list[Flask] = []


@pytest.fixture
def anonymous(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def client_of(centre: Centre, app: Flask) -> Callable[..., Client]:
    """A client with a new token of the role and agent given."""
    return lambda role, agent=None: Client(app, centre.token(role, agent))


@pytest.fixture
def ann(client_of: Callable[..., Client]) -> Client:
    return client_of("agent", "ann")


@pytest.fixture
def bob(client_of: Callable[..., Client]) -> Client:
    return client_of("agent", "bob")


@pytest.fixture
def supervisor(client_of: Callable[..., Client]) -> Client:
    return client_of("supervisor")


@pytest.fixture
def auditor(client_of: Callable[..., Client]) -> Client:
    return client_of("auditor")


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("admin")


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def signed_in(centre: Centre, app: Flask) -> Callable[..., Browser]:
    """The browser of somebody with a new account who has signed in."""

    def sign_in(name: str, role: str, **more: Any) -> Browser:
        centre.account(name, role, **more)
        browser = Browser(app)
        assert browser.sign_in(name).status_code == 200
        return browser

    return sign_in
