"""Microphone, speakers and the network of who sits before the page: what he chooses, and what he lacks."""

from collections.abc import Iterator

import pytest

from controller.domain.catalogue import AgentProfile
from controller.provisioning.directory import a1_hash
from tests.browser.browser import Browser, Page, missing
from tests.browser.conftest import FIRST, first_sign_in
from tests.browser.test_softphone import READY
from tests.live.fixtures import PASSWORD
from tests.story.stage import Phone

NOT_READY = {"en": "Phone: not ready", "zh-CN": "话机：未就绪"}
REFUSED = {
    "en": "was told not to give this page the microphone",
    "zh-CN": "浏览器已禁止本页使用麦克风",
}
NONE = {"en": "No microphone was found", "zh-CN": "未找到麦克风"}

#: Notes where sounds that the page makes are played.
SINKS = """
window.sinks = [];
AudioContext.prototype.setSinkId = new Proxy(AudioContext.prototype.setSinkId, {
  apply: (target, context, [id]) => { window.sinks.push(id); return Reflect.apply(target, context, [id]); },
});
"""
#: Until the meter shows that the microphone hears something.
HEARS = """
new Promise((done) => {
  const look = () => document.querySelector("meter")?.value > 20 ? done() : setTimeout(look, 50);
  look();
})
"""
#: The id of the loudspeaker that is chosen.
SECOND = """
navigator.mediaDevices.enumerateDevices()
  .then((all) => all.find((one) => one.label === "Fake Audio Output 2").deviceId)
"""
live = pytest.mark.parametrize(
    "stage", [pytest.param("freeswitch", marks=pytest.mark.live)], indirect=True
)


def his_page(stage, browser: Browser, locale: str, password: str = "") -> Page:
    """Of 1001, whose phone is the page."""
    good = a1_hash("1001", stage.tandem.config.switch.domain, password or PASSWORD.format("1001"))
    stage.tandem.catalogue.put(
        AgentProfile(id="1001", name="1001", extension="1001", queues=("sales",), a1_hash=good)
    )
    account = {"name": "Agent", "role": "agent", "agent": "1001", "password": FIRST}
    stage.api("PUT", "accounts/a1001", account)
    page = Page(browser, f"his-{locale}", stage.tandem.url, locale=locale)
    first_sign_in(page, "a1001")
    return page


def says(page: Page, words: str) -> None:
    """The phone's own panel does."""
    page.click("[data-test=phone]")
    page.sees(f'[role=status]:has-text("{words}")')
    page.press("Escape")


@pytest.fixture(
    params=[
        (REFUSED, "--use-fake-ui-for-media-stream", "--use-fake-ui-for-media-stream=deny"),
        (NONE, "--use-fake-device-for-media-stream"),
    ],
    ids=["refused", "none"],
)
def without_microphone(request) -> Iterator[tuple[Browser, dict[str, str]]]:
    lacking = missing()
    if lacking is not None:
        pytest.skip(lacking)
    words, without, *flags = request.param
    browser = Browser(without, *flags)
    yield browser, words
    browser.close()


@live
@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_without_a_microphone_the_phone_is_not_ready_and_says_why(
    stage, without_microphone, locale
):
    browser, words = without_microphone
    page = his_page(stage, browser, locale)
    page.sees(f"[data-test=phone]:has-text('{NOT_READY[locale]}')")
    says(page, words[locale])
    page.close()


@live
def test_a_phone_that_the_switch_does_not_know(stage, browser):
    page = his_page(stage, browser, "en", "not-its-password")
    page.sees(f"[data-test=phone]:has-text('{NOT_READY['en']}')")
    says(page, "does not accept your phone's password")
    page.close()


@live
def test_a_network_that_is_gone_is_said_at_once_and_back_it_is_ready(stage, browser):
    page = his_page(stage, browser, "en")
    page.sees(READY)
    page.unplug()
    page.sees(f"[data-test=phone]:has-text('{NOT_READY['en']}')")
    says(page, "This computer has no network")
    page.plug_in()
    page.sees_no(f"[data-test=phone]:has-text('{NOT_READY['en']}')")
    page.sees(READY)
    page.close()


def test_devices_are_chosen_and_tried(stage, browser):
    stage.agent(Phone(extension="1001", afar=True))
    stage.api(
        "PUT", "accounts/a1001", {"name": "A", "role": "agent", "agent": "1001", "password": FIRST}
    )
    page = Page(
        browser, "devices", stage.tandem.url, locale="en", init=SINKS, permissions=["microphone"]
    )
    first_sign_in(page, "a1001")
    page.click("[data-test=phone]")
    page.click("button:has-text('Allow microphone')")
    page.run(HEARS)
    choose(page, "Microphone", "Fake Audio Input 2")
    choose(page, "Ring on", "Fake Audio Output 2")
    page.click("button:has-text('Test ring')")
    chosen = page.run(SECOND)
    assert page.run("window.sinks") == [chosen]
    page.close()


def choose(page: Page, field: str, device: str) -> None:
    page.click(f".field:has-text('{field}') .n-base-selection")
    page.click(f".n-base-select-option:has-text('{device}') >> visible=true")
