"""What the parts of the lab switch share: its legs, its clockwork, its tables, its settings."""

import itertools
import time
import uuid as uuids
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from controller.lab.channel import Leg
from controller.lab.events import EventBus
from controller.lab.media import Media
from controller.lab.scheduler import Schedule, Timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the lab behaves.

    `prompt_speed` divides the length of prompts (10 plays them ten times as fast);
    `bridge_seconds` is the least and the most a bridge takes after `+OK`; `job_seconds` is
    how late, at most, the result of a bgapi command is told; `sounds` is where
    relative prompt paths are looked up; `write_recordings` False writes no files (load tests).
    """

    hostname: str = "lab"
    address: str = "127.0.0.1"
    prompt_speed: float = 1.0
    bridge_seconds: tuple[float, float] = (0.02, 0.06)
    job_seconds: float = 0.02
    heartbeat_seconds: float = 20.0
    max_sessions: int = 1000
    sounds: str = ""
    write_recordings: bool = True
    globals: Mapping[str, str] = field(default_factory=dict)


MEDIA_APPLICATIONS = frozenset(
    {"playback", "endless_playback", "play_and_get_digits", "record", "record_session"}
    | {"stop_record_session"}
)


@dataclass(slots=True, kw_only=True, eq=False)
class Ear:
    """`listener` hangs on `agent`; `mode` says who hears him (see eavesdropping.py)."""

    agent: Leg
    listener: Leg
    mode: str


Application = Callable[["Core", Leg, str], str]


class Core:
    """The switch without its sockets."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.bus = EventBus(str(uuids.uuid4()), settings.hostname, settings.address)
        self.timers = Timers()
        self.schedule = Schedule(self.timers)
        self.media = Media(settings.sounds, settings.prompt_speed)
        self.legs: dict[str, Leg] = {}
        self.applications: dict[str, Application] = {}
        self.farewells: list[Callable[[Leg], None]] = []
        self.ears: list[Ear] = []
        self.left_on_hold: Callable[[Leg], None] = lambda leg: leg.hang_up("NORMAL_CLEARING")
        self.started = time.time()
        self.sessions = 0
        self.peak = 0
        self._session_numbers = itertools.count(1)

    def admit(self, leg: Leg) -> bool:
        """Register a new leg; False when its uuid is taken."""
        if leg.uuid in self.legs:
            return False
        self.legs[leg.uuid] = leg
        self.sessions = next(self._session_numbers)
        self.peak = max(self.peak, len(self.legs))
        leg.variables["session_id"] = str(self.sessions)
        return True

    def knows_application(self, app: str) -> bool:
        return app.lower() in self.applications

    def needs_media(self, app: str) -> bool:
        """Whether FreeSWITCH opens early media on an unanswered leg before running `app`."""
        return app.lower() in MEDIA_APPLICATIONS

    def run_application(self, leg: Leg, app: str, arg: str) -> str:
        return self.applications[app.lower()](self, leg, arg)

    def before_farewell(self, leg: Leg) -> None:
        for farewell in self.farewells:
            farewell(leg)

    def forget(self, leg: Leg) -> None:
        self.schedule.delete(leg.uuid)
        if self.legs.get(leg.uuid) is leg:
            del self.legs[leg.uuid]

    def find(self, uuid: str) -> Leg | None:
        """The leg of that uuid; one that hung up cannot be found, though its events still come."""
        leg = self.legs.get(uuid)
        return leg if leg is not None and leg.up else None
