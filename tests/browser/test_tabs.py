"""Two tabs of one agent with the phone in the page, on the real FreeSWITCH: one is it, the other says so."""

from collections.abc import Iterator

import pytest

from controller.domain.words import Phase, State
from tests.browser.browser import Page
from tests.browser.test_softphone import READY, TALKING, at_work, flows, talking
from tests.story import verbs

pytestmark = [
    pytest.mark.live,
    pytest.mark.parametrize("stage", ["freeswitch"], indirect=True),
]

ELSEWHERE = "[data-test=phone]:has-text('in another tab')"


@pytest.fixture
def tabs(browser, stage, signed_in) -> Iterator[tuple[Page, Page]]:
    """An available agent's two; the first is the phone."""
    page = at_work(stage, signed_in)
    other = Page(browser, f"{page.name}-other", stage.tandem.url, of=page.name)
    other.sees(ELSEWHERE)
    page.sees(READY)
    yield page, other
    other.close()


def test_the_other_tab_says_so_and_has_the_phone_when_the_first_is_closed(stage, tabs):
    page, other = tabs
    page.close()
    other.sees(READY)
    contact = talking(stage, other)
    flows(other)
    verbs.hang_up(stage, contact)
    other.sees("[data-test=done]")


def test_closed_in_mid_call_the_other_tab_takes_the_customer_back(stage, tabs):
    page, other = tabs
    contact = talking(stage, page)
    other.sees(TALKING)
    page.close()
    stage.until(lambda i: i.id == contact and i.segments[-1].reconnects > 0)
    stage.until(lambda i: i.id == contact and i.segments[-1].phase is Phase.TALKING)
    other.sees("[data-test=phone]:has-text('in a call')")
    flows(other)
    [segment] = stage.find(contact).segments
    assert segment.away_s < 5
    verbs.hang_up(stage, contact)
    other.sees("[data-test=done]")


def test_taken_over_in_mid_call_by_the_other_tab(stage, tabs):
    page, other = tabs
    contact = talking(stage, page)
    other.sees(TALKING)
    other.click("button:has-text('Use it here')")
    stage.until(lambda i: i.id == contact and i.segments[-1].reconnects > 0)
    stage.until(lambda i: i.id == contact and i.state is State.CONNECTED)
    page.sees(ELSEWHERE)
    other.sees("[data-test=phone]:has-text('in a call')")
    flows(other)
    verbs.hang_up(stage, contact)
