"""Nailed-up legs: an agent's phone stays connected while he is signed in, and calls come with a beep.

To the domain each use of such a leg is a leg of its own, as if his phone had been rung: `Calls` keeps
which. `lend` begins a use, `take_back` ends it, and the leg is parked with silence until the next. On
the leg itself `tandem_agent` and `tandem_use` say the same, for whoever takes over after a restart.

Who hangs it up himself is rung like anybody else until he signs in or makes himself available again;
a leg that is lost is dialled again. A page that is loaded anew has lost it, and it is dialled there at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog
from gevent import Timeout, spawn_later

from controller.adapters.esl import commands
from controller.adapters.esl.calling import ANSWER_BY_ITSELF, VoiceSettings
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import JobResult, SwitchEvent, is_refusal
from controller.adapters.esl.parking import park
from controller.adapters.esl.registrations import Registrations, leads_to_page
from controller.adapters.esl.series import Series
from controller.adapters.esl.together import SAFE, SILENCE
from controller.domain import commands as c
from controller.domain.agent import Status
from controller.domain.catalogue import AgentProfile
from controller.domain.decide.parts import AGENT_ENDED
from controller.errors import CommandRefused, SwitchError
from controller.ids import new_leg_id
from controller.ports import AgentDirectory, AnyCommand, Catalogue, Clock

log = structlog.get_logger(__name__)

#: `tandem_role` of such a leg.
NAILED = "nailed"

BEEP = "tone_stream://%(200,50,880)"

#: Longest time for the beep to be played.
BEEP_S = 5.0

#: Seconds that the phone rings for it.
RING_S = 30

#: Seconds until a lost leg is dialled again, doubled with each time it does not come about.
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0

#: Seconds from the end of a bridge, or of the attempt, to the leg's own PARK; none comes if it was parked.
BRIDGE_END_S = 0.2

#: Causes that are the agent's own doing: he does not want it now.
HIS_OWN = AGENT_ENDED | {"NO_ANSWER"}


@dataclass(slots=True, eq=False)
class _Nail:
    """`up`: answered. `page`: by a phone in a page. `leaving`: we end it ourselves."""

    agent: str
    leg: str
    address: str
    up: bool = False
    page: bool = False
    leaving: bool = False


class NailedLegs:
    """`kill` ends a leg of the switch, and does not wait for it."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        calls: Calls,
        series: Series,
        catalogue: Catalogue,
        clock: Clock,
        submit: Callable[[AnyCommand], None],
        settings: VoiceSettings,
        kill: Callable[[str, str], None],
        registrations: Registrations,
    ) -> None:
        self._link = link
        self._calls = calls
        self._series = series
        self._catalogue = catalogue
        self._clock = clock
        self._submit = submit
        self._settings = settings
        self._kill = kill
        self._registrations = registrations
        self._agents: AgentDirectory | None = None
        self._ready = False
        self._nails: dict[str, _Nail] = {}
        self._of: dict[str, _Nail] = {}
        self._statuses: dict[str, Status] = {}
        self._declined: set[str] = set()
        self._failures: dict[str, int] = {}
        self._pausing: set[str] = set()

    # --- who has one -----------------------------------------------------------------------------

    def follow(self, agents: AgentDirectory) -> None:
        """Keep a leg to everybody signed in who is to have one; from `go_on` on."""
        self._agents = agents
        agents.subscribe(self._notice)

    def go_on(self) -> None:
        """The link is up, and `meet` has told of every leg there is."""
        self._ready = True
        for nail in self._nails.values():
            if nail.up and nail.leg not in self._calls.uses:
                self._series.add(_key(nail.leg), partial(self._settle, nail), leg=nail.leg)
        for agent in list(self._statuses):
            self._tend(agent)

    def leg_of(self, agent: str) -> str | None:
        """The leg that is connected to his phone."""
        nail = self._of.get(agent)
        return nail.leg if nail is not None and nail.up else None

    def _notice(self, agent: str) -> None:
        candidate = None if self._agents is None else self._agents.candidate(agent)
        status = Status.OFFLINE if candidate is None else candidate.status
        if status is not self._statuses.get(agent):
            self._statuses[agent] = status
            if status in (Status.OFFLINE, Status.AVAILABLE):
                self._declined.discard(agent)
        self._tend(agent)

    def _wanted(self, agent: str) -> str | None:
        """The dial string of the phone to which he is to have a leg."""
        profile = self._catalogue.find(AgentProfile, agent)
        if profile is None or not profile.nailed_up:
            return None
        signed_in = self._statuses.get(agent, Status.OFFLINE) is not Status.OFFLINE
        return self._settings.address_of(profile) if signed_in else None

    def _tend(self, agent: str) -> None:
        """Dial, let go, or leave as it is."""
        nail, address = self._of.get(agent), self._wanted(agent)
        if not self._ready or not self._link.up:
            return
        if nail is not None:
            if nail.address != address and nail.leg not in self._calls.uses:
                self._let_go(nail)
        elif address is not None and agent not in self._declined | self._pausing:
            self._dial(agent, address)

    def _let_go(self, nail: _Nail) -> None:
        nail.leaving = True
        if not nail.up:
            self._calls.doomed[nail.leg] = "ORIGINATOR_CANCEL"  # it may not exist yet
        self._kill(nail.leg, "NORMAL_CLEARING" if nail.up else "ORIGINATOR_CANCEL")

    # --- its life --------------------------------------------------------------------------------

    def _dial(self, agent: str, address: str) -> _Nail:
        nail = self._keep(_Nail(agent, new_leg_id(), address))
        self._calls.dialling.add(nail.leg)
        settings = {
            "origination_uuid": nail.leg,
            "tandem_role": NAILED,
            "tandem_agent": agent,
            "ignore_early_media": "true",
            **SAFE,
            **ANSWER_BY_ITSELF,
            **(self._settings.of_a_page if self._in_page(agent) else {}),
        }

        def work() -> None:
            self._link.bgapi_nowait(
                commands.originate(address, settings, caller=("Tandem", ""), limit_s=RING_S),
                RING_S + 10.0,
                done=partial(self._dialled, nail),
            )

        self._series.add(_key(nail.leg), work, leg=nail.leg)
        return nail

    def _dialled(self, nail: _Nail, outcome: JobResult | SwitchError) -> None:
        """Called in the link's reader. A lost link is looked after by resynchronisation."""
        match outcome:
            case JobResult(body=reply) | CommandRefused(reply=reply):
                if not is_refusal(reply) or nail.leg not in self._nails:
                    return
                cause = reply.removeprefix("-ERR").strip() or "UNSPECIFIED"
                self._end_use(nail.leg, cause)
                self._calls.gone(nail.leg)
                self.lost(nail.leg, cause)

    def _in_page(self, agent: str) -> bool:
        profile = self._catalogue.get(AgentProfile, agent)
        return profile.address is None and self._registrations.in_page(profile.extension)

    def _keep(self, nail: _Nail) -> _Nail:
        self._nails[nail.leg] = self._of[nail.agent] = nail
        self._calls.nailed.add(nail.leg)
        return nail

    def answered(self, event: SwitchEvent) -> None:
        """The leg is parked; once, that means that the phone was answered."""
        nail = self._nails.get(event.uuid)
        if nail is None or nail.up or event.get("Answer-State") != "answered":
            return
        nail.up, nail.page = True, leads_to_page(event)
        self._failures.pop(nail.agent, None)
        use = self._calls.uses.get(nail.leg)
        if use is not None:
            self._call(nail, self._calls.owner[nail.leg], use)
        else:
            self._series.add(_key(nail.leg), partial(self._settle, nail), leg=nail.leg)

    def lost(self, leg: str, cause: str, *, in_use: bool = False) -> None:
        """Any leg has hung up. `Calls` has forgotten it before. `in_use`: in a contact."""
        nail = self._nails.pop(leg, None)
        if nail is None:
            return
        if self._of.get(nail.agent) is nail:
            del self._of[nail.agent]
        if nail.leaving or (nail.page and in_use):
            self._tend(nail.agent)
        elif cause in HIS_OWN:
            log.info("nailed_up_leg_hung_up", agent_id=nail.agent, cause=cause)
            self._declined.add(nail.agent)
        else:
            failures = self._failures.get(nail.agent, 0)
            self._failures[nail.agent] = failures + 1
            pause_s = min(FIRST_PAUSE_S * 2**failures, LONGEST_PAUSE_S)
            log.warning("nailed_up_leg_lost", agent_id=nail.agent, cause=cause, again_in_s=pause_s)
            self._pausing.add(nail.agent)
            spawn_later(pause_s, self._again, nail.agent)

    def _again(self, agent: str) -> None:
        self._pausing.discard(agent)
        self._tend(agent)

    def phone_back(self, agent: str, *, another: bool) -> None:
        """His phone has registered; `another`: what was connected to it in a page before is dead."""
        nail = self._of.get(agent)
        if another:
            self._declined.discard(agent)
            if nail is not None and nail.page and nail.leg not in self._calls.uses:
                self._let_go(nail)
        self._pausing.discard(agent)
        self._failures.pop(agent, None)
        self._tend(agent)

    def forsake(self, leg: str) -> None:
        """Nobody is there any more: the leg behind this use of it is not to be used again."""
        nail = self._nails.get(self._calls.line(leg))
        if nail is not None:
            nail.leaving = True

    # --- after a restart -------------------------------------------------------------------------

    def is_up(self, leg: str) -> bool:
        nail = self._nails.get(leg)
        return nail is not None and nail.up

    def meet(self, event: SwitchEvent, interaction_id: str | None) -> None:
        """A leg of ours that we do not know; its use is of this interaction, if that is open."""
        agent, use = event.variable("tandem_agent"), event.variable("tandem_use")
        if agent in self._of:
            self._kill(event.uuid, "NORMAL_CLEARING")
            return
        nail = self._keep(_Nail(agent, event.uuid, self._wanted(agent) or ""))
        nail.up, nail.page = event.get("Answer-State") == "answered", leads_to_page(event)
        log.info("nailed_up_leg_found", agent_id=agent, in_use=interaction_id is not None)
        if interaction_id is not None:
            self._calls.lend(nail.leg, use, interaction_id)

    # --- its uses --------------------------------------------------------------------------------

    def lend(self, interaction_id: str, agent: str, leg: str) -> bool:
        """Let his leg be the domain's `leg`: a beep, and it is answered. False: he has none that is
        free, so ring him. While his phone still rings for it, that ringing serves."""
        nail, address = self._of.get(agent), self._wanted(agent)
        if nail is not None and nail.leaving and nail.page and address is not None:
            nail = self._dial(agent, address)
        if nail is None or nail.leaving or nail.leg in self._calls.uses:
            return False
        self._calls.lend(nail.leg, leg, interaction_id)
        if nail.up:
            self._call(nail, interaction_id, leg)
        return True

    def _call(self, nail: _Nail, interaction_id: str, use: str) -> None:
        beep = partial(self._beep, nail, interaction_id, use)
        self._series.add(_key(nail.leg), beep, leg=nail.leg)

    def _beep(self, nail: _Nail, interaction_id: str, use: str) -> None:
        if self._calls.uses.get(nail.leg) != use:
            return  # withdrawn meanwhile
        self._link.api(commands.setvars(nail.leg, SAFE | {"tandem_use": use}))
        park(self._link, self._calls, nail.leg)  # what is queued behind endless silence never runs
        self._calls.music.discard(nail.leg)
        self._link.execute(nail.leg, "playback", BEEP, BEEP_S)
        if self._calls.uses.get(nail.leg) == use:
            at = self._clock.now()
            self._submit(
                c.NoteLegAnswered(interaction_id=interaction_id, leg=use, at=at, page=nail.page)
            )

    def take_back(self, leg: str, cause: str) -> bool:
        """End this use of a nailed-up leg as a hangup with `cause` would. False: it is none."""
        line = self._calls.lines.get(leg)
        if line is None:
            return False
        self._end_use(line, cause)
        nail = self._nails.get(line)
        if nail is not None and nail.up:
            self._series.add(_key(line), partial(self._settle, nail), leg=line)
        return True

    def _end_use(self, line: str, cause: str) -> None:
        use, interaction_id = self._calls.uses.get(line), self._calls.owner.get(line)
        self._calls.take_back(line)
        if use is not None and interaction_id is not None:
            end = c.NoteLegEnded(
                interaction_id=interaction_id, leg=use, cause=cause, at=self._clock.now()
            )
            self._submit(end)

    def _settle(self, nail: _Nail) -> None:
        """Nobody's: parked with silence, whatever the bridge before it came to."""
        if nail.leg in self._calls.uses:
            return  # by now the next one's
        if nail.leaving:
            self._kill(nail.leg, "NORMAL_CLEARING")
            return
        fresh = {"tandem_use": "", "endpoint_disposition": ""}
        self._link.api(commands.setvars(nail.leg, SAFE | fresh))
        self._let_bridge_end(nail.leg)
        park(self._link, self._calls, nail.leg)
        if nail.leg in self._calls.uses or nail.leg not in self._nails:
            return
        self._calls.music.add(nail.leg)
        gone = partial(self._calls.no_sound, nail.leg)
        self._link.begin(nail.leg, ("endless_playback", SILENCE), gone=gone)
        self._tend(nail.agent)

    def _let_bridge_end(self, leg: str) -> None:
        """A transfer while a bridge begins and its other leg dies would hang it up."""
        waiter = self._calls.await_park(leg)
        with Timeout(BRIDGE_END_S, False):
            waiter.get()
        self._calls.parking.pop(leg, None)


def _key(leg: str) -> str:
    return f"nailed:{leg}"
