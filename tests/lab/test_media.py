import wave
from pathlib import Path

import pytest

from controller.lab.media import Media


@pytest.mark.parametrize(
    ("source", "seconds"),
    [
        ("tone_stream://%(400,100,400);loops=3", 1.5),
        ("tone_stream://%(250,150,523);%(400,600,784)", 1.4),
        ("tone_stream://%(400,100,400);loops=-1", float("inf")),
        ("silence_stream://1500", 1.5),
        ("silence_stream://-1", float("inf")),
        ("local_stream://moh", float("inf")),
        ("file_string://silence_stream://500!silence_stream://250", 0.75),
        ("/no/such/file.wav", None),
    ],
)
def test_how_long_it_plays(source: str, seconds: float | None):
    assert Media("", 1.0).seconds(source) == (seconds and pytest.approx(seconds))


def test_a_file_lasts_as_its_header_says_and_speed_divides_it(tmp_path: Path):
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    assert Media(str(tmp_path), 1.0).seconds("a.wav") == pytest.approx(1.0)
    assert Media(str(tmp_path), 10.0).seconds("a.wav") == pytest.approx(0.1)
