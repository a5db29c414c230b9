"""A Tandem on the lab switch, and people before real pages of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.browser import Browser, Page, missing
from tests.live.fixtures import PASSWORD
from tests.live.tones import write_wav_tone
from tests.story.lab_stage import LabStage
from tests.story.live_stage import LiveStage
from tests.story.stage import Stage, write_flows

FIRST, OWN = "first-password-1", "a-password-of-my-own"

SignedIn = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    lacking = missing()
    if lacking is not None:
        pytest.skip(lacking)
    running = Browser()
    yield running
    running.close()


@pytest.fixture(params=["lab"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """On the lab switch, unless the test asks for "freeswitch"."""
    prompt = write_wav_tone(tmp_path / "prompt.wav", hz=440, seconds=3.0).read_bytes()
    write_flows(tmp_path / "flows", prompt)
    stage: LabStage | LiveStage
    if request.param == "lab":
        stage = LabStage.open(tmp_path)
    else:
        switch = request.getfixturevalue("freeswitch")
        stage = LiveStage.open(tmp_path, switch, request.getfixturevalue("sipp"), PASSWORD)
    furnish(stage)
    try:
        yield stage
    finally:
        stage.close()


def furnish(stage: Stage) -> None:
    stage.furnish()
    for queue in ("sales", "support"):
        stage.queue(
            queue, offer_s=30, wrap_up_s=60, wrap_up_extension_s=60, dispositions=("sold", "lost")
        )


def first_sign_in(page: Page, name: str) -> None:
    """With the password that somebody else chose, and then one of his own."""
    page.fill("[name=username]", name)
    page.fill("[name=password]", FIRST)
    page.press("Enter")
    page.sees("[autocomplete=new-password]")
    page.fill("[autocomplete=current-password]", FIRST)
    page.fill("[autocomplete=new-password] >> nth=0", OWN)
    page.fill("[autocomplete=new-password] >> nth=1", OWN)
    page.press("Enter")


@pytest.fixture
def signed_in(stage: Stage, browser: Browser) -> Iterator[SignedIn]:
    """The page of somebody with a phone, agent or not, after his first sign-in and his own password."""
    pages: list[Page] = []

    def sign_in(agent: str, role: str = "agent", url: str = "", **options: Any) -> Page:
        account = {"name": f"Agent {agent}", "role": role, "agent": agent, "password": FIRST}
        stage.api("PUT", f"accounts/a{agent}", account)
        where = url or stage.tandem.url
        page = Page(browser, f"{agent}-{len(pages)}", where, locale="en", **options)
        pages.append(page)
        first_sign_in(page, f"a{agent}")
        page.sees("[data-test=status]")
        return page

    yield sign_in
    faults = browser.ask("faults")
    for page in pages:
        page.close()
    assert faults == []
