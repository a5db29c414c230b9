"""Prompts that admins keep under a name: what flows and queues play by that name."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A prompt in one language. One of the two is set: `text`, which is spoken, or `recording`, the
    SHA-256 of the samples in hex."""

    text: str = ""
    recording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPrompt:
    """`takes`: by language, lower case; "" is the recording for whoever's language has none."""

    id: str
    takes: Mapping[str, Take] = field(default_factory=dict)

    def take_for(self, language: str) -> tuple[str, Take] | None:
        """(its language, the take) for one who hears this: zh for zh-cn, else any rather than none."""
        for wanted in (language, language.partition("-")[0], ""):
            if wanted in self.takes:
                return wanted, self.takes[wanted]
        return next(iter(sorted(self.takes.items())), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Of a recording. `loudness_db`: mean of what is not silence, of full scale; `clipped`: the part of
    the samples at full scale."""

    length_s: float
    loudness_db: float
    clipped: float
