import json
import resource

import gevent
import pytest

from controller.adapters.recordings.inspect import inspect_recording
from controller.adapters.recordings.ledger import RecordingLedger
from controller.adapters.recordings.manifest import write_atomically
from controller.adapters.recordings.paths import manifest_path, recording_path
from controller.domain import commands as c
from controller.errors import PeerFault
from tests.recordings.wav import write_wav


def test_the_manifest_tells_who_when_and_what(tmp_path, handled, recorded):
    path = write_wav(recording_path(tmp_path, handled.state, handled.state.segments[0].id), 2.0)
    found = inspect_recording(path)
    RecordingLedger(tmp_path).write_manifest(recorded(path, found.sha256))
    assert json.loads((path.parent / "manifest.json").read_text()) == {
        "version": 1,
        "interaction": "i1",
        "channel": "voice",
        "arrived": "2026-03-01T09:00:00.000Z",
        "channels": ["customer", "agent"],
        "recordings": [
            {
                "file": "o1.wav",
                "segment": "o1",
                "agent": "anna",
                "queue": "sales",
                "start": "2026-03-01T09:00:30.000Z",
                "length_s": 2.0,
                "pauses": [],
                "sha256": found.sha256,
                "error": None,
            }
        ],
    }


def test_a_recording_that_never_was_is_said_aloud(tmp_path, handled):
    handled.do(
        c.NoteRecordingFailed, recording_id="o1", segment_id="o1", path="/x.wav", error="disk full"
    )
    RecordingLedger(tmp_path).write_manifest(handled.state)
    manifest = json.loads(manifest_path(tmp_path, handled.state).read_text())
    (entry,) = manifest["recordings"]
    assert (entry["error"], entry["sha256"]) == ("disk full", None)


def test_written_again_with_nothing_new_the_file_is_the_same_one(tmp_path, recorded):
    interaction = recorded(tmp_path / "x.wav", "00")
    ledger, path = RecordingLedger(tmp_path), manifest_path(tmp_path, interaction)
    ledger.write_manifest(interaction)
    before = path.stat()
    ledger.write_manifest(interaction)
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert list(path.parent.iterdir()) == [path]


def test_other_greenlets_run_while_it_writes(tmp_path, recorded):
    interaction, ran = recorded(tmp_path / "x.wav", "00"), []
    gevent.spawn(ran.append, True)
    RecordingLedger(tmp_path).write_manifest(interaction)
    assert ran


def test_a_disk_that_refuses_is_the_disks_fault(tmp_path, recorded):
    interaction = recorded(tmp_path / "x.wav", "00")
    path = manifest_path(tmp_path, interaction)
    path.parent.parent.mkdir(parents=True)
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(PeerFault, match="was not written"):
        RecordingLedger(tmp_path).write_manifest(interaction)


def test_a_full_disk_leaves_the_old_manifest_and_no_litter(tmp_path):
    target = tmp_path / "manifest.json"
    write_atomically(target, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_atomically(target, b"new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
