"""A Tandem that can die and come back beside a switch that lives on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from pydantic import SecretStr

from controller.bootstrap import Tandem
from controller.config import Config, HttpConfig, SwitchConfig
from controller.domain.agent import SetStatus, SignIn, Status
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.model import Interaction
from controller.domain.words import State
from controller.lab.callers import Caller, LabCall, Step
from controller.lab.phones import LabPhone, Phone
from controller.lab.switch import LabSwitch
from controller.ports import Aggregate, AnyEvent, Published
from tests.live.tones import write_wav_tone

OUTSIDE, GATEWAY = "5002", "sofia/gateway/trunk/"

FLOWS = """
flow: straight
language: en
start: sales
numbers: ["5001"]
steps:
  sales: {queue: {name: sales}, otherwise: message}
  message: {voicemail: {mailbox: sales, greeting: {file: menu.wav}, limit: 20s}, next: end}
  end: {hangup: }
---
flow: outside
language: en
start: there
numbers: ["5002"]
steps:
  there: {transfer: {to: "8610555", timeout: 5s}, otherwise: sales}
  sales: {queue: {name: sales}, otherwise: end}
  end: {hangup: }
---
flow: menu
language: en
start: menu
numbers: ["5000"]
steps:
  menu: {menu: {prompt: {file: menu.wav}, choices: {"1": sales}, timeout: 2s, attempts: 3, otherwise: sales}}
  sales: {queue: {name: sales}, otherwise: end}
  end: {hangup: }
"""


def write_flows(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_wav_tone(folder / "menu.wav", hz=440, seconds=1.0)
    for text in FLOWS.split("---\n"):
        name = text.split("flow: ", 1)[1].split("\n", 1)[0]
        (folder / f"{name}.yaml").write_text(text)


class Centre:
    """`start`, `die` and `start` again; `until` waits for news of whichever Tandem lives."""

    def __init__(self, folder: Path, lab: LabSwitch, **config: Any) -> None:
        write_flows(folder / "flows")
        self.folder, self.lab = folder, lab
        self._more = config
        self._news = Event()
        self.seen: dict[str, None] = {}
        self.tandem = self.start()

    def start(self) -> Tandem:
        config = {
            "data": self.folder / "data",
            "flows_dir": self.folder / "flows",
            "http": HttpConfig(port=0),
            "switch": SwitchConfig(
                kind="freeswitch",
                port=self.lab.port,
                password=SecretStr(self.lab.password),
                outbound=GATEWAY,
            ),
            "demo": False,
            "fs": {
                "gateways": [{"name": "trunk", "proxy": "127.0.0.1:9"}],
                "outbound_prefixes": ["8610"],
            },
        }
        self.tandem = Tandem(Config(**{**config, **self._more}))
        self.tandem.publisher.subscribe("test", self._take)
        return self.tandem

    def run(self) -> "Centre":
        self.tandem.start()
        assert self.tandem.switch.link.wait_up(10), self.tandem.switch.link.problem
        return self

    def restart(self) -> None:
        self.start()
        self.run()

    def die(self) -> None:
        """As kill -9 does: what was saved is saved, nothing more is said or done."""
        self.tandem.engine._react = lambda after, event: None
        self.tandem.engine._post = lambda letter: None
        self.tandem.stop(drain_s=0)

    def die_at(self, kind: type) -> Event:
        """Die when an event of that kind is saved and nothing was done about it yet."""
        died, react, engine = Event(), self.tandem.engine._react, self.tandem.engine

        def dying(after: Aggregate, event: AnyEvent) -> None:
            if isinstance(event, kind):
                engine._react = lambda after, event: None
                engine._post = lambda letter: None
                died.set()
            elif not died.is_set():
                react(after, event)

        engine._react = dying
        return died

    def furnish(self, **queue: Any) -> None:
        terms = {"offer_s": 3, "wrap_up_s": 0.5, "retry_after_s": 0.5, **queue}
        self.tandem.catalogue.put(QueueSettings(id="sales", name="Sales", **terms))
        for number, flow in (("5001", "straight"), (OUTSIDE, "outside"), ("5000", "menu")):
            self.tandem.catalogue.put(Did(id=number, flow=flow))

    def agent(self, extension: str = "1001", **phone: Any) -> LabPhone:
        profile = AgentProfile(id=extension, name=extension, extension=extension, queues=("sales",))
        self.tandem.catalogue.put(profile)
        lab_phone = self.lab.add_phone(Phone(extension=extension, **phone))
        self.tandem.engine.handle(SignIn(agent_id=extension, status=Status.AVAILABLE, reason=None))
        self.tandem.engine.handle(SetStatus(agent_id=extension, status=Status.AVAILABLE))
        return lab_phone

    def dial(self, did: str = "5001", *script: Step, name: str = "Ann") -> LabCall:
        return self.lab.dial(Caller(number="+49301", name=name, did=did, script=script))

    def _take(self, published: Published) -> None:
        if isinstance(published.after, Interaction):
            self.seen[published.after.id] = None
        self._news.set()

    def interactions(self) -> list[Interaction]:
        live = {i.id: i for i in self.tandem.engine.live()}
        for key in self.seen:
            if key not in live:
                stored = self.tandem.store.interaction(key)
                if stored is not None:
                    live[key] = stored
        return list(live.values())

    def until(self, check: Callable[[Interaction], bool], timeout: float = 10.0) -> Interaction:
        """The first interaction for which `check` holds."""
        with gevent.Timeout(timeout, False):
            while True:
                self._news.clear()
                for interaction in self.interactions():
                    if check(interaction):
                        return interaction
                self._news.wait()
        raise AssertionError(f"not in {timeout} s: {self.story()}")

    def until_quiet(self, timeout: float = 10.0) -> list[Interaction]:
        """Until all is closed. Then no leg, unit or timer may be left."""
        with gevent.Timeout(timeout, False):
            while self.tandem.engine.live() or not self.seen:
                self._news.clear()
                self._news.wait()
        assert not self.tandem.engine.live(), self.story()
        with gevent.Timeout(10, False):
            # The switch's own farewells; a reservation for an offer that came too late.
            switch = self.tandem.switch
            while switch.medium.series or self.lab.legs or self._reserved() or len(switch._guard):
                gevent.sleep(0.01)
        assert not self.tandem.switch.medium.series
        assert not self.lab.legs, [leg.uuid for leg in self.lab.legs.values()]
        assert not self.tandem.timers._timers, list(self.tandem.timers._timers)
        assert not len(self.tandem.switch._guard)
        assert not self.tandem.switch._calls.doomed
        assert self._reserved() == []
        return self.interactions()

    def _reserved(self) -> list[str]:
        """Agents of whom units are taken."""
        agents = self.tandem.agents
        return [
            a.id for a in self.tandem.engine.agent_states() if agents.candidate(a.id).free < 100
        ]

    def names(self, interaction_id: str) -> list[str]:
        return [type(e).__name__ for e in self.tandem.store.events(f"interaction:{interaction_id}")]

    def story(self) -> str:
        return "; ".join(f"{i.state.value} {self.names(i.id)}" for i in self.interactions())


def talking(interaction: Interaction) -> bool:
    """Bridged, and being recorded."""
    segment = interaction.segment
    return (
        interaction.state is State.CONNECTED
        and segment is not None
        and any(r.segment == segment.id and r.ended_at is None for r in interaction.recordings)
    )
