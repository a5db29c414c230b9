"""docs/email.md names every code there is, and no other."""

import ast
import re
from pathlib import Path

from webchat_bridge.email.limits import Refusal

ROOT = Path(__file__).parents[2]


def codes_in_source() -> set[str]:
    calls = (
        node
        for path in (ROOT / "webchat_bridge" / "email").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "add"
    )
    return {
        call.args[0].value
        for call in calls
        if len(call.args) == 2 and isinstance(call.args[0], ast.Constant)
    }


def test_every_code_stands_in_the_page():
    page = (ROOT / "docs" / "email.md").read_text(encoding="utf-8")
    remarks = page.partition("## Remarks")[2].partition("## Threads")[0]
    assert set(re.findall(r"`(\w+)`", remarks)) - {"Problem"} == codes_in_source()
    assert {f"`{code.value}`" for code in Refusal if f"`{code.value}`" not in page} == set()
