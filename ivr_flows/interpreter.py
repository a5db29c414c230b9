"""Runs a flow without touching anything: a position and a result in, an action out.

1. `begin` gives the position before the first step; `advance(..., None, facts)` the first action.
2. A position with `waiting` set has an action under way; the next `advance` takes its result.
   With None instead it gives the same action again: so a call is taken up after a restart.
3. Steps that need nobody (set, branch, hours) are walked through at once.
4. STEP_BUDGET bounds the steps since the caller last pressed a key or waited in a queue; a
   caller who went away from the phone, or a circle in the flow, cannot hold a line for ever.
5. A result that does not belong to the action counts as its failure. Nothing raises, except
   a position of another flow (NotFound).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, assert_never

from controller.domain.model import Telling
from controller.errors import NotFound
from ivr_flows import actions, steps
from ivr_flows.actions import Action, CallerGone, Digits, Result, Returned
from ivr_flows.fields import Speech
from ivr_flows.flow import Flow
from ivr_flows.patterns import matches
from ivr_flows.prompts import VOICES, Prompt, clean_text
from ivr_flows.variables import KEPT, fill, with_value

_Waiting: TypeAlias = (
    steps.Say | steps.Menu | steps.Gather | steps.Queue | steps.Transfer | steps.Voicemail
)

STEP_BUDGET = 200
_REAL_WAIT_S = 10.0  # a queue that kept the caller so long was no spinning circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the flow may know of the world now. `hour`: 0-23, the centre's time.

    is_open: schedule's name to whether it is open, or a function of the name that tells.
    A schedule that `is_open` does not have counts as closed.
    """

    caller: str = ""
    did: str = ""
    hour: int = 0
    is_open: Mapping[str, bool] | Callable[[str], bool] = field(default_factory=dict)

    def schedule_is_open(self, schedule: str) -> bool:
        if isinstance(self.is_open, Mapping):
            return self.is_open.get(schedule, False)
        return self.is_open(schedule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a caller is. `spent`: steps since he last did something. `ended`: hung up."""

    flow: str
    step: str
    variables: Mapping[str, str] = field(default_factory=dict)
    waiting: bool = False
    spent: int = 0
    ended: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain values for a store. Holds digits the caller pressed: do not log it."""
        return {
            "flow": self.flow,
            "step": self.step,
            "variables": dict(self.variables),
            "waiting": self.waiting,
            "spent": self.spent,
            "ended": self.ended,
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Position":
        return cls(**saved)


def begin(flow: Flow, facts: Facts) -> Position:
    """The position before the first step."""
    given = {
        "caller": facts.caller[:64],
        "did": facts.did[:64],
        "hour": str(facts.hour),
        "language": flow.language,
    }
    return Position(flow=flow.name, step=flow.start, variables=given)


def advance(
    flow: Flow, position: Position, result: Result | None, facts: Facts
) -> tuple[Action, Position]:
    """The next action, and the position that waits for its result.

    Raises NotFound if the position names a step that this flow does not have (the flow was
    changed under a call): start it anew with `begin`, or keep the old FlowBook for old calls.
    """
    if position.step not in flow.steps:
        raise NotFound(f"flow {flow.name} has no step {position.step}; begin it anew")
    if position.ended or isinstance(result, CallerGone):
        return _end(position, "caller hung up" if not position.ended else "flow ended")
    position = replace(position, variables={**position.variables, "hour": str(facts.hour)})
    if position.waiting:
        step = flow.steps[position.step]
        if result is not None:
            position = _leave(step, position, result)
        elif isinstance(step, _Waiting):
            return _action(flow, step, position), position
    while position.spent < STEP_BUDGET:
        step = flow.steps[position.step]
        position = replace(position, spent=position.spent + 1)
        if isinstance(step, steps.Hangup):
            return _end(position, "flow ended", steps.HANGUP_CAUSES[step.cause])
        if isinstance(step, _Waiting):
            position = replace(position, waiting=True)
            return _action(flow, step, position), position
        position = _pass(step, position, facts)
    return _end(position, "step budget spent")


def _end(
    position: Position, reason: str, cause: str = "NORMAL_CLEARING"
) -> tuple[Action, Position]:
    ended = replace(position, waiting=False, ended=True)
    return actions.HangUp(cause=cause, reason=reason), ended


def _pass(
    step: steps.Hours | steps.Set | steps.Branch, position: Position, facts: Facts
) -> Position:
    """Walks through a step that waits for nobody."""
    if isinstance(step, steps.Hours):
        is_open = facts.schedule_is_open(step.schedule)
        return replace(position, step=step.open if is_open else step.closed)
    if isinstance(step, steps.Branch):
        for case in step.cases:
            if case.holds(position.variables.get(case.var, "")):
                return replace(position, step=case.next)
        return replace(position, step=step.otherwise)
    variables = dict(position.variables)
    for name, text in step.variables.items():
        variables = with_value(variables, name, fill(text, variables))
    return replace(position, step=step.next, variables=variables)


def _leave(step: steps.Step, position: Position, result: Result) -> Position:
    """Where the result of the step's action leads."""
    variables, spent = dict(position.variables), position.spent
    target = position.step
    if isinstance(result, Digits) and isinstance(step, steps.Menu | steps.Gather):
        spent = 0 if result.digits else spent
    if isinstance(step, steps.Say | steps.Voicemail):
        target = step.next
    elif isinstance(step, steps.Menu):
        pressed = result.digits if isinstance(result, Digits) else ""
        variables = with_value(variables, "digits", pressed)
        target = step.choices.get(pressed, step.otherwise)
    elif isinstance(step, steps.Gather):
        target = step.otherwise
        if isinstance(result, Digits) and _fits(step, result.digits):
            target = step.next
            variables = with_value(variables, step.into, result.digits)
            variables = with_value(variables, "digits", "" if step.secret else result.digits)
    elif isinstance(step, steps.Queue | steps.Transfer):
        target = step.otherwise
        if isinstance(result, Returned):
            target = step.way(result.reason) if isinstance(step, steps.Queue) else target
            variables = with_value(variables, "returned", result.reason)
            spent = 0 if result.waited_s >= _REAL_WAIT_S else spent
    return replace(position, step=target, variables=variables, spent=spent, waiting=False)


def _fits(step: steps.Gather, digits: str) -> bool:
    is_number = re.fullmatch(r"[0-9A-D*#]*", digits) is not None
    return (
        is_number
        and step.min <= len(digits) <= step.max
        and (not step.matches or matches(step.matches, digits))
    )


def _action(flow: Flow, step: _Waiting, position: Position) -> Action:
    """What a step that waits asks of the leg."""

    def prompts(speeches: tuple[Speech, ...]) -> tuple[Prompt, ...]:
        made = (prompt_of(flow, speech, position.variables) for speech in speeches)
        return tuple(prompt for prompt in made if prompt is not None)

    if isinstance(step, steps.Say):
        return actions.Play(prompts=prompts(step.prompt))
    if isinstance(step, steps.Menu):
        return _menu(step, prompts(step.prompt), prompts(step.invalid))
    if isinstance(step, steps.Gather):
        return actions.Gather(
            prompts=prompts(step.prompt),
            invalid=prompts(step.invalid),
            min=step.min,
            max=step.max,
            timeout_s=step.timeout,
            attempts=step.attempts,
            terminators=step.finish,
            regex=step.matches or rf"[0-9*#]{{{step.min},{step.max}}}",
            secret=step.secret,
        )
    if isinstance(step, steps.Queue):
        return _enter_queue(flow, step, position.variables)
    if isinstance(step, steps.Transfer):
        return actions.Transfer(to=step.to, timeout_s=step.timeout)
    if isinstance(step, steps.Voicemail):
        return actions.Voicemail(
            mailbox=step.mailbox, greeting=prompts(step.greeting), limit_s=step.limit
        )
    assert_never(step)


def _menu(
    step: steps.Menu, prompts: tuple[Prompt, ...], invalid: tuple[Prompt, ...]
) -> actions.Gather:
    lengths = [len(keys) for keys in step.choices]
    is_free = all("#" not in keys for keys in step.choices)
    return actions.Gather(
        prompts=prompts,
        invalid=invalid,
        min=min(lengths),
        max=max(lengths),
        timeout_s=step.timeout,
        attempts=step.attempts,
        terminators="#" if is_free and max(lengths) > 1 else "",
        regex="|".join(keys.replace("*", r"\*") for keys in step.choices),
    )


def _enter_queue(flow: Flow, step: steps.Queue, variables: Mapping[str, str]) -> actions.EnterQueue:
    secret = {s.into for s in flow.steps.values() if isinstance(s, steps.Gather) and s.secret}
    language = variables.get("language", flow.language)
    return actions.EnterQueue(
        queue=step.name,
        priority=step.priority,
        skills=step.skills,
        announce_recording=step.announce_recording,
        music=step.music,
        max_wait_s=step.max_wait,
        language=language,
        telling=None if step.announce is None else _telling(step.announce, language),
        variables={k: v for k, v in variables.items() if k not in secret and k not in KEPT},
    )


def _telling(announce: steps.Announce, language: str) -> Telling:
    return Telling(
        position=announce.position,
        wait=announce.wait,
        first_s=announce.first,
        every_s=announce.every,
        language=language,
    )


def prompt_of(flow: Flow, speech: Speech, variables: Mapping[str, str]) -> Prompt | None:
    """The speech in the caller's language, variables filled in; None if no text is left."""
    if speech.file:
        return Prompt(file=str(flow.folder / speech.file), language=flow.language)
    wanted = variables.get("language", flow.language).lower()
    if speech.name:
        known = wanted if wanted in VOICES else flow.language
        return Prompt(name=speech.name, language=known)
    text, language = speech.words(wanted, flow.language)
    words = clean_text(fill(text, variables))
    if not words:
        return None
    spoken = language if language in VOICES else flow.language
    # The flow's own voice speaks the flow's own language only.
    voice = speech.voice or (flow.voice if spoken == flow.language else "")
    return Prompt(text=words, language=spoken, voice=voice, rate_wpm=speech.rate)
