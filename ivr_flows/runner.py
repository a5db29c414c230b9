"""Runs flows over customers' legs: the interpreter says what next, the leg does it.

One greenlet per customer in a flow. It ends when the customer goes to a queue or an outside number
and is started again, from the step saved in the interaction, when he comes back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import gevent
import structlog

from controller.domain import commands as c
from controller.domain.catalogue import Did, QueueSettings
from controller.domain.model import Interaction
from controller.domain.schedule import Schedule
from controller.errors import IllegalCommand, LegGone, LinkLost, StoreUnavailable
from controller.greenlets import spawn
from controller.ports import AnyCommand, Catalogue, Clock, CustomerLeg, GatherSpec, Queues, Wish
from ivr_flows import actions, steps
from ivr_flows.flow import UNKNOWN_NUMBER, Flow, FlowBook
from ivr_flows.interpreter import Facts, Position, advance, begin
from ivr_flows.prompts import Prompt

log = structlog.get_logger(__name__)

#: Silence that ends a voicemail, in seconds.
SILENCE_S = 5.0

#: What a caller hears before he joins a queue that records, by language.
ANNOUNCEMENT = {
    "en": "This call may be recorded.",
    "zh": "本次通话可能会被录音。",
}

#: From prompts and a leg's sample rate in Hz to what the switch can play.
Files = Callable[[Sequence[Prompt], int], Sequence[str]]


@dataclass(slots=True)
class _Run:
    """One customer's way through a flow, while his greenlet lives.

    `unheard`: prompts of a `say` that stand directly before a menu. They are played as the
    menu's first prompts, so that a key pressed during them counts.
    """

    interaction: Interaction
    flow: Flow
    position: Position
    leg: CustomerLeg
    answered: bool
    unheard: tuple[Prompt, ...] = ()


class FlowRunner:
    """The port Flows. `handle` and `submit` are the engine's: a flow goes on once its step is saved, but
    into a queue it goes in the same save."""

    def __init__(
        self,
        *,
        book: FlowBook,
        catalogue: Catalogue,
        queues: Queues,
        clock: Clock,
        timezone: str,
        handle: Callable[[AnyCommand], object],
        submit: Callable[[AnyCommand], None],
        leg_of: Callable[[Interaction], CustomerLeg],
        files: Files,
    ) -> None:
        self.book = book
        self._catalogue = catalogue
        self._queues = queues
        self._clock = clock
        self._timezone = ZoneInfo(timezone)
        self._handle = handle
        self._submit = submit
        self._leg_of = leg_of
        self._files = files
        self._running: dict[str, gevent.Greenlet] = {}

    # --- the port --------------------------------------------------------------------------------

    def flow_for(self, dialled: str) -> str:
        did = self._catalogue.find(Did, dialled) or self._catalogue.find(Did, dialled.lstrip("+"))
        if did is not None:
            if did.flow in self.book.flows:
                return did.flow
            log.error("flow_missing", flow=did.flow, remedy="change the number's flow, or add it")
        return self.book.flow_for(dialled).name

    def start(self, interaction: Interaction) -> None:
        self._spawn(interaction)

    def resume(self, interaction: Interaction, reason: str) -> None:
        self._spawn(interaction)  # the reason is in its mark

    def stop(self, interaction_id: str) -> None:
        greenlet = self._running.pop(interaction_id, None)
        if greenlet is not None:
            greenlet.kill(block=False)

    def _spawn(self, interaction: Interaction) -> None:
        self.stop(interaction.id)
        greenlet = spawn(f"flow:{interaction.id}", self._run, interaction)
        self._running[interaction.id] = greenlet

    # --- one customer ----------------------------------------------------------------------------

    def _run(self, interaction: Interaction) -> None:
        try:
            run = self._begin(interaction)
            mark = interaction.flow
            back = mark.given_back if mark is not None else None
            if back is None or not run.position.waiting:
                self._walk(run, None)
            elif back.to is not None:
                self._move(run)
            else:
                self._walk(run, actions.Returned(reason=back.reason, waited_s=back.waited_s))
        except (LegGone, LinkLost, IllegalCommand, StoreUnavailable) as end:
            # He hung up, or the link will be looked after, or the interaction has moved on, or
            # Tandem is stopping and the next one goes on from the step that was saved.
            log.debug("flow_left", interaction_id=interaction.id, why=str(end))
        except Exception:
            log.exception("flow_failed", interaction_id=interaction.id)
            self._finish(interaction.id, "the flow failed", failed=True)
        finally:
            if self._running.get(interaction.id) is gevent.getcurrent():
                del self._running[interaction.id]

    def _begin(self, interaction: Interaction) -> _Run:
        mark = interaction.flow
        name = mark.flow if mark is not None else UNKNOWN_NUMBER
        flow = self.book.flows.get(name) or self.book.flows[UNKNOWN_NUMBER]
        facts = self._facts(interaction)
        if mark is not None and mark.step is not None and mark.step in flow.steps:
            position = Position(
                flow=flow.name,
                step=mark.step,
                variables=mark.variables,
                waiting=True,
                spent=mark.spent,
            )
        else:
            position = begin(flow, facts)
        customer = interaction.find_leg(interaction.leg)
        return _Run(
            interaction=interaction,
            flow=flow,
            position=position,
            leg=self._leg_of(interaction),
            answered=customer is not None and customer.answered_at is not None,
        )

    def _facts(self, interaction: Interaction) -> Facts:
        now = self._clock.now()
        return Facts(
            caller=interaction.address,
            did=interaction.dialled,
            hour=datetime.fromtimestamp(now, UTC).astimezone(self._timezone).hour,
            is_open=self._is_open,
        )

    def _is_open(self, schedule: str) -> bool:
        found = self._catalogue.find(Schedule, schedule)
        if found is None:
            log.error("schedule_missing", schedule=schedule, taken_as="closed")
            return False
        return found.is_open(self._clock.now())

    def _walk(self, run: _Run, result: actions.Result | None) -> None:
        going: actions.Result | None = result
        while True:
            choice = going.digits if isinstance(going, actions.Digits) else None
            asked_by = run.flow.steps[run.position.step]
            facts = self._facts(run.interaction)
            action, run.position = advance(run.flow, run.position, going, facts)
            if isinstance(action, actions.HangUp):
                failed = run.flow.name == UNKNOWN_NUMBER
                self._finish(run.interaction.id, action.reason, failed, action.cause)
                return
            step = self._step(run, choice if isinstance(asked_by, steps.Menu) else None)
            if isinstance(action, actions.EnterQueue) and not self._announces(action):
                self._submit(step)  # saved together with what becomes of him there
            else:
                self._handle(step)
                self._answer(run, action)
            if isinstance(action, actions.Play) and self._asks_next(run, facts):
                run.unheard += action.prompts
                going = actions.Played()
                continue
            going = self._do(run, action)
            if going is None:
                return

    def _asks_next(self, run: _Run, facts: Facts) -> bool:
        following, _ = advance(run.flow, run.position, actions.Played(), facts)
        return isinstance(following, actions.Gather)

    def _step(self, run: _Run, choice: str | None) -> c.TakeStep:
        step = run.flow.steps[run.position.step]
        secret = {
            s.into for s in run.flow.steps.values() if isinstance(s, steps.Gather) and s.secret
        }
        variables = {k: v for k, v in run.position.variables.items() if k not in secret}
        return c.TakeStep(
            interaction_id=run.interaction.id,
            step=run.position.step,
            verb=type(step).__name__.lower(),
            spent=run.position.spent,
            choice=choice,
            variables=variables,
        )

    def _answer(self, run: _Run, action: actions.Action) -> None:
        """No verb answers a call: the first action does, save a hangup or a transfer. In a queue that
        has nothing to say before, he is answered with the music."""
        if not run.answered and not isinstance(action, actions.Transfer):
            run.leg.answer()
            run.answered = True

    def _do(self, run: _Run, action: actions.Action) -> actions.Result | None:
        """Carry the action out. None: somebody else has the customer now."""
        match action:
            case actions.Play():
                run.leg.play(self._files(action.prompts, run.leg.rate))
                return actions.Played()
            case actions.Gather():
                return self._gather(run, action)
            case actions.EnterQueue():
                return self._enter_queue(run, action)
            case actions.Transfer():
                self._handle(
                    c.Divert(
                        interaction_id=run.interaction.id,
                        destination=action.to,
                        leg=str(uuid4()),
                        timeout_s=action.timeout_s,
                    )
                )
                return None
            case actions.Voicemail():
                return self._take_message(run, action)
            case actions.HangUp():
                raise AssertionError("the walk ends at a hangup")

    def _gather(self, run: _Run, action: actions.Gather) -> actions.Result:
        spec = GatherSpec(
            min_digits=action.min,
            max_digits=action.max,
            timeout_s=action.timeout_s,
            between_s=action.timeout_s,
            attempts=action.attempts,
            terminators=action.terminators,
            pattern=action.regex,
        )
        prompts = self._files((*run.unheard, *action.prompts), run.leg.rate)
        invalid = self._files(action.invalid, run.leg.rate)
        run.unheard = ()
        digits = run.leg.gather(prompts, invalid, spec)
        return actions.NoInput() if digits is None else actions.Digits(digits=digits)

    def _enter_queue(self, run: _Run, action: actions.EnterQueue) -> actions.Result | None:
        wish = Wish(
            queue=action.queue,
            priority=action.priority,
            skills=action.skills,
            music=action.music,
            max_wait_s=action.max_wait_s,
            telling=action.telling,
        )
        reason = self._queues.join(
            run.interaction, wish, partial(self._announce_recording, run, action)
        )
        return None if reason is None else actions.Returned(reason=reason)

    def _announces(self, action: actions.EnterQueue) -> bool:
        """Whether he is told that he is recorded; not by which queue may have him instead."""
        queue = self._catalogue.find(QueueSettings, action.queue)
        return queue is not None and _is_announced(queue, action)

    def _announce_recording(
        self, run: _Run, action: actions.EnterQueue, queue: QueueSettings
    ) -> None:
        if _is_announced(queue, action):
            self._answer(run, action)
            language = action.language if action.language in ANNOUNCEMENT else "en"
            announcement = Prompt(text=ANNOUNCEMENT[language], language=language)
            run.leg.play(self._files([announcement], run.leg.rate))

    def _take_message(self, run: _Run, action: actions.Voicemail) -> actions.Result:
        run.leg.play(self._files(action.greeting, run.leg.rate))
        length_s = run.leg.tape(action.mailbox, action.limit_s, SILENCE_S)
        return actions.Recorded(seconds=length_s)

    def _move(self, run: _Run) -> None:
        """Into the queue that has him instead; his step in the flow goes on to stand for both."""
        action, _ = advance(run.flow, run.position, None, self._facts(run.interaction))
        if isinstance(action, actions.EnterQueue):
            result = self._enter_queue(run, action)
        else:
            result = actions.Returned(reason="flow_changed")
        if result is not None:
            # The flow's next queue is its own again.
            mark = run.interaction.flow
            if mark is not None and mark.given_back is not None:
                back = replace(mark.given_back, to=None)
                run.interaction = replace(run.interaction, flow=replace(mark, given_back=back))
            self._walk(run, result)

    def _finish(
        self, interaction_id: str, reason: str, failed: bool, cause: str = "NORMAL_CLEARING"
    ) -> None:
        command = c.Finish(interaction_id=interaction_id, reason=reason, failed=failed, cause=cause)
        try:
            self._handle(command)
        except IllegalCommand:
            log.debug("flow_had_ended", interaction_id=interaction_id)


def _is_announced(queue: QueueSettings, action: actions.EnterQueue) -> bool:
    return queue.record and (queue.announce_recording or action.announce_recording)
