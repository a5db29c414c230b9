"""What the console stands on. bootstrap fills it in; the console names no concrete class."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from flask import current_app
from prometheus_client import CollectorRegistry

from console.alarms import AlarmBoard
from console.peers import Network
from console.people import People
from console.throttle import Throttles
from controller.desk.customers import CustomerDesk
from controller.domain.agent import Agent
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction, Terms
from controller.domain.prompt import Measured, Take
from controller.domain.words import Overflow
from controller.ports import (
    AgentDirectory,
    Aggregate,
    AnyCommand,
    Catalogue,
    Clock,
    Outlook,
    Store,
)


class Engine(Protocol):
    """The only way to change anything that happens to a customer or an agent."""

    def handle(self, command: AnyCommand) -> Aggregate:
        """Block until the change is durable. Raises classes of controller.errors."""

    def live(self) -> Sequence[Interaction]:
        """Every interaction that is not closed, from memory."""

    def find(self, interaction_id: str) -> Interaction | None:
        """The interaction if it is not closed, from memory."""

    def agent_states(self) -> Sequence[Agent]:
        """Every agent who ever had a status."""


class Forecast(Protocol):
    """What may be expected of a wait."""

    def waiting(self, interaction_id: str) -> Outlook | None:
        """Of one who waits; None: he does not."""

    def next_in(self, queue: str) -> Outlook:
        """Of one who would join the queue now."""

    def subscribe(self, callback: Callable[[str], None]) -> None:
        """Called with a queue after each change of what is expected there. It must return at once."""

    def holds_until(self, queue: str) -> float | None:
        """When time alone changes what is expected there; None: never."""


class Queues(Protocol):
    """What a queue has to say to a customer whom an agent sends there."""

    def terms_for_transfer(
        self, queue: QueueSettings, *, channel: str, anyway: bool = False
    ) -> Terms | Overflow:
        """What he is promised, or why the queue does not take him. `anyway`: it does."""


class Dialling(Protocol):
    """Agents' own calls."""

    def place(
        self, agent_id: str, number: str, queue_id: str | None = None, *, shown: str | None = None
    ) -> Interaction:
        """Call on behalf of a queue. Blocks until it is saved. Raises classes of controller.errors."""


class Sounds(Protocol):
    """What callers hear, and admins keep under a name. Blocks while something is made."""

    @property
    def languages(self) -> Collection[str]:
        """In which a text can be spoken."""

    def has(self, digest: str) -> bool:
        """Whether the recording is here."""

    def take_in(self, content: bytes) -> tuple[str, Measured]:
        """Keep a recording in any usual format; its digest. Raises Invalid, PromptUnavailable."""

    def speak(self, text: str, language: str) -> bytes:
        """A WAV file, kept nowhere. Raises Invalid, PromptUnavailable."""

    def make(self, language: str, take: Take) -> Path:
        """The WAV file to listen to. Raises NotFound, PromptUnavailable."""

    def length_s(self, language: str, take: Take) -> float | None:
        """None when it cannot be made."""

    def flows_using(self, name: str) -> Sequence[str]:
        """Flows that play the prompt with this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrar:
    """Where a phone registers, by one transport: udp, tcp or tls."""

    transport: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNetwork:
    """What every desk phone is told. `domain`: the SIP domain, which is the realm as well. `url`: of the
    switch for browsers, ws or wss. `transport`: by which of the two it reaches the switch itself: ws, where
    TLS ends at a proxy on the way. `lab`: the lab switch; no phone of the outside reaches it."""

    domain: str
    registrars: tuple[Registrar, ...] = ()
    codecs: tuple[str, ...] = ()
    url: str | None = None
    transport: Literal["ws", "wss"] = "ws"
    lab: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """How browsers reach us. `secure_cookies`: over https only, though it ends before us.
    `trusted_proxies`: whose word on the client's address is taken. `metrics_public`: /metrics answers
    any address, not this machine alone.
    """

    secure_cookies: bool = False
    trusted_proxies: Sequence[Network] = ()
    metrics_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """What the page says of us: our name, and the time zone of our days."""

    name: str = "Tandem"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Collaborators of the API.

    `readiness` answers name -> "ok" or the problem. `domain` is the SIP realm of agents' phones.
    `number_problem`: why an outside number may not be dialled, or None. `page_dir`: what the page was
    built into.
    """

    engine: Engine
    store: Store
    catalogue: Catalogue
    agents: AgentDirectory
    clock: Clock
    forecast: Forecast
    queues: Queues
    dialling: Dialling
    number_problem: Callable[[str], str | None]
    readiness: Callable[[], Mapping[str, str]]
    recordings_dir: Path
    domain: str
    phones: PhoneNetwork
    flow_names: Callable[[], Collection[str]]
    sounds: Sounds
    metrics: CollectorRegistry
    people: People
    customers: CustomerDesk
    alarms: AlarmBoard
    web: Web = Web()
    centre: Centre = Centre()
    page_dir: Path = Path(__file__).parent / "static"
    throttles: Throttles = field(default_factory=Throttles)


_KEY = "tandem"


def attach(extensions: dict[str, object], services: Services) -> None:
    """Make `services` what `here()` answers inside requests of the app with these extensions."""
    extensions[_KEY] = services


def here() -> Services:
    """The services of the app that serves the present request."""
    services = current_app.extensions[_KEY]
    assert isinstance(services, Services)
    return services
