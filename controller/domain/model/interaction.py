"""All of one customer contact."""

from dataclasses import dataclass

from controller.domain.model.messages import Thread
from controller.domain.model.records import Leg, Recording, Voicemail
from controller.domain.model.together import OPEN, Consult, Monitor, Reconnecting, Segment
from controller.domain.model.waiting import FlowMark, Offer, Place, Refusal
from controller.domain.words import Direction, Outcome, Phase, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One customer contact, whole. `version` counts its events.

    `thread`: None until somebody wrote. `diverted_leg`: the outside party he is, or is to be, with;
    `diverted_at`: since when they talk.
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
    thread: Thread | None = None
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
        """Nothing more can happen: ended, wrapped up, every leg, recording and message accounted for."""
        return (
            self.state is State.ENDED
            and all(s.phase is Phase.CLOSED for s in self.segments)
            and all(leg.ended_at is not None for leg in self.legs)
            and all(r.ended_at is not None for r in self.recordings)
            and (self.thread is None or not self.thread.unsent)
        )

    @property
    def wanted_legs(self) -> frozenset[str]:
        """Legs beside the customer's that have a purpose now."""
        legs = {offer.leg for offer in self.offers} | {m.leg for m in self.monitors}
        here = OPEN - {Phase.RECONNECTING} | {Phase.CONSULTED}
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
