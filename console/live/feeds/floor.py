"""`floor`: queues, agents, live contacts and alarms, for those who watch over them.

Who is restricted to some queues gets these, their agents and their contacts, and counts of those.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Set

from pydantic import BaseModel

from console.api.schemas.agents import agent_view
from console.api.schemas.alarms import AlarmView, alarm_view
from console.api.schemas.interactions import interaction_summary
from console.api.schemas.values import time_of, time_or_none
from console.api.visible import Sight
from console.live.day import Days
from console.live.feeds import Entities
from console.live.load import phase_since
from console.live.picture import Picture, profiles_of
from console.live.schemas import (
    AgentCounts,
    FloorAgent,
    FloorCentre,
    FloorInteraction,
    FloorQuarter,
    FloorQueue,
)
from console.live.subjects import (
    AGENT,
    ALARM,
    INTERACTION,
    QUARTER,
    QUEUE,
    Subject,
    quarter_subject,
)
from console.services import Services
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.model import Interaction, Segment
from controller.domain.words import LegRole, Phase, State
from controller.ports import Published

_NONE: Mapping[str, int] = {}


class FloorFeed:
    """As `sight` has it: all readers of one floor see the same."""

    name = "floor"
    #: At a change every 50 ms each is pushed by itself.
    pace_s = 0.04

    def __init__(
        self,
        picture: Picture,
        days: Days,
        services: Services,
        sight: Sight,
    ) -> None:
        self._picture = picture
        self._days = days
        self._forecast = services.forecast
        self._agents = services.agents
        self._catalogue = services.catalogue
        self._alarms = services.alarms
        self._sight = sight

    def interests(self) -> Set[Subject]:
        return {Subject(kind, None) for kind in (AGENT, QUEUE, INTERACTION, ALARM, QUARTER)}

    def whole(self) -> Mapping[str, BaseModel]:
        found = self.part(set(self._all()))
        return {key: view for key, view in found.items() if view is not None}

    def _all(self) -> Iterator[Subject]:
        yield from (Subject(AGENT, profile.id) for profile in profiles_of(self._catalogue))
        yield from (Subject(QUEUE, queue.id) for queue in self._catalogue.all(QueueSettings))
        yield from (Subject(INTERACTION, i) for i in self._picture.interactions)
        yield from (quarter_subject(*quarter) for quarter in self._days.quarters())
        yield from (Subject(ALARM, alarm.id) for alarm in self._alarms.ringing)

    def part(self, touched: Set[Subject]) -> Entities:
        views = {
            "agent": self._agent,
            "queue": self._queue,
            "interaction": self._interaction,
            "alarm": self._alarm,
            "quarter": self._quarter,
        }
        found = {f"{kind}:{key}": views[kind](key) for kind, key in touched if key is not None}
        return {**found, "centre": self._centre()}

    def refusal(self, sight: Sight) -> str | None:
        return None

    def notice(self, published: Published) -> bool:
        return True

    # --- agents ----------------------------------------------------------------------------------

    def _agent(self, agent_id: str) -> FloorAgent | None:
        profile = self._catalogue.find(AgentProfile, agent_id)
        if profile is None or not profile.enabled or not self._sight.sees_agent(profile):
            return None
        candidate = self._agents.candidate(agent_id)
        at = self._picture.doing(agent_id)
        return FloorAgent(
            **dict(agent_view(profile, self._picture.agents.get(agent_id), candidate)),
            load=at.load.value,
            load_since=time_or_none(at.since),
            interactions=sorted(
                interaction_id
                for interaction_id in self._picture.at.get(agent_id, ())
                if self._sight.sees(self._picture.interactions[interaction_id])
            ),
        )

    # --- queues ----------------------------------------------------------------------------------

    def _queue(self, queue_id: str) -> FloorQueue | None:
        settings = self._catalogue.find(QueueSettings, queue_id)
        if settings is None or not self._sight.sees_queue(queue_id):
            return None
        waiting = self._picture.waiting.get(queue_id, {})
        return FloorQueue(
            id=settings.id,
            name=settings.name,
            target_s=settings.target_s,
            waiting=len(waiting),
            longest_since=time_or_none(min(waiting.values(), default=None)),
            expected_s=self._forecast.next_in(queue_id).expected_s,
            agents=_counts(self._picture.crews.get(queue_id, _NONE)),
            open=len(self._picture.open.get(queue_id, ())),
            today=self._days.view(queue_id),
        )

    def _quarter(self, key: str) -> FloorQuarter | None:
        """Each by itself: the curve of a day is long, and only its end changes."""
        queue, _, begin = key.rpartition("@")
        return self._days.quarter(queue, float(begin)) if self._sight.sees_queue(queue) else None

    def _alarm(self, alarm_id: str) -> AlarmView | None:
        alarm = self._alarms.find(alarm_id)
        if alarm is None or not self._sight.sees_queue(alarm.queue):
            return None
        return alarm_view(alarm)

    # --- contacts --------------------------------------------------------------------------------

    def _interaction(self, interaction_id: str) -> FloorInteraction | None:
        interaction = self._picture.interactions.get(interaction_id)
        if interaction is None or not self._sight.sees(interaction):
            return None
        segment = _present(interaction)
        offered = interaction.offer.agent if interaction.offer is not None else None
        return FloorInteraction(
            **dict(interaction_summary(interaction)),
            agent=offered if segment is None else segment.agent,
            phase=None if segment is None else segment.phase.value,
            since=time_of(since(interaction)),
            priority=0 if interaction.place is None else interaction.place.priority,
            recording=any(r.ended_at is None and not r.paused for r in interaction.recordings),
            monitors=len(interaction.monitors),
        )

    # --- all -------------------------------------------------------------------------------------

    def _centre(self) -> FloorCentre:
        picture = self._picture
        if not self._sight.queues:
            waiting = sum(len(of_queue) for of_queue in picture.waiting.values())
            agents = _counts(picture.everybody)
            return FloorCentre(waiting=waiting, live=len(picture.interactions), agents=agents)
        standings = Counter(
            picture.standing(profile.id)
            for profile in profiles_of(self._catalogue)
            if self._sight.sees_agent(profile)
        )
        return FloorCentre(
            waiting=sum(len(picture.waiting.get(queue, ())) for queue in self._sight.queues),
            live=sum(self._sight.sees(i) for i in picture.interactions.values()),
            agents=_counts(standings),
        )


def _counts(standings: Mapping[str, int]) -> AgentCounts:
    return AgentCounts(**{name: standings.get(name, 0) for name in AgentCounts.model_fields})


def _present(interaction: Interaction) -> Segment | None:
    """The segment the customer is in, else the last that is being wrapped up."""
    if interaction.segment is not None:
        return interaction.segment
    wrapping = [s for s in interaction.segments if s.phase is Phase.WRAP_UP]
    return wrapping[-1] if wrapping and interaction.state is State.ENDED else None


def since(interaction: Interaction) -> float:
    """When what it is in now began, as far as the interaction itself can tell: in a flow, since the
    customer was answered."""
    match interaction.state:
        case State.QUEUED if interaction.place is not None:
            return interaction.place.entered_at
        case State.OFFERED if interaction.offer is not None:
            return interaction.offer.made_at
        case State.CONNECTING | State.CONNECTED | State.RECONNECTING if (
            interaction.segment is not None
        ):
            return phase_since(interaction.segment)
        case State.DIVERTED if interaction.diverted_at is not None:
            return interaction.diverted_at
        case State.ENDED if interaction.ended_at is not None:
            return interaction.ended_at
    answered = (leg.answered_at for leg in interaction.legs if leg.role is LegRole.CUSTOMER)
    return next((at for at in answered if at is not None), interaction.arrived_at)
