import json

import pytest

from controller.adapters.recordings.inspect import inspect_recording
from controller.adapters.recordings.ledger import RecordingLedger
from controller.adapters.recordings.paths import recording_path
from controller.adapters.recordings.verify import verify
from tests.recordings.wav import write_wav


@pytest.fixture
def kept(tmp_path, handled, recorded):
    """A recording and its manifest, as they should be; the sound's path."""
    path = write_wav(recording_path(tmp_path, handled.state, handled.state.segments[0].id), 2.0)
    RecordingLedger(tmp_path).write_manifest(recorded(path, inspect_recording(path).sha256))
    return path


def problems(root):
    return [verdict.problem for verdict in verify(root, "i1")]


def test_what_is_as_it_was(tmp_path, kept):
    (verdict,) = verify(tmp_path, "i1")
    assert (verdict.problem, verdict.agent, verdict.length_s) == (None, "anna", 2.0)


def test_one_changed_byte_is_found(tmp_path, kept):
    content = bytearray(kept.read_bytes())
    content[-1] ^= 1
    kept.write_bytes(content)
    assert problems(tmp_path) == ["the file was changed: its hash differs"]


def test_a_missing_file_a_link_and_an_extra_file_are_found(tmp_path, kept):
    elsewhere = kept.rename(tmp_path / "moved.wav")
    assert "no file" in problems(tmp_path)[0]
    kept.symlink_to(elsewhere)
    assert problems(tmp_path) == ["the file was replaced by a link"]
    write_wav(kept.with_name("o9.wav"), 1.0)
    assert problems(tmp_path)[1] == "not in the manifest"


@pytest.mark.parametrize("name", ["../../../../../secret", "/etc/passwd", "..", "", 7])
def test_a_manifest_cannot_point_elsewhere(tmp_path, kept, name):
    manifest = kept.with_name("manifest.json")
    content = json.loads(manifest.read_text())
    content["recordings"][0]["file"] = name
    manifest.write_text(json.dumps(content))
    assert "outside its folder" in problems(tmp_path)[0]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"recordings": 5}', '{"recordings": [1]}', "[" * 100_000, "\0"]
)
def test_a_damaged_manifest_is_named(tmp_path, kept, content):
    kept.with_name("manifest.json").write_text(content)
    assert "damaged" in problems(tmp_path)[0]


def test_no_manifest_and_no_folder(tmp_path, kept):
    kept.with_name("manifest.json").unlink()
    assert problems(tmp_path) == ["there is no manifest"]
    assert verify(tmp_path, "unknown")[0].problem == "there is no folder of this interaction"
