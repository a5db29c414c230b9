"""One whole Tandem and one lab switch, in which many stories are played, one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import pytest
from flask.testing import FlaskClient

from console.app import create_app
from console.auth import Role
from controller.adapters.esl import nailed, parking, phones, presence, resync, together
from controller.adapters.esl import switch as esl_switch
from controller.adapters.esl.health import LinkTiming
from controller.domain.agent import Agent, SetStatus, SignIn, Status
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.model import Interaction
from controller.errors import CommandOutdated, IllegalCommand, TandemError
from controller.lab.callers import LabCall
from controller.lab.channel import Leg
from controller.lab.core import Settings
from controller.lab.phones import LabPhone, Phone
from controller.lab.switch import LabSwitch
from controller.ports import AnyCommand, Published
from controller.reactions import others, reconnect, talk
from tests.hostile.centre import Centre, write_flows

QUEUES = ("sales", "support")
NAILED, BOSS = "1003", "9001"
AGENTS = ("1001", "1002", NAILED, BOSS)
DIDS = ("5000", "5001", "5002", "5003")

#: What is done there by whoever picks up the phone.
PHONES: dict[str, Phone] = {
    "answers": Phone(extension="", answer_after=0.02),
    "slow": Phone(extension="", answer_after=0.3),
    "ignores": Phone(extension="", ignore=True),
    "rejects": Phone(extension="", reject="CALL_REJECTED"),
    "unregistered": Phone(extension="", unregistered=True),
    "page": Phone(extension="", answer_after=0.02, page=True),
    "drops": Phone(extension="", answer_after=0.02, drop_after=0.1),
    "breaks": Phone(extension="", answer_after=0.02, drop_after=0.1, cause="MEDIA_TIMEOUT"),
}
NUMBERS = {"8610001": "answers", "8610002": "rejects", "8610003": "ignores", "8610004": "drops"}

SUPPORT = """
flow: support
language: en
start: support
numbers: ["5003"]
steps:
  support: {queue: {name: support}, otherwise: end}
  end: {hangup: }
"""

#: Time limits that a story has no time for, and what they are here.
HASTE: tuple[tuple[Any, str, Any], ...] = (
    (esl_switch, "PERIOD_S", 0.5),
    (resync, "GRACE_S", 0.4),
    (esl_switch, "DOUBT_S", 1.0),
    (esl_switch, "SOON_S", (0.2, 0.3)),
    (together, "BRIDGE_S", 0.6),
    (parking, "PARK_S", 0.6),
    (phones, "FOLLOW_S", 0.5),
    (nailed, "FIRST_PAUSE_S", 0.1),
    (nailed, "LONGEST_PAUSE_S", 0.5),
    (nailed, "RING_S", 2),
    (nailed, "BEEP_S", 0.6),
    (others, "CONSULT_S", 2.0),
    (others, "SUPERVISOR_S", 2.0),
    (presence, "GRACE_S", 0.3),
    (presence, "CHECK_S", 0.1),
    (reconnect, "AGAIN_S", 0.1),
    (talk, "OWN_PHONE_S", 2.0),
    (talk, "CUSTOMER_PHONE_S", 2.0),
)
TIMING = LinkTiming(
    connect=3.0, command=3.0, job=3.0, execute=5.0, backoff_first=0.02, backoff_most=0.2
)


class World:
    """`take` steps of a story, then `calm`, and look at it."""

    def __init__(self, folder: Path) -> None:
        self.lab = LabSwitch(
            settings=Settings(prompt_speed=20, bridge_seconds=(0.005, 0.02), job_seconds=0.01)
        )
        self.lab.start()
        write_flows(folder / "flows")
        (folder / "flows" / "support.yaml").write_text(SUPPORT)
        self.centre = Centre(folder, self.lab)
        self.tandem = self.centre.tandem
        self.tandem.switch.link.timing = TIMING
        self.calls: list[LabCall] = []
        self.gone: set[str] = set()
        self.told: dict[str, Interaction] = {}
        self._watchers: list[Any] = []
        self.tandem.publisher.subscribe("storm", self._take)
        self.centre.run()
        self._furnish()
        self.client: FlaskClient = create_app(self.tandem._services()).test_client()
        token = self.tandem.new_token("boss", Role.SUPERVISOR, BOSS)
        self._headers = {"Authorization": f"Bearer {token}"}

    def _furnish(self) -> None:
        haste = {
            "offer_s": 0.8,
            "wrap_up_s": 0.2,
            "retry_after_s": 0.2,
            "overflow": {},
            "last_agent_s": 0.5,
            "reconnect_s": 0.6,
        }
        for queue in (
            QueueSettings(id="sales", name="Sales", strategy="last_agent", **haste),
            QueueSettings(
                id="support", name="Support", strategy="ring_all", priority=1, target_s=20, **haste
            ),
        ):
            self.tandem.catalogue.put(queue)
        for did, flow in zip(DIDS, ("menu", "straight", "outside", "support"), strict=True):
            self.tandem.catalogue.put(Did(id=did, flow=flow))
        for agent in AGENTS:
            self.lab.add_phone(Phone(extension=agent))
            queues = QUEUES if agent != BOSS else ("support",)
            self.tandem.catalogue.put(
                AgentProfile(
                    id=agent,
                    name=agent,
                    extension=agent,
                    queues=queues,
                    nailed_up=agent == NAILED,
                )
            )
            self.tandem.engine.handle(SignIn(agent_id=agent))
        for number, kind in NUMBERS.items():
            self.lab.add_trunk_number(number)
            self.phone(number).configure(replace(PHONES[kind], extension=number))
        self.lab.add_trunk_number("8610555", 0.05)

    def stop(self) -> None:
        self.centre.tandem.stop(drain_s=0)
        self.lab.stop()

    # --- a story ---------------------------------------------------------------------------------

    def open(self) -> None:
        """As if nothing had been before."""
        self.calls, self.gone, self.told, self._watchers = [], set(), {}, []
        for agent in AGENTS:
            self.behave(agent, "answers")
            self.available(agent)

    def watch(self, watcher: Any) -> None:
        """`watcher` gets all news of the story."""
        self._watchers.append(watcher)

    def _take(self, published: Published) -> None:
        if isinstance(published.after, Agent):
            return
        self.told[published.after.id] = published.after
        for watcher in self._watchers:
            watcher(published)

    def available(self, agent: str) -> None:
        try:
            self.tandem.engine.handle(SetStatus(agent_id=agent, status=Status.AVAILABLE))
        except IllegalCommand:
            self.tandem.engine.handle(SignIn(agent_id=agent, status=Status.AVAILABLE))

    def submit(self, command: AnyCommand) -> None:
        """As somebody does who does not look first: what is refused for a reason is no fault."""
        self.tandem.engine.submit(command, refused=_only_for_a_reason)

    def ask(self, method: str, path: str, body: object = None) -> int:
        """The API, as the supervisor; the status."""
        got = self.client.open(
            f"/api/v1/{path}", method=method, json=body or {}, headers=self._headers
        )
        assert got.status_code < 500 or got.status_code in (502, 503), got.text
        return got.status_code

    # --- people ----------------------------------------------------------------------------------

    def phone(self, number: str) -> LabPhone:
        return self.lab.exchange.phones.get(number) or self.lab.exchange.trunk_numbers[number]

    def behave(self, agent: str, kind: str) -> None:
        phone = self.phone(agent)
        phone.configure(replace(PHONES[kind], extension=agent, name=agent))
        if phone.registration is None and not phone.phone.unregistered:
            phone.register()  # it had vanished

    def dial(self, did: str) -> None:
        self.calls.append(self.centre.dial(did))

    @property
    def callers(self) -> list[LabCall]:
        """Who is on the line."""
        return [call for call in self.calls if call.cause is None]

    def live(self) -> list[Interaction]:
        return list(self.tandem.engine.live())

    def customers(self) -> list[Leg]:
        """Legs of customers, who called or were called."""
        called = {i.leg for i in self.told.values()}
        return [
            leg
            for leg in list(self.lab.legs.values())
            if leg.up and (leg.uuid in called or leg.variables.get("tandem_role") == "customer")
        ]

    def hang_up(self, leg: Leg) -> None:
        self.gone.add(leg.uuid)
        leg.hang_up("NORMAL_CLEARING" if leg.answered else "ORIGINATOR_CANCEL")

    # --- the end of it ---------------------------------------------------------------------------

    def calm(self, patience_s: float = 25.0) -> list[str]:
        """No fault any more, and customers hang up, also those who are only called now; what is left
        when it comes to rest, or `patience_s` is over."""
        self.lab.faults.clear()
        left = self.left()
        with gevent.Timeout(patience_s, False):
            while left:
                for leg in self.customers():
                    self.hang_up(leg)
                gevent.sleep(0.02)
                left = self.left()
        return left

    def left(self) -> list[str]:
        """What must not be there once all customers are gone."""
        switch, tandem = self.tandem.switch, self.tandem
        nails = switch._calls.nailed
        calls = switch._calls
        memory = {
            name: set(getattr(calls, name)) - nails
            for name in calls.__slots__
            if name not in ("nailed", "left")
        }
        executes = [wait.leg for wait in switch.link._executes._waits.values()]
        found: dict[str, Any] = {
            "the link": [] if switch.link.up else [switch.link.problem],
            "open": [f"{i.id[:8]} {i.state.value}" for i in self.live()],
            "saved as open": [i.id[:8] for i in tandem.store.open_interactions()],
            "legs": [self._told_of(leg) for leg in self.lab.legs.values() if leg.uuid not in nails],
            "series": list(switch.medium.series._jobs),
            "timers": list(tandem.timers._timers),
            "guarded": list(switch._guard._kept),
            "commands": tandem.engine.backlog,
            "events": switch.face.backlog + self.lab.faults.late,
            "executes": [leg for leg in executes if leg not in nails],
            "units": {
                agent: entry.held for agent, entry in tandem.agents._entries.items() if entry.held
            },
            "flows": list(tandem.flows._running),
            "asked": dict(tandem.distributor._asked),
            "waiting": [q for q in QUEUES if tandem.distributor.waiting_in(q)],
            "ears": [ear.agent.uuid for ear in self.lab.core.ears],
            **{f"calls.{name}": kept for name, kept in memory.items() if kept},
        }
        return [f"{what}: {which}" for what, which in found.items() if which]

    def _told_of(self, leg: Leg) -> str:
        role = leg.variables.get("tandem_role", "?")
        return f"{role} {leg.uuid[:8]} {leg.state} {leg.callstate} {leg.application}"

    def history(self, interaction_id: str) -> list[Any]:
        return list(self.tandem.store.events(f"interaction:{interaction_id}"))


def _only_for_a_reason(error: TandemError) -> None:
    assert isinstance(error, IllegalCommand | CommandOutdated), error


@contextmanager
def in_haste() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, seconds in HASTE:
            patch.setattr(module, name, seconds)
        yield
