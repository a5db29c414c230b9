"""Every command that an interaction may be told at a moment, for stories that are drawn."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from controller.domain import commands as c
from controller.domain.interaction import TRANSITIONS
from controller.domain.model import Segment, Terms, Text
from controller.domain.words import Delivery, MonitorMode, Party
from tests.domain.stories import ID, Story, terms, why

CAUSES = (
    "NORMAL_CLEARING",
    "NO_ANSWER",
    "USER_BUSY",
    "NORMAL_TEMPORARY_FAILURE",
    "SWITCH_LOST",
    "ORIGINATOR_CANCEL",
)

MODES = tuple(MonitorMode)

#: A command that is not made yet, for most are looked at only: its kind and fields.
Draft = tuple[type[c.Command], dict[str, Any]]

WHY, PLAIN = why(), terms()


def drafts(story: Story, variant: int) -> list[Draft]:
    """Every command the table knows in this state, for every thing that exists (and one that does not)."""
    assert story.state is not None
    legal = TRANSITIONS[story.state.state]
    return [draft for part in PARTS for draft in part(story, variant) if draft[0] in legal]


def made(draft: Draft) -> c.Command:
    kind, fields = draft
    return kind(interaction_id=ID, **fields)


def possible(story: Story, variant: int) -> list[c.Command]:
    """`drafts`, made."""
    return [made(draft) for draft in drafts(story, variant)]


@cache
def _terms(variant: int) -> Terms:
    return terms(
        wrap_up_s=30.0 if variant % 3 else 0.0,
        wrap_up_extension_s=60.0,
        strategy="ring_all" if variant % 2 else "longest_idle",
    )


def _of_the_flow(story: Story, variant: int) -> Iterator[Draft]:
    fresh, queue = len(story.events), f"q{variant % 2}"
    yield c.StartFlow, {"flow": "main"}
    yield c.TakeStep, {"step": f"s{variant}", "verb": "play"}
    yield (
        c.EnterQueue,
        {
            "queue": queue,
            "terms": _terms(variant),
            "preferred": "agent1" if variant == 4 else None,
            "preferred_until": story.now + 20 if variant == 4 else None,
        },
    )
    yield c.LeaveQueue, {"reason": "waited"}
    yield c.TellWait, {"position": 2, "expected_s": 90.0}
    yield c.TurnAway, {"queue": queue, "reason": "full"}
    yield c.Divert, {"destination": "+49301", "leg": f"d{fresh}"}
    yield c.NoteVoicemail, {"path": "/v.wav", "mailbox": "m", "length_s": 3.0}
    yield c.Finish, {"reason": "done", "failed": variant == 0}


def _of_who_waits(story: Story, variant: int) -> Iterator[Draft]:
    fresh, agent, by = len(story.events), f"agent{variant % 3}", {"by": "supervisor"}
    yield c.MakeOffer, {"offer_id": f"o{fresh}", "agent": agent, "leg": f"a{fresh}", "why": WHY}
    yield c.Prioritise, {"priority": variant, **by}
    yield c.Move, {"queue": f"q{variant % 2}", "terms": PLAIN, **by}
    yield c.Assign, {"agent": agent, "wait_s": 20, **by}
    assert story.state is not None
    for offer in story.state.offers:
        yield c.AcceptOffer, {"offer_id": offer.id}
        yield c.DeclineOffer, {"offer_id": offer.id, "reason": "no"}
        yield c.ExpireOffer, {"offer_id": offer.id}


def _of_consult_and_monitors(story: Story, variant: int) -> Iterator[Draft]:
    assert story.state is not None
    if story.state.consult is not None:
        consult = {"consult_id": story.state.consult.id}
        yield c.FailConsult, {**consult, "reason": "busy"}
        yield c.CompleteConsult, consult
        yield c.CancelConsult, consult
        yield c.SwapConsult, consult
        yield c.JoinConsult, consult
    for monitor in story.state.monitors:
        yield c.ChangeMonitor, {"monitor_id": monitor.id, "mode": MODES[variant % 3]}
        yield c.StopMonitor, {"monitor_id": monitor.id}
        yield c.TakeOver, {"monitor_id": monitor.id}


def _of_segments(story: Story, variant: int) -> Iterator[Draft]:
    assert story.state is not None
    for segment in story.state.segments:
        yield from _third_parties(segment, len(story.events), variant)
        yield from _pauses(segment.id, story.now)
        yield from _talk(segment.id, variant)
        yield from _recording(segment.id, story.now)


def _third_parties(segment: Segment, fresh: int, variant: int) -> Iterator[Draft]:
    of = {"segment_id": segment.id}
    yield c.TransferToQueue, {**of, "queue": "q2", "terms": PLAIN}
    yield c.TransferToAgent, {**of, "agent": f"agent{variant % 3}"}
    yield c.TransferOutside, {**of, "destination": "+49302", "leg": f"t{fresh}"}
    yield (
        c.StartConsult,
        {
            **of,
            "consult_id": f"k{fresh}",
            "leg": f"b{fresh}",
            "kind": Party.OUTSIDE if variant % 2 else Party.AGENT,
            "party": f"colleague{variant % 3}",
            "line": f"l{fresh}" if variant % 3 == 0 and segment.held_by_phone else None,
        },
    )
    yield (
        c.StartMonitor,
        {
            **of,
            "monitor_id": f"m{fresh}",
            "supervisor": f"boss{variant % 2}",
            "leg": f"s{fresh}",
            "mode": MODES[variant % 3],
        },
    )


def _pauses(segment: str, at: float) -> Iterator[Draft]:
    yield c.PauseRecording, {"segment_id": segment}
    yield c.ResumeRecording, {"segment_id": segment}
    yield c.NoteRecordingPaused, {"recording_id": segment, "at": at}
    yield c.NoteRecordingResumed, {"recording_id": segment, "at": at}


def _talk(segment: str, variant: int) -> Iterator[Draft]:
    of = {"segment_id": segment}
    yield c.ExtendWrapUp, {**of, "by_s": 20.0}
    yield c.Hold, of
    yield c.Resume, of
    yield c.HangUp, of
    yield c.Dispose, {**of, "code": f"code{variant}"}
    yield c.EndWrapUp, {**of, "by": "agent"}


def _recording(segment: str, at: float) -> Iterator[Draft]:
    of = {"recording_id": segment}
    begun = {**of, "segment_id": segment}
    yield c.NoteRecordingStarted, {**begun, "path": f"/{segment}.wav", "at": at}
    stopped = {"length_s": 1.0, "sha256": "0" * 64, "error": None, "at": at}
    yield c.NoteRecordingStopped, {**of, **stopped}
    yield c.NoteRecordingFailed, {**begun, "path": "/x.wav", "error": "disk full"}


def _of_lost_phones(story: Story, variant: int) -> Iterator[Draft]:
    assert story.state is not None
    fresh = {"leg": f"r{len(story.events)}"}
    for segment in story.state.segments:
        yield c.Reconnect, {"segment_id": segment.id, **fresh, "anew": variant % 2 == 0}
        yield c.RingAgain, {"segment_id": segment.id, **fresh}
        yield c.NotePhoneLost, {"leg": segment.leg}
    lost = story.state.reconnecting
    if lost is not None:
        yield c.ExpireReconnect, {"segment_id": lost.segment, "until": lost.until}


def _of_legs(story: Story, variant: int) -> Iterator[Draft]:
    assert story.state is not None
    at = story.now
    for leg in story.state.legs:
        of = {"leg": leg.id}
        yield c.NoteLegAnswered, {**of, "at": at, "page": variant == 0}
        yield c.NoteLegEnded, {**of, "cause": CAUSES[variant], "at": at}
        yield c.NoteConnected, {**of, "at": at}
        yield c.NoteConnectFailed, {**of, "reason": "no bridge"}
        yield c.NoteHeld, of
        yield c.NoteResumed, of


def _of_messages(story: Story, variant: int) -> Iterator[Draft]:
    assert story.state is not None
    fresh, words = f"m{len(story.events)}", {"parts": (Text(text="hello"),)}
    told = {"external_id": f"x{variant}", "written_at": story.now - variant}
    yield c.ReceiveMessage, {"message_id": fresh, **told, **words}
    yield c.WriteMessage, {"message_id": fresh, **words}
    yield c.WriteNote, {"message_id": fresh, "author": "boss0", **words}
    yield c.NoteDelivery, {"message_id": "m1", "delivery": Delivery.SENT, "at": story.now}
    for segment in story.state.segments:
        yield c.WriteMessage, {"message_id": fresh, "segment_id": segment.id, **words}
        thread = story.state.thread
        since = thread.unanswered_since if thread is not None else None
        yield c.ReturnUnanswered, {"segment_id": segment.id, "since": since or 0.0}


PARTS: tuple[Callable[[Story, int], Iterator[Draft]], ...] = (
    _of_the_flow,
    _of_who_waits,
    _of_consult_and_monitors,
    _of_segments,
    _of_lost_phones,
    _of_legs,
    _of_messages,
)
