"""What a waiting caller hears of his position and his wait, in words, numbers and plurals right.

A language that is not here is served in its plain form (en-gb in en), else in English.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from controller.domain.model import Telling
from ivr_flows.prompts import Prompt

MINUTE_S, HOUR_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    next: str
    position: Callable[[int], str]
    soon: str
    minutes: Callable[[int], str]
    hour: str


def _english_minutes(minutes: int) -> str:
    about = "one minute" if minutes == 1 else f"{minutes} minutes"
    return f"The expected waiting time is about {about}."


_WORDS: dict[str, _Words] = {
    "en": _Words(
        next="You are next in line.",
        position=lambda n: f"You are number {n} in line.",
        soon="The expected waiting time is less than one minute.",
        minutes=_english_minutes,
        hour="The expected waiting time is more than one hour.",
    ),
    # Two is liang before a measure word; written in figures a synthesizer may say er.
    "zh": _Words(
        next="您是下一位。",
        position=lambda n: f"您前面还有{_liang(n - 1)}位客户在等候。",
        soon="预计等候时间不到一分钟。",
        minutes=lambda n: f"预计等候时间大约{_liang(n)}分钟。",
        hour="预计等候时间超过一小时。",
    ),
}


def announcement(telling: Telling, position: int, expected_s: float | None) -> tuple[Prompt, ...]:
    """The prompts, in order; none where there is nothing that is known and was asked for."""
    language = telling.language if telling.language in _WORDS else telling.language.split("-")[0]
    language = language if language in _WORDS else "en"
    texts = _texts(_WORDS[language], telling, position, expected_s)
    return tuple(Prompt(text=text, language=language) for text in texts)


def _texts(
    words: _Words, telling: Telling, position: int, expected_s: float | None
) -> Iterator[str]:
    if telling.position:
        yield words.next if position <= 1 else words.position(position)
    if telling.wait and expected_s is not None:
        if expected_s < MINUTE_S:
            yield words.soon
        elif expected_s > HOUR_S:
            yield words.hour
        else:
            yield words.minutes(round(expected_s / MINUTE_S))


def _liang(number: int) -> str:
    return "两" if number == 2 else str(number)
