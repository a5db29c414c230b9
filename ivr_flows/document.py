"""Reads one YAML file into plain values, and remembers where each of them stands.

A flow is data written by people. So of YAML we take mappings, lists and text only: anchors
and aliases (the means of a YAML bomb), tags and several documents in one file are refused,
and size, depth and number of values are bounded before anything is built. Scalars stay as
they were written (`to: +4420...` keeps its plus sign); whoever knows the type converts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import ruamel.yaml
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivr_flows.problems import Place, Problem, did_you_mean

SIZE_LIMIT = 1_000_000  # bytes
DEPTH_LIMIT = 20
VALUES_LIMIT = 20_000

Route = tuple[str | int, ...]
"""Keys and list indexes from the top of a document down to a value."""


@dataclass(slots=True, kw_only=True)
class Document:
    """`value`: dicts, lists, str and None. `places`: where a value starts; `keys`: its key.

    A file with more than `values_limit` keys and values is not read.
    """

    file: str
    values_limit: int = VALUES_LIMIT
    value: Any = None
    places: dict[Route, Place] = field(default_factory=dict)
    keys: dict[Route, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(
        self, route: Route, message: str, remedy: str, *, at_key: bool = False, warn: bool = False
    ) -> None:
        """Adds a problem at the deepest part of `route` that the file really contains."""
        self.add(self.place(route, at_key=at_key), message, remedy, warn=warn)

    def add(self, place: Place, message: str, remedy: str, *, warn: bool = False) -> None:
        self.problems.append(
            Problem(
                file=self.file,
                line=place.line,
                column=place.column,
                message=message,
                remedy=remedy,
                severity="warning" if warn else "error",
            )
        )

    def place(self, route: Route, *, at_key: bool = False) -> Place:
        found: Route = ()
        for part in route:  # parts that validation added are not in the file: skip those
            if (*found, part) in self.places:
                found = (*found, part)
        first = self.keys if at_key else self.places
        return first.get(found) or self.places.get(found) or Place()


def read_document(path: Path) -> Document:
    """Never raises for what the file holds; `problems` says what kept it from being read."""
    document = Document(file=str(path))
    try:
        if path.stat().st_size > SIZE_LIMIT:
            document.report((), f"the file is larger than {SIZE_LIMIT:,} bytes", "Split the file.")
            return document
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.report((), f"not UTF-8 text ({error.reason})", "Save the file as UTF-8.")
        return document
    except OSError as error:
        reason = error.strerror or type(error).__name__
        document.report((), f"cannot be read: {reason}", "Check the path and its permissions.")
        return document
    parsed = _parsed(document.file, text)
    return replace(parsed, problems=list(parsed.problems))


@lru_cache(maxsize=256)
def _parsed(file: str, text: str) -> Document:
    """Kept: a start reads its flows to serve them, and again when it knows which queues there are."""
    return parse_document(text, Document(file=file))


def parse_document(text: str, document: Document) -> Document:
    """Fills `document` from YAML `text`."""
    yaml = ruamel.yaml.YAML(typ="rt", pure=True)
    yaml.allow_duplicate_keys = True  # found below, with the place of both
    try:
        if not _only_plain_yaml(yaml, text, document):
            return document
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context or "not YAML").split())
        _report_syntax(document, _place(mark), problem, text)
    except YAMLError as error:  # a character that YAML does not allow has no mark
        reason = str(error).split("\n", 1)[0]
        document.add(_reader_place(error, text), f"not YAML: {reason}", "Remove that character.")
    except (ValueError, RecursionError) as error:
        document.add(Place(), f"not YAML: {error}", "Check the file's quotes and brackets.")
    else:
        if node is not None:
            document.value = _build(node, (), document)
    return document


def _report_syntax(document: Document, place: Place, problem: str, text: str) -> None:
    lines = text.splitlines()
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    remedy = "Check indentation, colons and quotes here and in the line above."
    if "\t" in line[: len(line) - len(line.lstrip())]:
        remedy = "Indent with spaces; YAML does not allow tabs."
    elif "mapping values are not allowed" in problem:
        remedy = 'Put text that contains ": " in double quotes.'
    document.add(place, f"not YAML: {problem}", remedy)


def _only_plain_yaml(yaml: ruamel.yaml.YAML, text: str, document: Document) -> bool:
    """Looks at the stream of events, which costs no more than the file's own size."""
    depth = documents = 0
    for values, event in enumerate(yaml.parse(text)):
        name = type(event).__name__
        place = _place(event.start_mark)
        if name == "DocumentStartEvent":
            documents += 1
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        fault = _fault(event, name, depth - 2, values, document.values_limit, documents)
        if fault:
            document.add(place, *fault)
            return False
    return True


def _fault(
    event: Any, name: str, depth: int, values: int, limit: int, documents: int
) -> tuple[str, str] | None:
    if name == "AliasEvent" or getattr(event, "anchor", None):
        return "anchors (&) and aliases (*) are not allowed", 'Write the value out; quote "*1".'
    tag = getattr(event, "ctag", None)
    if name != "DocumentStartEvent" and tag is not None and str(tag) not in ("", "None"):
        return "tags (!) are not allowed", "Remove the tag, or put the text in quotes."
    if documents > 1:
        return "a second document starts here (---)", "Put each document into a file of its own."
    if depth > DEPTH_LIMIT:
        return (
            f"nested deeper than {DEPTH_LIMIT} levels",
            "About six are usual; look for a slip.",
        )
    if values > limit:
        return f"more than {limit:,} values", "Split the file."
    return None


def _build(node: Node, route: Route, document: Document) -> Any:
    document.places[route] = _place(node.start_mark)
    if isinstance(node, MappingNode):
        return _build_mapping(node, route, document)
    if isinstance(node, SequenceNode):
        return [_build(item, (*route, index), document) for index, item in enumerate(node.value)]
    if isinstance(node, ScalarNode):
        is_plain = node.style in (None, "")
        return None if is_plain and node.value in ("", "~", "null") else str(node.value)
    raise TypeError(f"ruamel.yaml composed an unknown node: {type(node).__name__}")


def _build_mapping(node: MappingNode, route: Route, document: Document) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = _place(key_node.start_mark)
        if not isinstance(key_node, ScalarNode):
            document.add(place, "a key must be plain text", "Put braces or brackets after a key.")
            continue
        key = str(key_node.value)
        if key in built:
            first = document.keys[(*route, key)].line
            message = f"`{key}` stands here a second time (first in line {first})"
            document.add(place, message, "Remove one of the two, or rename it.")
            continue
        document.keys[(*route, key)] = place
        built[key] = _build(value_node, (*route, key), document)
    return built


def check_keys(document: Document, route: Route, value: Mapping[str, Any], known: set[str]) -> None:
    """Reports the keys of `value` that are not `known`."""
    for key in value:
        if key not in known:
            remedy = did_you_mean(key, known, f"Known here: {', '.join(sorted(known))}.")
            document.report((*route, key), f"unknown key `{key}`", remedy, at_key=True)


def _place(mark: StringMark | None) -> Place:
    return Place(line=mark.line + 1, column=mark.column + 1) if mark else Place()


def _reader_place(error: YAMLError, text: str) -> Place:
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return Place()
    before = text[:position]
    return Place(line=before.count("\n") + 1, column=position - before.rfind("\n"))
