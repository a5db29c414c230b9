import struct
import wave

import gevent
import pytest

from controller.adapters.speech.library import PromptLibrary
from controller.adapters.speech.synthesizer import Synthesizer
from controller.errors import Invalid, PromptUnavailable
from ivr_flows.prompts import Prompt


@pytest.fixture
def library(tmp_path, synthesizer):
    return PromptLibrary(tmp_path / "cache", synthesizer)


def recording(path, *, rate=44100, channels=2, seconds=0.5):
    with wave.open(str(path), "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", ""))
        out.writeframes(struct.pack("<h", 8000) * int(rate * seconds) * channels)
    return str(path)


def shape(path):
    with wave.open(str(path)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        return sound.getnchannels(), sound.getsampwidth(), sound.getframerate(), round(seconds, 1)


def test_a_recording_is_kept_at_both_rates_as_16_bit_mono(library, tmp_path):
    prompt = Prompt(file=recording(tmp_path / "a.wav"))
    narrow, wide = library.path_for(prompt, 8000), library.path_for(prompt, 16000)
    assert (shape(narrow), shape(wide)) == ((1, 2, 8000, 0.5), (1, 2, 16000, 0.5))
    assert narrow == tmp_path / "cache" / "8000" / wide.name
    assert library.path_for(prompt, 48000) == wide
    assert not list((tmp_path / "cache").glob("*/.*"))


def test_a_changed_recording_is_another_file(library, tmp_path):
    prompt = Prompt(file=recording(tmp_path / "a.wav"))
    before = library.path_for(prompt, 8000)
    recording(tmp_path / "a.wav", seconds=0.7)
    after = library.path_for(prompt, 8000)
    assert before != after
    assert shape(after)[3] == 0.7


@pytest.mark.parametrize(("language", "text"), [("en", "Hello there"), ("zh", "您好")])
def test_text_is_spoken(library, espeak, language, text):
    path = library.path_for(Prompt(text=text, language=language), 8000)
    assert shape(path)[:3] == (1, 2, 8000)
    assert shape(path)[3] > 0.3
    with wave.open(str(path)) as sound:
        assert any(sound.readframes(sound.getnframes()))


class CountingSynthesizer(Synthesizer):
    spoken = 0

    def speak(self, **request):
        self.spoken += 1
        super().speak(**request)


def test_two_who_ask_at_a_time_wait_for_one_render_and_the_hub_goes_on(espeak, tmp_path):
    synthesizer = CountingSynthesizer()
    library = PromptLibrary(tmp_path / "cache", synthesizer)
    prompt = Prompt(text="A rather long sentence. " * 40)
    turns = [0]

    def watch():
        while True:
            gevent.sleep(0.001)
            turns[0] += 1

    watcher = gevent.spawn(watch)
    askers = [gevent.spawn(library.path_for, prompt, rate) for rate in (8000, 16000, 8000)]
    gevent.sleep(0)
    askers[0].kill()  # the first hangs up; the others are served all the same
    narrow, wide = askers[2].get(timeout=60), askers[1].get(timeout=60)
    watcher.kill()
    synthesizer.close()
    assert synthesizer.spoken == 1
    assert (narrow.parent.name, wide.parent.name) == ("8000", "16000")
    assert shape(narrow)[3] == shape(wide)[3] > 40  # all of it, though espeak-ng is threaded
    assert turns[0] > 20


def test_what_cannot_be_made_is_left_out_and_says_why(library, tmp_path):
    good = Prompt(file=recording(tmp_path / "a.wav"))
    (tmp_path / "b.wav").write_text("no sound")
    paths = library.playable(
        [Prompt(file=str(tmp_path / "b.wav")), good, Prompt(file=str(tmp_path / "none.wav"))], 8000
    )
    assert paths == (library.path_for(good, 8000),)
    assert (
        "recording that ffmpeg can read"
        in library.fault_of(Prompt(file=str(tmp_path / "b.wav")))[1]
    )
    assert library.fault_of(good) is None


def test_an_unknown_voice_is_refused_not_replaced(library, espeak):
    with pytest.raises(PromptUnavailable, match="voice nope"):
        library.path_for(Prompt(text="Hello", voice="nope"), 8000)
    assert library.path_for(Prompt(text="Hello"), 8000).exists()


def test_prune_takes_what_was_not_played_lately(library, tmp_path):
    path = library.path_for(Prompt(file=recording(tmp_path / "a.wav")), 8000)
    assert library.prune(unused_s=3600) == 0
    assert library.prune(unused_s=-1) == 2
    assert not path.exists()


def test_a_cache_that_freeswitch_could_not_name_is_refused(tmp_path):
    with pytest.raises(Invalid, match="letters"):
        PromptLibrary(tmp_path / "my cache", Synthesizer())
