"""The demo centre on the lab switch: agents who work, callers who call, all by themselves."""

import random
import secrets
from collections.abc import Callable

import gevent
import structlog

from controller.domain import commands as c
from controller.domain.agent import SetStatus, SignIn, Status, StatusChanged
from controller.domain.catalogue import Account, AgentProfile, CatalogueEntry, Did, QueueSettings
from controller.domain.events import WrapUpStarted
from controller.domain.model import Interaction
from controller.domain.schedule import DAYS, Schedule
from controller.greenlets import spawn
from controller.lab.callers import (
    Caller,
    HangUp,
    HangUpAfter,
    Press,
    Step,
    Talk,
    Wait,
    WaitForAgent,
    WaitForPrompt,
)
from controller.lab.phones import Phone
from controller.lab.switch import LabSwitch
from controller.ports import AnyCommand, Catalogue, Published

log = structlog.get_logger(__name__)

NUMBER = "5000"

AGENTS = {
    "1001": ("Ada Brown", ("sales", "support"), {"english": 3}),
    "1002": ("Boris Lang", ("support",), {"english": 2}),
    "1003": ("Chen Wei", ("sales", "support"), {"english": 2, "chinese": 3}),
    "1004": ("Dana Ortiz", ("sales",), {"english": 3}),
    "1005": ("Emil Novak", ("support",), {"english": 1}),
}

#: Name to what he is called, his role and his agent.
ACCOUNTS = {
    "admin": ("Admin", "admin", None),
    "supervisor": ("Supervisor", "supervisor", None),
    **{name.split()[0].lower(): (name, "agent", agent) for agent, (name, _, _) in AGENTS.items()},
}


def seed(catalogue: Catalogue) -> None:
    """Put in what the demo needs and is not there; what an admin changed stays as it is."""
    always = (("00:00", "24:00"),)
    entries: list[CatalogueEntry] = [
        QueueSettings(
            id="sales", name="Sales", wrap_up_s=6, dispositions=("sold", "lost", "other")
        ),
        QueueSettings(id="support", name="Support", wrap_up_s=6, max_wait_s=180),
        Schedule(id="office", timezone="UTC", week=dict.fromkeys(DAYS, always)),
        Did(id=NUMBER, flow="demo", name="Demo centre"),
        *(
            AgentProfile(id=agent, name=name, extension=agent, queues=queues, skills=skills)
            for agent, (name, queues, skills) in AGENTS.items()
        ),
    ]
    for entry in entries:
        if catalogue.find(type(entry), entry.id) is None:
            catalogue.put(entry)


def seed_accounts(catalogue: Catalogue, hash_of: Callable[[str], str]) -> str | None:
    """Make the demo's accounts, all with one password, which is returned; None when there is any already."""
    if catalogue.all(Account):
        return None
    password = secrets.token_urlsafe(9)
    for account, (name, role, agent) in ACCOUNTS.items():
        hashed = hash_of(password)
        catalogue.put(Account(id=account, name=name, role=role, agent=agent, password_hash=hashed))
    return password


class Demo:
    """Subscribe `notice`, then `start`. `submit` is the engine's."""

    def __init__(
        self, lab: LabSwitch, submit: Callable[[AnyCommand], None], seed_value: int | None = None
    ) -> None:
        self._lab = lab
        self._submit = submit
        self._random = random.Random(seed_value)  # noqa: S311 - a play, not a secret
        self._running = True

    def start(self) -> None:
        for agent in AGENTS:
            self._lab.add_phone(self._phone(agent))
            self._submit(SignIn(agent_id=agent, status=Status.AVAILABLE, reason=None))
            # Signing in leaves a status from the last run as it was.
            self._submit(SetStatus(agent_id=agent, status=Status.AVAILABLE))
        spawn("demo-callers", self._call)

    def stop(self) -> None:
        self._running = False

    def notice(self, published: Published) -> None:
        """The agents' hands: a disposition and an end to wrap-up, and back from not responding."""
        for event in published.events:
            if isinstance(event, WrapUpStarted) and isinstance(published.after, Interaction):
                self._wrap_up(published.after, event)
            elif isinstance(event, StatusChanged) and event.status is Status.NOT_RESPONDING:
                command = SetStatus(agent_id=event.agent_id, status=Status.AVAILABLE)
                gevent.spawn_later(self._random.uniform(5, 15), self._submit, command)

    def _wrap_up(self, interaction: Interaction, event: WrapUpStarted) -> None:
        code = self._random.choice(("sold", "lost", "other"))
        self._submit(
            c.Dispose(interaction_id=interaction.id, segment_id=event.segment_id, code=code)
        )
        done = c.EndWrapUp(interaction_id=interaction.id, segment_id=event.segment_id, by="agent")
        gevent.spawn_later(self._random.uniform(1, 5), self._submit, done)

    def _phone(self, extension: str) -> Phone:
        """Most agents answer within seconds; one is slow and one sometimes does not come."""
        return Phone(
            extension=extension,
            name=AGENTS[extension][0],
            answer_after=self._random.uniform(1, 5) if extension != "1005" else 12.0,
        )

    def _call(self) -> None:
        number = 0
        while self._running:
            number += 1
            self._lab.dial(self._caller(number))
            gevent.sleep(self._random.uniform(2, 6))

    def _caller(self, number: int) -> Caller:
        roll = self._random.random()
        choose: list[Step] = [
            WaitForPrompt(),
            Wait(self._random.uniform(1, 3)),
            Press(self._random.choice("12")),
        ]
        talk: list[Step] = [WaitForAgent(120), Talk(self._random.uniform(8, 25)), HangUp()]
        script: list[Step]
        if roll < 0.08:
            script = [WaitForPrompt(), Wait(1), HangUp()]
        elif roll < 0.2:
            script = [
                *choose,
                HangUpAfter(self._random.uniform(2, 10)),
                WaitForAgent(120),
                Talk(20),
            ]
        else:
            script = [*choose, *talk]
        did = NUMBER if roll < 0.97 else "5999"
        return Caller(
            number=f"+49151{number % 10_000_000:07d}",
            name=f"Caller {number}",
            did=did,
            script=script,
        )
