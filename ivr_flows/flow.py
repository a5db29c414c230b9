"""Loads flows: YAML to frozen values, with every fault found at once.

`check` never raises for what a file holds. `load_flow` and `load_flows` raise FlowInvalid,
whose text is what `tandem flow check` prints.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from ivr_flows.document import Document, Route, read_document
from ivr_flows.explain import report_errors
from ivr_flows.fields import STRICT_KEYS, Language, Number, StepName, Voice
from ivr_flows.graph import Known, check_graph
from ivr_flows.problems import (
    FlowInvalid,
    Place,
    Problem,
    did_you_mean,
    format_problems,
    has_errors,
    in_order,
)
from ivr_flows.steps import VERBS, Step

UNKNOWN_NUMBER = "unknown_number"
"""The flow for numbers that no flow claims."""

SHIPPED = Path(__file__).parent / "flows"
"""The flows that come with Tandem."""

T = TypeVar("T")

_BESIDE = ("next", "otherwise")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """A flow file, its steps not yet read."""

    __pydantic_config__ = STRICT_KEYS
    flow: StepName
    start: StepName
    steps: Annotated[dict[StepName, Any], Field(min_length=1, max_length=500)]
    language: Language = "en"
    voice: Voice = ""
    description: Annotated[str, Field(max_length=1000)] = ""
    numbers: Annotated[tuple[Number, ...], Field(max_length=1000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow, checked. Recorded files are named relative to `folder`."""

    name: str
    start: str
    steps: Mapping[str, Step]
    language: str = "en"
    voice: str = ""
    description: str = ""
    numbers: tuple[str, ...] = ()
    folder: Path = field(default=Path(), compare=False)
    file: str = field(default="", compare=False)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowBook:
    """All flows of a centre. `numbers`: from the digits dialled to a flow's name."""

    flows: Mapping[str, Flow]
    numbers: Mapping[str, str]

    def flow_for(self, did: str) -> Flow:
        """The flow of a number (written with or without +), else the courteous message."""
        return self.flows[self.numbers.get(digits_of(did), UNKNOWN_NUMBER)]


def digits_of(number: str) -> str:
    """A dialled number as it is compared: its digits, without + and spaces."""
    return re.sub(r"[^0-9*#]", "", number)


def load_flow(path: Path, known: Known | None = None) -> Flow:
    """Raises FlowInvalid with all faults of the file."""
    flow, problems = read_flow(path, known)
    if flow is None or has_errors(problems):
        raise FlowInvalid(problems)
    return flow


def load_flows(
    folder: Path, known: Known | None = None, numbers: Mapping[str, str] | None = None
) -> FlowBook:
    """Every *.yaml of the folder. `numbers` (from the configuration) adds to the flows' own.

    The shipped `unknown_number` serves where the folder has none. Raises FlowInvalid.
    """
    flows, problems = _read_all(flow_files([folder]), known)
    if UNKNOWN_NUMBER not in flows:
        shipped, faults = read_flow(SHIPPED / f"{UNKNOWN_NUMBER}.yaml")
        problems += faults
        if shipped is not None:
            flows[UNKNOWN_NUMBER] = shipped
    claimed = {digits_of(number): flow.name for flow in flows.values() for number in flow.numbers}
    for number, name in (numbers or {}).items():
        claimed[digits_of(number)] = name
        if name not in flows:
            remedy = did_you_mean(name, flows, f"Flows here: {', '.join(sorted(flows))}.")
            message = f"number {number} is mapped to flow `{name}`, which does not exist"
            problem = Problem(file=str(folder), line=1, column=1, message=message, remedy=remedy)
            problems.append(problem)
    if has_errors(problems):
        raise FlowInvalid(in_order(problems))
    return FlowBook(flows=flows, numbers=claimed)


def check(paths: Iterable[Path], known: Known | None = None) -> list[Problem]:
    """Problems of files and folders (their *.yaml), among them clashes between files."""
    return in_order(_read_all(flow_files(paths), known)[1])


def check_command(paths: Iterable[Path], known: Known | None = None) -> tuple[str, int]:
    """(text to print, exit code) of `tandem flow check`; 1 if anything is an error."""
    files = flow_files(paths)
    if not files:
        return "No flow files found. Name a .yaml file, or a folder that has some.", 1
    problems = in_order(_read_all(files, known)[1])
    if problems:
        return format_problems(problems), int(has_errors(problems))
    return f"{len(files)} flow{'s' if len(files) > 1 else ''} checked, no problems found.", 0


def flow_files(paths: Iterable[Path]) -> list[Path]:
    """Files as they are, folders as the *.yaml and *.yml in them; each once, in order."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
        found.update(dict.fromkeys(inside))
    return list(found)


def _read_all(files: Iterable[Path], known: Known | None) -> tuple[dict[str, Flow], list[Problem]]:
    flows: dict[str, Flow] = {}
    problems: list[Problem] = []
    owners: dict[str, str] = {}
    for path in files:
        flow, faults = read_flow(path, known)
        problems += faults
        if flow is None:
            continue
        problems += _clashes(flow, str(path), flows, owners)
        flows.setdefault(flow.name, flow)
        owners.update({digits_of(n): flow.name for n in flow.numbers})
    return flows, problems


def _clashes(
    flow: Flow, file: str, flows: Mapping[str, Flow], owners: Mapping[str, str]
) -> Iterator[Problem]:
    def problem(key: str, message: str, remedy: str) -> Problem:
        place = flow.places.get(key, Place())
        return Problem(
            file=file, line=place.line, column=place.column, message=message, remedy=remedy
        )

    if flow.name in flows:
        message = f"there is another flow `{flow.name}`"
        yield problem("/flow", message, "Give each flow its own name.")
    for number in flow.numbers:
        owner = owners.get(digits_of(number))
        if owner is not None and owner != flow.name:
            message = f"number {number} belongs to flow `{owner}` already"
            yield problem("/numbers", message, "Leave it in one of the two flows.")


def read_flow(path: Path, known: Known | None = None) -> tuple[Flow | None, list[Problem]]:
    """The flow, or None if its head or a step cannot be read; and everything wrong with it."""
    document = read_document(path)
    flow = None if document.problems and document.value is None else _build(document, path, known)
    return flow, in_order(document.problems)


def _build(document: Document, path: Path, known: Known | None) -> Flow | None:
    if not isinstance(document.value, dict):
        document.report((), "not a flow", "A flow file has the keys flow, start and steps.")
        return None
    head = _validated(document, (), _Head, document.value, ())
    raw = document.value.get("steps")
    written = raw if isinstance(raw, dict) else {}
    steps = {name: _read_step(document, name, body) for name, body in written.items()}
    whole = {name: step for name, step in steps.items() if step is not None}
    start = document.value.get("start")
    check_graph(document, start, steps, path.parent, known or Known())
    if head is None or len(whole) < len(steps):
        return None
    places = {name: document.place(("steps", name), at_key=True) for name in whole}
    places |= {"/flow": document.place(("flow",)), "/numbers": document.place(("numbers",))}
    return Flow(
        name=head.flow,
        start=head.start,
        steps=whole,
        language=head.language,
        voice=head.voice,
        description=head.description,
        numbers=head.numbers,
        folder=path.parent.absolute(),
        file=str(path),
        places=places,
    )


def _read_step(document: Document, name: str, body: Any) -> Step | None:
    route: Route = ("steps", name)
    if not isinstance(body, dict):
        document.report(route, f"step `{name}` says nothing", f"Give it one of: {_verbs()}.")
        return None
    verbs = [key for key in body if key in VERBS]
    strange = [key for key in body if key not in VERBS and key not in _BESIDE]
    for key in strange:
        remedy = did_you_mean(key, [*VERBS, *_BESIDE], f"A step is one of: {_verbs()}.")
        document.report((*route, key), f"unknown key `{key}`", remedy, at_key=True)
    if len(verbs) > 1:
        message = f"step `{name}` has {len(verbs)} verbs: {', '.join(verbs)}"
        remedy = "Make a step of each and join them with `next`."
        document.report((*route, verbs[1]), message, remedy, at_key=True)
    if not verbs and not strange:
        message = f"step `{name}` has no verb"
        document.report(route, message, f"Give it one of: {_verbs()}.", at_key=True)
    if len(verbs) != 1 or strange:
        return None
    return _read_verb(document, route, verbs[0], body)


def _read_verb(document: Document, route: Route, verb: str, body: dict[str, Any]) -> Step | None:
    inner = body[verb]
    beside = {key: body[key] for key in _BESIDE if key in body}
    if verb == "say":
        value: dict[str, Any] = {"prompt": inner}
    elif verb == "set":
        value = {"variables": inner}
    elif verb == "branch" and isinstance(inner, list):
        value = {"cases": inner}
    elif inner is None and verb == "hangup":
        value = {}
    elif isinstance(inner, dict):
        value = dict(inner)
    else:
        message = f"`{verb}` needs keys of its own"
        document.report((*route, verb), message, "See its example in docs/flows.md.")
        return None
    for key in beside.keys() & value.keys():
        message = f"`{key}` stands beside `{verb}` and inside it"
        document.report((*route, key), message, "Keep one of the two.", at_key=True)
    return _validated(document, route, VERBS[verb], value | beside, (verb,))


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Made once a kind: making one takes longer than reading a step with it."""
    return TypeAdapter(kind)


def _validated(
    document: Document, route: Route, kind: type[T], value: dict[str, Any], within: Route
) -> T | None:
    """The value of type `kind`, or None with its errors reported."""
    try:
        checked: T = _adapter(kind).validate_python(value)  # type: ignore[arg-type]  # hashable
        return checked
    except ValidationError as error:
        report_errors(document, route, within, kind, error)
        return None


def _verbs() -> str:
    return ", ".join(VERBS)
