import array
import io
import itertools
import wave

import pytest

from controller.provisioning.music import RATES, hold_music


@pytest.mark.parametrize("rate", RATES)
def test_it_is_a_mono_wav_at_the_rate_asked_for(rate: int) -> None:
    with wave.open(io.BytesIO(hold_music(rate))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, rate)
        assert file.getnframes() == 16 * rate


def test_it_is_quiet_but_audible_and_loops_without_a_click() -> None:
    with wave.open(io.BytesIO(hold_music(8000))) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    assert 800 < max(abs(sample) for sample in samples) <= 32767 * 0.05 + 1
    steps = [abs(after - before) for before, after in itertools.pairwise(samples)]
    assert abs(samples[0] - samples[-1]) <= max(steps)
    loudest = [max(map(abs, samples[n : n + 800])) for n in range(0, len(samples), 800)]
    assert min(loudest) > 200
