"""Who the customer is, beside his contact: his history, what is known of him, that two are one."""

from controller.domain.words import State
from tests.browser.test_desk import TALKING, talking, working
from tests.story.stage import Caller

FIRST, SECOND = "+4930111222", "+4930111333"


def ended(stage, page, contact: str) -> None:
    page.click("[data-test=end]")
    page.sees("[data-test=done]")
    page.press("Control+Enter")
    page.sees_no("[data-test=contact]")
    stage.until(lambda i: i.id == contact and i.state is State.ENDED and i.closed)


def again(stage, page, address: str) -> None:
    stage.dial(Caller(stay=60, address=address))
    page.sees("[data-test=accept]")
    page.press("Enter")
    page.sees(TALKING)


def test_who_calls_again_is_known_with_what_was_noted(stage, signed_in):
    page = working(stage, signed_in)
    contact = talking(stage, page, address=FIRST)
    page.sees(f"[data-test=identities]:has-text('{FIRST}')")
    page.sees("text=None before.")
    page.fill("[data-test=person-name] input", "Ann Example")
    page.fill("[data-test=person-note] textarea", "prefers mail")
    page.click("[data-test=person-save]")
    page.sees_no("[data-test=person-save]")
    page.fill("[data-test=identity] input", "Ann@Example.com")
    page.click("[data-test=identity-add]")
    page.sees("[data-test=identities]:has-text('ann@example.com')")
    ended(stage, page, contact)

    again(stage, page, FIRST)
    page.sees("[data-test=history] li:has-text('Handled')")
    value = "document.querySelector('[data-test=person-{}]').querySelector('{}').value"
    assert page.run(value.format("name", "input")) == "Ann Example"
    assert page.run(value.format("note", "textarea")) == "prefers mail"


def test_two_who_are_one_are_merged_with_evidence_and_taken_apart_again(stage, signed_in):
    page = working(stage, signed_in)
    ended(stage, page, talking(stage, page, address=FIRST))
    again(stage, page, SECOND)
    page.sees("text=None before.")
    page.fill("[data-test=identity] input", FIRST)
    page.click("[data-test=identity-add]")
    page.sees("[data-test=other]")
    page.fill("[data-test=evidence] input", "calls from his office, too")
    page.click("[data-test=merge] button")
    page.click("[data-test=merge] button")
    page.sees("[data-test=merged]:has-text('calls from his office, too')")
    page.sees(f"[data-test=identities]:has-text('{FIRST}')")
    page.sees("[data-test=history] li:has-text('Handled')")

    page.click("[data-test=undo]")
    page.fill("[data-test=undo-why] input", "a colleague of his")
    page.click("[data-test=undo]")
    page.sees_no("[data-test=merged]")
    page.sees_no(f"[data-test=identities]:has-text('{FIRST}')")
    page.sees("text=None before.")
