"""Recordings of a leg, and messages."""

import wave

from tests.conformance.acts import answered, run
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story


def test_recording(bench: Bench, client: Client):
    path = bench.folder() / "talk.wav"
    leg = answered(bench, client)
    assert client.api(f"uuid_record {leg} start {path}") == "+OK Success\n"
    assert client.wait_name("RECORD_START", leg)["Record-File-Path"] == str(path)
    client.drain(1.0)
    assert client.api(f"uuid_record {leg} mask {path}") == "+OK Success\n"
    assert client.api(f"uuid_record {leg} unmask {path}") == "+OK Success\n"
    assert client.api(f"uuid_record {leg} stop {path}") == "+OK Success\n"
    stop = client.wait_name("RECORD_STOP", leg)
    assert stop["Record-File-Path"] == str(path)
    assert 300 < int(stop["variable_record_ms"]) < 1600
    client.wait_name("MEDIA_BUG_STOP", leg)
    assert story(client, leg) == [
        "RECORD_START",
        "MEDIA_BUG_START",
        "RECORD_STOP",
        "MEDIA_BUG_STOP",
    ]
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        assert 0.3 < file.getnframes() / 8000 < 1.6


def test_a_recording_ends_with_its_leg(bench: Bench, client: Client):
    path = bench.folder() / "cut.wav"
    leg = answered(bench, client)
    run(client, leg, "record_session", str(path))
    client.drain(0.5)
    client.forget()
    client.api(f"uuid_kill {leg}")
    client.wait_name("CHANNEL_DESTROY", leg)
    told = story(client, leg)
    assert told.index("HANGUP") < told.index("RECORD_STOP") < told.index("HANGUP_COMPLETE")
    with wave.open(str(path)) as file:
        assert file.getnframes() > 0


def test_recording_stops_by_application(bench: Bench, client: Client):
    path = bench.folder() / "session.wav"
    leg = answered(bench, client)
    run(client, leg, "record_session", str(path))
    run(client, leg, "stop_record_session", str(path))
    client.wait_name("RECORD_STOP", leg)
    assert client.api(f"uuid_record {leg} stop {path}") == "-ERR Cannot stop record session!\n"


def test_voicemail(bench: Bench, client: Client):
    path = bench.folder() / "message.wav"
    leg = answered(bench, client)
    client.sendmsg(leg, "record", f"{path} 5", event_lock="true")
    client.wait_name("RECORD_START", leg)
    client.drain(0.5)
    bench.press(client, leg, "*")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="record")
    assert done["Application-Response"] == "_none_"
    assert story(client, leg) == [
        "EXECUTE record",
        "RECORD_START",
        "DTMF *",
        "RECORD_STOP",
        "EXECUTE_COMPLETE record",
    ]
    assert 300 < int(done["variable_record_ms"]) < 1500
    with wave.open(str(path)) as file:
        assert file.getnchannels() == 1


def test_recording_twice_into_one_file(bench: Bench, client: Client):
    path = bench.folder() / "twice.wav"
    leg = answered(bench, client)
    assert client.api(f"uuid_record {leg} start {path}") == "+OK Success\n"
    client.wait_name("RECORD_START", leg)
    assert client.api(f"uuid_record {leg} start {path}") == "+OK Success\n"
    client.drain(0.3)
    assert story(client, leg).count("RECORD_START") == 1
    said = client.api(f"uuid_record {leg} mask /no/such")
    assert said == "-ERR Cannot mask recording session!\n"
