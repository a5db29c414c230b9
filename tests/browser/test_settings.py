"""An admin at the page: what he sets up is what calls meet."""

from collections.abc import Iterator

import pytest

from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.words import State
from tests.browser.browser import Browser, Page
from tests.browser.conftest import FIRST, first_sign_in
from tests.story.lab_stage import LabStage
from tests.story.stage import Caller, Phone

#: Until a field has a value: of a value the page's elements tell nothing.
SHOWS = (
    "new Promise((done) => {{ const look = () => document.querySelector('{}').value === '{}' ? done()"
    " : requestAnimationFrame(look); look(); }})"
)


@pytest.fixture
def admin(stage: LabStage, browser: Browser) -> Iterator[Page]:
    stage.api("PUT", "accounts/root", {"name": "Root", "role": "admin", "password": FIRST})
    page = Page(browser, "root", f"{stage.tandem.url}/settings/queues", locale="en")
    first_sign_in(page, "root")
    page.sees("[data-test=add]")
    yield page
    faults = browser.ask("faults")
    page.close()
    assert faults == []


def field(name: str) -> str:
    return f"[data-field={name}] input"


def queue(stage: LabStage, name: str) -> QueueSettings | None:
    return stage.tandem.catalogue.find(QueueSettings, name)


def test_an_admin_builds_a_queue_and_a_call_reaches_it(stage, admin):
    stage.agent(Phone(extension="1001", ring=0.2), queues=("support",))
    stage.tandem.catalogue.remove(QueueSettings, "sales")

    admin.click("[data-test=add]")
    admin.fill(field("name"), "Sales")
    admin.fill(field("offer_s"), "0")
    admin.sees("[data-test=preview]:has-text('Correct the form first')")
    admin.press("Control+Enter")
    admin.sees("[data-field=offer_s] .fault")
    assert queue(stage, "sales") is None
    admin.fill(field("offer_s"), "25")
    admin.sees("[data-test=preview]:has-text('no agent serves it')")
    admin.press("Control+Enter")
    admin.sees(".head:has-text('sales')")
    made = queue(stage, "sales")
    assert made is not None
    assert (made.name, made.offer_s) == ("Sales", 25.0)

    admin.click(".kind:has-text('Agents')")
    admin.click(".entry:has-text('1001')")
    admin.select("[data-field=queues] select", "sales")
    admin.click("[data-test=save]")
    admin.sees("text=Nothing to save.")
    assert stage.tandem.catalogue.get(AgentProfile, "1001").queues == ("support", "sales")

    stage.dial(Caller(stay=20))
    talk = stage.until(lambda i: i.state is State.CONNECTED)
    assert (talk.segments[0].queue, talk.segments[0].agent) == ("sales", "1001")
    admin.click(".kind:has-text('Queues')")
    admin.click(".entry:has-text('Sales')")
    admin.sees("[data-test=preview]:has-text('Nobody could.')")


def test_what_is_not_saved_is_asked_for_and_what_was_saved_is_undone(stage, admin):
    admin.click(".entry:has-text('support')")
    admin.fill(field("target_s"), "77")
    admin.click(".kind:has-text('Numbers')")
    admin.sees("text=Your changes are not saved.")
    admin.click("text=Stay here")
    admin.sees("[data-test=save]")
    admin.press("Control+Enter")
    admin.sees("text=Changed by root")
    assert stage.tandem.catalogue.get(QueueSettings, "support").target_s == 77
    admin.click("[data-test=undo]")
    admin.run(SHOWS.format("[data-field=target_s] input", "30"))
    assert stage.tandem.catalogue.get(QueueSettings, "support").target_s == 30


def test_the_second_press_deletes_and_the_deletion_can_be_undone(stage, admin):
    admin.click(".entry:has-text('support')")
    admin.click("[data-test=remove]")
    admin.sees("[data-test=remove]:has-text('Once more')")
    assert queue(stage, "support") is not None
    admin.click("[data-test=remove]")
    admin.sees("text=support was deleted by root")
    assert queue(stage, "support") is None
    admin.click("[data-test=undo]")
    admin.sees(".entry:has-text('support')")
    assert queue(stage, "support") is not None


def test_the_views_of_an_admin_can_be_read_by_everybody(stage, admin):
    stage.agent(Phone(extension="1001"), skills={"english": 3})
    admin.click(".entry:has-text('support')")
    for kind in (
        "Queues",
        "Numbers",
        "Agents",
        "Skills",
        "Users",
        "API tokens",
        "Set-up file",
        "Audit",
    ):
        admin.click(f".kind:text-is('{kind}')")
        admin.sees(".kind.here")
        admin.sees("nav [aria-current=page]:has-text('Settings')")
        assert admin.serious_faults() == [], kind


def test_an_auditor_reads_and_changes_nothing(stage, browser):
    stage.api("PUT", "accounts/eye", {"name": "Eye", "role": "auditor", "password": FIRST})
    page = Page(browser, "eye", f"{stage.tandem.url}/settings/queues", locale="en")
    first_sign_in(page, "eye")
    page.click(".kind:has-text('Queues')")
    page.click(".entry:has-text('support')")
    page.sees("text=You may look at this, not change it.")
    page.sees(f"{field('name')}:disabled")
    page.sees_no("[data-test=save]")
    page.sees_no("[data-test=add]")
    page.close()


def test_what_another_admin_changes_is_seen_and_said(stage, admin):
    stage.api("PUT", "queues/night", {"name": "Night desk"})
    admin.click(".entry:has-text('Night desk')")
    stage.api("PUT", "queues/night", {"name": "Late desk"})
    admin.sees(".head:has-text('Late desk')")
    admin.fill(field("name"), "My desk")
    stage.api("PUT", "queues/night", {"name": "Their desk"})
    admin.sees("text=Somebody else has changed this meanwhile.")
    assert admin.run("document.querySelector('[data-field=name] input').value") == "My desk"
    admin.click("button:has-text('Show the other one')")
    admin.sees_no("text=Somebody else has changed this meanwhile.")
    admin.run(SHOWS.format("[data-field=name] input", "Their desk"))
    stage.api("DELETE", "queues/night")
    admin.sees_no(".entry:has-text('Their desk')")


def test_of_two_admins_the_second_is_told_and_keeps_what_he_typed(stage, admin, browser):
    stage.api("PUT", "queues/night", {"name": "Night desk"})
    stage.api("PUT", "accounts/rita", {"name": "Rita", "role": "admin", "password": FIRST})
    other = Page(browser, "rita", f"{stage.tandem.url}/settings/queues", locale="en")
    first_sign_in(other, "rita")
    other.click(".kind:has-text('Queues')")
    for page in (admin, other):
        page.click(".entry:has-text('Night desk')")
    admin.fill(field("name"), "My desk")
    other.fill(field("name"), "Her desk")
    other.click("[data-test=save]")
    other.sees(".head:has-text('Her desk')")
    other.close()

    admin.sees("text=Somebody else has changed this meanwhile.")
    admin.click("[data-test=save]")
    admin.sees("text=somebody else has changed night meanwhile, so nothing is saved")
    assert admin.run("document.querySelector('[data-field=name] input').value") == "My desk"
    assert stage.tandem.catalogue.get(QueueSettings, "night").name == "Her desk"
    assert admin.serious_faults() == []
    admin.click("[data-test=insist]")
    admin.sees(".head:has-text('My desk')")
    admin.sees_no("[data-test=insist]")
    assert stage.tandem.catalogue.get(QueueSettings, "night").name == "My desk"


def test_what_another_deletes_is_not_lost_to_who_writes_on_it(stage, admin):
    stage.api("PUT", "queues/night", {"name": "Night desk"})
    admin.click(".entry:has-text('Night desk')")
    admin.fill(field("name"), "My desk")
    stage.api("DELETE", "queues/night")
    admin.sees("text=Somebody else has changed this meanwhile.")
    admin.click("[data-test=save]")
    admin.sees("text=somebody else has deleted night meanwhile, so nothing is saved")
    admin.click("[data-test=insist]")
    admin.sees(".entry:has-text('My desk')")
    assert stage.tandem.catalogue.get(QueueSettings, "night").name == "My desk"
