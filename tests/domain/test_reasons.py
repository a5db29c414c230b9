"""Why an agent was passed over, or what ranks him, is kept as words. The page knows each by a pattern."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from controller.domain.agent import Status

ROOT = Path(__file__).resolve().parents[2]
ROUTING = ROOT / "controller" / "domain" / "routing.py"
REACTIONS = ROOT / "controller" / "reactions"
PAGE = ROOT / "console" / "web" / "src" / "parts" / "reasons.ts"

SAID_BY = {"closed", "unfit", "barred", "_busy", "merit"}
IDLE = "idle for 200 s"


def patterns() -> list[str]:
    return re.findall(r"\[/(\^.*?\$)/,", PAGE.read_text(encoding="utf-8"))


def sentences() -> Iterator[list[str]]:
    """Each that routing says, with everything its holes may be."""
    for node in ast.walk(ast.parse(ROUTING.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name in SAID_BY:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    yield from map(filled, written(inner))


def written(node: ast.AST) -> Iterator[ast.AST]:
    """Texts in it, not the parts of texts."""
    if isinstance(node, ast.JoinedStr):
        yield node
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
    else:
        for inner in ast.iter_child_nodes(node):
            yield from written(inner)


def filled(text: ast.AST) -> list[str]:
    if isinstance(text, ast.Constant):
        return [str(text.value)]
    assert isinstance(text, ast.JoinedStr)
    parts = [[str(p.value)] if isinstance(p, ast.Constant) else values(p) for p in text.values]
    return ["".join(each) for each in product(*parts)]


def values(hole: ast.AST) -> list[str]:
    assert isinstance(hole, ast.FormattedValue)
    name = ast.unparse(hole.value)
    if name == "idle":
        return [IDLE]
    if name == "agent.pending.value":
        return [Status.ON_BREAK.value, Status.OFFLINE.value]
    words = {"demand.only": "ann", "demand.channel": "voice", "skill": "english"}
    return [words.get(name, "3")]


def others() -> Iterator[str]:
    """What he is busy with, as the reactions say it, and his status."""
    for path in REACTIONS.rglob("*.py"):
        yield from re.findall(r'"(on a contact|in wrap-up|offered [a-z ]+)"', path.read_text())
    yield from (status.value for status in Status if status is not Status.AVAILABLE)
    yield IDLE


@pytest.mark.parametrize(
    "text", sorted({*others(), *(t for all_of in sentences() for t in all_of)})
)
def test_the_page_knows_it(text):
    assert any(re.fullmatch(pattern[1:-1], text) for pattern in patterns()), text


def test_there_is_something_to_know():
    assert {"phone not registered", "kept for ann", "needs english 3, has 3", "in wrap-up"} <= {
        *others(),
        *(text for all_of in sentences() for text in all_of),
    }
