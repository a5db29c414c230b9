"""Who hears whom: bridges, hold, consults, three-way, supervisors. All methods block.

Whoever may be left by the other side of a bridge must have `park_after_bridge`, or he is hung up with
it. The customer always has it; an agent or a consulted party only while somebody comes back to him, so
that with no Tandem there, a pair that is done hangs up by itself.
"""

from collections.abc import Callable
from functools import partial

import structlog
from gevent import Timeout
from gevent.event import AsyncResult

from controller.adapters.esl import commands
from controller.adapters.esl.announcing import hush
from controller.adapters.esl.calling import DEFAULT_MUSIC
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.guard import Guard
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.parking import park, settle
from controller.domain import commands as c
from controller.domain.words import MonitorMode
from controller.errors import CommandRefused, LinkLost, SwitchError
from controller.ports import AnyCommand

log = structlog.get_logger(__name__)

#: Seconds from uuid_bridge's +OK to CHANNEL_BRIDGE; it takes 20 to 60 ms, on full cores seconds.
BRIDGE_S = 8.0

#: Seconds from a customer's `answer` to CHANNEL_ANSWER; it takes 20 to 40 ms.
ANSWER_S = 4.0

#: A customer whose agent hangs up while no controller is there is let go after so many seconds.
PARK_LIMIT_S = 60

RINGBACK = "tone_stream://%(1000,4000,440,480);loops=-1"
SILENCE = "silence_stream://-1"

#: A leg with these is parked, not hung up, when the other side of its bridge goes, or goes too early.
SAFE = {
    "park_after_bridge": "true",
    "uuid_bridge_park_on_cancel": "true",
    "hangup_after_bridge": "false",
}

#: What an eavesdropper's leg is told while it listens, by whom it is to be heard.
_COMMAND = {MonitorMode.LISTEN: "0", MonitorMode.WHISPER: "2", MonitorMode.BARGE: "3"}


class Together:
    """`kill` ends a leg, and does not wait for it."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        calls: Calls,
        guard: Guard,
        submit: Callable[[AnyCommand], None],
        kill: Callable[[str, str], None],
    ) -> None:
        self._link = link
        self._calls = calls
        self._guard = guard
        self._submit = submit
        self._kill = kill

    # --- alone -----------------------------------------------------------------------------------

    def wait(self, customer: str, music: str, *, returned: bool, answered: bool) -> None:
        if returned or customer in self._calls.music:
            # Back from an agent, or from a lost link: whatever the leg was at, it starts afresh,
            # and a park_timeout meant for the talk does not run on in the queue.
            park(self._link, self._calls, customer)
        self._guard.take(customer)
        if answered:
            self.play(customer, music)
        else:
            self._calls.answering[customer] = AsyncResult()
            self.play(customer, music, ("answer", ""))

    def play(self, leg: str, stream: str, *first: tuple[str, str]) -> None:
        """Without end, until the leg is parked or bridged; after the applications that are to be `first`.

        What is queued behind other endless sound would begin in the leg's next bridge, and deafen it.
        """
        leg = self._calls.line(leg)
        settle(self._calls, leg)
        if leg in self._calls.music:
            park(self._link, self._calls, leg)
        self._calls.music.add(leg)
        self._link.begin(
            leg, *first, ("endless_playback", stream), gone=partial(self._calls.no_sound, leg)
        )

    # --- customer and one other ------------------------------------------------------------------

    def connect(self, interaction_id: str, customer: str, other: str, *, answered: bool) -> None:
        """Bridge so that the customer is parked, not lost, if the other leg goes meanwhile."""
        line = self._calls.line(other)
        if self._calls.are_together(customer, line):  # an agent's phone has done it
            self._unsafe(line)
            return
        settle(self._calls, customer)
        settle(self._calls, line)
        try:
            if not self._bridge(interaction_id, customer, other, answered=answered):
                self._rescue(interaction_id, customer, other, "no bridge came about")
                return
        except CommandRefused as error:
            self._rescue(interaction_id, customer, other, error.reply)
            return
        self._guard.leave(customer)  # not before: if we die, somebody must look after him
        self._unsafe(line)  # not before: the end of the bridge it comes from may be under way

    def _bridge(self, interaction_id: str, customer: str, other: str, *, answered: bool) -> bool:
        """Whether it came about; then that is submitted. Raises SwitchError."""
        line = self._calls.line(other)
        waiter = self._calls.await_bridge(customer, line)
        try:
            hush(self._link, self._calls, customer)
            if not answered:  # bridged unanswered, both legs would be lost
                self._answer(customer)
            limit = {"park_timeout": str(PARK_LIMIT_S)}
            safe = customer in self._calls.safe
            variables = commands.setvars(customer, limit if safe else SAFE | limit)
            if line in self._calls.nailed:
                self._safe(line)  # it outlives each of its bridges
            # Asked again: what was lent may have been taken back meanwhile, and is another's now.
            bridge = f"uuid_bridge {customer} {self._calls.line(other)}"
            self._link.api(bridge, before=variables, urgent=True)
            with Timeout(BRIDGE_S, False):
                event = waiter.get()
                if event is None:
                    return False
                self._calls.music.difference_update((customer, line))
                self._calls.safe.add(customer)
                at = event.timestamp
                self._submit(c.NoteConnected(interaction_id=interaction_id, leg=other, at=at))
                return True
            return False
        finally:
            self._calls.bridging.pop(customer, None)
            self._calls.partner.pop(line, None)

    def _answer(self, customer: str) -> None:
        """Within the wait for his turn that may have happened: the interaction knows it later."""
        waiter = self._calls.answering.get(customer)
        if waiter is not None:
            with Timeout(ANSWER_S, False):
                waiter.get()
                return
            log.warning("answer_not_seen", leg=customer)
        if customer in self._calls.music:
            # What is queued behind endless music never runs, and no break ends the music.
            park(self._link, self._calls, customer)
        self._link.execute(customer, "answer")

    def _rescue(self, interaction_id: str, customer: str, other: str, problem: str) -> None:
        """A bridge failed: park the customer again, whatever state his leg was left in."""
        log.warning("bridge_failed", interaction_id=interaction_id, problem=problem)
        # Not a cause by which an agent ends a contact: his customer is to be queued again.
        self._kill(other, "DESTINATION_OUT_OF_ORDER")
        try:
            park(self._link, self._calls, customer)
            self._guard.take(customer)
        except LinkLost:
            raise
        except SwitchError:
            log.info("customer_left_while_connecting", interaction_id=interaction_id)
        self._submit(c.NoteConnectFailed(interaction_id=interaction_id, leg=other, reason=problem))

    def hold(self, customer: str, other: str) -> None:
        """Park both, with music for the customer, and silence for the other: a leg that gets no sound
        at all cannot be whispered to, and phones think it dead.

        Not by uuid_hold: its music is a broadcast, which was seen to begin seconds late and then
        to play on over the resumed talk. Parked, the customer is safe, too, if we go away.
        """
        self._safe(self._calls.line(other))
        self._link.api(commands.setvars(customer, {"park_timeout": ""}))
        park(self._link, self._calls, customer)
        self._guard.take(customer)
        self.play(customer, DEFAULT_MUSIC)
        self.play(other, SILENCE)

    def _safe(self, *legs: str) -> None:
        for leg in legs:
            if leg not in self._calls.safe:
                self._link.api(commands.setvars(leg, SAFE))
                if leg not in self._calls.nailed:
                    self._calls.safe.add(leg)

    def _unsafe(self, leg: str) -> None:
        if leg in self._calls.safe:
            self._link.api(commands.setvars(leg, dict.fromkeys(SAFE, "")))
            self._calls.safe.discard(leg)

    # --- a third ---------------------------------------------------------------------------------

    def expect_loss(self, leg: str) -> None:
        """An agent's phone may take the customer from its `leg` by itself, and the end of that leg would
        look as if the agent had hung up on him: it is parked then."""
        self._safe(self._calls.line(leg))

    def consult(self, interaction_id: str, leg: str, other: str) -> None:
        """Bridge agent and consulted party while the customer holds."""
        asking, asked = self._calls.line(leg), self._calls.line(other)
        settle(self._calls, asking)
        settle(self._calls, asked)
        waiter = self._calls.await_bridge(asking, asked)
        try:
            self._safe(asking, asked)
            self._link.api(f"uuid_bridge {self._calls.line(leg)} {self._calls.line(other)}")
            with Timeout(BRIDGE_S, False):
                if waiter.get() is not None:
                    self._calls.music.difference_update((asking, asked))
                    return
            problem = "no bridge came about"
        except CommandRefused as error:
            problem = error.reply
        finally:
            self._calls.bridging.pop(asking, None)
            self._calls.partner.pop(asked, None)
        log.warning("consult_failed", interaction_id=interaction_id, problem=problem)
        self._kill(other, "DESTINATION_OUT_OF_ORDER")
        self._submit(c.NoteConnectFailed(interaction_id=interaction_id, leg=other, reason=problem))

    def set_aside(self, leg: str) -> None:
        """The bridge it was in is over by now, which left it parked; unless who asks has lost his phone."""
        line = self._calls.line(leg)
        settle(self._calls, line)
        if line in self._calls.pairs:
            self._safe(line)
            park(self._link, self._calls, line)
        self.play(leg, DEFAULT_MUSIC)

    def join(self, leg: str, third: str) -> None:
        leg, third = self._calls.line(leg), self._calls.line(third)
        settle(self._calls, third)
        if third in self._calls.music:
            park(self._link, self._calls, third)
        self._link.begin(third, ("three_way", leg))

    def listen(self, leg: str, supervisor: str, mode: MonitorMode) -> None:
        """His own keys must not switch the mode: he presses them for other things."""
        leg, supervisor = self._calls.line(leg), self._calls.line(supervisor)
        heard = {"eavesdrop_enable_dtmf": "false", **_from_the_start(mode)}
        self._link.api(commands.setvars(supervisor, heard))
        self._link.begin(supervisor, ("eavesdrop", leg))

    def set_mode(self, supervisor: str, mode: MonitorMode) -> None:
        """In both ways: the command reaches a leg that listens, and is lost on one that does not yet. That
        one begins with what is set here, or has looked at it already and finds the command waiting."""
        supervisor = self._calls.line(supervisor)
        self._link.api(commands.setvars(supervisor, _from_the_start(mode)))
        self._link.send_event(
            "COMMAND", {"unique-id": supervisor, "eavesdrop-command": _COMMAND[mode]}
        )


def _from_the_start(mode: MonitorMode) -> dict[str, str]:
    """Who hears an eavesdropper when he begins: the leg that he listens to, the one that it talks with."""
    return {
        "eavesdrop_whisper_bleg": "true" if mode is not MonitorMode.LISTEN else "",
        "eavesdrop_whisper_aleg": "true" if mode is MonitorMode.BARGE else "",
    }
