"""Prompts by name: from what a flow or a queue names to what can be made and played."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import structlog

from controller.domain.prompt import NamedPrompt, Take
from controller.ports import Catalogue
from ivr_flows.flow import Flow
from ivr_flows.prompts import VOICES, Prompt, clean_text
from ivr_flows.steps import Queue, speeches

log = structlog.get_logger(__name__)


class Shelf:
    """`recording`: from a recording's digest to its file, None when it is not here."""

    def __init__(self, catalogue: Catalogue, recording: Callable[[str], Path | None]) -> None:
        self._catalogue = catalogue
        self._recording = recording

    def resolved(self, prompts: Iterable[Prompt]) -> list[Prompt]:
        """With texts and files in place of names. A name that leads nowhere is logged and left out:
        the call goes on."""
        found = []
        for prompt in prompts:
            real = self.find(prompt.name, prompt.language) if prompt.name else prompt
            if real is None:
                remedy = "make a prompt of this name, or upload its recording again"
                log.error("prompt_missing", prompt=prompt.name, remedy=remedy)
            else:
                found.append(real)
        return found

    def find(self, name: str, language: str) -> Prompt | None:
        """The prompt as one hears it who chose the language."""
        entry = self._catalogue.find(NamedPrompt, name)
        found = None if entry is None else entry.take_for(language)
        return None if found is None else self.prompt_of(*found)

    def takes(self, entry: NamedPrompt) -> list[Prompt]:
        """All that can be made of it."""
        made = (self.prompt_of(language, take) for language, take in entry.takes.items())
        return [prompt for prompt in made if prompt is not None]

    def prompt_of(self, language: str, take: Take) -> Prompt | None:
        if take.recording:
            file = self._recording(take.recording)
            return None if file is None else Prompt(file=str(file))
        words = clean_text(take.text)
        return Prompt(text=words, language=language) if words and language in VOICES else None


def flows_using(flows: Mapping[str, Flow], name: str) -> list[str]:
    """The flows that play it, to a caller or to one who waits."""
    return sorted(flow.name for flow in flows.values() if name in _named(flow))


def _named(flow: Flow) -> set[str]:
    names = set()
    for step in flow.steps.values():
        names |= {speech.name for _, speech in speeches(step) if speech.name}
        if isinstance(step, Queue) and step.music is not None:
            names.add(step.music)
    return names
