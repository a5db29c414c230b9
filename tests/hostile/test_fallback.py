"""Who was with the switch's fallback while Tandem was away: left to it, or taken back; and recorded."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gevent
import pytest

from controller.domain.catalogue import QueueSettings
from controller.domain.words import Outcome, State
from tests.hostile.centre import talking, write_flows
from tests.hostile.live import come_back, die, nothing_left
from tests.live.fixtures import AGENTS, PASSWORD, StartSwitch
from tests.live.freeswitch import FreeSwitch
from tests.story.live_stage import LiveStage
from tests.story.stage import Caller, Phone, off_hub

pytestmark = pytest.mark.live

HUNTED = "1003"


@pytest.fixture(scope="module")
def own_switch(freeswitch_factory: StartSwitch) -> FreeSwitch:
    """With a hunt group of one phone, and a deadline that comes soon."""
    fallback = {
        "after_seconds": 2,
        "voicemail_seconds": 8,
        "hunt_group": [HUNTED],
        "ring_seconds": 5,
    }
    return freeswitch_factory(AGENTS, {"fallback": fallback})


@pytest.fixture
def stage(own_switch: FreeSwitch, sipp, tmp_path: Path) -> Iterator[LiveStage]:
    write_flows(tmp_path / "flows")
    stage = LiveStage.open(tmp_path, own_switch, sipp, PASSWORD)
    stage.furnish()
    yield stage
    stage.close()
    own_switch.clear()


def transfer_now(stage: LiveStage, leg: str) -> None:
    """The deadline strikes: what the scheduler would do a minute later."""
    with stage.switch.probe() as probe:
        assert probe.api(f"sched_del {leg}").startswith("+OK")
        assert probe.api(f"uuid_transfer {leg} fallback XML tandem-fallback").startswith("+OK")


def at_application(stage: LiveStage, leg: str, application: str, bridged: bool = False) -> None:
    with gevent.Timeout(15), stage.switch.probe() as probe:
        while off_hub(
            probe.api, f"uuid_getvar {leg} current_application"
        ) != application or bridged is (probe.api(f"uuid_getvar {leg} signal_bond") == "_undef_"):
            gevent.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    "known", [pytest.param(True, id="waiting"), pytest.param(False, id="never seen")]
)
def test_who_talks_with_the_hunt_group_is_left_alone(stage: LiveStage, known: bool):
    stage.add_phone(Phone(extension=HUNTED, ring=0.1))
    if known:
        stage.agent(Phone(extension="1001", ignores=True), ["support"])
        call = stage.dial(Caller(stay=25))
        leg = stage.until(lambda i: i.state is State.QUEUED).leg
        die(stage)
        transfer_now(stage, leg)
    else:
        die(stage)
        with stage.switch.probe() as probe:
            probe.subscribe("CHANNEL_PARK")
            call = stage.dial(Caller(stay=25))
            leg = off_hub(probe.wait_named, "CHANNEL_PARK", tandem_role="customer")["Unique-ID"]
    at_application(stage, leg, "bridge", bridged=True)
    come_back(stage)
    done = stage.until(lambda i: i.id == leg and i.state is State.ENDED)
    stage.agent(Phone(extension="1002"), ["sales"])  # nobody waits for him
    gevent.sleep(1)
    at_application(stage, leg, "bridge", bridged=True)
    with stage.switch.probe() as probe:
        assert probe.api(f"sched_del {leg}") == "+OK Deleted: 0"
        assert probe.api(f"sched_del {leg}~spare") == "+OK Deleted: 0"
    call.wait_over()
    assert (done.outcome, done.reason) == (Outcome.OVERFLOWED, "went to the fallback")
    assert done.address == "+4930111222"
    assert [leg.cause for leg in done.legs if leg.role == "customer"] == ["FALLBACK"]
    nothing_left(stage)


def test_who_hears_that_nobody_is_there_is_taken_up_again(stage: LiveStage):
    call = stage.dial(Caller(stay=12))
    before = stage.until(lambda i: i.state is State.QUEUED)
    die(stage)
    transfer_now(stage, before.leg)
    at_application(stage, before.leg, "playback")
    come_back(stage)
    again = stage.until(lambda i: i.state is State.QUEUED)
    assert again.place.since == before.place.since
    stage.agent(Phone(extension="1001", ring=0.2), ["sales"])
    stage.until(talking)
    call.wait_over()
    assert stage.settle().outcome is Outcome.HANDLED
    nothing_left(stage)


@pytest.mark.parametrize(
    "back", ["while he speaks", pytest.param("after he has gone", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize(
    "known",
    [
        pytest.param(True, id="waiting"),
        pytest.param(False, id="never seen", marks=pytest.mark.slow),
    ],
)
def test_a_message_left_with_the_fallback_is_noted(stage: LiveStage, known: bool, back: str):
    if known:
        stage.dial(Caller(stay=30))
        leg = stage.until(lambda i: i.state is State.QUEUED).leg
        die(stage)
        transfer_now(stage, leg)
    else:
        die(stage)
        with stage.switch.probe() as probe:
            probe.subscribe("CHANNEL_PARK")
            stage.dial(Caller(stay=30))
            leg = off_hub(probe.wait_named, "CHANNEL_PARK", tandem_role="customer")["Unique-ID"]
    at_application(stage, leg, "record")
    if back == "after he has gone":
        with stage.switch.probe() as probe:
            probe.subscribe("CHANNEL_HANGUP_COMPLETE")
            off_hub(probe.wait_leg, "CHANNEL_HANGUP_COMPLETE", leg, timeout=15)
    come_back(stage)
    # The switch may still have his leg when Tandem looks first; then its next look, 30 s later, ends it.
    done = stage.until(lambda i: i.id == leg and bool(i.voicemails) and i.closed, 40)
    [message] = done.voicemails
    assert message.mailbox == "fallback"
    # What was left of his words when it began, 3 s on an idle machine, and 5 s of silence, which end it.
    assert message.length_s == pytest.approx(7, abs=2)
    assert Path(message.path).stem == leg
    assert (done.outcome, done.address) == (Outcome.OVERFLOWED, "+4930111222")
    die(stage)
    come_back(stage)
    gevent.sleep(1)
    assert len(stage.tandem.store.interaction(leg).voicemails) == 1
    nothing_left(stage)


def test_a_message_that_was_being_left_when_tandem_died_is_noted(stage: LiveStage):
    queue = stage.tandem.catalogue.get(QueueSettings, "sales")
    stage.tandem.catalogue.put(replace(queue, max_wait_s=0.5))
    call = stage.dial(Caller(stay=6))
    leg = stage.until(lambda i: i.flow is not None and i.flow.step == "message").leg
    at_application(stage, leg, "record")
    die(stage)
    call.wait_over()
    come_back(stage)
    done = stage.until(lambda i: i.closed and bool(i.voicemails))
    [message] = done.voicemails
    assert message.mailbox == "sales" and 0.5 < message.length_s < 5
    assert done.reason == "switch: SWITCH_LOST"  # how he left, nobody heard
    nothing_left(stage)
