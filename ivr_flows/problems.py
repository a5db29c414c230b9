"""What is wrong with a flow file, where, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from controller.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of one file. A warning does not keep the flow from being loaded."""

    file: str
    line: int
    column: int
    message: str
    remedy: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        tag = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}:{self.column}: {tag}{self.message}\n    {self.remedy}"


class FlowInvalid(Invalid):
    """Flow files that cannot be used; `problems` lists every fault, errors and warnings."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(format_problems(self.problems))

    def __reduce__(self) -> tuple[type["FlowInvalid"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def format_problems(problems: Iterable[Problem]) -> str:
    """`file:line:column: message` and, indented under it, the remedy; then the count."""
    listed = in_order(problems)
    if not listed:
        return "No problems found."
    errors = sum(problem.severity == "error" for problem in listed)
    counts = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for count, word in ((errors, "error"), (len(listed) - errors, "warning"))
        if count
    ]
    return "\n".join([*map(str, listed), ", ".join(counts)])


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file and place, each fault once."""
    return sorted(set(problems), key=lambda p: (p.file, p.line, p.column, p.message))


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def did_you_mean(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy: the nearest known name, else `otherwise`."""
    close = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f"Did you mean `{close[0]}`?" if close else otherwise
