"""A whole Tandem on a switch, callers and phones: what the stories are told on.

Tandem is the real one: composition root, SQLite, API. Only the switch and the people differ, and both
kinds of people do what they were told beforehand, so that one story serves both.
"""

import json
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import gevent
from gevent.event import Event

from console.auth import Role
from controller.bootstrap import Tandem
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.domain.model import Interaction
from controller.domain.words import LegRole
from controller.ports import AnyEvent, Published
from tests.live.ear import Ear

R = TypeVar("R")

FLOWS = """
flow: {name}
language: en
start: {start}
numbers: ["{number}"]
steps:
  menu:
    menu:
      prompt: {{file: menu.wav}}
      choices: {{"1": sales, "2": support}}
      timeout: 5s
      attempts: 2
      otherwise: support
  sales: {{queue: {{name: sales}}, otherwise: end}}
  support: {{queue: {{name: support}}, otherwise: end}}
  end: {{hangup: }}
"""

#: A caller who is told where he stands, and whose flow knows every reason of a queue.
PATIENT_FLOW = """
flow: patient
language: en
start: sales
numbers: ["5010"]
steps:
  sales:
    queue:
      name: sales
      announce: {position: true, wait: true, first: 1s, every: 10s}
      full: too_many
      nobody: nobody_there
      closed: come_again
      waited: long_enough
    otherwise: end
  too_many: {say: {file: menu.wav}, next: end}
  nobody_there: {say: {file: menu.wav}, next: end}
  come_again: {say: {file: menu.wav}, next: end}
  long_enough: {say: {file: menu.wav}, next: end}
  end: {hangup: }
"""

#: A caller who hears prompts that admins keep.
NAMED_FLOW = """
flow: named
language: en
start: hello
numbers: ["5020"]
steps:
  hello: {say: {name: hello}, next: sales}
  sales: {queue: {name: sales}, otherwise: end}
  end: {hangup: }
"""

MENU, STRAIGHT, PATIENT, NAMED, NOBODY = "5000", "5001", "5010", "5020", "5999"

#: An outside number that may be called, behind the trunk.
OUTSIDE = "861055501234"

CUSTOMER = "customer"

#: What each party speaks, in Hz; none is a note of the music on hold.
TONES = {CUSTOMER: 600, "1001": 1000, "1002": 1300, "1003": 1700, OUTSIDE: 2100}

#: Seconds until who hears whom is as it should be: commands and sound take their time.
HEARD_S = 5.0

#: Who hears whom, by name: "customer", agents' ids, the outside number.
Hearing = Mapping[str, set[str]]


def off_hub(fn: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Run what blocks in a real thread: the test shares its process with Tandem."""
    return gevent.get_hub().threadpool.apply(fn, args, kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Dials `number`, presses `keys` `press_after` seconds after the answer, hangs up `stay` seconds
    after it."""

    number: str = STRAIGHT
    keys: str = ""
    press_after: float = 1.0
    stay: float = 4.0
    name: str = "Ann Smith"
    address: str = "+4930111222"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """An agent's phone: answers after `ring` seconds and hangs up `talk` seconds after the last thing it
    was told; or `rejects`; or `ignores`; or rings until it is answered from `afar`; or `obeys` what
    `Stage.tell` says; or is not `registered`. `page`: in a browser page, without sound; it answers by
    itself when it is asked to, and never hangs up."""

    extension: str
    ring: float = 0.3
    talk: float = 60.0
    rejects: bool = False
    ignores: bool = False
    afar: bool = False
    obeys: bool = False
    registered: bool = True
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An outside number's phone: answers after `ring` seconds; or `rejects` then, busy; or `ignores`."""

    number: str = OUTSIDE
    ring: float = 0.3
    rejects: bool = False
    ignores: bool = False


class Call(ABC):
    """A caller on his way."""

    @abstractmethod
    def wait_over(self, timeout: float = 30.0) -> None:
        """Until the caller's side of the call is over."""

    def listen(self) -> Ear:
        """What the caller hears from now on; only where `stage.hears`."""
        raise NotImplementedError


class Stage(ABC):
    """Use `dial`, `phone`, `api`; wait with `until`; ask `interaction` and `events`."""

    def __init__(self, tandem: Tandem) -> None:
        self.tandem = tandem
        self._news = Event()
        self.history: list[AnyEvent] = []
        tandem.publisher.subscribe("stage", self._take)
        self.token = tandem.new_token("stage", Role.ADMIN)

    @abstractmethod
    def dial(self, caller: Caller) -> Call: ...

    @abstractmethod
    def add_phone(self, phone: Phone) -> None: ...

    @abstractmethod
    def add_line(self, line: Line, hz: int) -> None:
        """Somebody who speaks `hz` at an outside number. One at a time, for one call."""

    def line(self, line: Line | None = None, hz: int = TONES[OUTSIDE]) -> None:
        self.add_line(line or Line(), hz)

    @abstractmethod
    def hearing(self, legs: Mapping[str, str]) -> Hearing:
        """Who hears whom now; `legs` by name. One who hears nobody has an empty set."""

    def listeners(self, interaction_id: str) -> Hearing:
        """Who hears whom now, of all parties of the interaction."""
        interaction = self.find(interaction_id)
        legs = {
            CUSTOMER if leg.role is LegRole.CUSTOMER else leg.party: leg.id
            for leg in interaction.legs
            if leg.answered_at is not None and leg.ended_at is None
        }
        return self.hearing(legs)

    def until_heard(self, interaction_id: str, wanted: Hearing) -> None:
        """Wait until exactly these hear exactly these."""
        heard: Hearing = {}
        with gevent.Timeout(HEARD_S, False):
            while True:
                heard = self.listeners(interaction_id)
                if heard == wanted:
                    return
                gevent.sleep(0.05)  # of sound there is no event
        raise AssertionError(f"heard {heard} instead of {wanted}")

    def leg(self, interaction_id: str, party: str) -> str:
        """The newest leg of `party` that has not ended."""
        interaction = self.find(interaction_id)
        legs = [leg for leg in interaction.legs if leg.ended_at is None]
        if party == CUSTOMER:
            return interaction.leg
        return next(leg.id for leg in reversed(legs) if leg.party == party)

    def hangs_up(self, interaction_id: str, party: str) -> None:
        """That party hangs up his own phone."""
        self.tell(self.leg(interaction_id, party), "bye")

    @abstractmethod
    def tell(self, leg: str, order: str) -> None:
        """The phone of that leg, which obeys, does it by itself: `hold`, `resume`, `bye`, or
        `<sip:NUMBER@tandem>` (transfers by REFER)."""

    @abstractmethod
    def vanishes(self, extension: str) -> None:
        """The page with this phone is gone, and its connection with it; nobody said goodbye."""

    @abstractmethod
    def freezes(self, extension: str) -> None:
        """The lid is closed: nothing comes from that page any more, and its connection stays open."""

    @abstractmethod
    def closes(self, extension: str) -> None:
        """The page is closed in order: its call is ended, and it is registered no more."""

    @abstractmethod
    def opens(self, extension: str) -> None:
        """The page is there again, loaded anew."""

    @abstractmethod
    def marks(self, extension: str) -> list[tuple[str, str]]:
        """Of each call that the page now open was asked to take: the contact it belongs to, and "auto" if it
        was to answer by itself."""

    @abstractmethod
    def joins(self, leg: str, second: str, *, hangs_up: bool = False) -> None:
        """The phone of `leg`, which obeys, gives whom it holds there to whom it asked on `second`: REFER
        with Replaces. `hangs_up`: ends `leg` as soon as that is accepted."""

    @abstractmethod
    def refers_in_vain(self, leg: str) -> None:
        """As `joins`, of a call that is not there."""

    @abstractmethod
    def dials(self, extension: str, number: str) -> None:
        """The phone of that extension starts a call by itself."""

    @abstractmethod
    def legs(self) -> int:
        """How many legs the switch has."""

    @property
    @abstractmethod
    def hears(self) -> bool:
        """Whether recordings hold the voices of those who talk."""

    def furnish(self) -> None:
        """Two queues and the numbers. Short times: the stories are told in seconds."""
        for name in ("sales", "support"):
            self.queue(name)
        for number, flow in ((MENU, "menu"), (STRAIGHT, "straight"), (PATIENT, "patient")):
            self.tandem.catalogue.put(Did(id=number, flow=flow))

    def queue(self, name: str, **settings: Any) -> None:
        """A queue with short times, as `furnish` makes it, and these settings."""
        short = {"offer_s": 3, "wrap_up_s": 1, "retry_after_s": 1}
        self.tandem.catalogue.put(QueueSettings(id=name, name=name, **{**short, **settings}))

    def agent(
        self,
        phone: Phone,
        queues: Sequence[str] = ("sales", "support"),
        skills: Mapping[str, int] | None = None,
        nailed_up: bool = False,
    ) -> None:
        """An agent with a phone, who signs in and is available."""
        profile = AgentProfile(
            id=phone.extension,
            name=phone.extension,
            extension=phone.extension,
            queues=tuple(queues),
            skills=skills or {},
            nailed_up=nailed_up,
        )
        self.tandem.catalogue.put(profile)
        self.add_phone(phone)
        self.api("POST", f"agents/{phone.extension}/sign-in")
        self.api("PUT", f"agents/{phone.extension}/status", {"status": "available"})

    def nailed_leg(self, agent: str, timeout: float = 10.0) -> str:
        """The leg that is connected to the agent's phone, once it is, and is at nothing."""
        switch = self.tandem.switch
        with gevent.Timeout(timeout):
            while (leg := switch.medium.nailed.leg_of(agent)) not in switch._calls.music:
                gevent.sleep(0.02)
        return leg

    def api(self, method: str, path: str, body: object = None, token: str | None = None) -> Any:
        """One call of the REST API, as an admin or with this token; the parsed answer."""
        return off_hub(self._request, method, path, body, token or self.token)

    def _request(self, method: str, path: str, body: object, token: str) -> Any:
        request = urllib.request.Request(
            f"{self.tandem.url}/api/v1/{path}",
            method=method,
            data=None if body is None and method == "GET" else json.dumps(body or {}).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def _take(self, published: Published) -> None:
        self.history += published.events
        self._news.set()

    def until(self, check: Callable[[Interaction], bool], timeout: float = 15.0) -> Interaction:
        """The first interaction for which `check` holds; waits for news, not for time."""
        with gevent.Timeout(timeout, False):
            while True:
                self._news.clear()
                for interaction in self.interactions():
                    if check(interaction):
                        return interaction
                self._news.wait()
        raise AssertionError(f"not in {timeout} s: {self._state()}")

    def settle(self, timeout: float = 15.0) -> Interaction:
        """Wait until the one interaction is closed and its legs are gone; return it."""
        return self.until(lambda i: i.closed, timeout)

    def find(self, interaction_id: str) -> Interaction:
        found = self.tandem.engine.find(interaction_id) or self.tandem.store.interaction(
            interaction_id
        )
        assert found is not None
        return found

    def is_agent(self, party: str) -> bool:
        return self.tandem.catalogue.find(AgentProfile, party) is not None

    def nothing_left(self) -> None:
        """No leg, no offer, no reservation: everybody is free, and the switch is empty."""
        with gevent.Timeout(5.0, False):
            while self.legs():
                gevent.sleep(0.02)  # the last leg's end is told before it is gone
        assert self.legs() == 0
        assert [i.id for i in self.tandem.engine.live()] == []
        for profile in self.tandem.catalogue.all(AgentProfile):
            candidate = self.tandem.agents.candidate(profile.id)
            assert candidate is None or candidate.free == 100, profile.id

    def interactions(self) -> list[Interaction]:
        ids = dict.fromkeys(getattr(e, "interaction_id", None) for e in self.history)
        found = (
            self.tandem.engine.find(key) or self.tandem.store.interaction(key) for key in ids if key
        )
        return [interaction for interaction in found if interaction is not None]

    def events(self, interaction: Interaction) -> list[AnyEvent]:
        return list(self.tandem.store.events(f"interaction:{interaction.id}"))

    def names(self, interaction: Interaction) -> list[str]:
        return [type(event).__name__ for event in self.events(interaction)]

    def at(self, interaction: Interaction, kind: type) -> float:
        """When the first event of that kind happened."""
        return next(e.at for e in self.events(interaction) if isinstance(e, kind))

    def _state(self) -> str:
        return "; ".join(
            f"{i.id} {i.state.value} {[type(e).__name__ for e in self.events(i)]}"
            for i in self.interactions()
        )


def write_flows(folder: Path, prompt: bytes) -> None:
    """The two flows and their recorded prompt."""
    folder.mkdir(parents=True)
    (folder / "menu.wav").write_bytes(prompt)
    menu = FLOWS.format(name="menu", start="menu", number=MENU)
    (folder / "menu.yaml").write_text(menu)
    straight = (
        f'flow: straight\nlanguage: en\nstart: sales\nnumbers: ["{STRAIGHT}"]\nsteps:\n'
        "  sales: {queue: {name: sales}, otherwise: end}\n  end: {hangup: }\n"
    )
    (folder / "straight.yaml").write_text(straight)
    (folder / "patient.yaml").write_text(PATIENT_FLOW)
    (folder / "named.yaml").write_text(NAMED_FLOW)
