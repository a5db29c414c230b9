"""The softphone in the page: a real Chromium registers at a real FreeSWITCH, and is heard."""

import array
import time
import wave
from typing import Any

import gevent
import pytest

from controller.domain.catalogue import AgentProfile
from controller.domain.words import Outcome, Phase, State
from controller.provisioning.directory import a1_hash
from tests.browser.browser import Page
from tests.live.fixtures import PASSWORD
from tests.story.stage import CUSTOMER, Caller

pytestmark = [
    pytest.mark.live,
    pytest.mark.parametrize("stage", ["freeswitch"], indirect=True),
]

TALKING = ".head:has-text('Talking')"
READY = "[data-test=phone]:has-text('ready')"

#: Keeps every connection that the page makes, so that its statistics can be asked.
KEEP = """
(() => {
  const Plain = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Plain {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
})()
"""
SOUND = """
(async () => {
  const found = { packetsReceived: 0, packetsSent: 0, energy: 0, level: 0 };
  for (const stats of (await window.connections.at(-1).getStats()).values()) {
    if (stats.type === "inbound-rtp") {
      found.packetsReceived += stats.packetsReceived;
      found.energy += stats.totalAudioEnergy;
    }
    if (stats.type === "outbound-rtp") found.packetsSent += stats.packetsSent;
    if (stats.type === "media-source") found.level += stats.totalAudioEnergy;
  }
  return found;
})()
"""


def at_work(stage, signed_in, **options) -> Page:
    """An available agent whose phone is the page, registered."""
    password = a1_hash("1001", stage.tandem.config.switch.domain, PASSWORD.format("1001"))
    stage.tandem.catalogue.put(
        AgentProfile(
            id="1001",
            name="1001",
            extension="1001",
            queues=("sales", "support"),
            a1_hash=password,
        )
    )
    page: Page = signed_in("1001", permissions=["microphone"], init=KEEP, **options)
    page.sees(READY)
    page.click("button:has-text('Start work')")
    page.sees("[data-test=status]:has-text('Available')")
    return page


def talking(stage, page: Page) -> str:
    stage.dial(Caller(stay=60))
    page.sees("[data-test=accept]")
    page.press("Enter")
    page.sees(TALKING)
    return str(stage.until(lambda i: i.state is State.CONNECTED).id)


def sound(page: Page) -> dict[str, Any]:
    found = page.run(SOUND)
    assert isinstance(found, dict)
    return found


def flows(page: Page) -> None:
    """Sound comes and goes: more of both a second later."""
    before, until = sound(page), time.monotonic() + 10
    while time.monotonic() < until:
        now = sound(page)
        if all(now[name] > before[name] for name in now):
            return
        page.sees(TALKING)
    raise AssertionError(f"no sound both ways: {before}, then {now}")


def loudest(path: str) -> tuple[int, int]:
    """Of a recording's two channels, customer and agent; 32767 is the most there is."""
    with wave.open(path) as file:
        assert file.getnchannels() == 2
        samples = array.array("h", file.readframes(file.getnframes()))
    return max(map(abs, samples[0::2])), max(map(abs, samples[1::2]))


def test_a_caller_is_answered_in_the_page_and_both_are_heard(stage, signed_in):
    page = at_work(stage, signed_in)
    contact = talking(stage, page)
    flows(page)
    page.press("h")
    page.sees(".head:has-text('On hold')")
    page.press("h")
    page.sees(TALKING)
    flows(page)
    page.click("[data-test=end]")
    page.sees("[data-test=done]")
    done = stage.until(lambda i: i.ended_at is not None)
    assert done.id == contact and done.outcome is Outcome.HANDLED
    page.press("Control+Enter")
    page.sees_no("[data-test=contact]")
    page.sees(READY)
    [recording] = stage.until(lambda i: i.closed).recordings
    assert min(loudest(recording.path)) > 1000  # both were heard


def test_a_closed_lid_is_music_for_the_customer_within_seconds(stage, signed_in, browser):
    page = at_work(stage, signed_in)
    contact = talking(stage, page)
    flows(page)
    browser.freeze()
    closed_at = stage.tandem.clock.now()
    try:
        away = stage.until(lambda i: i.id == contact and i.state is State.RECONNECTING)
    finally:
        browser.thaw()
    silent_s = away.segment.away_since - closed_at
    assert silent_s == pytest.approx(stage.tandem.fs_settings.page_timeout, abs=1)
    stage.until(lambda i: i.id == contact and i.segments[-1].phase is Phase.TALKING)
    page.sees(TALKING)
    flows(page)
    page.click("[data-test=end]")
    page.sees("[data-test=done]")
    assert len(stage.find(contact).segments) == 1


def test_a_gap_of_three_seconds_parts_nobody(stage, signed_in, browser):
    """A Wi-Fi that changes its station, a machine that is busy."""
    page = at_work(stage, signed_in)
    contact = talking(stage, page)
    browser.freeze()
    try:
        gevent.sleep(3)
    finally:
        browser.thaw()
    flows(page)
    assert stage.find(contact).segments[-1].reconnects == 0
    assert "ReconnectStarted" not in stage.names(stage.find(contact))


@pytest.mark.slow
def test_who_is_silent_is_there(stage, signed_in, browser):
    """Muted, on hold, in a tab behind another: his page says no word, and that it is there."""
    page = at_work(stage, signed_in)
    contact = talking(stage, page)
    silent_s = stage.tandem.fs_settings.page_timeout + 2
    page.press("m")
    page.sees("[aria-pressed=true]:has-text('Unmute')")
    gevent.sleep(silent_s)
    page.press("h")
    page.sees(".head:has-text('On hold')")
    other = Page(browser, "other", "about:blank", of=page.name)
    gevent.sleep(silent_s)
    other.close()
    assert stage.find(contact).state is State.CONNECTED
    assert "ReconnectStarted" not in stage.names(stage.find(contact))


def test_a_reload_in_mid_call_brings_the_customer_back(stage, signed_in):
    page = at_work(stage, signed_in)
    contact = talking(stage, page)
    page.reload()
    stage.until(lambda i: i.id == contact and i.segments[-1].reconnects > 0)
    stage.until(lambda i: i.id == contact and i.segments[-1].phase is Phase.TALKING)
    page.sees(TALKING)
    flows(page)
    stage.hangs_up(contact, CUSTOMER)
    page.sees("[data-test=done]")
    assert stage.until(lambda i: i.ended_at is not None).outcome is Outcome.HANDLED
    assert len(stage.find(contact).segments) == 1
