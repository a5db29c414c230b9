"""What only the whole flow shows: names that lead nowhere, dead steps, endless loops."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr_flows.document import Document, Route
from ivr_flows.fields import Speech
from ivr_flows.problems import did_you_mean
from ivr_flows.prompts import VOICES
from ivr_flows.steps import (
    Branch,
    Gather,
    Hours,
    Queue,
    Say,
    Set,
    Step,
    Voicemail,
    speeches,
    variables_read,
    variables_written,
)
from ivr_flows.variables import GIVEN, KEPT

Steps = Mapping[str, Step | None]
"""None: the step is in the file, but could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names that exist in the centre. None: not known here, so not checked."""

    queues: frozenset[str] | None = None
    schedules: frozenset[str] | None = None
    mailboxes: frozenset[str] | None = None
    prompts: frozenset[str] | None = None


def check_graph(
    document: Document, start: object, steps: Steps, folder: Path, known: Known
) -> None:
    """Reports to `document`. Reachability is judged only when every step could be read."""
    whole = {name: step for name, step in steps.items() if step is not None}
    if isinstance(start, str) and steps and start not in steps:
        _unknown_step(document, ("start",), start, steps)
    written = {*GIVEN, *KEPT}.union(*map(variables_written, whole.values()))
    secrets = {s.into for s in whole.values() if isinstance(s, Gather) and s.secret}
    for name, step in whole.items():
        for field, target in step.targets():
            if target not in steps:
                _unknown_step(document, _field_route(document, name, field), target, steps)
        _check_outside_names(document, name, step, known)
        if len(whole) == len(steps):  # else a step we could not read might set them
            _check_variables(document, name, step, written)
        _check_secrets(document, name, step, secrets)
        _check_speeches(document, name, step, folder, known)
    if len(whole) == len(steps) and isinstance(start, str) and start in whole:
        _check_reachable(document, start, whole)
    _check_loops(document, whole)


def _field_route(document: Document, name: str, field: Route) -> Route:
    """Where a field really stands: beside the verb, inside it, or in the verb's own list."""
    base: Route = ("steps", name)
    if (*base, *field) in document.places:
        return (*base, *field)
    verb = _verb_key(document, name)
    return (*base, verb, *field)


def _verb_key(document: Document, name: str) -> str:
    keys = document.value["steps"][name]
    return next(str(key) for key in keys if key not in ("next", "otherwise"))


def _unknown_step(document: Document, route: Route, target: str, steps: Steps) -> None:
    remedy = did_you_mean(target, steps, f"Add a step `{target}`, or name one that exists.")
    document.report(route, f"there is no step `{target}`", remedy)


def _check_outside_names(document: Document, name: str, step: Step, known: Known) -> None:
    wanted: tuple[str, str, str, frozenset[str] | None] | None = None
    if isinstance(step, Queue):
        wanted = ("queue", "name", step.name, known.queues)
    elif isinstance(step, Hours):
        wanted = ("schedule", "schedule", step.schedule, known.schedules)
    elif isinstance(step, Voicemail):
        wanted = ("mailbox", "mailbox", step.mailbox, known.mailboxes)
    if wanted is None:
        return
    kind, field, value, names = wanted
    if names is not None and value not in names:
        remedy = did_you_mean(value, names, f"Known: {', '.join(sorted(names)) or 'none'}.")
        document.report(
            _field_route(document, name, (field,)), f"there is no {kind} `{value}`", remedy
        )


def _check_variables(document: Document, name: str, step: Step, written: set[str]) -> None:
    route: Route = ("steps", name, _verb_key(document, name))
    for variable in sorted(variables_read(step) - written):
        remedy = did_you_mean(variable, written, "Set it with `set` or `gather` first.")
        document.report(route, f"no step sets the variable `{variable}`", remedy)
    language = step.variables.get("language", "en") if isinstance(step, Set) else "en"
    if "${" not in language and language.lower() not in VOICES:
        remedy = did_you_mean(language, VOICES, "Write for example en, zh, fr or es.")
        document.report((*route, "language"), f"unknown language `{language}`", remedy)


def _check_secrets(document: Document, name: str, step: Step, secrets: set[str]) -> None:
    """A secret may be compared; copied or spoken it would reach screens and the prompt cache."""
    if isinstance(step, Branch):
        return
    for variable in sorted(variables_read(step) & secrets):
        document.report(
            ("steps", name, _verb_key(document, name)),
            f"the secret `{variable}` may not be spoken or copied",
            "Compare it in a branch, or gather it without `secret: true`.",
        )


def _check_speeches(document: Document, name: str, step: Step, folder: Path, known: Known) -> None:
    counts: dict[str, int] = {}
    for field, speech in speeches(step):
        index = counts[field] = counts.get(field, -1) + 1
        fault = _speech_fault(speech, folder, known)
        if fault:
            last = "file" if speech.file else "name"
            document.report((*_field_route(document, name, (field,)), index, last), *fault)


def _speech_fault(speech: Speech, folder: Path, known: Known) -> tuple[str, str] | None:
    if speech.file:
        return file_fault(folder, speech.file)
    if not speech.name or known.prompts is None or speech.name in known.prompts:
        return None
    listed = f"Known: {', '.join(sorted(known.prompts)) or 'none'}."
    remedy = did_you_mean(speech.name, known.prompts, listed)
    return f"there is no prompt `{speech.name}`", remedy


def file_fault(folder: Path, name: str) -> tuple[str, str] | None:
    """(message, remedy) if the recorded file `name` cannot be used from `folder`."""
    if "\0" in name or Path(name).is_absolute() or ".." in Path(name).parts:
        return f"`{name}` is outside the flow's folder", "Put the file beside the flow or below it."
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return f"`{name}` leads outside the flow's folder", "Replace the link by the file itself."
    if path.is_file():
        return None
    there = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    remedy = did_you_mean(path.name, there, f"Put the recording at {path}.")
    return f"there is no file `{name}`", remedy


def _check_reachable(document: Document, start: str, steps: Mapping[str, Step]) -> None:
    reached, ahead = {start}, [start]
    while ahead:
        for _, target in steps[ahead.pop()].targets():
            if target in steps and target not in reached:
                reached.add(target)
                ahead.append(target)
    for name in steps:
        if name not in reached:
            document.report(
                ("steps", name),
                f"no step leads to `{name}`",
                "Lead to it from another step, or remove it.",
                at_key=True,
            )


def _check_loops(document: Document, steps: Mapping[str, Step]) -> None:
    """Circles of steps that never wait for the caller, an agent or a callee."""
    busy = {n: s for n, s in steps.items() if isinstance(s, Say | Set | Branch | Hours)}
    ahead = {
        name: [target for _, target in step.targets() if target in busy]
        for name, step in busy.items()
    }
    for circle in _circles(ahead):
        way = " -> ".join([*circle, circle[0]])
        document.report(
            ("steps", circle[0]),
            f"endless loop: {way}",
            "Put a menu, gather, queue or hangup into the circle.",
            at_key=True,
        )


def _circles(ahead: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """One circle of every set of nodes that can all reach each other. Iterative: no deep stack."""
    done: set[str] = set()
    for root in ahead:
        path: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = []
        if root not in done:
            path.append(root)
            stack.append((root, iter(ahead[root])))
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done.add(node)
                stack.pop()
                path.pop()
            elif following in path:
                yield path[path.index(following) :]
            elif following not in done:
                path.append(following)
                stack.append((following, iter(ahead[following])))
