"""What a caller hears: a recorded file, or text in a language. Pure; nothing is rendered here."""

import hashlib
import re
from dataclasses import dataclass

from controller.errors import Invalid

TEXT_LIMIT = 2000  # characters, after variables are filled in
DEFAULT_RATE = 160  # words a minute; espeak-ng's own 175 is fast over a telephone

_PLAIN_LANGUAGES = (
    "af am an ar as az ba be bg bn bpy bs ca chr cmn cs cv cy da de el en eo es et eu fa fi fr ga "
    "gd gn grc gu hak haw he hi hr ht hu hy hyw ia id io is it ja jbo ka kk kl kn ko kok ku ky la "
    "lb lfn lt ltg lv mi mk ml mr ms mt my nb nci ne nl nog om or pa pap piqd pl pt py qdb qu quc "
    "qya ro ru sd shn si sjn sk sl smj sq sr sv sw ta th tk tn tr tt ug uk ur uz vi yue "
    "en-029 en-gb-scotland en-gb-x-rp en-us en-us-nyc es-419 fr-be fr-ch pt-br ru-lv "
    "vi-vn-x-central vi-vn-x-south cmn-latn-pinyin yue-latn-jyutping fa-latn"
)
_USUAL_NAMES = {
    "en": "en-us",
    "en-gb": "en",
    "zh": "cmn",
    "zh-cn": "cmn",
    "zh-tw": "cmn",
    "zh-hk": "yue",
    "no": "nb",
    "fr-fr": "fr",
    "es-es": "es",
    "pt-pt": "pt",
    "de-de": "de",
}
VOICES: dict[str, str] = {
    **{name: name for name in _PLAIN_LANGUAGES.split()},
    "te": "te",  # codespell:ignore te
    **_USUAL_NAMES,
}
"""From a flow's language (lower case) to the espeak-ng 1.51 voice that speaks it."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One thing to play. Exactly one of `text`, `file` (an absolute path) and `name` is set.

    `name`: of a prompt that admins keep; `Shelf` puts what it is in its place.
    """

    text: str = ""
    language: str = "en"
    voice: str = ""
    rate_wpm: int = DEFAULT_RATE
    file: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if bool(self.text) + bool(self.file) + bool(self.name) != 1:
            raise Invalid("a prompt has a text, a file or a name, and no two of them")
        if self.language not in VOICES:
            raise Invalid(f"no voice speaks `{self.language}`; see VOICES in ivr_flows/prompts.py")

    @property
    def voice_id(self) -> str:
        """The espeak-ng voice: the one asked for, else the language's own."""
        return self.voice or VOICES[self.language]

    def cache_key(self, source: str) -> str:
        """64 hex digits; the same for the same sound.

        source: the engine and its version for text, the content's digest for a file.
        """
        if self.file:
            parts = ["file", source]
        else:
            parts = ["text", source, self.language, self.voice_id, str(self.rate_wpm), self.text]
        # Lengths go in too, so that no two lists of parts can run together alike.
        joined = "".join(f"{len(part)}:{part}" for part in parts)
        return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def clean_text(text: str) -> str:
    """Text as it is spoken: one line, no control characters, at most TEXT_LIMIT characters."""
    printable = text.encode("utf-8", "replace").decode("utf-8")
    one_line = " ".join(_CONTROL.sub(" ", printable).split())
    return one_line[:TEXT_LIMIT]
