from binascii import crc32
from uuid import uuid4

import gevent
import pytest
from gevent.queue import Queue
from structlog.testing import capture_logs

from controller.adapters.esl import lanes
from controller.adapters.esl.health import LinkTiming
from controller.adapters.esl.lanes import LANES
from controller.adapters.esl.link import FILTERS, OWN_EVENTS, SwitchLink
from controller.errors import (
    CommandRefused,
    CommandTimeout,
    LegGone,
    LinkLost,
    UnsafeCommand,
)
from controller.greenlets import spawn
from tests.esl.peer import CORE, Peer

QUICK = LinkTiming(connect=2.0, backoff_first=0.01, backoff_most=0.02, refused_pause=0.01)
LEG = "leg-1"


class Rig:
    """A link and the peer it talks to, with what the link told."""

    def __init__(self, timing=QUICK):
        self.peer = Peer()
        self.events, self.ups, self.downs = Queue(), Queue(), Queue()
        self.caught_up = Queue()
        self.link = SwitchLink(
            host="127.0.0.1",
            port=self.peer.port,
            password="secret",
            on_event=self.events.put,
            on_up=lambda link, core, restarted: self.ups.put((core, restarted)),
            on_down=self.downs.put,
            on_caught_up=lambda: self.caught_up.put(True),
            names=["DTMF"],
            subclasses=["conference::maintenance"],
            timing=timing,
        )
        self.event_side = self.command_side = None

    def answer_opening(self, core=CORE):
        self.event_side = self.peer.accept().greet()
        for _ in FILTERS:
            assert self.event_side.hear()[0].startswith("filter ")
            self.event_side.reply("+OK filter added.")
        self.subscription = self.event_side.hear()
        self.event_side.reply("+OK event listener enabled json")
        self.lanes = [self.peer.accept().greet() for _ in range(LANES)]
        self.command_side = self.lanes[0]
        assert self.command_side.hear() == ["api global_getvar core_uuid"]
        self.command_side.output(core)
        return self

    def close(self):
        stopping = spawn("stopping", self.link.stop)
        self.peer.close()
        stopping.get(timeout=10)


@pytest.fixture
def rig():
    it = Rig()
    it.link.start()
    it.answer_opening()
    assert it.link.wait_up(5)
    yield it
    it.close()
    assert it.link.waiting == 0


def outcome_of(fn, *args, **kwargs):
    def run():
        try:
            return fn(*args, **kwargs)
        except Exception as error:
            return error

    return gevent.spawn(run)


def start_execute(rig, **options):
    running = outcome_of(rig.link.execute, LEG, "playback", "a.wav", **options)
    heard = rig.command_side.hear()
    rig.command_side.reply("+OK")
    event_uuid = next(line[12:] for line in heard if line.startswith("Event-UUID: "))
    return running, event_uuid


def start_job(rig, **options):
    running = outcome_of(rig.link.bgapi, "originate user/1 &park()", **options)
    job = rig.command_side.hear()[1].removeprefix("Job-UUID: ")
    rig.command_side.reply(f"+OK Job-UUID: {job}")
    return running, job


def test_it_subscribes_by_name_before_it_takes_commands(rig):
    assert rig.subscription == [
        f"event json {' '.join(OWN_EVENTS)} DTMF CUSTOM conference::maintenance"
    ]
    assert rig.ups.get(timeout=5) == (CORE, False)
    assert rig.link.core_uuid == CORE


def test_api_gives_the_output_and_raises_refusals(rig):
    asked = outcome_of(rig.link.api, "uuid_exists x")
    assert rig.command_side.hear() == ["api uuid_exists x"]
    rig.command_side.output("true")
    assert asked.get(timeout=5) == "true"
    asked = outcome_of(rig.link.api, "uuid_kill x")
    rig.command_side.hear()
    rig.command_side.output("-ERR No such channel!\n")
    assert isinstance(asked.get(timeout=5), CommandRefused)


def test_commands_about_one_leg_keep_their_order_and_hold_up_no_other_leg(rig):
    """A lane whose command has no answer yet, and legs on it and on others."""
    busy = str(uuid4())
    held_up = [outcome_of(rig.link.api, f"{name} {busy} x") for name in ("uuid_a", "uuid_b")]
    [lane] = {rig.link._lane(f"sched_del {busy}~spare"), rig.link._lane(busy)}
    other = next(u for u in (str(uuid4()) for _ in range(99)) if rig.link._lane(u) is not lane)
    asked = outcome_of(rig.link.api, f"uuid_exists {other}")
    sides = dict(zip(rig.link._lanes._connections, rig.lanes, strict=True))
    side = sides[rig.link._lane(other)]
    assert side.hear() == [f"api uuid_exists {other}"]
    side.output("true")
    assert asked.get(timeout=5) == "true"
    for name, asking in zip(("uuid_a", "uuid_b"), held_up, strict=True):
        assert sides[lane].hear() == [f"api {name} {busy} x"]
        sides[lane].output("+OK")
        assert asking.get(timeout=5) == "+OK"


def test_a_command_sent_before_another_is_not_waited_for(rig):
    asked = outcome_of(rig.link.api, "uuid_exists x", before="uuid_setvar x a 1")
    assert rig.command_side.hear() == ["api uuid_setvar x a 1"]
    assert rig.command_side.hear() == ["api uuid_exists x"]
    rig.command_side.output("-ERR No such channel!\n")
    rig.command_side.output("false")
    assert asked.get(timeout=5) == "false"


def test_what_was_begun_is_not_waited_for_and_tells_only_that_there_is_no_leg(rig):
    told = Queue()
    rig.link.begin(LEG, ("answer", ""), ("three_way", ""), gone=lambda: told.put(True))
    for app in ("answer", "three_way"):
        message = rig.command_side.hear()
        assert f"execute-app-name: {app}" in message
        assert not any(line.startswith("Event-UUID") for line in message)
    rig.command_side.reply("+OK")
    rig.command_side.reply(f"-ERR invalid session id [{LEG}]")
    assert told.get(timeout=5)
    assert told.empty() and rig.link.waiting == 0


def test_an_event_is_heard_while_somebody_needs_it(rig):
    heard = outcome_of(rig.link.hear, "CHANNEL_CREATE")
    assert rig.event_side.hear() == ["event json CHANNEL_CREATE"]
    assert not heard.ready()
    rig.event_side.reply("+OK event listener enabled json")
    heard.get(timeout=5)
    rig.link.ignore("CHANNEL_CREATE")
    rig.link.ignore("CHANNEL_CREATE")
    assert rig.event_side.hear() == ["nixevent CHANNEL_CREATE"]
    rig.event_side.reply("+OK")


def test_a_switch_that_is_behind_is_told_and_so_is_that_it_has_caught_up(rig, monkeypatch):
    monkeypatch.setattr(lanes, "SLOW_S", 0.05)
    assert rig.link.keeps_up()
    asked = outcome_of(rig.link.api, "uuid_exists x")
    assert rig.command_side.hear() == ["api uuid_exists x"]
    gevent.sleep(0.1)
    assert not rig.link.keeps_up()
    assert rig.caught_up.empty()
    rig.command_side.output("true")
    asked.get(timeout=5)
    assert rig.caught_up.get(timeout=5)
    assert rig.link.keeps_up()


def test_a_switch_that_has_not_read_the_last_calls_gets_no_more(rig, monkeypatch):
    monkeypatch.setattr(lanes, "UNREAD_JOBS", 2)
    for number in (1, 2):
        assert rig.link.keeps_up()
        rig.link.bgapi_nowait(f"originate user/{number} &park()")
        rig.command_side.hear()
    assert not rig.link.keeps_up()
    rig.command_side.reply("+OK Job-UUID: any")
    assert rig.caught_up.get(timeout=5)
    assert rig.link.keeps_up()
    rig.command_side.reply("+OK Job-UUID: any")


FIRST, SECOND = "1" * 14, "2" * 14  # by the same connection


def test_what_is_urgent_passes_by_what_was_asked_about_other_legs(rig):
    its_own, fast = rig.lanes[crc32(FIRST.encode()) % (LANES - 1)], rig.lanes[-1]
    assert its_own is rig.lanes[crc32(SECOND.encode()) % (LANES - 1)]
    waiting = outcome_of(rig.link.api, f"uuid_exists {FIRST}")
    assert its_own.hear() == [f"api uuid_exists {FIRST}"]
    urgent = outcome_of(rig.link.api, f"uuid_bridge {SECOND} {FIRST}", urgent=True)
    assert fast.hear() == [f"api uuid_bridge {SECOND} {FIRST}"]
    fast.output("+OK")
    assert urgent.get(timeout=5) == "+OK"
    its_own.output("true")
    waiting.get(timeout=5)


def test_nothing_passes_by_what_was_asked_about_the_same_leg(rig):
    its_own = rig.lanes[crc32(FIRST.encode()) % (LANES - 1)]
    waiting = outcome_of(rig.link.api, f"uuid_exists {FIRST}")
    its_own.hear()
    urgent = outcome_of(rig.link.api, f"uuid_bridge {FIRST} {SECOND}", urgent=True)
    assert its_own.hear() == [f"api uuid_bridge {FIRST} {SECOND}"]
    its_own.output("true")
    its_own.output("+OK")
    assert waiting.get(timeout=5) == "true"
    assert urgent.get(timeout=5) == "+OK"


def test_who_was_not_told_that_it_is_behind_is_not_told_the_contrary(rig):
    asked = outcome_of(rig.link.api, "uuid_exists x")
    rig.command_side.hear()
    rig.command_side.output("true")
    asked.get(timeout=5)
    assert rig.caught_up.empty()


def test_jobs_are_matched_by_their_uuid_whatever_the_order(rig):
    first, first_job = start_job(rig)
    second, second_job = start_job(rig)
    rig.event_side.event("BACKGROUND_JOB", Job_UUID=second_job, _body="+OK two\n")
    rig.event_side.event("BACKGROUND_JOB", Job_UUID=first_job, _body="-ERR USER_BUSY\n")
    assert second.get(timeout=5) == "+OK two\n"
    assert first.get(timeout=5).reply == "-ERR USER_BUSY"


def test_only_jobs_of_others_are_passed_on(rig):
    running, job = start_job(rig)
    rig.event_side.event("BACKGROUND_JOB", Job_UUID=job, _body="+OK\n")
    rig.event_side.event("BACKGROUND_JOB", Job_UUID="somebody else's", _body="+OK\n")
    rig.event_side.event("DTMF")
    running.get(timeout=5)
    assert rig.events.get(timeout=5).get("Job-UUID") == "somebody else's"
    assert rig.events.get(timeout=5).name == "DTMF"


def test_two_playbacks_on_one_leg_are_told_apart(rig):
    first, first_id = start_execute(rig)
    second, second_id = start_execute(rig)
    for event_uuid in (second_id, first_id):
        rig.event_side.event(
            "CHANNEL_EXECUTE_COMPLETE",
            Unique_ID=LEG,
            Application="playback",
            Application_UUID=event_uuid,
        )
    assert first.get(timeout=5).get("Application-UUID") == first_id
    assert second.get(timeout=5).get("Application-UUID") == second_id


def test_the_hangup_of_its_leg_ends_an_execute_and_another_legs_does_not(rig):
    running, _ = start_execute(rig)
    rig.event_side.event("CHANNEL_HANGUP", Unique_ID="another")
    rig.event_side.event("CHANNEL_HANGUP", Unique_ID=LEG, Hangup_Cause="ORIGINATOR_CANCEL")
    error = running.get(timeout=5)
    assert isinstance(error, LegGone)
    assert error.cause == "ORIGINATOR_CANCEL"
    assert rig.events.get(timeout=5).uuid == "another"


def test_a_leg_the_switch_does_not_know_is_gone(rig):
    running = outcome_of(rig.link.execute, LEG, "answer")
    rig.command_side.hear()
    rig.command_side.reply(f"-ERR invalid session id [{LEG}]")
    assert isinstance(running.get(timeout=5), LegGone)


def test_a_refused_execute_ends_at_once(rig):
    running = outcome_of(rig.link.execute, LEG, "answer")
    rig.command_side.hear()
    rig.command_side.reply("-ERR memory error")
    assert isinstance(running.get(timeout=5), CommandRefused)


def test_a_job_and_an_execute_that_never_end_time_out_and_leave_the_link_up(rig):
    job, _ = start_job(rig, timeout=0.05)
    running, event_uuid = start_execute(rig, timeout=0.05)
    assert isinstance(job.get(timeout=5), CommandTimeout)
    assert isinstance(running.get(timeout=5), CommandTimeout)
    assert rig.link.up
    assert rig.link.waiting == 0
    rig.event_side.event("CHANNEL_EXECUTE_COMPLETE", Application_UUID=event_uuid)  # late: nobody's
    assert rig.events.get(timeout=5).name == "CHANNEL_EXECUTE_COMPLETE"


@pytest.mark.parametrize("side", ["event_side", "command_side"])
def test_the_loss_of_either_connection_ends_all_waits_and_both_come_back(rig, side):
    rig.ups.get(timeout=5)
    running, _ = start_execute(rig)
    job, _ = start_job(rig)
    getattr(rig, side).close()
    assert isinstance(running.get(timeout=5), LinkLost)
    assert isinstance(job.get(timeout=5), LinkLost)
    assert "closed the connection" in rig.downs.get(timeout=5)
    with pytest.raises(LinkLost, match="no link"):
        rig.link.api("status")
    rig.answer_opening()
    assert rig.ups.get(timeout=5) == (CORE, False)
    assert rig.link.reconnects_total == 1


def test_another_core_after_a_reconnect_is_a_restart(rig):
    rig.ups.get(timeout=5)
    rig.event_side.close()
    other_core = CORE.replace("1", "9")
    rig.answer_opening(other_core)
    assert rig.ups.get(timeout=5) == (other_core, True)


def test_another_core_on_an_open_connection_drops_the_pair(rig):
    rig.event_side.event("DTMF", Core_UUID="another")
    assert "restarted" in rig.downs.get(timeout=5)


def test_the_nowait_forms_tell_exactly_once(rig):
    told = Queue()
    job = rig.link.bgapi_nowait("status", done=told.put)
    assert f"Job-UUID: {job}" in rig.command_side.hear()
    rig.command_side.reply("-ERR permission denied")
    assert isinstance(told.get(timeout=5), CommandRefused)
    rig.event_side.event("BACKGROUND_JOB", Job_UUID=job, _body="+OK\n")
    assert rig.events.get(timeout=5).name == "BACKGROUND_JOB"
    assert told.empty()


def test_a_missed_heartbeat_drops_the_pair():
    rig = Rig(LinkTiming(connect=2.0, heartbeat=0.3, backoff_first=0.01, backoff_most=0.01))
    rig.link.start()
    rig.answer_opening()
    assert "HEARTBEAT" in rig.downs.get(timeout=5)
    rig.answer_opening()
    assert rig.link.wait_up(5)
    rig.close()


def test_events_that_stay_late_drop_the_pair():
    rig = Rig(LinkTiming(connect=2.0, lag_patience=0.0, backoff_first=0.01, backoff_most=0.01))
    rig.link.start()
    rig.answer_opening()
    rig.event_side.event("DTMF")
    for _ in range(2):
        rig.event_side.event("DTMF", Event_Date_Timestamp="1000000")
    assert "late" in rig.downs.get(timeout=5)
    rig.close()


def test_a_wrong_password_is_tried_again_until_it_is_right():
    rig = Rig()
    rig.link.start()
    for _ in range(2):
        other = rig.peer.accept()
        other.frame("auth/request")
        other.hear()
        other.reply("-ERR invalid")
        other.close()
    with pytest.raises(LinkLost, match="password"):
        rig.link.api("status")
    rig.answer_opening()
    assert rig.link.wait_up(5)
    assert rig.downs.empty()  # it had not been up
    rig.close()


def test_the_same_failure_again_is_one_line_in_the_log():
    rig = Rig()
    rig.peer.close()
    with capture_logs() as logs:
        rig.link.start()
        gevent.sleep(0.2)  # long enough for several attempts
        rig.link.stop()
    assert [(each["event"], each["kind"]) for each in logs] == [("link down", "LinkLost")]
    assert "event_socket.conf.xml" in logs[0]["reason"]


def test_stop_ends_everything_and_a_link_starts_only_once(rig):
    running, _ = start_execute(rig)
    rig.link.stop()
    assert isinstance(running.get(timeout=5), LinkLost)
    assert not rig.link.up
    with pytest.raises(UnsafeCommand):
        rig.link.start()
