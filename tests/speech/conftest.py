import pytest

from controller.adapters.speech.synthesizer import Synthesizer
from controller.errors import PromptUnavailable


@pytest.fixture
def synthesizer():
    made = Synthesizer()
    yield made
    made.close()


@pytest.fixture
def espeak(synthesizer):
    """The engine's name; skips where espeak-ng is not installed."""
    try:
        return synthesizer.engine()
    except PromptUnavailable as error:
        pytest.skip(str(error))
