import csv
import io
import json

import pytest
from click.testing import CliRunner

from controller.adapters.db.store import SqlStore
from controller.adapters.recordings.inspect import inspect_recording
from controller.adapters.recordings.ledger import RecordingLedger
from controller.adapters.recordings.paths import recording_path
from controller.cli_report import report
from controller.domain import commands as c
from controller.ports import Change
from tests.domain.stories import CUSTOMER, Story
from tests.recordings.wav import write_wav

DAY = ("--from", "2026-03-01", "--to", "2026-03-01")


@pytest.fixture
def data(tmp_path):
    """A data folder with one handled contact, whose recording lies in the place for it."""
    s = Story(name="=王").in_flow().queued("sales").at(10).offered().accepted().connected()
    path = recording_path(tmp_path / "recordings", s.state, s.state.segments[0].id)
    write_wav(path, 1.0)
    length, sha256, error = inspect_recording(path)
    s.do(c.NoteRecordingStarted, recording_id="o1", segment_id="o1", path=str(path), at=s.now)
    s.at(70).leg_ended(CUSTOMER).leg_ended("a1")
    s.do(
        c.NoteRecordingStopped,
        recording_id="o1",
        length_s=length,
        sha256=sha256,
        error=error,
        at=s.now,
    )
    RecordingLedger(tmp_path / "recordings").write_manifest(s.state)
    store = SqlStore(f"sqlite:///{tmp_path / 'tandem.db'}")
    store.upgrade()
    store.commit([Change(after=s.state, events=tuple(s.events))])
    store.close()
    return tmp_path


def run(*arguments, code=0):
    result = CliRunner().invoke(report, [str(a) for a in arguments])
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def test_the_cdr_as_json_csv_and_table(data):
    (row,) = json.loads(run("cdr", "--data", data, *DAY, "--format", "json"))
    assert (row["agents"], row["talk_s"], row["name"]) == (["anna"], 60.0, "=王")
    text = run("cdr", "--data", data, *DAY, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["name"], row["customer"]) == ("'=王", "+4915112345678")
    lines = run("cdr", "--data", data, *DAY, "--width", 100).splitlines()
    assert max(map(len, lines[:3])) <= 100
    assert "anna" in lines[2]


def test_legs_and_offers(data):
    legs = json.loads(run("cdr", "--data", data, *DAY, "--legs", "--format", "json"))
    assert [leg["role"] for leg in legs] == ["customer", "agent"]
    arguments = ("cdr", "--data", data, *DAY, "--offers", "--format", "json")
    (offer,) = json.loads(run(*arguments, "--agent", "anna"))
    assert (offer["rule"], offer["result"]) == ("longest_idle", "accepted")
    assert json.loads(run(*arguments, "--agent", "bo")) == []


def test_the_period_is_the_centres(data):
    other_day = ("--from", "2026-03-02", "--to", "2026-03-02", "--format", "json")
    assert json.loads(run("cdr", "--data", data, *other_day)) == []
    far_east = ("--timezone", "Pacific/Kiritimati")  # there it was 23:00 on the 1st
    assert len(json.loads(run("cdr", "--data", data, *DAY, *far_east, "--format", "json"))) == 1
    assert json.loads(run("cdr", "--data", data, "--format", "json")) == []


def test_queues(data):
    arguments = ("queues", "--data", data, *DAY, "--format", "json")
    (row,) = json.loads(run(*arguments, "--within", 10))
    assert (row["queue"], row["answered_within / offered"]) == ("sales", 1.0)
    (row,) = json.loads(run(*arguments, "--within", 9))
    assert row["answered_within / offered"] == 0.0
    assert "excluding short abandons" in run("queues", "--explain")


def test_recordings_verified(data):
    arguments = ("recordings", "--verify", "--data", data, *DAY)
    assert "anna" in run(*arguments)
    (sound,) = data.glob("recordings/*/*/*/i1/o1.wav")
    sound.write_bytes(sound.read_bytes()[:-2])
    assert "its hash differs" in run(*arguments, code=1)


def test_a_relative_time_is_not_taken_for_an_option(data):
    assert json.loads(run("cdr", "--data", data, "--from", "-2h", "--format", "json")) == []
