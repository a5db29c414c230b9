"""The values an interaction is made of. Frozen: only `evolve` makes the next one.

All times are seconds since the epoch, UTC. All ids are opaque strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.words import (
    ConsultPhase,
    Direction,
    EndedBy,
    LegRole,
    MonitorMode,
    Outcome,
    Party,
    Phase,
    State,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg of the switch, as the CDR tells it. `party`: the number, or the agent's id. `page`: it leads
    to a phone in a browser page."""

    id: str
    role: LegRole
    party: str
    started_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    cause: str | None = None
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What he is told as he waits: `position`, `wait` or both, `first_s` after he joined and every
    `every_s` from then on. `language`: as his flow has it.
    """

    position: bool
    wait: bool
    first_s: float
    every_s: float
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a queue promised when the customer joined it; later edits of the queue change no one's wait.

    `rings`: (seconds waited, requirement), by time; from then on the requirement replaces the place's
    skills, and an empty one lets anyone of the queue. `wrap_up_extension_s`: how much longer than
    `wrap_up_s` an agent may make his wrap-up.

    `reconnect_s`: how long the phone in an agent's page may be away in mid-call; 0: not at all.

    He is given back after `max_wait_s` in the queue, at `closes_at`, and when nobody of the queue has
    been signed in for `nobody_s`. `overflow`: reason of that to the queue that has him then.
    """

    strategy: str = "longest_idle"
    target_s: float = 30.0
    rings: tuple[tuple[float, Mapping[str, int]], ...] = ()
    offer_s: float = 20.0
    retry_after_s: float = 15.0
    wrap_up_s: float = 30.0
    wrap_up_extension_s: float = 0.0
    disposition_required: bool = False
    reconnect_s: float = 20.0
    units: int = 100
    record: bool = True
    announce_recording: bool = False
    music: str | None = None
    max_wait_s: float | None = None
    nobody_s: float | None = None
    closes_at: float | None = None
    overflow: Mapping[str, str] = field(default_factory=dict)
    telling: Telling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a queue. `since` counts for the order and survives every return to the queue.

    `entered_at` is when the customer last joined; `front` puts a returned customer before all others.
    `preferred`: the agent who alone may have him from `preferred_since` until `preferred_until`, in the
    queue or not.
    `told_at`: when he last heard how long it may take. `overflowed_from`: the queues that he overflowed
    from on his way to this one; none of them has him again before his flow or an agent says so.
    """

    queue: str
    since: float
    entered_at: float
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    front: bool = False
    preferred: str | None = None
    preferred_since: float = 0.0
    preferred_until: float | None = None
    told_at: float | None = None
    overflowed_from: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The stored reason of one offer: by which rule, out of whom, and who was passed over for what.

    `eligible` lists agent ids, best first; `passed_over` maps an agent id to the reason. Both are cut
    to the first `routing.WHY_LIMIT`; the counts, and `reasons` (reason to how many agents), are whole.
    `needs`: the requirement at that moment; `slack_s`: seconds left of the queue's target, below 0 where
    it had passed; `ahead`: how many of his queue stood before him and could not be served by anybody.
    """

    rule: str
    waited_s: float
    eligible: tuple[str, ...] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    eligible_count: int = 0
    passed_over_count: int = 0
    ahead: int = 0
    needs: Mapping[str, int] = field(default_factory=dict)
    slack_s: float | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The interaction put to one agent. There are some in State.OFFERED only; several by ring_all."""

    id: str
    agent: str
    leg: str
    units: int
    made_at: float
    expires_at: float
    why: Why
    accept_requested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An agent who had the offer and is not asked again before `until`."""

    agent: str
    until: float
    since: float = 0.0

    def holds(self, now: float) -> bool:
        """Not before it began either: a clock that was put back must not make it longer than it is."""
        return self.since <= now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Silence in a recording, asked for: somebody said what must not be kept."""

    since: float
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One stereo file: customer left, whom he talked with right. `segment` may be an outside leg's id.

    `error` says why there is none or why it is short. Pauses are silent in it; its length counts them.
    `pause_asked`: whether it was to pause, or to go on, when that was asked last.
    """

    id: str
    segment: str
    path: str
    started_at: float
    pauses: tuple[Pause, ...] = ()
    pause_asked: bool = False
    asked_at: float | None = None
    ended_at: float | None = None
    length_s: float | None = None
    sha256: str | None = None
    error: str | None = None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None


#: Phases in which the customer is, or is about to be, with the agent.
_OPEN = frozenset({Phase.CONNECTING, Phase.TALKING, Phase.HELD, Phase.RECONNECTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One agent's stretch of the interaction, from accepting the offer to the end of wrap-up.

    `wrap_up_limit_s`: how long a wrap-up may become by extension. `away_since`, `away_s`: as with holds,
    while his phone was lost; `rung_again_at`: when it was rung for its return last.
    """

    id: str
    agent: str
    leg: str
    queue: str
    units: int
    wrap_up_s: float
    phase: Phase
    accepted_at: float
    wrap_up_limit_s: float = 0.0
    disposition_required: bool = False
    connected_at: float | None = None
    held_since: float | None = None
    held_by_phone: bool = False
    held_s: float = 0.0
    holds: int = 0
    away_since: float | None = None
    away_s: float = 0.0
    reconnects: int = 0
    rung_again_at: float | None = None
    ended_at: float | None = None
    ended_by: EndedBy | None = None
    wrap_up_until: float | None = None
    closed_at: float | None = None
    disposition: str | None = None
    notes: str | None = None

    @property
    def open(self) -> bool:
        """The customer is, or is about to be, with this agent."""
        return self.phase in _OPEN

    @property
    def talk_s(self) -> float:
        """Seconds connected, without holds and without what the phone was away; 0 until it has ended."""
        if self.connected_at is None or self.ended_at is None:
            return 0.0
        return max(0.0, self.ended_at - self.connected_at - self.held_s - self.away_s)

    @property
    def wrap_up_taken_s(self) -> float:
        """Seconds of wrap-up; 0 until it has ended."""
        if self.ended_at is None or self.closed_at is None:
            return 0.0
        return max(0.0, self.closed_at - self.ended_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """Why a queue or an outside number gave the customer back to his flow, which has not gone on yet.

    `to`: the queue that is to have him instead, with his place there counted from `since`.
    `overflowed_from`: as in Place, this queue included.
    """

    reason: str
    waited_s: float = 0.0
    to: str | None = None
    since: float | None = None
    overflowed_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMark:
    """Where in a flow the customer is: enough to go on there after a crash.

    `spent`: steps since he last did something; a flow that goes in circles ends by it. `given_back`:
    the step is done, and this is what came of it; otherwise the step is begun again.
    """

    flow: str
    step: str | None = None
    spent: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    given_back: GivenBack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """An agent asks somebody while his customer holds. `by`: the asking agent's segment; the segment of
    a consulted agent has the id of the consult. `party`: the agent's id, or the outside number.

    `held_before`: the customer was on hold already, and stays so if nothing comes of it. `line`: the leg
    on which the agent's phone asks by itself, beside the one on which it holds the customer.
    """

    id: str
    by: str
    kind: Party
    party: str
    leg: str
    units: int
    phase: ConsultPhase
    started_at: float
    held_before: bool = False
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """A supervisor who listens to a segment. `supervisor`: his id as an agent, whose phone it is."""

    id: str
    segment: str
    supervisor: str
    leg: str
    mode: MonitorMode
    started_at: float
    listening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnecting:
    """The phone of a segment's agent is lost, and may be back before `until`. `leg`: rings there now.
    `held`: the customer was on hold, and will be again."""

    segment: str
    until: float
    held: bool
    leg: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    path: str
    mailbox: str
    length_s: float
    left_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One customer contact, whole. `version` counts its events.

    `diverted_leg`: the outside party he is, or is to be, with; `diverted_at`: since when they talk.
    """

    id: str
    channel: str
    state: State
    address: str
    name: str
    dialled: str
    arrived_at: float
    leg: str
    direction: Direction = Direction.INBOUND
    version: int = 0
    flow: FlowMark | None = None
    place: Place | None = None
    offers: tuple[Offer, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    segments: tuple[Segment, ...] = ()
    legs: tuple[Leg, ...] = ()
    recordings: tuple[Recording, ...] = ()
    voicemails: tuple[Voicemail, ...] = ()
    consult: Consult | None = None
    reconnecting: Reconnecting | None = None
    monitors: tuple[Monitor, ...] = ()
    queued_s: float = 0.0
    overflowed: bool = False
    diverted_leg: str | None = None
    divert_timeout_s: float = 30.0
    diverted_at: float | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    ended_at: float | None = None

    @property
    def segment(self) -> Segment | None:
        """The segment the customer is in, if any; of three who talk, that of the agent who asked."""
        asking = self.find_segment(self.consult.by) if self.consult is not None else None
        if asking is not None and asking.open:
            return asking
        for segment in reversed(self.segments):
            if segment.open:
                return segment
        return None

    @property
    def closed(self) -> bool:
        """Nothing more can happen: ended, wrapped up, every leg and recording accounted for."""
        return (
            self.state is State.ENDED
            and all(s.phase is Phase.CLOSED for s in self.segments)
            and all(leg.ended_at is not None for leg in self.legs)
            and all(r.ended_at is not None for r in self.recordings)
        )

    @property
    def wanted_legs(self) -> frozenset[str]:
        """Legs beside the customer's that have a purpose now."""
        legs = {offer.leg for offer in self.offers} | {m.leg for m in self.monitors}
        here = _OPEN - {Phase.RECONNECTING} | {Phase.CONSULTED}
        legs |= {s.leg for s in self.segments if s.phase in here}
        if self.reconnecting is not None and self.reconnecting.leg is not None:
            legs.add(self.reconnecting.leg)
        if self.consult is not None:
            legs |= {self.consult.leg, self.consult.line or self.consult.leg}
        if self.state is State.DIVERTED and self.diverted_leg is not None:
            legs.add(self.diverted_leg)
        return frozenset(legs)

    def goes_on(self, stretch: str) -> bool:
        """Whether the customer is still with this segment's agent, or this outside leg's party."""
        segment = self.find_segment(stretch)
        if segment is not None:
            return segment.open
        return self.state is State.DIVERTED and self.diverted_leg == stretch

    def find_leg(self, leg_id: str) -> Leg | None:
        return next((leg for leg in self.legs if leg.id == leg_id), None)

    @property
    def offer(self) -> Offer | None:
        """The offer that was made first, of those that are open."""
        return self.offers[0] if self.offers else None

    def find_offer(self, offer_id: str) -> Offer | None:
        return next((offer for offer in self.offers if offer.id == offer_id), None)

    def find_segment(self, segment_id: str) -> Segment | None:
        return next((s for s in self.segments if s.id == segment_id), None)

    def find_monitor(self, monitor_id: str) -> Monitor | None:
        return next((m for m in self.monitors if m.id == monitor_id), None)

    def find_recording(self, recording_id: str) -> Recording | None:
        return next((r for r in self.recordings if r.id == recording_id), None)
