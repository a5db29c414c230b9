"""Everything that callers hear from us, in one place: flows' prompts, announcements, music, and what
admins keep under a name, record or try out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import structlog

from controller.adapters.esl.calling import DEFAULT_MUSIC
from controller.adapters.speech.library import RATES, PromptLibrary
from controller.adapters.speech.studio import Studio
from controller.domain.catalogue import CATALOGUE
from controller.domain.prompt import Measured, NamedPrompt, Take
from controller.errors import Invalid, NotFound, PromptUnavailable
from controller.greenlets import spawn
from controller.ports import Catalogue
from ivr_flows.flow import Flow
from ivr_flows.prompts import DEFAULT_RATE, VOICES, Prompt, clean_text
from ivr_flows.shelf import Shelf, flows_using

log = structlog.get_logger(__name__)

_KIND = next(name for name, kind in CATALOGUE.items() if kind is NamedPrompt)

#: What is listened to in the console, in Hz.
_BEST = max(RATES)


class Sounds:
    """Blocks the asking greenlet while something is made, never the hub."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        library: PromptLibrary,
        studio: Studio,
        flows: Callable[[], Mapping[str, Flow]],
    ) -> None:
        self._catalogue = catalogue
        self._library = library
        self._studio = studio
        self._flows = flows
        self._shelf = Shelf(catalogue, studio.file)
        catalogue.subscribe(self._note_change)

    # --- for calls -------------------------------------------------------------------------------

    def files(self, wanted: Iterable[Prompt], rate: int) -> list[str]:
        """What the switch can play of it, at the rate of a leg in Hz."""
        found = self._library.playable(self._shelf.resolved(wanted), rate)
        return [str(path) for path in found]

    def music(self, name: str) -> str | None:
        """The file of the prompt with this name, None when there is no such prompt.

        8 kHz, as the trunk has it; the switch fits it to other legs.
        """
        if self._catalogue.find(NamedPrompt, name) is None:
            return None
        return next(iter(self.files([Prompt(name=name)], RATES[0])), DEFAULT_MUSIC)

    def prerender(self, prompts: Iterable[Prompt]) -> int:
        """Make these, and all that has a name; number playable. For a greenlet of its own at start."""
        named = [p for entry in self._catalogue.all(NamedPrompt) for p in self._shelf.takes(entry)]
        return self._library.prerender([*self._shelf.resolved(prompts), *named])

    # --- for admins ------------------------------------------------------------------------------

    @property
    def languages(self) -> Collection[str]:
        """In which a text can be spoken."""
        return VOICES.keys()

    def has(self, digest: str) -> bool:
        """Whether the recording is here."""
        return self._studio.file(digest) is not None

    def take_in(self, content: bytes) -> tuple[str, Measured]:
        """Keep a recording; its digest. Raises Invalid when it is none, PromptUnavailable."""
        return self._studio.take_in(content)

    def speak(self, text: str, language: str) -> bytes:
        """A WAV file, kept nowhere. Raises Invalid, PromptUnavailable."""
        words = clean_text(text)
        if not words or language not in VOICES:
            raise Invalid("write words, and a language such as en, zh, fr or es")
        return self._studio.speak(words, VOICES[language], DEFAULT_RATE)

    def make(self, language: str, take: Take) -> Path:
        """The file to listen to. Raises NotFound, PromptUnavailable."""
        prompt = self._shelf.prompt_of(language, take)
        if prompt is None:
            raise NotFound("its recording is not here any more; upload it again")
        return self._library.path_for(prompt, _BEST)

    def length_s(self, language: str, take: Take) -> float | None:
        """None when it cannot be made."""
        try:
            return self._library.length_s(self.make(language, take))
        except (NotFound, PromptUnavailable):
            return None

    def flows_using(self, name: str) -> Sequence[str]:
        return flows_using(self._flows(), name)

    def tidy(self) -> int:
        """Delete recordings that no prompt has had for long; number of files."""
        entries = self._catalogue.all(NamedPrompt)
        return self._studio.tidy({t.recording for e in entries for t in e.takes.values()})

    def _note_change(self, kind: str, entry_id: str) -> None:
        """Whoever changed it, no caller shall wait for it."""
        entry = self._catalogue.find(NamedPrompt, entry_id) if kind == _KIND else None
        if entry is not None:
            spawn("make-prompt", self._library.prerender, self._shelf.takes(entry))
