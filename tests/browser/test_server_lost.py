"""Tandem is killed under open pages, and comes back: they say so, go on by themselves, and show the truth."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.auth import Role
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.db.store import SqlStore
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.domain.catalogue import Session
from controller.lab.switch import LabSwitch
from tests.browser.browser import Browser, Page
from tests.browser.conftest import FIRST, OWN, first_sign_in
from tests.hostile.centre import Centre
from tests.hostile.process import TandemProcess
from tests.story.stage import off_hub

TALKING = ".head:has-text('Talking')"
HELD = ".head:has-text('On hold')"
LOST = "[role=status]:has-text('No connection to the server')"
ROW = "[data-test=table-contacts] .body"
AGENT = "[data-test=table-agents] [role=row]:has-text('1001')"


class Killed:
    """A switch that lives on, a Tandem of its own process that may be killed, and two who look at it."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self.lab = LabSwitch()
        self.lab.start()
        centre = Centre(folder, self.lab).run()
        centre.furnish(wrap_up_s=60)
        self.phone = centre.agent(answer_after=0.2)
        token = centre.tandem.new_token("test", Role.ADMIN)
        centre.tandem.stop()
        config = centre.tandem.config
        self._database = config.database_url
        self.process = TandemProcess(config, folder / "tandem.yaml")
        off_hub(self.process.start)
        off_hub(self.process.await_ready)
        for name, role, agent in (("agent", "agent", "1001"), ("boss", "supervisor", None)):
            account = {"name": name, "role": role, "agent": agent, "password": FIRST}
            off_hub(self.process.api, "PUT", f"api/v1/accounts/{name}", token, account)
        self.desk = Page(browser, "desk", self.process.url, locale="en")
        first_sign_in(self.desk, "agent")
        self.desk.sees("[data-test=status]:has-text('Available')")
        self.floor = Page(browser, "floor", self.process.url, locale="en")
        first_sign_in(self.floor, "boss")
        self.floor.sees(f"{AGENT}:has-text('Available')")
        self.dial = centre.dial

    def kill(self) -> None:
        self.process.kill()
        for page in (self.desk, self.floor):
            page.sees(LOST)

    def come_back(self) -> None:
        off_hub(self.process.start, self.process.port)

    def sees_that_it_is_back(self) -> None:
        for page in (self.desk, self.floor):
            page.sees_no(LOST)

    def end_sessions(self) -> None:
        """Somebody has ended all sessions while the server was away."""
        store = SqlStore(self._database)
        catalogue = SqlCatalogue(store.database, MemoryCatalogue())
        for session in catalogue.all(Session):
            catalogue.remove(Session, session.id)
        store.close()

    def close(self) -> None:
        for page in (self.desk, self.floor):
            page.close()
        self.process.stop()
        self.lab.stop()


@pytest.fixture
def killed(tmp_path: Path, browser: Browser) -> Iterator[Killed]:
    killed = Killed(tmp_path, browser)
    yield killed
    faults = browser.ask("faults")
    killed.close()
    assert faults == []


def test_a_talk_goes_on_and_so_do_the_pages(killed: Killed):
    killed.dial()
    killed.desk.sees(TALKING)
    killed.floor.sees(f"{ROW}:has-text('Talking')")
    killed.kill()
    killed.desk.sees(TALKING)
    killed.desk.click("[data-test=hold]")
    killed.desk.sees(
        "[role=alert]:visible:has-text('Not done')"
    )  # it says that it could not be done
    killed.come_back()
    killed.sees_that_it_is_back()
    assert killed.phone.leg is not None and killed.phone.leg.bridge is not None
    killed.desk.click("[data-test=hold]")
    killed.desk.sees(HELD)
    killed.floor.sees(f"{AGENT}:has-text('Customer on hold')")


def test_what_happened_meanwhile_is_shown(killed: Killed):
    """One customer has hung up, and another has come, whom nobody served."""
    call = killed.dial()
    killed.desk.sees(TALKING)
    killed.kill()
    call.hang_up()
    killed.dial(name="Somebody Else")
    killed.come_back()
    killed.sees_that_it_is_back()
    killed.desk.sees("[data-test=done]")
    killed.floor.sees(f"{AGENT}:has-text('Wrap-up')")
    killed.floor.sees(f"{ROW}:has-text('Somebody Else')")
    killed.desk.click("[data-test=done]")
    killed.desk.sees("[data-test=contact]:has-text('Somebody Else')")


def test_a_session_that_is_valid_no_more_is_asked_for_and_nothing_is_lost(killed: Killed):
    killed.dial()
    killed.desk.sees(TALKING)
    killed.desk.fill("[data-test=notes] textarea", "not yet saved")
    killed.kill()
    killed.end_sessions()
    killed.come_back()
    for page in (killed.desk, killed.floor):
        page.sees("text=Your session has ended")
        page.fill("[name=password]", OWN)
        page.press("Enter")
        page.sees_no("text=Your session has ended")
    killed.desk.sees(TALKING)
    notes = "document.querySelector('[data-test=notes] textarea').value"
    assert killed.desk.run(notes) == "not yet saved"
    killed.desk.click("[data-test=hold]")
    killed.desk.sees(HELD)
    killed.floor.sees(f"{AGENT}:has-text('Customer on hold')")


def test_a_page_of_another_build_says_so_and_is_loaded_anew(killed: Killed):
    killed.dial()
    killed.desk.sees(TALKING)
    entry = "document.querySelector('script[type=module]')"
    killed.desk.run(f"{entry}.setAttribute('src', '/assets/index-older.js')")
    killed.kill()
    killed.come_back()
    killed.desk.click("[role=status] button:has-text('Load anew')")
    killed.desk.sees_no("text=Tandem has been updated")
    killed.desk.sees(TALKING)
    killed.floor.sees_no("text=Tandem has been updated")
