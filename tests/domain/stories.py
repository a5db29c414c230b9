"""Interactions for tests: a teller of stories by hand, and one driven by Hypothesis."""

from collections.abc import Sequence

from hypothesis import strategies as st

from controller.domain import commands as c
from controller.domain.events import Event
from controller.domain.interaction import TRANSITIONS, advance
from controller.domain.model import Interaction, Terms, Why
from controller.domain.words import MonitorMode, Party, State
from controller.errors import IllegalCommand

ID = "i1"
CUSTOMER = "i1"
#: Sunday 2026-03-01 09:00:00 UTC.
T0 = 1_772_355_600.0

CAUSES = (
    "NORMAL_CLEARING",
    "NO_ANSWER",
    "USER_BUSY",
    "NORMAL_TEMPORARY_FAILURE",
    "SWITCH_LOST",
    "ORIGINATOR_CANCEL",
)

MODES = tuple(MonitorMode)

#: (which of the possible commands, seconds that pass before it, which variant of it)
Step = tuple[int, float, int]

_STEP = st.tuples(
    st.integers(0, 99),
    st.floats(0, 600, allow_nan=False).map(lambda s: round(s, 3)),
    st.integers(0, 5),
)
STEPS = st.one_of(st.lists(_STEP, max_size=60), st.lists(_STEP, min_size=15, max_size=60))


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


def possible(story: Story, variant: int) -> list[c.Command]:
    """Every command the table knows in this state, for every thing that exists (and one that does not)."""
    i, at, cause = story.state, story.now, CAUSES[variant]
    assert i is not None
    fresh = len(story.events)
    found: list[c.Command] = [
        c.StartFlow(interaction_id=ID, flow="main"),
        c.TakeStep(interaction_id=ID, step=f"s{variant}", verb="play"),
        c.EnterQueue(
            interaction_id=ID,
            queue=f"q{variant % 2}",
            terms=terms(
                wrap_up_s=30.0 if variant % 3 else 0.0,
                wrap_up_extension_s=60.0,
                strategy="ring_all" if variant % 2 else "longest_idle",
            ),
            preferred="agent1" if variant == 4 else None,
            preferred_until=at + 20 if variant == 4 else None,
        ),
        c.LeaveQueue(interaction_id=ID, reason="waited"),
        c.TellWait(interaction_id=ID, position=2, expected_s=90.0),
        c.TurnAway(interaction_id=ID, queue=f"q{variant % 2}", reason="full"),
        c.Divert(interaction_id=ID, destination="+49301", leg=f"d{fresh}"),
        c.NoteVoicemail(interaction_id=ID, path="/v.wav", mailbox="m", length_s=3.0),
        c.Finish(interaction_id=ID, reason="done", failed=variant == 0),
        c.MakeOffer(
            interaction_id=ID,
            offer_id=f"o{fresh}",
            agent=f"agent{variant % 3}",
            leg=f"a{fresh}",
            why=why(),
        ),
    ]
    by = "supervisor"
    found += [
        c.Prioritise(interaction_id=ID, priority=variant, by=by),
        c.Move(interaction_id=ID, queue=f"q{variant % 2}", terms=terms(), by=by),
        c.Assign(interaction_id=ID, agent=f"agent{variant % 3}", wait_s=20, by=by),
    ]
    for offer in i.offers:
        found += [
            c.AcceptOffer(interaction_id=ID, offer_id=offer.id),
            c.DeclineOffer(interaction_id=ID, offer_id=offer.id, reason="no"),
            c.ExpireOffer(interaction_id=ID, offer_id=offer.id),
        ]
    if i.consult is not None:
        k = i.consult.id
        found += [
            c.FailConsult(interaction_id=ID, consult_id=k, reason="busy"),
            c.CompleteConsult(interaction_id=ID, consult_id=k),
            c.CancelConsult(interaction_id=ID, consult_id=k),
            c.SwapConsult(interaction_id=ID, consult_id=k),
            c.JoinConsult(interaction_id=ID, consult_id=k),
        ]
    for monitor in i.monitors:
        m = monitor.id
        found += [
            c.ChangeMonitor(interaction_id=ID, monitor_id=m, mode=MODES[variant % 3]),
            c.StopMonitor(interaction_id=ID, monitor_id=m),
            c.TakeOver(interaction_id=ID, monitor_id=m),
        ]
    for segment in i.segments:
        s = segment.id
        found += [
            c.TransferToQueue(interaction_id=ID, segment_id=s, queue="q2", terms=terms()),
            c.TransferToAgent(interaction_id=ID, segment_id=s, agent=f"agent{variant % 3}"),
            c.TransferOutside(
                interaction_id=ID, segment_id=s, destination="+49302", leg=f"t{fresh}"
            ),
            c.StartConsult(
                interaction_id=ID,
                segment_id=s,
                consult_id=f"k{fresh}",
                leg=f"b{fresh}",
                kind=Party.OUTSIDE if variant % 2 else Party.AGENT,
                party=f"colleague{variant % 3}",
                line=f"l{fresh}" if variant % 3 == 0 and segment.held_by_phone else None,
            ),
            c.StartMonitor(
                interaction_id=ID,
                segment_id=s,
                monitor_id=f"m{fresh}",
                supervisor=f"boss{variant % 2}",
                leg=f"s{fresh}",
                mode=MODES[variant % 3],
            ),
            c.PauseRecording(interaction_id=ID, segment_id=s),
            c.ResumeRecording(interaction_id=ID, segment_id=s),
            c.NoteRecordingPaused(interaction_id=ID, recording_id=s, at=at),
            c.NoteRecordingResumed(interaction_id=ID, recording_id=s, at=at),
            c.ExtendWrapUp(interaction_id=ID, segment_id=s, by_s=20.0),
            c.Hold(interaction_id=ID, segment_id=s),
            c.Resume(interaction_id=ID, segment_id=s),
            c.HangUp(interaction_id=ID, segment_id=s),
            c.Dispose(interaction_id=ID, segment_id=s, code=f"code{variant}"),
            c.EndWrapUp(interaction_id=ID, segment_id=s, by="agent"),
            c.NoteRecordingStarted(
                interaction_id=ID, recording_id=s, segment_id=s, path=f"/{s}.wav", at=at
            ),
            c.NoteRecordingStopped(
                interaction_id=ID, recording_id=s, length_s=1.0, sha256="0" * 64, error=None, at=at
            ),
            c.NoteRecordingFailed(
                interaction_id=ID, recording_id=s, segment_id=s, path="/x.wav", error="disk full"
            ),
        ]
    for segment in i.segments:
        found += [
            c.Reconnect(
                interaction_id=ID, segment_id=segment.id, leg=f"r{fresh}", anew=variant % 2 == 0
            ),
            c.RingAgain(interaction_id=ID, segment_id=segment.id, leg=f"r{fresh}"),
            c.NotePhoneLost(interaction_id=ID, leg=segment.leg),
        ]
    if i.reconnecting is not None:
        lost = i.reconnecting
        found.append(
            c.ExpireReconnect(interaction_id=ID, segment_id=lost.segment, until=lost.until)
        )
    for leg in i.legs:
        found += [
            c.NoteLegAnswered(interaction_id=ID, leg=leg.id, at=at, page=variant == 0),
            c.NoteLegEnded(interaction_id=ID, leg=leg.id, cause=cause, at=at),
            c.NoteConnected(interaction_id=ID, leg=leg.id, at=at),
            c.NoteConnectFailed(interaction_id=ID, leg=leg.id, reason="no bridge"),
            c.NoteHeld(interaction_id=ID, leg=leg.id),
            c.NoteResumed(interaction_id=ID, leg=leg.id),
        ]
    return [command for command in found if type(command) in TRANSITIONS[i.state]]


#: What usually comes next in a state. Picked by chance alone, few stories would reach an agent.
LIKELY: dict[State, tuple[type[c.Command], ...]] = {
    State.ARRIVED: (c.StartFlow,),
    State.DIALLING: (c.NoteLegAnswered, c.NoteLegAnswered, c.NoteLegEnded, c.HangUp),
    State.IN_FLOW: (c.EnterQueue, c.EnterQueue, c.TurnAway, c.TakeStep, c.Divert),
    State.DIVERTED: (c.NoteLegAnswered, c.NoteConnected, c.NoteConnectFailed, c.NoteLegEnded),
    State.QUEUED: (
        *[c.MakeOffer] * 6,
        c.TellWait,
        c.NoteLegAnswered,
        c.Prioritise,
        c.Move,
        c.Assign,
    ),
    State.OFFERED: (
        *[c.NoteLegAnswered] * 4,
        c.MakeOffer,
        c.AcceptOffer,
        c.DeclineOffer,
        c.ExpireOffer,
        c.LeaveQueue,
        c.Move,
        c.Assign,
    ),
    State.CONNECTING: (c.NoteConnected, c.NoteConnected, c.NoteConnectFailed),
    State.CONNECTED: (
        c.NoteRecordingStarted,
        c.Hold,
        c.Resume,
        c.NoteHeld,
        c.NoteResumed,
        c.StartConsult,
        c.StartConsult,
        c.NoteLegAnswered,
        c.NoteLegAnswered,
        c.SwapConsult,
        c.JoinConsult,
        c.CompleteConsult,
        c.CancelConsult,
        c.FailConsult,
        c.StartMonitor,
        c.ChangeMonitor,
        c.TakeOver,
        c.StopMonitor,
        c.PauseRecording,
        c.NoteRecordingPaused,
        c.ResumeRecording,
        c.NoteRecordingResumed,
        c.TransferToQueue,
        c.TransferToAgent,
        c.TransferOutside,
        c.Dispose,
        c.ExtendWrapUp,
        c.EndWrapUp,
        c.HangUp,
        c.Reconnect,
    ),
    State.RECONNECTING: (
        c.NoteLegAnswered,
        c.NoteLegAnswered,
        c.RingAgain,
        c.Reconnect,
        c.NoteLegEnded,
        c.ExpireReconnect,
        c.HangUp,
    ),
    State.ENDED: (c.ExtendWrapUp, c.EndWrapUp, c.Dispose, c.NoteRecordingStopped, c.NoteLegEnded),
}


def next_command(story: Story, pick: int, variant: int) -> c.Command:
    """Four times in five what usually comes next, of the newest thing; else anything of anything."""
    commands = possible(story, variant)
    if pick >= 80:
        return commands[pick % len(commands)] if pick % 2 else commands[-1 - pick % len(commands)]
    assert story.state is not None
    there = {type(command) for command in commands}
    kinds = [kind for kind in LIKELY[story.state.state] if kind in there] or [type(commands[0])]
    kind = kinds[pick % len(kinds)]
    return next(x for x in reversed(commands) if type(x) is kind)


def begun(steps: Sequence[Step]) -> Story:
    """By the first step's variant: an agent's own call, a customer who talks already, or one who
    arrives."""
    variant = steps[0][2] if steps else 0
    if variant == 5:
        return Story(outbound=True)
    story = Story()
    if variant >= 3:
        story.in_flow().queued(wrap_up_extension_s=60.0).offered().accepted().connected()
    return story


def told(steps: Sequence[Step]) -> Story:
    """The story these steps tell. What is outdated by the time is refused, as in life."""
    story = begun(steps)
    for pick, seconds, variant in steps:
        story.now += seconds
        try:
            story.tell(next_command(story, pick, variant))
        except IllegalCommand:
            continue
    return story


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
    return story
