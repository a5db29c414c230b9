"""Music on hold of our own making: four quiet chords that join end to start without a click."""

import array
import functools
import io
import math
import wave

RATES = (8000, 16000)
_CHORD_SECONDS = 4
# Steps of equal temperament above A3 (220 Hz): Am7, Fmaj7, Cmaj7, G6.
_CHORDS = ((0, 7, 10, 15), (-4, 3, 7, 12), (-9, 3, 7, 14), (-2, 5, 9, 14))
_LEVEL = 0.05


@functools.cache
def hold_music(rate: int) -> bytes:
    """A mono 16-bit WAV file at `rate` samples a second, 16 s long, at most -26 dBFS."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(_samples(rate).tobytes())
    return out.getvalue()


def _samples(rate: int) -> "array.array[int]":
    """Each chord fades into the next, the last into the first, so that it is never silent."""
    span = _CHORD_SECONDS * rate
    turns = [[_turn(step, rate) for step in chord] for chord in _CHORDS]
    peak = 32767 * _LEVEL / len(_CHORDS[0])
    samples = array.array("h")
    for n in range(span * len(_CHORDS)):
        place, offset = divmod(n, span)
        fade = math.sin(math.pi / 2 * offset / span) ** 2
        this = sum(math.sin(turn * n) for turn in turns[place])
        following = sum(math.sin(turn * n) for turn in turns[(place + 1) % len(turns)])
        samples.append(round(peak * ((1 - fade) * this + fade * following)))
    return samples


def _turn(step: int, rate: int) -> float:
    """Radians a sample, rounded to whole periods in the loop: it joins without a click."""
    seconds = _CHORD_SECONDS * len(_CHORDS)
    return 2 * math.pi * round(220.0 * 2 ** (step / 12) * seconds) / seconds / rate
