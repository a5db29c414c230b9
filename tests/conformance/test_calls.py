"""One leg: arriving, answering, prompts, digits, recordings, hanging up."""

import json
import re
import uuid
import wave

import pytest

from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story

TONE = "tone_stream://%(300,0,440)"
LONG = "tone_stream://%(1000,0,440);loops=20"


def answered(bench: Bench, client: Client) -> str:
    """An answered, parked caller, with what led there forgotten."""
    leg = bench.dial(client)
    client.sendmsg(leg, "answer", event_lock="true")
    client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="answer")
    client.drain(0.1)
    client.forget()
    return leg


def run(client: Client, leg: str, app: str, arg: str = "", **headers: str) -> dict[str, str]:
    """Execute and wait for the completion."""
    client.sendmsg(leg, app, arg, event_lock="true", **headers)
    return client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application=app)


def test_an_arriving_caller_is_tagged_and_parked_unanswered(bench: Bench, client: Client):
    leg = bench.dial(client)
    told = story(client, leg)
    assert told[:2] == ["CREATE", "CALLSTATE RINGING"]
    assert told[-2:] == ["EXECUTE park", "PARK"]
    assert set(told[2:-2]) == {
        "EXECUTE set",
        "EXECUTE_COMPLETE set",
        "EXECUTE sched_transfer",
        "EXECUTE_COMPLETE sched_transfer",
    }
    park = client.wait_name("CHANNEL_PARK", leg)
    assert park["variable_tandem_role"] == "customer"
    assert park["Answer-State"] == "ringing"
    assert park["Channel-State"] == "CS_EXECUTE"
    assert park["Channel-Call-State"] == "RINGING"
    assert park["Call-Direction"] == "inbound"
    assert park["Caller-Caller-ID-Number"] == "13800000000"
    assert park["Caller-Caller-ID-Name"] == "Caller"
    assert park["Caller-Destination-Number"].startswith("8000")
    assert int(park["Caller-Channel-Created-Time"]) > 0
    assert park["Caller-Channel-Answered-Time"] == "0"
    assert client.api(f"sched_del {leg}") == "+OK Deleted: 1\n"


def test_answer(bench: Bench, client: Client):
    leg = bench.dial(client)
    client.forget()
    done = run(client, leg, "answer", Event_UUID="my-answer")
    assert story(client, leg) == [
        "EXECUTE answer",
        "PROGRESS_MEDIA",
        "CALLSTATE EARLY",
        "ANSWER",
        "CALLSTATE ACTIVE",
        "EXECUTE_COMPLETE answer",
    ]
    assert done["Application-UUID"] == "my-answer"
    assert done["Application-Response"] == "_none_"
    assert done["Answer-State"] == "answered"
    assert int(done["Caller-Channel-Answered-Time"]) > 0


def test_uuid_answer(bench: Bench, client: Client):
    leg = bench.dial(client)
    client.forget()
    assert client.api(f"uuid_answer {leg}") == "+OK\n"
    client.wait_name("CHANNEL_CALLSTATE", leg, Channel_Call_State="ACTIVE")
    assert story(client, leg)[-2:] == ["ANSWER", "CALLSTATE ACTIVE"]


def test_pre_answer(bench: Bench, client: Client):
    leg = bench.dial(client)
    client.forget()
    run(client, leg, "pre_answer")
    assert story(client, leg) == [
        "EXECUTE pre_answer",
        "PROGRESS_MEDIA",
        "CALLSTATE EARLY",
        "EXECUTE_COMPLETE pre_answer",
    ]


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


def test_an_unknown_application_hangs_up(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.sendmsg(leg, "no_such_application") == "+OK"
    gone = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert gone["Hangup-Cause"] == "DESTINATION_OUT_OF_ORDER"
    assert story(client, leg)[0] == "HANGUP"


PAGD = "1 1 2 1500 # {prompt} {bad} tandem_choice [1-3] 1000"


@pytest.mark.parametrize(
    ("keys", "choice", "invalid", "result"),
    [("2", "2", None, "success"), ("9", None, "9", None)],
)
def test_play_and_get_digits(
    bench: Bench, client: Client, keys: str, choice: str | None, invalid: str | None, result: str
):
    leg = answered(bench, client)
    arg = PAGD.format(prompt=LONG, bad="silence_stream://100")
    client.sendmsg(leg, "play_and_get_digits", arg, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    bench.press(client, leg, keys)
    client.wait_name("DTMF", leg, DTMF_Digit=keys)
    if invalid:
        client.wait(lambda e: len([n for n in client.seen.names(leg) if n == "PLAYBACK_START"]) > 2)
        client.api(f"uuid_break {leg}")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="play_and_get_digits")
    assert done.get("variable_tandem_choice") == choice
    assert done.get("variable_tandem_choice_invalid") == invalid
    assert done["Application-Response"] == "_none_"
    if result:
        assert done["variable_read_result"] == result
        assert story(client, leg) == [
            "EXECUTE play_and_get_digits",
            "PLAYBACK_START",
            f"DTMF {keys}",
            "PLAYBACK_STOP break",
            "EXECUTE_COMPLETE play_and_get_digits",
        ]


def test_digits_that_never_come(bench: Bench, client: Client):
    leg = answered(bench, client)
    arg = "1 1 1 1000 # silence_stream://100 silence_stream://100 tandem_choice [1-3] 1000"
    done = run(client, leg, "play_and_get_digits", arg)
    assert "variable_tandem_choice" not in done
    assert done["variable_read_result"] == "failure"
    assert story(client, leg) == [
        "EXECUTE play_and_get_digits",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "PLAYBACK_START",
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE play_and_get_digits",
    ]


def test_several_digits_end_at_the_terminator(bench: Bench, client: Client):
    leg = answered(bench, client)
    arg = f"1 8 1 3000 # {LONG} silence_stream://100 tandem_number \\d+ 3000"
    client.sendmsg(leg, "play_and_get_digits", arg, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    bench.press(client, leg, "4711#")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="play_and_get_digits")
    assert done["variable_tandem_number"] == "4711"
    assert [line for line in story(client, leg) if "DTMF" in line] == [
        f"DTMF {key}" for key in "4711#"
    ]


def test_a_key_ends_a_prompt_only_when_it_is_a_terminator(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "playback", LONG, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    bench.press(client, leg, "5")
    client.wait_name("DTMF", leg, DTMF_Digit="5")
    bench.press(client, leg, "*")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="playback")
    assert done["variable_playback_terminator_used"] == "*"
    assert done["Application-Response"] == "FILE PLAYED"


def test_keys_while_parked_are_heard(bench: Bench, client: Client):
    leg = answered(bench, client)
    bench.press(client, leg, "7")
    assert client.wait_name("DTMF", leg)["DTMF-Digit"] == "7"


def test_hangup_while_parked(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"uuid_kill {leg} CALL_REJECTED") == "+OK\n"
    client.wait_name("CHANNEL_DESTROY", leg)
    assert story(client, leg) == [
        "HANGUP",
        "UNPARK",
        "EXECUTE_COMPLETE park",
        "CALLSTATE HANGUP",
        "HANGUP_COMPLETE",
        "DESTROY",
    ]
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == done["variable_hangup_cause"] == "CALL_REJECTED"
    assert int(done["variable_billsec"]) >= 0
    assert int(done["variable_end_epoch"]) >= int(done["variable_answer_epoch"]) > 0
    assert int(done["Caller-Channel-Hangup-Time"]) > 0
    assert done["Answer-State"] == "hangup"


def test_hangup_while_a_prompt_plays(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "playback", LONG, event_lock="true")
    client.wait_name("PLAYBACK_START", leg)
    client.forget()
    client.api(f"uuid_kill {leg}")
    done = client.wait_name("CHANNEL_EXECUTE_COMPLETE", leg, Application="playback")
    client.wait_name("CHANNEL_DESTROY", leg)
    assert story(client, leg) == [
        "HANGUP",
        "PLAYBACK_STOP done",
        "EXECUTE_COMPLETE playback",
        "UNPARK",
        "EXECUTE_COMPLETE park",
        "CALLSTATE HANGUP",
        "HANGUP_COMPLETE",
        "DESTROY",
    ]
    assert done["Application-Response"] == "FILE PLAYED"


def test_the_caller_gives_up_before_the_answer(bench: Bench, client: Client):
    leg = bench.dial(client, abandon=0.7)
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    client.wait_name("CHANNEL_DESTROY", leg)
    assert done["Hangup-Cause"] == "ORIGINATOR_CANCEL"
    assert done["Caller-Channel-Answered-Time"] == "0"
    assert client.api(f"uuid_exists {leg}") == "false"


def test_hangup_by_an_application(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.sendmsg(leg, "hangup", "NORMAL_TEMPORARY_FAILURE")
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "NORMAL_TEMPORARY_FAILURE"
    assert story(client, leg)[:3] == ["EXECUTE hangup", "HANGUP", "EXECUTE_COMPLETE hangup"]


def test_variables(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"uuid_getvar {leg} tandem_x") == "_undef_"
    assert client.api(f"uuid_setvar {leg} tandem_x two words") == "+OK\n"
    assert client.api(f"uuid_getvar {leg} tandem_x") == "two words"
    assert client.api(f"uuid_setvar {leg} tandem_x") == "+OK\n"
    assert client.api(f"uuid_getvar {leg} tandem_x") == "_undef_"
    assert (
        client.api(f"uuid_setvar_multi {leg} tandem_a=1;tandem_b=b\\;c;tandem_d='d e'") == "+OK\n"
    )
    for name, value in (("a", "1"), ("b", "b;c"), ("d", "d e")):
        assert client.api(f"uuid_getvar {leg} tandem_{name}") == value
    run(client, leg, "set", "tandem_s=${tandem_a}-${tandem_none}")
    assert client.api(f"uuid_getvar {leg} tandem_s") == "1-"
    run(client, leg, "multiset", "^^|tandem_m=x y|tandem_n=z")
    assert client.api(f"uuid_getvar {leg} tandem_m") == "x y"
    run(client, leg, "export", "nolocal:tandem_e=1")
    assert client.api(f"uuid_getvar {leg} tandem_e") == "_undef_"


def test_uuid_dump(bench: Bench, client: Client):
    leg = answered(bench, client)
    facts = json.loads(client.api(f"uuid_dump {leg} json"))
    assert facts["Event-Name"] == "CHANNEL_DATA"
    assert facts["Unique-ID"] == facts["variable_uuid"] == leg
    assert facts["variable_tandem_role"] == "customer"
    assert facts["Answer-State"] == "answered"
    assert facts["Channel-Call-State"] == "ACTIVE"
    plain = client.api(f"uuid_dump {leg}")
    assert f"\nUnique-ID: {leg}\n" in plain


def test_show_channels(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.drain(0.5)
    found = json.loads(client.api("show channels as json"))
    assert found["row_count"] == 1
    row = found["rows"][0]
    assert (row["uuid"], row["direction"], row["callstate"]) == (leg, "inbound", "ACTIVE")
    assert (row["cid_num"], row["application"]) == ("13800000000", "answer")
    found = json.loads(client.api(f"show channels like {leg[:13]} as json"))
    assert [row["uuid"] for row in found["rows"]] == [leg]
    assert client.api("show channels count") == "\n1 total.\n"


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


def test_a_transfer_to_inline_applications(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"uuid_transfer {leg} 'set:tandem_x=1,park' inline") == "+OK\n"
    client.wait_name("CHANNEL_PARK", leg)
    assert story(client, leg) == [
        "UNPARK",
        "EXECUTE_COMPLETE park",
        "CALLSTATE RINGING",
        "CALLSTATE ACTIVE",
        "EXECUTE set",
        "EXECUTE_COMPLETE set",
        "EXECUTE park",
        "PARK",
    ]


def test_a_transfer_to_nowhere_ends_the_call(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"uuid_transfer {leg} nowhere XML no-such-context") == "+OK\n"
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "NO_ROUTE_DESTINATION"


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


def test_the_dead_man_timer_sends_an_unattended_leg_away(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.api(f"sched_transfer +1 {leg} hangup:USER_BUSY inline") == "+OK\n"
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"


def test_a_command_is_scheduled_in_a_group_of_its_own(bench: Bench, client: Client):
    """A task for one leg in another group: neither the leg's deletion nor its number takes it away."""
    leg, group = answered(bench, client), f"{uuid.uuid4()}~spare"
    assert re.fullmatch(
        r"\+OK Added: \d+\n", client.api(f"sched_api +60 {group} uuid_kill {leg} CALL_REJECTED")
    )
    assert client.api(f"sched_del {leg}") == "+OK Deleted: 1\n"
    assert client.api(f"sched_del {group}") == "+OK Deleted: 1\n"
    client.api(f"sched_api +1 {group} uuid_kill {leg} USER_BUSY")
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"
    assert client.api(f"sched_del {group}") == "+OK Deleted: 0\n"


def test_sched_hangup_and_its_deletion(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.api(f"sched_del {leg}")
    assert client.api(f"sched_hangup +60 {leg}") == "+OK\n"
    assert client.api(f"sched_del {leg}") == "+OK Deleted: 1\n"
    run(client, leg, "sched_hangup", "+1 USER_BUSY")
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"


def test_park_timeout_is_consumed_with_park_after_bridge(bench: Bench, client: Client):
    leg = answered(bench, client)
    client.api(f"uuid_setvar_multi {leg} park_timeout=1:USER_BUSY;park_after_bridge=true")
    client.api(f"uuid_park {leg}")
    client.wait_name("CHANNEL_PARK", leg)
    assert client.api(f"uuid_getvar {leg} park_after_bridge") == "_undef_"
    assert client.api(f"uuid_getvar {leg} park_timeout") == "_undef_"
    done = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert done["Hangup-Cause"] == "USER_BUSY"


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
