"""The prompts of a flow that are known before anybody calls: to make them, to try them."""

from collections.abc import Callable, Iterator

from ivr_flows.flow import Flow
from ivr_flows.interpreter import prompt_of
from ivr_flows.problems import Place, Problem, in_order
from ivr_flows.prompts import Prompt
from ivr_flows.steps import speeches


def fixed_prompts(flow: Flow) -> tuple[Prompt, ...]:
    """Every prompt of the flow that no variable changes, in all its languages, each once."""
    return tuple(dict.fromkeys(prompt for _, prompt in _placed(flow)))


def check_prompts(
    flow: Flow, fault_of: Callable[[Prompt], tuple[str, str] | None]
) -> list[Problem]:
    """Warnings for prompts that cannot be made; `fault_of` gives (message, remedy) or None.

    Warnings, as a call goes on without them: a missing espeak-ng must not keep a centre closed.
    """
    found = []
    for step, prompt in _placed(flow):
        fault = fault_of(prompt)
        if fault is not None:
            place = flow.places.get(step, Place())
            problem = Problem(
                file=flow.file,
                line=place.line,
                column=place.column,
                message=f"a prompt of step `{step}` cannot be made: {fault[0]}",
                remedy=fault[1],
                severity="warning",
            )
            found.append(problem)
    return in_order(found)


def _placed(flow: Flow) -> Iterator[tuple[str, Prompt]]:
    for name, step in flow.steps.items():
        for _, speech in speeches(step):
            texts = speech.text or {}
            if any("${" in text for text in texts.values()):
                continue
            for language in texts or {"": ""}:
                prompt = prompt_of(flow, speech, {"language": language or flow.language})
                if prompt is not None:
                    yield name, prompt
