"""Prompts that admins keep under a name, as they are written and read."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from console.api.schemas.values import SLUG_PATTERN, Body, Query, VersionedList, View, example
from controller.domain.prompt import NamedPrompt, Take
from controller.errors import say

#: Characters of a text that is spoken.
_LONGEST = 2000

Spoken = Annotated[str, Field(min_length=1, max_length=_LONGEST, pattern=r"[^\s\p{Cc}]")]
Language = Annotated[
    str, Field(max_length=20, pattern=r"^[a-z0-9-]*$", examples=["en", "zh", "en-gb"])
]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class TakeBody(Body):
    """What is heard in one language: a text that is spoken, or a recording that was uploaded."""

    text: Spoken | None = None
    recording: Digest | None = Field(default=None, description="SHA-256 of its samples.")

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.text is None) == (self.recording is None):
            raise ValueError(
                say("text_or_recording", "has either a text or a recording; write one of the two")
            )
        return self


class PromptBody(Body):
    """A prompt as a set-up document has it; a recording is named by its digest."""

    model_config = example({"takes": {"en": {"text": "Good day."}, "fr": {"text": "Bonjour."}}})

    takes: dict[Language, TakeBody] = Field(
        min_length=1,
        max_length=50,
        description='By language, lower case; "" is a recording for every other language.',
    )


class SpokenBody(Body):
    """A text to be spoken."""

    model_config = example({"text": "Good day, this is Example Ltd.", "language": "en"})

    text: Spoken
    language: Annotated[str, Field(min_length=1, max_length=20)] = Field(
        description="Of the text: en, zh, fr, ..."
    )


class LanguageQuery(Query):
    language: str | None = Field(
        default=None, max_length=20, description="Of this one take; none: for every language."
    )


class PromptPath(Query):
    name: Annotated[str, Field(pattern=SLUG_PATTERN)] = Field(description="The prompt's name.")


class TakeView(View):
    language: str | None = Field(description="null: for every language that has none of its own.")
    kind: Literal["file", "speech"]
    text: str | None
    length_s: float | None = Field(description="null: it cannot be made; the log says why.")


class PromptView(View):
    name: str
    kind: Literal["file", "speech"] = Field(description="speech: every take of it is a text.")
    languages: list[str]
    length_s: float | None = Field(description="Of the longest take.")
    takes: list[TakeView]
    queues: list[str] = Field(description="Queues whose music it is.")
    flows: list[str] = Field(description="Flows that play it.")


class SavedPromptView(PromptView):
    loudness_db: float | None = Field(
        description="Of the recording, below full scale; -26 to -16 is usual. null: it is a text."
    )
    warnings: list[str]


class PromptList(VersionedList):
    items: list[PromptView]


def prompt_entry(name: str, body: PromptBody) -> NamedPrompt:
    return NamedPrompt(
        id=name,
        takes={
            language: Take(text=take.text or "", recording=take.recording or "")
            for language, take in sorted(body.takes.items())
        },
    )


def prompt_body(entry: NamedPrompt) -> PromptBody:
    return PromptBody.model_construct(
        takes={
            language: TakeBody.model_construct(
                text=take.text or None, recording=take.recording or None
            )
            for language, take in sorted(entry.takes.items())
        }
    )
