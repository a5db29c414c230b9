"""The worst moments, on a real FreeSWITCH: no caller is lost, no leg stays."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import pytest

from controller.domain.catalogue import Did, QueueSettings
from controller.domain.model import Interaction
from controller.domain.words import Outcome, State
from tests.hostile.centre import OUTSIDE, talking, write_flows
from tests.hostile.live import busy_phone, come_back, die, employ, nothing_left
from tests.live.fixtures import PASSWORD
from tests.live.freeswitch import find_binary, find_modules, gateway_port
from tests.story.live_stage import LiveStage
from tests.story.stage import MENU, STRAIGHT, Caller, Phone, off_hub

pytestmark = pytest.mark.live


STAGES = {
    "menu": lambda i: i.flow is not None and i.flow.step == "menu",
    "waiting": lambda i: i.state is State.QUEUED,
    "ringing": lambda i: i.state is State.OFFERED,
    "connecting": lambda i: i.state is State.CONNECTING,
    "talking": talking,
}


#: Told by tests/hostile/test_killed.py on the lab switch, and most by test_kill_nine.py.
SELDOM = ("waiting", "ringing", "connecting", "talking")


@pytest.mark.parametrize(
    "point",
    [pytest.param(p, marks=pytest.mark.slow) if p in SELDOM else p for p in STAGES],
)
def test_killed_and_back_the_caller_talks_and_the_recording_is_whole(stage, point):
    if point != "waiting":
        stage.agent(Phone(extension="1001", ring=1.0), ["sales"])
    number, stay = (MENU, 20) if point == "menu" else (STRAIGHT, 12)  # the menu is heard anew
    call = stage.dial(Caller(number=number, stay=stay))
    before = stage.until(STAGES[point])
    die(stage)
    gevent.sleep(0.7)
    come_back(stage)
    if point == "waiting":
        again = stage.until(STAGES[point])
        assert again.place.since == before.place.since
        stage.agent(Phone(extension="1001", ring=0.2), ["sales"])
    now = stage.until(talking)
    if point == "talking":
        assert now.segments == before.segments
    call.wait_over()
    done = stage.settle()
    assert (done.outcome, len(done.segments)) == (Outcome.HANDLED, 1)
    assert [r.error for r in done.recordings] == [None]
    assert done.recordings[0].length_s == pytest.approx(
        done.segments[0].ended_at - done.recordings[0].started_at, abs=1
    )
    nothing_left(stage)


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_a_hangup_while_tandem_is_dead_is_found(stage, who):
    stage.agent(Phone(extension="1001", talk=1.5 if who == "agent" else 60), ["sales"])
    call = stage.dial(Caller(stay=1.5 if who == "customer" else 8))
    stage.until(talking)
    die(stage)
    gevent.sleep(2.5)
    come_back(stage)
    if who == "agent":
        stage.until(lambda i: i.state is State.QUEUED)
    call.wait_over()
    done = stage.settle(20)
    assert all(r.ended_at and r.length_s > 0.5 for r in done.recordings)
    nothing_left(stage)


def test_wrap_up_goes_on_where_it_was(stage):
    stage.agent(Phone(extension="1001"), ["sales"])
    stage.dial(Caller(stay=2)).wait_over()
    ended = stage.until(lambda i: i.state is State.ENDED)
    die(stage)
    come_back(stage)
    done = stage.settle()
    assert done.segments[0].closed_at >= ended.segments[0].wrap_up_until
    nothing_left(stage)


@pytest.mark.parametrize("times", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_an_agent_who_goes_within_75_ms_of_the_bridge_loses_no_caller(stage, times):
    """0 to 75 ms after the command. Whoever was not connected gets another agent."""
    employ(stage, busy_phone(stage, 500), range(1001, 1031))
    link, delays = (
        stage.tandem.switch.link,
        iter([75 * n / (times - 1) / 1000 for n in range(times)]),
    )
    api, struck = link.api, set()

    def striking(command: str, timeout: float | None = None, **more: Any) -> str:
        if command.startswith("uuid_bridge "):
            _, customer, agent = command.split()
            if customer not in struck:
                struck.add(customer)
                gevent.spawn_later(next(delays), api, f"uuid_kill {agent} NORMAL_CLEARING")
        return api(command, timeout, **more)

    link.api = striking
    calls = []
    for _ in range(times):
        calls.append(stage.dial(Caller(stay=8)))
        gevent.sleep(0.4)
    for call in calls:
        call.wait_over(40)
    nothing_left(stage)
    interactions = stage.interactions()
    assert len(interactions) == times and len(struck) == times
    for interaction in interactions:
        assert interaction.outcome is Outcome.HANDLED, stage.names(interaction)
        assert interaction.reason in ("agent hung up", "customer hung up")
        assert any(s.connected_at for s in interaction.segments)


@pytest.mark.parametrize(
    "stay",
    [pytest.param(s, marks=pytest.mark.slow) for s in (0.001, 0.02, 0.05, 0.08)]
    + [0.1]  # as his recording begins
    + [pytest.param(s, marks=pytest.mark.slow) for s in (0.15, 0.2, 0.3)],
)
def test_a_caller_who_goes_at_once_leaves_nothing(stage, stay):
    employ(stage, busy_phone(stage, 50), range(1001, 1003))
    calls = [stage.dial(Caller(number=n, stay=stay)) for n in (STRAIGHT, MENU, STRAIGHT)]
    for call in calls:
        call.wait_over()
    stage.until(lambda i: i.closed)
    nothing_left(stage)


@pytest.mark.parametrize(
    "there",
    [
        "answers",
        "nobody",
        *(pytest.param(x, marks=pytest.mark.slow) for x in ("rejects", "ignores")),
    ],
)
def test_a_transfer_to_an_outside_number(stage, there):
    stage.tandem.catalogue.put(Did(id=OUTSIDE, flow="outside"))
    port = gateway_port(stage.switch.settings)
    if there != "nobody":
        busy_phone(stage, 1, f"phone_{there}", port)
    stage.agent(Phone(extension="1001"), ["sales"])
    call = stage.dial(Caller(number=OUTSIDE, stay=4 if there == "answers" else 9))
    if there == "answers":
        stage.until(lambda i: any(leg.role == "outside" and leg.answered_at for leg in i.legs))
    else:
        stage.until(talking)
    call.wait_over()
    done = stage.settle()
    assert ("DivertAnswered" in stage.names(done)) == (there == "answers")
    assert done.outcome is (Outcome.SELF_SERVED if there == "answers" else Outcome.HANDLED)
    nothing_left(stage)


def test_who_hangs_up_in_the_middle_of_his_message_has_left_it(stage):
    queue = stage.tandem.catalogue.get(QueueSettings, "sales")
    stage.tandem.catalogue.put(replace(queue, max_wait_s=0.5))
    # Half a second in the queue, one of greeting, one of beep; the rest is his message.
    stage.dial(Caller(stay=6)).wait_over()
    # The switch tells of the message a moment after it tells that he hung up.
    done = stage.until(lambda i: i.closed and bool(i.voicemails))
    (voicemail,) = done.voicemails
    assert voicemail.mailbox == "sales" and 2 < voicemail.length_s < 5
    assert Path(voicemail.path).stat().st_size > 8000
    assert done.outcome is Outcome.OVERFLOWED
    nothing_left(stage)


HOSTILE = {
    "newline": "Ann%0aEvil: 1%0d%0aX: 2",
    "headers": "Event-Name: CHANNEL_HANGUP",
    "expansion": "${system(touch /tmp/tandem-was-here)}",
    "braces": "{x=1,y=2}^^:a=b",
    "long": "x" * 4000,
    "reload": "reload mod_event_socket",
    "script": "<script>alert(1)</script>",
}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(k, marks=pytest.mark.slow) if k in ("headers", "reload", "script") else k
        for k in HOSTILE
    ],
)
def test_a_hostile_name_injects_nothing_and_the_call_goes_on(stage, kind):
    stage.agent(Phone(extension="1001"), ["sales"])
    call = stage.dial(Caller(name=HOSTILE[kind], stay=2.5))
    talks: Interaction = stage.until(talking)
    assert len(talks.name) <= 128 and talks.name.isprintable()
    call.wait_over()
    done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    assert not Path("/tmp/tandem-was-here").exists()
    assert stage.tandem.switch.link.reconnects_total == 0
    nothing_left(stage)


def test_freeswitch_killed_and_restarted_with_calls_up(stage, freeswitch_factory, sipp, tmp_path):
    own = freeswitch_factory()
    folder = tmp_path / "own"
    write_flows(folder / "flows")
    other = LiveStage.open(folder, own, sipp, PASSWORD)
    other.furnish()
    try:
        other.agent(Phone(extension="1001"), ["sales"])
        other.dial(Caller(stay=20))
        other.until(talking)
        other.dial(Caller(number=MENU, stay=20))
        other.until(STAGES["menu"])
        own._process.kill()
        off_hub(own._process.wait)
        binary = find_binary()
        off_hub(own.start, binary, find_modules(binary))
        other.until(lambda i: i.closed, 60)
        nothing_left(other)
        outcomes = sorted(i.outcome.value for i in other.interactions())
        assert outcomes == ["failed", "handled"]
        reasons = {i.reason for i in other.interactions()}
        assert reasons == {"switch: SWITCH_RESTARTED"}
        recording = next(r for i in other.interactions() for r in i.recordings)
        assert recording.ended_at is not None
    finally:
        other.close()
