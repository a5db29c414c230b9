import pytest

from controller.domain import commands as c

SOUND = b"RIFF....WAVE" + bytes(range(100))


@pytest.fixture
def recorded(centre):
    """Makes a finished recording whose stored path is given."""

    def make(path: str) -> None:
        centre.connected("c1", "ann")
        segment = centre.now("c1").segments[0]
        note = {"interaction_id": "c1", "recording_id": "r1", "at": centre.clock.now()}
        centre.engine.handle(c.NoteRecordingStarted(**note, segment_id=segment.id, path=path))
        centre.engine.handle(
            c.NoteRecordingStopped(**note, length_s=3.5, sha256="ab" * 32, error=None)
        )

    return make


URL = "/interactions/c1/recordings/r1"


@pytest.mark.parametrize("absolute", [True, False])
def test_the_sound_is_served_as_it_lies_there(centre, recorded, supervisor, absolute):
    file = centre.recordings_dir / "2023" / "a.wav"
    file.parent.mkdir()
    file.write_bytes(SOUND)
    recorded(str(file) if absolute else "2023/a.wav")
    response = supervisor.get(URL)
    assert response.data == SOUND
    assert response.content_type == "audio/wav"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_range_is_served(centre, recorded, auditor):
    (centre.recordings_dir / "a.wav").write_bytes(SOUND)
    recorded("a.wav")
    response = auditor.get(URL, headers={"Range": "bytes=4-7"})
    assert (response.status_code, response.data) == (206, SOUND[4:8])


@pytest.mark.parametrize("path", ["/etc/hostname", "../outside.wav", "x/../../outside.wav", ""])
def test_nothing_outside_the_recordings_folder_is_served(centre, recorded, supervisor, path):
    (centre.recordings_dir.parent / "outside.wav").write_bytes(SOUND)
    recorded(path)
    assert supervisor.get(URL).status_code == 404


def test_a_link_does_not_lead_outside(centre, recorded, supervisor):
    outside = centre.recordings_dir.parent / "outside.wav"
    outside.write_bytes(SOUND)
    (centre.recordings_dir / "link.wav").symlink_to(outside)
    recorded("link.wav")
    assert supervisor.get(URL).status_code == 404


def test_a_missing_file_is_said_to_be_missing(recorded, supervisor):
    recorded("gone.wav")
    response = supervisor.get(URL)
    assert response.status_code == 404
    assert "no file" in response.json["detail"]


def test_a_recording_still_being_made_is_a_conflict(centre, supervisor):
    centre.connected("c1", "ann")
    recording = centre.now("c1").recordings[0]
    assert supervisor.get(f"/interactions/c1/recordings/{recording.id}").status_code == 409


def test_the_list_tells_length_and_checksum(recorded, supervisor):
    recorded("a.wav")
    items = supervisor.get("/interactions/c1/recordings").json["items"]
    found = next(item for item in items if item["id"] == "r1")
    assert (found["length_s"], found["sha256"], found["error"]) == (3.5, "ab" * 32, None)


def test_an_unknown_recording_is_not_found(centre, supervisor):
    centre.arrive("c1")
    assert supervisor.get("/interactions/c1/recordings/none").status_code == 404
