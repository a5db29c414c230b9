"""Interactions that chance tells, by Hypothesis or by random numbers."""

from collections.abc import Sequence

from hypothesis import strategies as st

from controller.domain import commands as c
from controller.domain.words import State
from controller.errors import IllegalCommand
from tests.domain.possible import drafts, made
from tests.domain.stories import Story

#: (which of the possible commands, seconds that pass before it, which variant of it)
Step = tuple[int, float, int]

_STEP = st.tuples(
    st.integers(0, 99),
    st.floats(0, 600, allow_nan=False).map(lambda s: round(s, 3)),
    st.integers(0, 5),
)
STEPS = st.one_of(st.lists(_STEP, max_size=60), st.lists(_STEP, min_size=15, max_size=60))

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
    found = drafts(story, variant)
    if pick >= 80:
        return made(found[pick % len(found)] if pick % 2 else found[-1 - pick % len(found)])
    assert story.state is not None
    newest = dict(found)
    kinds = [kind for kind in LIKELY[story.state.state] if kind in newest] or [found[0][0]]
    kind = kinds[pick % len(kinds)]
    return made((kind, newest[kind]))


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
