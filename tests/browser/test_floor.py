"""A supervisor at the floor: what she sees of an agent's steps, and what she does about them."""

import time

from controller.domain.words import MonitorMode, Phase, State
from tests.browser.browser import Page
from tests.story.stage import Caller, Phone

AGENT = "[data-test=table-agents] [role=row]:has-text('1001')"
CONTACT = "[data-test=table-contacts] .body"


def floor(stage, signed_in) -> Page:
    """Of 1003, who takes no contacts herself; 1001 is available."""
    stage.agent(Phone(extension="1001", ring=0.2))
    stage.agent(Phone(extension="1003", ring=0.2), queues=())
    stage.api("POST", "agents/1003/sign-out")
    page = signed_in("1003", role="supervisor")
    page.press("g", "f")
    page.sees(f"{AGENT}:has-text('Available')")
    return page


def talking(stage, page: Page) -> str:
    """The id of a contact that 1001 has, open at the side."""
    stage.dial(Caller(stay=60, name="Liu Yang"))
    contact = stage.until(lambda i: i.state is State.CONNECTED).id
    page.click(f"{CONTACT}:has-text('Talking')")
    page.sees("[data-test=detail] h1:has-text('Liu Yang')")
    return contact


def listeners(stage, contact: str) -> list[tuple[MonitorMode, bool]]:
    return [(monitor.mode, monitor.listening) for monitor in stage.find(contact).monitors]


def test_she_sees_each_step_of_an_agent_at_once_and_whispers(stage, signed_in):
    page = floor(stage, signed_in)
    contact = talking(stage, page)
    page.sees(f"{AGENT}:has-text('On a contact')")

    asked = time.monotonic()
    stage.api("POST", f"interactions/{contact}/hold")
    page.sees(f"{AGENT}:has-text('Customer on hold')")
    # From the request to what the page shows, the test's own way to the browser included.
    assert time.monotonic() - asked < 3.0
    stage.api("POST", f"interactions/{contact}/resume")
    page.sees(f"{AGENT}:has-text('On a contact')")

    page.click("[data-test=monitor] button:has-text('Whisper')")
    page.sees("text=The agent hears you; the customer does not.")
    assert listeners(stage, contact) == [(MonitorMode.WHISPER, True)]
    page.sees("[data-test=story]:has-text('1003 asked to listen')")

    page.click("[data-test=monitor] button:has-text('Barge in')")
    page.sees("[data-test=monitor] button:has-text('Again to barge in')")
    assert listeners(stage, contact) == [(MonitorMode.WHISPER, True)]
    page.click("[data-test=monitor] button:has-text('Again to barge in')")
    page.sees("text=Agent and customer hear you.")
    assert listeners(stage, contact) == [(MonitorMode.BARGE, True)]
    page.click("[data-test=monitor] button:has-text('Stop')")
    page.sees_no("text=Agent and customer hear you.")
    assert stage.until(lambda i: i.id == contact and not i.monitors).segment.phase is Phase.TALKING


def test_who_waits_is_raised_explained_and_taken(stage, signed_in):
    page = floor(stage, signed_in)
    page.click(AGENT)
    page.click("[data-test=detail] button:has-text('On break')")
    page.click("[data-test=detail] button:has-text('Meeting')")
    page.sees(f"{AGENT}:has-text('On break (Meeting)')")
    stage.dial(Caller(stay=60, name="Liu Yang"))
    contact = stage.until(lambda i: i.state is State.QUEUED).id
    page.click(f"{CONTACT}:has-text('Waiting')")
    page.click("[data-test=steer] button:has-text('+')")
    page.sees("[data-test=priority]:has-text('1')")
    assert stage.find(contact).place.priority == 1
    page.click("text=Who could take this now?")
    page.sees("[data-test=candidates]:has-text('Nobody could take it now.')")
    page.sees("[data-test=candidates] li:has-text('1001'):has-text('On break')")

    page.click(AGENT)
    page.click("[data-test=detail] button:has-text('Available')")
    page.sees(f"{AGENT}:has-text('On a contact')")
    stage.until(lambda i: i.id == contact and i.state is State.CONNECTED)


def test_by_keys_alone_and_no_serious_fault(stage, signed_in):
    page = floor(stage, signed_in)
    page.press("/")
    page.type("supp")
    page.sees_no("[data-test=table-queues] .body:has-text('sales')")
    page.press("ArrowDown", "ArrowDown", "Enter")
    page.sees("[data-test=detail] h1:has-text('support')")
    assert page.run("location.pathname") == "/floor/queue/support"
    assert page.serious_faults() == []
    page.press("Escape")
    page.sees("[data-test=detail] h1:has-text('Today')")
    assert page.run("document.activeElement.getAttribute('data-test')") == "table-queues"
    talking(stage, page)
    assert page.serious_faults() == []


def test_the_wall_says_when_it_is_old(stage, signed_in):
    page = floor(stage, signed_in)
    page.run("location.assign('/floor?wall=1')")
    page.sees("[data-test=wall]:has-text('sales')")
    page.sees_no("[role=alert]")
    assert page.serious_faults() == []
    page.unplug()
    page.sees("[data-test=wall] [role=alert]:has-text('old')", timeout=20_000)


BAND = "[data-test=alarms]"
#: Sounds that the page made, from now on.
COUNT_SOUNDS = """
window.sounds = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.sounds += 1; return start.apply(this, at); };
"""


def test_alarms_are_seen_heard_once_and_acknowledged_for_everybody(stage, browser, signed_in):
    page = floor(stage, signed_in)
    wall = Page(browser, "wall", f"{stage.tandem.url}/floor?wall=1", of=page.name)
    page.sees(f"{BAND}:has-text('No alarm.')")
    page.run(f"(() => {{{COUNT_SOUNDS}}})()")
    stage.api("PUT", "agents/1001/status", {"status": "on_break"})
    many = {"metric": "waiting", "queue": "sales", "above": 0, "clear": 0}
    stage.api("PUT", "thresholds/many", many)
    stage.dial(Caller(stay=60, name="Liu Yang"))
    page.sees(f"{BAND}:has-text('sales: 1 waiting, more than 0')")
    page.sees("[data-test=table-queues] .body:has-text('sales'):has-text('It alarms')")
    wall.sees(f"{BAND}:has-text('sales: 1 waiting, more than 0')")
    assert page.run("window.sounds") == 2, "one sound of two tones"
    assert page.serious_faults() == []

    page.press("a")
    page.sees(f"{BAND}:has-text('Seen by a1003')")
    [alarm] = stage.api("GET", "alarms")["items"]
    assert alarm["acknowledged_by"] == "a1003"
    page.click(f"{BAND} button:has-text('Mute')")
    stage.api(
        "PUT", "thresholds/long", {**many, "metric": "longest_wait_s", "severity": "critical"}
    )
    page.sees(f"{BAND}:has-text('sales: longest wait')")
    page.click(f"{BAND} button:has-text('1 more')")
    page.sees(f"{BAND} li:has-text('Seen by a1003')")
    page.click(f"{BAND} button:has-text('I have seen it')")
    page.sees_no(f"{BAND} button:has-text('I have seen it')")
    assert page.run("window.sounds") == 2
    assert page.run("document.activeElement.closest('[data-test=alarms]') !== null")
    page.reload()
    page.sees(f"{BAND} button[aria-pressed=true]:has-text('Mute')")

    stage.api("PUT", "agents/1001/status", {"status": "available"})
    page.sees(f"{BAND}:has-text('No alarm.')")
    wall.sees_no(BAND)
    wall.close()
