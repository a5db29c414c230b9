"""Whose voices a recording holds, on which channel, and when."""

from pathlib import Path

from controller.domain.model import Recording
from tests.live.tones import tones_of
from tests.story.stage import TONES

_NAMES = {hz: who for who, hz in TONES.items()}

Voices = list[set[str]]


def heard(recording: Recording) -> tuple[Voices, Voices]:
    """For each tenth of a second who is heard, on the customer's channel and on the other."""
    left, right = tones_of(Path(recording.path), tuple(_NAMES))
    return [{_NAMES[hz] for hz in at} for at in left], [{_NAMES[hz] for hz in at} for at in right]


def voices(recording: Recording) -> tuple[set[str], set[str]]:
    """Who is heard at all, on the customer's channel and on the other."""
    left, right = heard(recording)
    return set().union(*left), set().union(*right)


def seconds(channel: Voices, who: str) -> float:
    """How long one is heard altogether."""
    return sum(0.1 for at in channel if who in at)
