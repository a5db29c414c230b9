"""The page's types say what the models say."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[2] / "scripts" / "types"
_loader = SourceFileLoader("scripts_types", str(_PATH))
_spec = spec_from_loader("scripts_types", _loader)
assert _spec is not None
types = module_from_spec(_spec)
_loader.exec_module(types)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer"}, "number"),
        ({"type": "string", "format": "date-time"}, "string"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"enum": ["a", "b"]}, '"a" | "b"'),
        ({"const": True}, "true"),
        ({"$ref": "#/components/schemas/LegView"}, "LegView"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, '("a" | "b")[]'),
        ({"type": "array", "items": {"$ref": "#/components/schemas/LegView"}}, "LegView[]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "Record<string, number>"),
        ({"type": "object", "patternProperties": {"^a": {"type": "integer"}}},
         "Record<string, number>"),
        ({"type": "object"}, "Record<string, unknown>"),
        ({}, "unknown"),
    ],
)  # fmt: skip
def test_a_schema_becomes_a_type(schema, expected):
    assert types.type_of(schema) == expected


def test_only_what_may_be_left_out_is_optional():
    schema = {
        "type": "object",
        "required": ["to"],
        "properties": {"to": {"type": "string"}, "wait-s": {"type": "number"}},
    }
    assert types.declaration("Body", schema) == (
        'export interface Body {\n  to: string;\n  "wait-s"?: number;\n}\n'
    )
    assert "?" not in types.declaration("ThingView", schema)


def test_both_sides_models_are_there_in_one_order():
    page = types.page()
    for name in ("QueueView", "TransferBody", "Problem", "FloorQueue", "Push", "Refused"):
        assert f"export interface {name} {{" in page
    names = [line.split()[2] for line in page.splitlines() if line.startswith("export")]
    assert names == [*sorted(set(names) - {"Action", "Sentences"}), "Action", "Sentences"]
    assert page == types.page()


def test_every_sentence_is_there_with_the_names_of_its_values():
    said = types.sentences()
    assert said["agent_cannot_take"] == {"agent", "reason"}
    assert said["string_too_short"] == {"min_length"}
    assert said["consult_open"] == frozenset()
    assert '  agent_cannot_take: "agent" | "reason";' in types.page()


def test_every_action_of_the_audit_is_there():
    named = types.actions()
    assert {"POST /api/v1/session", "PUT /api/v1/queues/<id>", "open floor"} <= set(named)
    assert {"connect", "tandem account recover"} <= set(named)
    assert not {"GET /", "GET /healthz"} & set(named)
    assert '  | "POST /api/v1/audit/<id>/undo"' in types.page()
