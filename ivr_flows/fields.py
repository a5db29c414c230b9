"""The kinds of value that steps are made of: how people write them, what they become."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from ivr_flows.patterns import pattern_fault
from ivr_flows.prompts import DEFAULT_RATE, TEXT_LIMIT, VOICES
from ivr_flows.variables import NAME, malformed

STRICT_KEYS = ConfigDict(extra="forbid")

_DURATION = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)\s*(ms|s|m|h)?")
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def parse_duration(value: Any) -> float:
    """Seconds of `500ms`, `5s`, `2m`, `1h`; a bare number is seconds."""
    found = _DURATION.fullmatch(str(value).strip())
    if found is None:
        raise ValueError("not a duration|Write 5s, 90s, 2m or 500ms.")
    return float(found[1]) * _UNIT_SECONDS[found[2] or "s"]


def _language(value: str) -> str:
    name = value.lower().replace("_", "-")
    if name not in VOICES:
        raise ValueError(f"unknown language `{value}`|Write for example en, en-gb, zh, fr or es.")
    return name


def _filled(value: str) -> str:
    wrong = malformed(value)
    if wrong:
        raise ValueError(f"`{wrong}` is not a variable|Write ${{name}} with a-z, 0-9 and _.")
    return value


def _spoken(value: str) -> str:
    if len(value) > TEXT_LIMIT:
        raise ValueError(f"text longer than {TEXT_LIMIT} characters|Split it over several prompts.")
    if not value.strip():
        raise ValueError("the text is empty|Write what the caller shall hear.")
    return _filled(value)


def _pattern(value: str) -> str:
    fault = pattern_fault(value)
    if fault:
        raise ValueError(f"pattern refused: {fault}|Use characters, [sets], {{n,m}}, | and (...).")
    return value


def written_as(pattern: str, remedy: str) -> AfterValidator:
    """Text all of which fits `pattern`; pydantic's own `pattern` would let a last newline pass."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value):
            return value
        raise ValueError(f"`{value[:64]}` cannot be used here|{remedy}")

    return AfterValidator(check)


def _by_language(value: Any) -> Any:
    return {"": value} if isinstance(value, str) else value


def _as_speech(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_as_speech(item) for item in value)
    return (_as_speech(value),) if isinstance(value, (str, dict)) else value


NAME_RULE = "Use letters, digits, _ and -, at most 64."
StepName = Annotated[str, written_as(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}", NAME_RULE)]
VariableName = Annotated[str, written_as(NAME, "Use a-z, 0-9 and _, a letter first, at most 32.")]
Seconds = Annotated[float, BeforeValidator(parse_duration), Field(ge=0.5, le=3600)]
Attempts = Annotated[int, Field(ge=1, le=10)]
Keys = Annotated[str, written_as(r"[0-9*#]{1,16}", "A keypad has 0-9, * and # only.")]
Finish = Annotated[str, written_as(r"[0-9*#]?", 'Write one key, or "" for none.')]
Stream = Annotated[str, written_as(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}", NAME_RULE)]
PromptName = Annotated[
    str, written_as(r"[a-z0-9][a-z0-9_-]{0,62}|", "Use a-z, 0-9, _ and -, at most 63.")
]
Target = Annotated[
    str,
    written_as(
        r"\+?[0-9*#]{1,32}|[A-Za-z][A-Za-z0-9._-]{0,31}",
        "Write a number (+4420...) or an extension's name; variables are not allowed here.",
    ),
]
Number = Annotated[
    str, written_as(r"\+?[0-9]{1,20}", "Write digits only, for example +442079460000.")
]
Voice = Annotated[
    str, written_as(r"[A-Za-z0-9+_/-]{0,64}", "Write an espeak-ng voice: en-gb-x-rp.")
]
Filled = Annotated[str, Field(max_length=256), AfterValidator(_filled)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Language = Annotated[str, AfterValidator(_language)]
_OwnLanguage = Annotated[str, AfterValidator(lambda value: value and _language(value))]
_Texts = Annotated[dict[_OwnLanguage, Annotated[str, AfterValidator(_spoken)]], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a step lets the caller hear. `text` is keyed by language; "" is the flow's own.

    Written `"Hello"`, `{text: Hello}`, `{text: {en: Hello, fr: Bonjour}}`, `{file: hello.wav}`, or
    `{name: hello}` for a prompt that admins keep.
    """

    __pydantic_config__ = STRICT_KEYS

    text: Annotated[_Texts | None, BeforeValidator(_by_language)] = None
    file: Annotated[str, Field(max_length=255)] = ""
    name: PromptName = ""
    language: _OwnLanguage = ""
    voice: Voice = ""
    rate: Annotated[int, Field(ge=80, le=400)] = DEFAULT_RATE

    def __post_init__(self) -> None:
        if bool(self.text) + bool(self.file) + bool(self.name) != 1:
            raise ValueError("a prompt needs either text, file or name|Write one of the three.")

    def words(self, spoken_language: str, own_language: str) -> tuple[str, str]:
        """(text, language) for a caller who chose `spoken_language`; own: the flow's."""
        texts = self.text or {}
        own = self.language or own_language
        if spoken_language in texts:
            return texts[spoken_language], spoken_language
        if own in texts:
            return texts[own], own
        if "" in texts:
            return texts[""], own
        language = next(iter(texts))
        return texts[language], language


Prompts = Annotated[tuple[Speech, ...], BeforeValidator(_as_list), Field(max_length=20)]
SomePrompts = Annotated[Prompts, Field(min_length=1)]
