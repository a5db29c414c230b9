"""What is refused carries a code, so that the page can say it in its reader's language."""

import ast
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from console.api.problems import Problem, words_of
from console.wording import FOUND, found, told
from controller import errors
from controller.errors import Said, StaleVersion, say

ROOT = Path(__file__).resolve().parents[2]

#: What a page may be answered with.
REFUSALS = {
    "Invalid", "NotFound", "IllegalCommand", "CommandOutdated", "Forbidden", "Unauthorized",
    "BadRequest", "TooManyRequests", "ServiceUnavailable", "UnsupportedMediaType",
    "RequestEntityTooLarge", "CredentialError", "NotDone", "Fault",
}  # fmt: skip

#: Said to whoever starts the server, never to a page.
ELSEWHERE = {"console/server.py"}


def bare(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in REFUSALS:
            continue
        words = (*node.args, *(each.value for each in node.keywords if each.arg == "message"))
        if any(
            isinstance(each, ast.JoinedStr)
            or (
                isinstance(each, ast.Constant) and isinstance(each.value, str) and " " in each.value
            )
            for each in words
        ):
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_no_refusal_is_without_a_code():
    paths = [*(ROOT / "console").rglob("*.py"), *(ROOT / "controller" / "domain").rglob("*.py")]
    asked = [path for path in paths if str(path.relative_to(ROOT)) not in ELSEWHERE]
    assert [where for path in asked for where in bare(path)] == []


def test_a_sentence_is_its_words_with_code_and_values():
    said = say("queue_shut", "queue {queue} {reason}", queue="sales", reason=say("full", "is full"))
    assert said == "queue sales is full"
    assert told(said) == {
        "code": "queue_shut",
        "params": {"queue": "sales", "reason": {"words": "is full", "code": "full", "params": {}}},
    }
    assert told("plain words") == {}
    assert Problem(title="", status=409, detail=said, **told(said)).params["queue"] == "sales"


def test_a_refusal_in_a_command_names_what_was_said():
    with pytest.raises(errors.IllegalCommand) as refused:
        raise errors.IllegalCommand(say("three_way", "all three talk together"))
    assert str(refused.value) == "all three talk together"
    said = words_of(refused.value)
    assert isinstance(said, Said) and said.code == "three_way"


def test_what_is_written_for_the_log_is_said_of_all_of_its_kind():
    said = words_of(StaleVersion("agent:ann"))
    assert said == "agent:ann was changed by another process"
    assert isinstance(said, Said) and said.code == "database_away"


@pytest.mark.parametrize(
    ("of", "value", "code", "params"),
    [
        (int, "x", "int_parsing", {}),
        (typing.Literal["a", "b"], "c", "literal_error", {"expected": "'a' or 'b'"}),
        (dict[str, int], 1, "dict_type", {}),
    ],
)
def test_what_is_wrong_with_a_field_has_a_code(of, value, code, params):
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(of).validate_python(value)
    [item] = wrong.value.errors()
    said = found(item)
    assert (said, said.code, dict(said.params)) == (item["msg"], code, params)


def kinds_of(schema: object) -> Iterator[str]:
    """What a model's fields may be found wrong for, by the rules that its schema has."""
    if isinstance(schema, dict):
        kind = schema.get("type")
        if kind in ("str", "int", "float", "bool", "list", "dict", "datetime", "literal"):
            yield {"str": "string_type", "literal": "literal_error"}.get(kind, f"{kind}_type")
        for rule, code in RULES.items():
            if rule in schema and kind in ("str", "int", "float", "list"):
                yield code if kind in ("int", "float") else f"{'string_' * (kind == 'str')}{code}"
        for each in schema.values():
            yield from kinds_of(each)
    elif isinstance(schema, list | tuple):
        for each in schema:
            yield from kinds_of(each)


RULES = {
    "min_length": "too_short", "max_length": "too_long", "pattern": "pattern_mismatch",
    "gt": "greater_than", "ge": "greater_than_equal", "lt": "less_than", "le": "less_than_equal",
    "multiple_of": "multiple_of", "allow_inf_nan": "finite_number",
}  # fmt: skip


def test_every_rule_of_every_body_has_a_code(bodies):
    asked = {code for body in bodies for code in kinds_of(body.__pydantic_core_schema__)}
    assert {"string_type", "greater_than_equal", "literal_error"} <= asked
    assert asked <= set(FOUND)


@pytest.fixture
def bodies() -> list[type[BaseModel]]:
    import console.app
    from console.api.schemas.values import Body

    assert console.app.BLUEPRINTS  # every route is there, and with it every body
    every, found_now = [], [Body]
    while found_now:
        every += found_now
        found_now = [sub for one in found_now for sub in one.__subclasses__()]
    return every
