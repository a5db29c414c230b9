"""One leg: arriving, answering, hanging up, and what is told of it."""

import json

from tests.conformance.acts import LONG, answered, run
from tests.conformance.benches import Bench
from tests.conformance.client import Client
from tests.conformance.stories import story


def test_an_arriving_caller_is_tagged_and_parked_unanswered(bench: Bench, client: Client):
    leg = bench.dial(client)
    told = story(client, leg)
    assert told[:2] == ["CREATE", "CALLSTATE RINGING"]
    assert told[-2:] == ["EXECUTE park", "PARK"]
    assert set(told[2:-2]) == {
        "EXECUTE multiset",
        "EXECUTE_COMPLETE multiset",
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


def test_an_unknown_application_hangs_up(bench: Bench, client: Client):
    leg = answered(bench, client)
    assert client.sendmsg(leg, "no_such_application") == "+OK"
    gone = client.wait_name("CHANNEL_HANGUP_COMPLETE", leg)
    assert gone["Hangup-Cause"] == "DESTINATION_OUT_OF_ORDER"
    assert story(client, leg)[0] == "HANGUP"


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
