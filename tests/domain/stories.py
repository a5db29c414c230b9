"""Interactions for tests, told by hand; `drawn` has those that chance tells."""

from controller.domain import commands as c
from controller.domain.events import Event
from controller.domain.interaction import advance
from controller.domain.model import Interaction, Terms, Why
from controller.domain.words import Delivery, Party

ID = "i1"
CUSTOMER = "i1"
#: Sunday 2026-03-01 09:00:00 UTC.
T0 = 1_772_355_600.0


def terms(**changes) -> Terms:
    return Terms(**{"offer_s": 20.0, "retry_after_s": 15.0, "wrap_up_s": 30.0, **changes})


def why(**changes) -> Why:
    return Why(**{"rule": "longest_idle", "waited_s": 1.0, **changes})


class Story:
    """One interaction told command by command; `at` sets the time, in seconds after its arrival."""

    def __init__(self, outbound: bool = False, **arrival) -> None:
        self.now = T0
        self.events: list[Event] = []
        self.state: Interaction | None = None
        if outbound:
            self.do(
                c.PlaceCall,
                channel="voice",
                agent="anna",
                segment_id="o1",
                agent_leg="a1",
                address="+4915112345678",
                dialled="+4930123456",
                queue="sales",
                terms=terms(),
            )
            return
        fields = {
            "interaction_id": ID,
            "channel": "voice",
            "leg": CUSTOMER,
            "address": "+4915112345678",
            "name": "Ada",
            "dialled": "+4930123456",
            "arrived_at": T0,
        }
        self.tell(c.Arrive(**{**fields, **arrival}))

    def at(self, seconds: float) -> "Story":
        self.now = T0 + seconds
        return self

    def tell(self, command: c.Command) -> tuple[Event, ...]:
        self.state, events = advance(self.state, command, self.now)
        self.events.extend(events)
        return events

    def do(self, kind: type[c.Command], /, **fields) -> tuple[Event, ...]:
        return self.tell(kind(interaction_id=ID, **fields))

    # --- chapters --------------------------------------------------------------------------------

    def in_flow(self) -> "Story":
        self.do(c.NoteLegAnswered, leg=CUSTOMER, at=self.now)
        self.do(c.StartFlow, flow="main")
        return self

    def queued(self, queue: str = "sales", **promised) -> "Story":
        self.do(c.EnterQueue, queue=queue, terms=terms(**promised))
        return self

    def prioritised(self, priority: int) -> "Story":
        self.do(c.Prioritise, priority=priority, by="supervisor")
        return self

    def moved(self, queue: str = "support", **promised) -> "Story":
        self.do(c.Move, queue=queue, terms=terms(**promised), by="supervisor")
        return self

    def assigned(self, agent: str = "bert", wait_s: float = 30.0) -> "Story":
        self.do(c.Assign, agent=agent, wait_s=wait_s, by="supervisor")
        return self

    def offered(self, number: int = 1, agent: str = "anna") -> "Story":
        self.do(c.MakeOffer, offer_id=f"o{number}", agent=agent, leg=f"a{number}", why=why())
        return self

    def accepted(self, number: int = 1) -> "Story":
        self.do(c.NoteLegAnswered, leg=f"a{number}", at=self.now)
        return self

    def connected(self, number: int = 1) -> "Story":
        self.do(c.NoteConnected, leg=f"a{number}", at=self.now)
        return self

    def consulted(self, party: str = "bert", kind: Party = Party.AGENT) -> "Story":
        """The agent talks with the consulted party; the customer holds."""
        assert self.state is not None and self.state.segment is not None
        self.do(
            c.StartConsult,
            segment_id=self.state.segment.id,
            consult_id="k1",
            leg="b1",
            kind=kind,
            party=party,
        )
        self.do(c.NoteLegAnswered, leg="b1", at=self.now)
        return self

    def leg_ended(self, leg: str, cause: str = "NORMAL_CLEARING") -> "Story":
        self.do(c.NoteLegEnded, leg=leg, cause=cause, at=self.now)
        return self

    def wrapped_up(self, number: int = 1) -> "Story":
        self.do(c.EndWrapUp, segment_id=f"o{number}", by="agent")
        return self


def finish(story: Story) -> Story:
    """What life does in the end: every leg ends, every wrap-up runs out, every recording stops."""
    assert story.state is not None
    for leg in story.state.legs:
        story.leg_ended(leg.id)
    for segment in story.state.segments:
        if segment.wrap_up_until is not None and segment.closed_at is None:
            story.now = max(story.now, segment.wrap_up_until)
            story.do(c.EndWrapUp, segment_id=segment.id, by="limit")
    for recording in story.state.recordings:
        story.do(
            c.NoteRecordingStopped,
            recording_id=recording.id,
            length_s=1.0,
            sha256=None,
            error=None,
            at=story.now,
        )
    thread = story.state.thread
    for message in thread.unsent if thread is not None else ():
        story.do(c.NoteDelivery, message_id=message, delivery=Delivery.SENT, at=story.now)
    return story
