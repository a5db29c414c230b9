"""Prompts that admins keep under a name: recorded, uploaded, typed and listened to."""

import io
import wave

import pytest

from console.setup.kinds import KINDS
from controller.domain.catalogue import QueueSettings
from controller.domain.prompt import NamedPrompt, Take
from controller.errors import PromptUnavailable
from ivr_flows.flow import load_flow
from tests.speech.sounds import encoded, tone, wav

FLOW = """
flow: support
start: hello
steps:
  hello: {say: {name: welcome}, next: wait}
  wait: {queue: {name: sales, music: jazz}, otherwise: end}
  end: {hangup: }
"""


@pytest.fixture
def espeak(centre):
    try:
        return centre.voices[0].engine()
    except PromptUnavailable as error:
        pytest.skip(str(error))


def upload(client, name, sound, kind="audio/wav", **more):
    return client.put(f"/prompts/{name}", data=sound, headers={"Content-Type": kind}, **more)


def length_of(sound: bytes) -> tuple[int, float]:
    with wave.open(io.BytesIO(sound)) as opened:
        return opened.getframerate(), round(opened.getnframes() / opened.getframerate(), 1)


def test_a_recording_is_kept_listened_to_replaced_and_removed(admin, supervisor, centre):
    made = upload(admin, "welcome", tone(1.0))
    assert made.status_code == 201, made.json
    assert made.json["name"] == "welcome"
    assert (made.json["kind"], made.json["languages"]) == ("file", [])
    assert made.json["length_s"] == pytest.approx(1.0, abs=0.05)
    assert made.json["loudness_db"] == pytest.approx(-13.5, abs=0.5)
    assert made.json["warnings"] == []
    heard = supervisor.get("/prompts/welcome/audio")
    assert length_of(heard.data) == (16000, 1.0)
    assert heard.mimetype == "audio/wav"
    assert heard.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert heard.headers["Content-Disposition"].startswith("inline")
    part = supervisor.get("/prompts/welcome/audio", headers={"Range": "bytes=0-43"})
    assert (part.status_code, part.data) == (206, heard.data[:44])
    before = centre.sounds.music("welcome")
    changed = upload(admin, "welcome", encoded(tone(2.0), "webm", "libopus"), "audio/webm")
    assert changed.status_code == 200
    assert length_of(supervisor.get("/prompts/welcome/audio").data)[1] == 2.0
    after = centre.sounds.music("welcome")
    with wave.open(before) as old, wave.open(after) as new:  # who hears the old one hears it on
        assert (old.getframerate(), round(old.getnframes() / 8000, 1)) == (8000, 1.0)
        assert (new.getframerate(), round(new.getnframes() / 8000, 1)) == (8000, 2.0)
    assert [p["name"] for p in supervisor.get("/prompts").json["items"]] == ["welcome"]
    assert admin.delete("/prompts/welcome").status_code == 204
    assert supervisor.get("/prompts/welcome/audio").status_code == 404


def test_a_text_is_spoken_in_each_of_its_languages(admin, supervisor, espeak):
    made = admin.put("/prompts/hello", {"text": "Good day", "language": "en"})
    assert made.status_code == 201, made.json
    admin.put("/prompts/hello", {"text": "您好", "language": "zh"})
    view = supervisor.get("/prompts/hello").json
    assert (view["kind"], view["languages"]) == ("speech", ["en", "zh"])
    assert [(t["language"], t["text"]) for t in view["takes"]] == [
        ("en", "Good day"),
        ("zh", "您好"),
    ]
    assert all(take["length_s"] > 0.2 for take in view["takes"])
    english = supervisor.get("/prompts/hello/audio?language=en").data
    chinese = supervisor.get("/prompts/hello/audio?language=zh-CN").data
    assert english != chinese
    assert admin.delete("/prompts/hello?language=en").status_code == 204
    assert supervisor.get("/prompts/hello").json["languages"] == ["zh"]
    assert admin.delete("/prompts/hello?language=fr").status_code == 404
    assert admin.delete("/prompts/hello?language=zh").status_code == 204
    assert supervisor.get("/prompts/hello").status_code == 404


def test_a_recording_of_one_language_stands_beside_the_others_one_for_all_does_not(
    admin, supervisor, espeak
):
    admin.put("/prompts/hello", {"text": "Good day", "language": "en"})
    upload(admin, "hello?language=zh", tone(0.5))
    assert supervisor.get("/prompts/hello").json["languages"] == ["en", "zh"]
    assert supervisor.get("/prompts/hello").json["kind"] == "file"
    upload(admin, "hello", tone(0.7))
    view = supervisor.get("/prompts/hello").json
    assert [take["language"] for take in view["takes"]] == [None]


def test_a_text_is_listened_to_before_it_is_used(admin, centre, espeak):
    answer = admin.post("/prompts/preview", {"text": "Good day", "language": "en_GB"})
    assert answer.mimetype == "audio/wav"
    assert length_of(answer.data)[1] > 0.3
    assert centre.catalogue.all(NamedPrompt) == ()
    assert not list(centre.recordings_dir.parent.glob("*/*.wav"))
    assert not list(centre.recordings_dir.parent.glob("*/*/*.wav"))


@pytest.mark.parametrize(
    "body",
    [
        {"text": "Hello", "language": "klingon"},
        {"text": "", "language": "en"},
        {"text": " \n ", "language": "en"},
        {"text": "x" * 2001, "language": "en"},
        {"text": "Hello"},
        {"text": "Hello", "language": "en", "voice": "x"},
        {},
    ],
)
def test_a_text_that_cannot_be_spoken_is_refused(admin, centre, body):
    assert admin.post("/prompts/preview", body).status_code == 422
    assert admin.put("/prompts/hello", body).status_code == 422
    assert centre.catalogue.all(NamedPrompt) == ()


@pytest.mark.parametrize(
    ("sound", "kind", "status", "words"),
    [
        (b"<html>", "audio/wav", 422, "no sound of a known kind"),
        (b"#EXTM3U\nfile:///etc/passwd", "audio/mpeg", 422, "no sound of a known kind"),
        (b"", "audio/wav", 422, "no sound of a known kind"),
        (wav(bytes(48_000)), "audio/wav", 422, "nothing can be heard"),
        (tone(0.2), "text/html", 415, "Content-Type"),
        (tone(0.2), "application/octet-stream", 415, "audio/webm"),
        (b"RIFF" + bytes(11_000_000), "audio/wav", 413, "less than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_played_is_refused_in_words(admin, centre, sound, kind, status, words):
    answer = upload(admin, "welcome", sound, kind)
    assert answer.status_code == status
    assert words in answer.json["detail"]
    assert centre.catalogue.all(NamedPrompt) == ()


def test_a_small_file_with_more_than_five_minutes_of_sound_is_refused(admin, centre):
    long = encoded(wav(bytes(2 * 8_000 * 310), 8_000), "ogg", "flac")
    answer = upload(admin, "welcome", long, "audio/ogg")
    assert answer.status_code == 422
    assert "5 minutes" in answer.json["detail"]
    assert centre.catalogue.all(NamedPrompt) == ()


def test_sound_is_taken_by_this_route_only_and_from_admins_only(admin, supervisor, anonymous):
    sound = tone(0.2)
    headers = {"Content-Type": "audio/wav"}
    assert admin.put("/queues/sales", data=sound, headers=headers).status_code == 415
    assert admin.post("/prompts/preview", data=sound, headers=headers).status_code == 415
    assert upload(supervisor, "welcome", sound).status_code == 403
    assert upload(anonymous, "welcome", sound).status_code == 401
    text = {"text": "x" * 70_000, "language": "en"}
    assert admin.put("/prompts/welcome", text).status_code == 413


@pytest.mark.parametrize("name", ["moh", "default", "Welcome", "a.b", "-a", "a" * 64])
def test_a_name_that_would_not_be_safe_or_is_the_switchs_own_is_refused(admin, centre, name):
    assert upload(admin, name, tone(0.2)).status_code == 422
    assert centre.catalogue.all(NamedPrompt) == ()


def test_how_loud_it_is_is_told(admin):
    quiet = upload(admin, "quiet", tone(1.0, level=0.01)).json
    assert "quiet beside other prompts" in quiet["warnings"][0]
    square = wav((bytes.fromhex("ff7f") * 40 + bytes.fromhex("0080") * 40) * 400, 16_000)
    loud = upload(admin, "loud", square).json
    assert len(loud["warnings"]) == 2 and "distorted" in loud["warnings"][1]


def test_what_plays_it_is_told_and_keeps_it(admin, supervisor, centre, tmp_path):
    (tmp_path / "support.yaml").write_text(FLOW)
    centre.flows["support"] = load_flow(tmp_path / "support.yaml")
    for name in ("welcome", "jazz", "spare"):
        upload(admin, name, tone(0.2))
    queue = {"name": "Sales", "music": "jazz"}
    assert admin.put("/queues/sales", queue).status_code == 200
    used = {p["name"]: (p["queues"], p["flows"]) for p in supervisor.get("/prompts").json["items"]}
    assert used == {
        "jazz": (["sales"], ["support"]),
        "spare": ([], []),
        "welcome": ([], ["support"]),
    }
    refused = admin.delete("/prompts/jazz")
    assert refused.status_code == 409
    assert "queue sales, flow support" in refused.json["detail"]
    assert admin.delete("/prompts/welcome").status_code == 409
    assert admin.delete("/prompts/spare").status_code == 204


def test_a_queue_with_music_that_nobody_knows_is_warned_of(admin):
    def warned(music):
        body = {"id": "sales", "name": "Sales", "music": music}
        return [w["path"] for w in admin.post("/queues/preview", body).json["warnings"]]

    assert warned("jazz") == ["music"]
    upload(admin, "jazz", tone(0.2))
    assert warned("jazz") == warned("moh") == warned("/var/lib/music.wav") == []


def test_it_is_in_the_set_up_and_a_recording_that_is_not_here_is_told(admin, centre, espeak):
    assert "prompts" in {kind.section for kind in KINDS}
    upload(admin, "jazz", tone(0.2))
    body = {"prompts": {"hello": {"takes": {"en": {"text": "Good day"}, "fr": {"text": "Salut"}}}}}
    assert admin.put("/setup", body).status_code == 200
    exported = admin.get("/setup").json
    assert exported["prompts"]["hello"] == body["prompts"]["hello"]
    assert admin.put("/setup", {**exported, "prune": True}).json["changed"] == []
    wrong = {
        "a": {"takes": {"": {"recording": "0" * 64}}},
        "b": {"takes": {"xx": {"text": "?"}}},
        "c": {"takes": {}},
        "d": {"takes": {"en": {"text": "a", "recording": "0" * 64}}},
        "moh": {"takes": {"en": {"text": "a"}}},
    }
    answer = admin.put("/setup", {"prompts": wrong})
    assert {e["path"] for e in answer.json["errors"]} == {
        "prompts.a.takes..recording",
        "prompts.b.takes.xx",
        "prompts.c.takes",
        "prompts.d.takes.en",
        "prompts.moh.id",
    }


def test_an_upload_is_audited_and_can_be_taken_back(admin, centre):
    upload(admin, "welcome", tone(0.5))
    upload(admin, "welcome", tone(1.5))
    row = centre.rows(subject="welcome")[-1]
    assert row.deed.action == "PUT /api/v1/prompts/<name>"
    assert admin.post(f"/audit/{row.id}/undo").status_code == 200
    assert length_of(admin.get("/prompts/welcome/audio").data)[1] == 0.5


def test_a_recording_that_is_gone_is_told(admin, supervisor, centre):
    centre.catalogue.put(NamedPrompt(id="lost", takes={"": Take(recording="0" * 64)}))
    assert supervisor.get("/prompts/lost").json["length_s"] is None
    answer = supervisor.get("/prompts/lost/audio")
    assert answer.status_code == 404
    assert "upload it again" in answer.json["detail"]
    assert centre.sounds.music("lost") == "local_stream://moh"
    assert centre.sounds.music("none") is None


def test_queues_keep_their_music_by_name(admin, centre):
    upload(admin, "jazz", tone(0.2))
    admin.put("/queues/sales", {"name": "Sales", "music": "jazz"})
    assert centre.catalogue.get(QueueSettings, "sales").terms().music == "jazz"
