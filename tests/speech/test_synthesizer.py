import os
import signal

import gevent
import pytest

from controller.adapters.speech.synthesizer import NICENESS, Synthesizer, _Worker
from controller.errors import PromptUnavailable


def test_the_engine_says_its_version(espeak):
    assert espeak.startswith("espeak-ng 1.")


def test_without_espeak_the_error_names_the_debian_package(tmp_path):
    # Files that are no libraries, found first: for the loader, espeak-ng is not there.
    for name in ("libespeak-ng.so.1", "libespeak.so.1"):
        (tmp_path / name).write_bytes(b"no library")
    lame = Synthesizer(environment={"LD_LIBRARY_PATH": str(tmp_path)})
    try:
        with pytest.raises(PromptUnavailable, match="apt-get install espeak-ng"):
            lame.engine()
    finally:
        lame.close()


def test_a_render_that_takes_too_long_is_given_up_and_the_next_gets_a_new_worker(tmp_path):
    slow = Synthesizer(timeout_s=0.001)
    try:
        with pytest.raises(PromptUnavailable, match="longer than"):
            slow.engine()
        slow._timeout_s = 30.0
        with pytest.raises(PromptUnavailable, match=r"none\.wav cannot be read"):
            slow.convert(file=tmp_path / "none.wav", targets={8000: tmp_path / "out.wav"})
    finally:
        slow.close()
    assert not list(tmp_path.iterdir())


def test_calls_come_before_prompts(synthesizer, tmp_path):
    with pytest.raises(PromptUnavailable):
        synthesizer.convert(file=tmp_path / "none.wav", targets={8000: tmp_path / "out.wav"})
    (worker,) = synthesizer._idle
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, worker._process.pid) == max(ours, NICENESS)


def test_closing_ends_a_worker_that_works(synthesizer):
    asking = gevent.spawn(synthesizer.engine)
    while not synthesizer._busy:
        gevent.sleep(0.01)
    (worker,) = synthesizer._busy
    synthesizer.close()
    with pytest.raises(PromptUnavailable):
        asking.get(timeout=10)
    assert worker._process.returncode == -signal.SIGKILL


def test_closing_ends_a_worker_that_is_being_started(monkeypatch):
    started: list[_Worker] = []
    synthesizer = Synthesizer()

    class Slow(_Worker):
        def __init__(self, environment):
            super().__init__(environment)
            started.append(self)
            synthesizer.close()  # as Tandem stops at this very moment

    monkeypatch.setattr("controller.adapters.speech.synthesizer._Worker", Slow)
    with pytest.raises(PromptUnavailable, match="closed"):
        synthesizer.engine()
    assert started[0]._process.returncode == -signal.SIGKILL


def test_a_closed_synthesizer_refuses(synthesizer):
    synthesizer.close()
    with pytest.raises(PromptUnavailable, match="closed"):
        synthesizer.engine()
