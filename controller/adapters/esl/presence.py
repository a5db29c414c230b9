"""Follows agents' phones as they come and go: whose cannot be rung is offered nothing, and a call that a page
has lost is taken up.

A page that is loaded anew registers as another phone; what it had is lost with the page before it. One
whose connection is gone may only change its network: it has a moment to return, for its sound goes on.
"""

import math
from collections.abc import Callable, Iterable, Sequence

from gevent import spawn_later

from controller.adapters.esl.nailed import NailedLegs
from controller.adapters.esl.registrations import Change, Registration, Registrations
from controller.domain import commands as c
from controller.domain.catalogue import AgentProfile, agent_at
from controller.domain.channels import VOICE
from controller.domain.model import Interaction, Leg, Segment
from controller.domain.words import PhoneState, State
from controller.errors import SwitchError
from controller.ids import new_leg_id
from controller.ports import AgentDirectory, AnyCommand, Catalogue

#: Seconds that a page whose connection is gone has to come back before its call counts as lost.
GRACE_S = 3.0

#: Seconds until the switch is asked whether it meant an older connection of the same phone.
CHECK_S = 1.0


class Presence:
    """Phones. `live`: the open interactions; `is_up`: whether the switch can be asked; `kill` ends a leg, and
    does not wait for it."""

    def __init__(
        self,
        *,
        registrations: Registrations,
        nailed: NailedLegs,
        catalogue: Catalogue,
        live: Callable[[], Sequence[Interaction]],
        submit: Callable[[AnyCommand], None],
        is_up: Callable[[], bool],
        kill: Callable[[str, str], None],
    ) -> None:
        self._registrations = registrations
        self._nailed = nailed
        self._catalogue = catalogue
        self._live = live
        self._submit = submit
        self._is_up = is_up
        self._kill = kill
        self._agents: AgentDirectory | None = None
        self._last: dict[str, Registration] = {}
        self._untold: list[Change] = []
        registrations.follow(self._changed)
        catalogue.subscribe(self._profile_changed)

    def start(self, agents: AgentDirectory | None) -> None:
        self._agents = agents

    def ask(self) -> None:
        """The link is up: from here on everybody's phone is known, and may be rung as what it is. Raises
        SwitchError."""
        self._untold += self._registrations.look()

    def look(self) -> None:
        """Once everybody's calls have been taken up: see to who lost his, or came for it, meanwhile."""
        untold, self._untold = self._untold, []
        for extension, before, now in untold:
            if (
                self._registrations.find(extension) is now
            ):  # else there is later news, and it was told
                self._changed((extension, before, now))
        in_pages = {leg.party for i in self._live() for leg in i.legs if leg.page}
        for profile in self._catalogue.all(AgentProfile):
            self._tell(profile)
            if profile.id in in_pages:
                self._go_unless_back(profile.id)

    def state(self, agent_id: str) -> PhoneState:
        profile = self._catalogue.find(AgentProfile, agent_id)
        return PhoneState.UNKNOWN if profile is None else self._state(profile)

    def registration(self, agent_id: str) -> Registration | None:
        """Where his phone is, and since when."""
        profile = self._catalogue.find(AgentProfile, agent_id)
        if profile is None or profile.address is not None:
            return None
        return self._registrations.find(profile.extension)

    def _state(self, profile: AgentProfile) -> PhoneState:
        if profile.address is not None or not self._registrations.known:
            return PhoneState.UNKNOWN
        there = self._registrations.find(profile.extension) is not None
        return PhoneState.REGISTERED if there else PhoneState.UNREGISTERED

    # --- what changes ----------------------------------------------------------------------------

    def _profile_changed(self, kind: str, entry_id: str) -> None:
        profile = self._catalogue.find(AgentProfile, entry_id) if kind == "agent" else None
        if profile is not None:
            self._tell(profile)

    def _tell(self, profile: AgentProfile) -> None:
        if self._agents is not None:
            self._agents.note_phone(profile.id, self._state(profile))

    def _changed(self, change: Change) -> None:
        extension, before, now = change
        last = self._last.get(extension, before)
        if now is not None:
            self._last[extension] = now
        agent = agent_at(extension, self._catalogue.all(AgentProfile))
        if agent is None:
            return
        self._tell(self._catalogue.get(AgentProfile, agent))
        if now is not None:
            another = last is not None and last.contact != now.contact
            if another or before is None:
                self._came(agent, now, another=another)
        elif before is not None and before.page:
            spawn_later(CHECK_S, self._check)
            self._go_unless_back(agent)

    def _check(self) -> None:
        try:
            changes = self._registrations.look()
        except SwitchError:
            return  # looked at anew when the link is back
        for change in changes:
            self._changed(change)

    # --- calls of a page ---------------------------------------------------------------------------

    def _came(self, agent: str, now: Registration, *, another: bool) -> None:
        self._nailed.phone_back(agent, another=another)
        if another:
            self._end_others(agent, now.since)
        for interaction, segment in self._calls_of(agent):
            lost = interaction.state is State.RECONNECTING
            if lost or (another and _page_before(interaction, segment, now.since)):
                self._submit(
                    c.Reconnect(
                        interaction_id=interaction.id,
                        segment_id=segment.id,
                        leg=new_leg_id(),
                        anew=True,
                    )
                )

    def _go_unless_back(self, agent: str) -> None:
        calls = any(_in_page(i, segment) for i, segment in self._calls_of(agent))
        if calls or any(self._others_of(agent)):
            spawn_later(GRACE_S, self._gone, agent)

    def _gone(self, agent: str) -> None:
        if self.state(agent) is not PhoneState.UNREGISTERED or not self._is_up():
            return
        for interaction, segment in self._calls_of(agent):
            if _in_page(interaction, segment):
                self._submit(c.NotePhoneLost(interaction_id=interaction.id, leg=segment.leg))
        self._end_others(agent, math.inf)

    def _end_others(self, agent: str, before: float) -> None:
        """Nothing waits for who was only asked, or listened: whoever asked has his customer back at once."""
        for leg in list(self._others_of(agent)):
            if leg.started_at < before:
                self._nailed.forsake(leg.id)
                self._kill(leg.id, "MEDIA_TIMEOUT")

    def _others_of(self, agent: str) -> Iterable[Leg]:
        """Legs to a page of his that have part in another's talk."""
        for interaction in self._live():
            asked = {monitor.leg for monitor in interaction.monitors}
            asked |= set() if interaction.consult is None else {interaction.consult.leg}
            for leg in interaction.legs:
                mine = leg.page and leg.party == agent and leg.ended_at is None
                if mine and leg.id in asked:
                    yield leg

    def _calls_of(self, agent: str) -> Iterable[tuple[Interaction, Segment]]:
        for interaction in self._live():
            segment = interaction.segment
            if segment is not None and segment.agent == agent and interaction.channel == VOICE:
                yield interaction, segment


def _in_page(interaction: Interaction, segment: Segment) -> bool:
    leg = interaction.find_leg(segment.leg)
    return interaction.state is State.CONNECTED and leg is not None and leg.page


def _page_before(interaction: Interaction, segment: Segment, since: float) -> bool:
    leg = interaction.find_leg(segment.leg)
    return _in_page(interaction, segment) and leg is not None and leg.started_at < since
