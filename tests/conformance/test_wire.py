"""Requests of the event socket itself, and commands that find nothing: replies byte for byte."""

import pytest

from tests.conformance.benches import Bench
from tests.conformance.client import Client

NOBODY = "11111111-2222-3333-4444-555555555555"

REPLIES = [
    ("nonsense", "-ERR command not found"),
    ("event json", "-ERR no keywords supplied"),
    ("event json NO_SUCH_EVENT", "-ERR no keywords supplied"),
    ("event plain HEARTBEAT", "+OK event listener enabled plain"),
    ("event json HEARTBEAT CUSTOM tandem::test", "+OK event listener enabled json"),
    ("nixevent HEARTBEAT", "+OK events nixed"),
    ("nixevent", "-ERR no keywords supplied"),
    ("filter", "-ERR command not found"),
    ("filter Unique-ID abc", "+OK filter added. [Unique-ID]=[abc]"),
    ("filter add Unique-ID abc", "+OK filter added. [Unique-ID]=[abc]"),
    ("filter Unique-ID", "-ERR invalid syntax"),
    ("filter delete Unique-ID abc", "+OK filter deleted. [Unique-ID][abc]"),
    ("filter delete all", "+OK filter deleted. [all][]"),
    ("log 4", "+OK log level 4 [4]"),
    ("log nonsense", "-ERR invalid log level"),
    ("nolog", "-ERR not loging"),  # codespell:ignore loging
    ("divert_events on", "-ERR not controlling a session."),
    ("linger", "-ERR not controlling a session"),
    (f"sendmsg {NOBODY}\ncall-command: execute", f"-ERR invalid session id [{NOBODY}]"),
    ("sendmsg", "-ERR invalid session id []"),
]

ANSWERS = [
    ("no_such_command", "-ERR no_such_command Command not found!\n"),
    ("global_getvar no_such_variable", "-ERR no reply\n"),
    (f"uuid_exists {NOBODY}", "false"),
    (f"uuid_dump {NOBODY}", "-ERR No such channel!\n"),
    ("uuid_dump", "-USAGE: <uuid> [format]\n"),
    (f"uuid_getvar {NOBODY} x", "-ERR No such channel!\n"),
    ("uuid_getvar", "-USAGE: <uuid> <var>\n"),
    (f"uuid_setvar {NOBODY} x y", "-ERR No such channel!\n"),
    ("uuid_setvar", "-USAGE: <uuid> <var> [value]\n"),
    (
        f"uuid_setvar_multi {NOBODY} x=y",
        "-ERR No such channel!\n-USAGE: <uuid> <var>=<value>;<var>=<value>...\n",
    ),
    (f"uuid_answer {NOBODY}", "-ERROR\n"),
    (f"uuid_kill {NOBODY}", "-ERR No such channel!\n"),
    ("uuid_kill", "-USAGE: <uuid> [cause]\n"),
    (f"uuid_bridge {NOBODY} {NOBODY}", "-ERR Invalid uuid\n"),
    ("uuid_bridge", "-USAGE: <uuid> <other_uuid>\n"),
    (f"uuid_park {NOBODY}", "-ERR No such channel!\n"),
    (f"uuid_transfer {NOBODY} x", "-ERR No such channel!\n"),
    ("uuid_transfer", "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"),
    (f"uuid_hold {NOBODY}", "+OK Success\n"),
    (f"uuid_hold off {NOBODY}", "+OK Success\n"),
    (f"uuid_hold toggle {NOBODY}", "+OK Success\n"),
    ("uuid_hold", "-USAGE: [off|toggle] <uuid> [<display>]\n-ERR Operation failed\n"),
    (f"uuid_record {NOBODY} start /tmp/x.wav", "-ERR Cannot locate session!\n"),
    (
        "uuid_record",
        "-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]\n",
    ),
    (f"uuid_broadcast {NOBODY} x", "-ERR invalid uuid\n"),
    ("uuid_broadcast", "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"),
    (f"uuid_break {NOBODY}", "-ERR No such channel!\n"),
    ("uuid_break", "-USAGE: <uuid> [all]\n"),
    (f"uuid_phone_event {NOBODY} talk", "-ERR Operation failed\n"),
    (f"sched_transfer +5 {NOBODY} x", "-ERR No such channel!\n"),
    (
        "sched_transfer",
        "-USAGE: [+]<time> <uuid> <extension> [<dialplan>] [<context>]\n",
    ),
    (f"sched_hangup +5 {NOBODY}", "-ERR No such channel!\n"),
    ("sched_hangup", "-USAGE: [+]<time> <uuid> [<cause>]\n"),
    ("sched_api +1 x", "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"),
    (f"sched_del {NOBODY}", "+OK Deleted: 0\n"),
    ("sched_del", "+OK Deleted: 0\n"),
    ("show channels as json", '{"row_count": 0}\n'),
    ("show calls as json", '{"row_count": 0}\n'),
    ("show channels", "\n0 total.\n"),
    ("show channels count", "\n0 total.\n"),
    ("show channels like abc as json", '{"row_count": 0}\n'),
    ("hupall", "+OK hangup all channels with cause MANAGER_REQUEST\n"),
    (
        "hupall NORMAL_CLEARING tandem_x y",
        "+OK hangup all channels matching [tandem_x]=[y] with cause: NORMAL_CLEARING\n",
    ),
    ("reloadxml", "+OK [Success]\n"),
    ("reload", "-USAGE: [-f] <mod_name>\n"),
    ("originate", None),
    ("originate one", None),
]
ORIGINATE_USAGE = (
    "-USAGE: <call url> <exten>|&"  # codespell:ignore exten
    "<application_name>(<app_args>) [<dialplan>] [<context>] "
    "[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
)


@pytest.mark.parametrize(("request_text", "expected"), REPLIES)
def test_the_reply_text_of_a_request(bench: Bench, request_text: str, expected: str):
    client = bench.client()
    assert client.reply(request_text) == expected
    client.close()


@pytest.mark.parametrize(("command", "expected"), ANSWERS)
def test_the_answer_of_a_command_that_finds_nothing(
    bench: Bench, command: str, expected: str | None
):
    client = bench.client()
    assert client.api(command) == (expected or ORIGINATE_USAGE)
    client.close()


def test_a_wrong_password_is_refused_and_the_connection_ends(bench: Bench):
    client = bench.raw()
    assert client.read().kind == "auth/request"
    assert client.reply("auth nonsense") == "-ERR invalid"
    notice = client.read()
    assert notice.kind == "text/disconnect-notice"
    assert notice.headers["Content-Length"] == "67"
    with pytest.raises(ConnectionError):
        client.read()
    client.close()


def test_before_auth_nothing_else_is_understood(bench: Bench):
    client = bench.raw()
    client.read()
    assert client.reply("api status") == "-ERR command not found"
    client.close()


def test_exit_says_goodbye(bench: Bench):
    client = bench.client()
    assert client.reply("exit") == "+OK bye"
    notice = client.read()
    assert notice.body == b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
    with pytest.raises(ConnectionError):
        client.read()
    client.close()


def test_listening_ends_with_noevents(client: Client):
    assert client.reply("noevents") == "+OK no longer listening for events"
    assert client.reply("noevents") == "-ERR not listening for events"
    assert client.reply("log 7") == "+OK log level 7 [7]"


def test_a_job_keeps_the_uuid_that_the_client_chose(client: Client):
    reply = client.request("bgapi uuid_exists nobody\nJob-UUID: my-job")
    assert reply.headers["Reply-Text"] == "+OK Job-UUID: my-job"
    assert reply.headers["Job-UUID"] == "my-job"
    event = client.wait_name("BACKGROUND_JOB", Job_UUID="my-job")
    assert event["Job-Command"] == "uuid_exists"
    assert event["Job-Command-Arg"] == "nobody"
    assert (event["_body"], event["Content-Length"]) == ("false", "5")


def test_a_sent_event_reaches_who_listens_to_its_subclass(bench: Bench):
    client = bench.client()
    client.reply("event json CUSTOM tandem::wanted")
    client.reply("sendevent CUSTOM\nEvent-Subclass: tandem::other\nNumber: 1")
    reply = client.reply("sendevent CUSTOM\nEvent-Subclass: tandem::wanted\nNumber: 2")
    event = client.wait_name("CUSTOM")
    assert reply.startswith("+OK ")
    assert (event["Event-Subclass"], event["Number"]) == ("tandem::wanted", "2")
    client.close()


def test_plain_events_carry_the_same_headers(bench: Bench):
    client = bench.client()
    client.reply("event plain RELOADXML")
    client.api("reloadxml")
    event = client.wait_name("RELOADXML")
    required = ["Core-UUID", "FreeSWITCH-Hostname", "Event-Date-Timestamp", "Event-Sequence"]
    assert [name for name in required if not event.get(name)] == []
    client.close()


def test_a_filter_drops_what_does_not_match(client: Client):
    client.reply("filter Job-UUID wanted")
    client.request("bgapi uuid_exists a\nJob-UUID: other")
    client.request("bgapi uuid_exists b\nJob-UUID: wanted")
    client.wait_name("BACKGROUND_JOB", Job_UUID="wanted")
    client.drain(0.3)
    assert {event.get("Job-UUID") for event in client.seen.events} == {"wanted"}


def test_status_version_and_uptime_answer(bench: Bench):
    client = bench.client()
    assert "is ready\n" in client.api("status")
    assert client.api("status").startswith("UP 0 years, 0 days, 0 hours, ")
    assert client.api("version short") == "1.11.0-release\n"
    assert client.api("version").startswith("FreeSWITCH Version 1.11.0")
    assert client.api("uptime").strip().isdigit()
    assert len(client.api("create_uuid")) == 36
    client.close()
