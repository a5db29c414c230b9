"""What a leg is played, and how that ends."""

import wave

from tests.conformance.acts import LONG, TONE, answered, run
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story


def test_a_prompt_to_an_unanswered_leg_is_early_media(bench: Bench, client: Client):
    leg = bench.dial(client)
    client.forget()
    run(client, leg, "playback", TONE)
    assert story(client, leg) == [
        "PROGRESS_MEDIA",
        "CALLSTATE EARLY",
        "EXECUTE playback",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE playback",
    ]


def test_playback(bench: Bench, client: Client):
    leg = answered(bench, client)
    done = run(client, leg, "playback", TONE)
    assert story(client, leg) == [
        "EXECUTE playback",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE playback",
    ]
    assert done["Application-Response"] == "FILE PLAYED"
    start = client.wait_name("PLAYBACK_START", leg)
    stop = client.wait_name("PLAYBACK_STOP", leg)
    assert start["Playback-File-Path"] == stop["Playback-File-Path"]
    took = int(stop["Event-Date-Timestamp"]) - int(start["Event-Date-Timestamp"])
    assert 250_000 < took < 600_000


def test_playback_of_a_file_lasts_as_long_as_the_file(bench: Bench, client: Client):
    path = bench.folder() / "prompt.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    leg = answered(bench, client)
    run(client, leg, "playback", str(path))
    start = client.wait_name("PLAYBACK_START", leg)
    stop = client.wait_name("PLAYBACK_STOP", leg)
    assert start["Playback-File-Path"] == str(path)
    took = int(stop["Event-Date-Timestamp"]) - int(start["Event-Date-Timestamp"])
    assert 450_000 < took < 800_000


def test_a_missing_file(bench: Bench, client: Client):
    leg = answered(bench, client)
    done = run(client, leg, "playback", "/no/such/file.wav")
    assert story(client, leg) == ["EXECUTE playback", "EXECUTE_COMPLETE playback"]
    assert done["Application-Response"] == "FILE NOT FOUND"


def test_silence_has_no_playback_events_of_another_shape(bench: Bench, client: Client):
    leg = answered(bench, client)
    done = run(client, leg, "playback", "silence_stream://200")
    assert story(client, leg) == [
        "EXECUTE playback",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE playback",
    ]
    assert done["Application-Response"] == "FILE PLAYED"


def test_files_in_a_row(bench: Bench, client: Client):
    leg = answered(bench, client)
    row = "file_string://silence_stream://200!silence_stream://200"
    done = run(client, leg, "playback", row)
    assert done["Application-Response"] == "FILE PLAYED"
    assert story(client, leg).count("PLAYBACK_START") == 1


def test_uuid_break_ends_a_prompt(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "playback", LONG, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    assert client.api(f"uuid_break {leg}") == "+OK\n"
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="playback")
    assert story(client, leg)[-2:] == ["PLAYBACK_STOP break", "EXECUTE_COMPLETE playback"]
    assert done["Application-Response"] == "FILE PLAYED"


def test_uuid_break_all_flushes_what_is_queued(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "playback", LONG, event_lock="true")
    client.sendmsg(leg, "playback", LONG, event_lock="true", Event_UUID="queued")
    client.wait_name("PLAYBACK_START", leg)
    client.api(f"uuid_break {leg} all")
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="playback")
    client.drain(0.5)
    assert story(client, leg).count("EXECUTE playback") == 1


def test_a_break_on_an_idle_leg_is_forgotten(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.api(f"uuid_break {leg}")
    client.drain(0.2)
    run(client, leg, "playback", TONE)
    assert story(client, leg)[-2:] == ["PLAYBACK_STOP done", "EXECUTE_COMPLETE playback"]


def test_without_event_lock_a_second_application_nests(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "playback", "tone_stream://%(900,0,440)", Event_UUID="outer")
    client.wait_name("PLAYBACK_START", leg)
    client.sendmsg(leg, "playback", TONE, Event_UUID="inner")
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application_UUID="inner")
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application_UUID="outer")
    completed = [
        event["Application-UUID"]
        for event in client.seen.of(leg)
        if event["Event-Name"] == "CHANNEL_EXECUTE_COMPLETE"
    ]
    assert completed == ["inner", "outer"]


def test_with_event_lock_it_waits_its_turn(bench: Bench, client: Client):
    leg = answered(bench, client)
    for number in ("first", "second"):
        client.sendmsg(leg, "playback", TONE, event_lock="true", Event_UUID=number)
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application_UUID="second")
    assert (
        story(client, leg)
        == [
            "EXECUTE playback",
            "PLAYBACK_START",
            "PLAYBACK_STOP done",
            "EXECUTE_COMPLETE playback",
        ]
        * 2
    )


def test_sleep_and_break(bench: Bench, client: Client):
    leg = answered(bench, client)
    run(client, leg, "sleep", "200")
    execute = client.wait_name("CHANNEL_EXECUTE", leg, Application="sleep")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="sleep")
    took = int(done["Event-Date-Timestamp"]) - int(execute["Event-Date-Timestamp"])
    assert 150_000 < took < 500_000
    assert run(client, leg, "break")["Application-Response"] == "_none_"


def test_endless_playback_starts_again_at_a_break(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "endless_playback", LONG, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    client.api(f"uuid_break {leg}")
    client.wait(lambda e: client.seen.names(leg).count("PLAYBACK_START") > 1)
    client.api(f"uuid_park {leg}")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="endless_playback")
    assert done["Application-Response"] == "PLAYBACK ERROR"
    assert story(client, leg)[:4] == [
        "EXECUTE endless_playback",
        "PLAYBACK_START",
        "PLAYBACK_STOP break",
        "PLAYBACK_START",
    ]


def test_uuid_broadcast(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"uuid_broadcast {leg} {TONE}") == "+OK Message sent\n"
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="playback")
    assert story(client, leg) == [
        "EXECUTE playback",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE playback",
    ]


def test_uuid_park_of_a_playing_leg(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "playback", LONG, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    client.forget()
    assert client.api(f"uuid_park {leg}") == "+OK\n"
    client.wait_name("CHANNEL_PARK", leg)
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="playback")
    assert done["Application-Response"] == "PLAYBACK ERROR"
    assert story(client, leg) == [
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE playback",
        "UNPARK",
        "EXECUTE_COMPLETE park",
        "PARK",
    ]
