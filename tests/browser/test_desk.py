"""An agent's day at the page: a real Chromium, a real server, the lab switch."""

from controller.domain.words import Outcome, Phase, State
from tests.browser.browser import ROOT, Page
from tests.browser.conftest import OWN
from tests.story.stage import Caller, Phone

TALKING = ".head:has-text('Talking')"

#: Name and compressed bytes of each script that the page has loaded.
SCRIPTS = """
performance.getEntriesByType("resource")
  .filter((one) => one.name.endsWith(".js"))
  .map((one) => [one.name, one.encodedBodySize])
"""
STATIC = ROOT / "console" / "static"


def working(stage, signed_in, agent: str = "1001") -> Page:
    """Available, by the page, with a phone that rings until the page has it answered."""
    stage.agent(Phone(extension=agent, afar=True))
    stage.api("POST", f"agents/{agent}/sign-out")
    page = signed_in(agent)
    page.click("button:has-text('Start work')")
    page.sees("[data-test=status]:has-text('Available')")
    return page


def talking(stage, page: Page, **caller) -> str:
    """The id of a contact that the page accepted."""
    stage.dial(Caller(**{"stay": 60, **caller}))
    page.sees("[data-test=accept]")
    page.press("Enter")
    page.sees(TALKING)
    return stage.until(lambda i: i.state is State.CONNECTED).id


def phase(stage, interaction_id: str, agent: str = "1001") -> Phase:
    segments = stage.find(interaction_id).segments
    return next(s.phase for s in reversed(segments) if s.agent == agent)


def test_a_contact_from_its_offer_to_the_end_of_its_wrap_up(stage, signed_in):
    page = working(stage, signed_in)
    stage.dial(Caller(stay=60, name="Liu Yang"))
    page.sees("[data-test=offer]:has-text('Liu Yang')")
    assert "only one free" in page.text("[data-test=offer]")
    assert "Liu Yang" in page.run("document.title")
    page.press("Enter")
    page.sees(TALKING)
    contact = stage.until(lambda i: i.state is State.CONNECTED).id

    page.press("h")
    page.sees(".head:has-text('On hold')")
    stage.until(lambda i: i.segments[-1].phase is Phase.HELD)
    page.press("h")
    page.sees(TALKING)
    stage.until(lambda i: i.segments[-1].phase is Phase.TALKING)

    page.fill("[data-test=notes] textarea", "wants two of them")
    page.press("Escape")
    page.click("[data-test=end]")
    page.sees("[data-test=done]")
    page.click("[data-test=disposition]")
    page.click(".n-base-select-option:has-text('sold')")
    page.sees("text=Saved")
    page.click("[data-test=done]")
    page.sees_no("[data-test=contact]")
    segment = stage.until(lambda i: i.closed).segments[0]
    assert (segment.disposition, segment.notes) == ("sold", "wants two of them")
    assert stage.find(contact).outcome is Outcome.HANDLED
    page.sees("[data-test=status]:has-text('Available')")


def test_a_transfer_to_a_queue_by_keys_alone(stage, signed_in):
    page = working(stage, signed_in)
    contact = talking(stage, page)
    page.press("t")
    page.type("supp")
    page.press("Enter")
    page.sees("[data-test=done]")
    page.press("Control+Enter")
    page.sees_no("[data-test=contact]")
    assert stage.find(contact).place.queue == "support"


def test_what_the_server_refuses_is_said_where_it_was_asked(stage, signed_in):
    page = working(stage, signed_in)
    talking(stage, page)
    page.press("t")
    page.type("+33123456789")
    page.press("Enter")
    page.sees("[role=alert]:has-text('Not done')")
    assert page.run("document.activeElement.getAttribute('role')") == "combobox"
    page.press("Escape")
    page.sees_no("[role=combobox]")
    assert page.run("document.activeElement.dataset.opens") == "transfer"


def test_a_colleague_is_asked_and_gets_the_customer(stage, signed_in):
    page = working(stage, signed_in)
    contact = talking(stage, page)
    stage.agent(Phone(extension="1002", ring=0.2))
    page.press("c")
    page.type("1002")
    page.sees("[role=option]:has-text('free')")
    page.press("Enter")
    page.sees("text=You talk with 1002")
    page.click("button:has-text('Hand over')")
    page.sees("[data-test=done]")
    stage.until(lambda i: i.segment is not None and i.segment.agent == "1002")
    assert phase(stage, contact) is Phase.WRAP_UP


def test_a_reload_in_mid_call_comes_back_to_the_same_state(stage, signed_in):
    page = working(stage, signed_in)
    contact = talking(stage, page)
    page.fill("[data-test=notes] textarea", "half a sentence")
    page.reload()
    page.sees(TALKING)
    assert (
        page.run("document.querySelector('[data-test=notes] textarea').value") == "half a sentence"
    )
    assert phase(stage, contact) is Phase.TALKING
    page.press("h")
    page.sees(".head:has-text('On hold')")


def test_a_break_asked_for_in_a_contact_comes_after_it(stage, signed_in):
    page = working(stage, signed_in)
    talking(stage, page)
    page.click("[data-test=status]")
    page.click("button:has-text('Lunch')")
    page.sees("text=Then: On break (Lunch)")
    page.press("e")
    page.sees("[data-test=done]")
    page.click("[data-test=done]")
    page.sees("[data-test=status]:has-text('On break (Lunch)')")


def test_a_session_that_ends_loses_nothing_of_the_page(stage, signed_in):
    page = working(stage, signed_in)
    contact = talking(stage, page)
    page.fill("[data-test=notes] textarea", "not yet saved")
    page.run(
        "fetch('/api/v1/session', {method: 'DELETE', headers: {'X-Tandem': '1'}}).then(() => null)"
    )
    page.sees("text=Your session has ended")
    page.fill("[name=password]", OWN)
    page.press("Enter")
    page.sees_no("text=Your session has ended")
    page.sees(TALKING)
    assert page.run("document.querySelector('[data-test=notes] textarea').value") == "not yet saved"
    page.click("[data-test=hold]")
    stage.until(lambda i: i.id == contact and i.segments[-1].phase is Phase.HELD)


def test_a_caller_may_call_himself_what_he_likes(stage, signed_in):
    page = working(stage, signed_in)
    stage.dial(Caller(stay=60, name="<img src=x onerror=document.title=1>"))
    page.sees("[data-test=offer]:has-text('<img')")
    assert page.run("document.querySelectorAll('[data-test=offer] img').length") == 0


def test_no_serious_fault_for_who_does_not_see_or_has_no_mouse(stage, signed_in):
    page = working(stage, signed_in)
    assert page.serious_faults() == []
    stage.dial(Caller(stay=60))
    page.sees("[data-test=accept]")
    assert page.serious_faults() == []
    page.press("Enter")
    page.sees(TALKING)
    page.press("t")
    assert page.serious_faults() == []
    page.press("Escape")
    page.press("e")
    page.sees("[data-test=done]")
    assert page.serious_faults() == []
    page.click("[data-test=status]")
    page.sees("text=Lunch")
    assert page.serious_faults() == []
    page.press("Escape")
    page.click("[data-test=phone]")
    page.sees("text=lab switch")
    assert page.serious_faults() == []


def test_at_1024_the_customer_is_in_a_drawer_and_nothing_scrolls_sideways(stage, signed_in):
    page = working(stage, signed_in)
    talking(stage, page, name="A Name That Is Much Longer Than Anybody Would Think")
    page.size(1024, 768)
    assert page.run("document.documentElement.scrollWidth <= innerWidth") is True
    page.click("[aria-label='Show customer and colleagues']")
    page.sees("[role=tab]:has-text('Customer')")
    page.press("Escape")
    page.sees_no("[role=tab]:has-text('Customer')")


def test_the_reasons_of_a_break_are_those_set_up_as_they_change(stage, signed_in):
    page = working(stage, signed_in)
    page.click("[data-test=status]")
    page.sees("button:has-text('Lunch')")
    stage.api("PUT", "reasons/gym", {"name": "Gymnastics"})
    page.sees("button:has-text('Gymnastics')")
    page.sees_no("button:has-text('Lunch')")
    stage.api("PUT", "reasons/gym", {"name": "Exercise"})
    page.click("button:has-text('Exercise')")
    page.sees("[data-test=status]:has-text('On break (Exercise)')")
    stage.api("PUT", "reasons/tea", {"name": "Tea"})
    stage.api("DELETE", "reasons/gym")
    page.click("[data-test=status]")
    page.sees("button:has-text('Tea')")
    page.sees_no("[role=group] button:has-text('Exercise')")


def test_the_desk_needs_at_most_350_kb_of_script(stage, signed_in):
    """As they are sent, compressed; the phone's too, which a desk on the lab switch does not load."""
    page = working(stage, signed_in)
    sizes = dict(page.run(SCRIPTS))
    phone = list((STATIC / "assets").glob("softphone-*.js.gz"))
    assert len(phone) == 1 and len(sizes) > 3
    assert sum(sizes.values()) + phone[0].stat().st_size <= 350_000, sizes
