"""What there is between customer, agent, consulted party and supervisor."""

from dataclasses import dataclass

from controller.domain.words import ConsultPhase, EndedBy, MonitorMode, Party, Phase

#: Phases in which the customer is, or is about to be, with the agent.
OPEN = frozenset({Phase.CONNECTING, Phase.TALKING, Phase.HELD, Phase.RECONNECTING})


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
        return self.phase in OPEN

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
