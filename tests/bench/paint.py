"""What people before the page wait for: its first useful paint, and each step of an agent on the floor.

A real Chromium on this machine, a whole Tandem on the lab switch in this process. The steps are those of
an agent with one caller after the other; a delay runs from the time of the event, before it is saved,
until the supervisor's page has changed, as its own observer of changes says. Both have one clock.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

import click

from controller.domain import events as e
from controller.domain.words import State
from controller.ports import AnyEvent
from tests.browser.browser import Browser, Page, missing
from tests.browser.conftest import FIRST, OWN, first_sign_in
from tests.live.tones import write_wav_tone
from tests.story.lab_stage import LabStage
from tests.story.stage import Caller, Phone, write_flows

CALLS, LOADS = 20, 5
#: What the row of the agent says after each event.
WORDS: dict[type[AnyEvent], str] = {
    e.Offered: "Being offered",
    e.OfferAccepted: "On a contact",
    e.Held: "Customer on hold",
    e.Resumed: "On a contact",
    e.WrapUpStarted: "Wrap-up",
    e.SegmentClosed: "Available",
}
_ROW = "[data-test=table-agents] [role=row]:has-text('1001')"
#: What the agent's row said, and since when.
_WATCH = """
(() => {
  window.seen = [];
  const look = () => {
    const rows = [...document.querySelectorAll("[data-test=table-agents] [role=row]")];
    const row = rows.find((one) => one.textContent.includes("1001"));
    const words = row?.textContent ?? "";
    if (words !== window.seen.at(-1)?.[1]) window.seen.push([Date.now() / 1000, words]);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
})()
"""
#: Milliseconds from the start of loading to the first paint with words in it, and to the largest so far.
_PAINTS = """
new Promise((done) => {
  const [first] = performance.getEntriesByName("first-contentful-paint");
  const found = { first: first?.startTime ?? null, largest: null };
  new PerformanceObserver((list) => {
    found.largest = list.getEntries().at(-1).startTime;
    done(found);
  }).observe({ type: "largest-contentful-paint", buffered: true });
})
"""


def run(as_json: bool) -> None:
    """In a process of its own, in which threads are threads: the browser's driver is asked from one."""
    lacking = missing()
    if lacking is not None:
        raise click.ClickException(lacking)
    command = [sys.executable, "-m", "tests.bench.paint"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    for name, figure in figures.items():
        click.echo(f"{name:34} {figure:8.0f} ms")
    if as_json:
        click.echo(json.dumps({f"{name.replace(' ', '_')}_ms": n for name, n in figures.items()}))


def _measure(folder: Path) -> dict[str, float]:
    write_flows(folder / "flows", write_wav_tone(folder / "p.wav", hz=440, seconds=1).read_bytes())
    stage, browser = LabStage.open(folder), Browser()
    try:
        stage.furnish()
        stage.agent(Phone(extension="1001", ring=0.5))
        for name, role, agent in (("agent", "agent", "1001"), ("boss", "supervisor", None)):
            account = {"name": name, "role": role, "agent": agent, "password": FIRST}
            stage.api("PUT", f"accounts/{name}", account)
        return _paints(stage, browser) | _steps(stage, browser)
    finally:
        browser.close()
        stage.close()


def _paints(stage: LabStage, browser: Browser) -> dict[str, float]:
    """Each time with nothing in the browser's cache, and once more with it."""
    seen: dict[str, list[float]] = defaultdict(list)

    def take(page: Page, what: str) -> None:
        for kind, value in page.run(_PAINTS).items():
            seen[f"{what} {kind} paint"].append(value)

    for load in range(LOADS):
        page = Page(browser, f"desk{load}", stage.tandem.url, locale="en")
        page.sees("[name=password]")
        take(page, "sign-in")
        if load == 0:
            first_sign_in(page, "agent")
        else:
            page.fill("[name=username]", "agent")
            page.fill("[name=password]", OWN)
            page.press("Enter")
        page.sees("[data-test=status]")
        page.reload()
        page.sees("[data-test=status]")
        take(page, "desk")
        page.close()
    return {name: median(values) for name, values in seen.items()}


def _steps(stage: LabStage, browser: Browser) -> dict[str, float]:
    page = Page(browser, "floor", stage.tandem.url, locale="en")
    first_sign_in(page, "boss")
    page.sees(f"{_ROW}:has-text('Available')")
    page.run(_WATCH)
    for _ in range(CALLS):
        _one_call(stage, page)
    changes: list[tuple[float, str]] = page.run("window.seen")
    delays = sorted(delay for event in stage.history for delay in _delay(event, changes))
    assert len(delays) > CALLS, "the page showed too little of what happened"
    page.close()
    return {
        "step on the floor p50": 1000 * median(delays),
        "step on the floor p95": 1000 * delays[int(len(delays) * 0.95)],
        "step on the floor max": 1000 * delays[-1],
    }


def _one_call(stage: LabStage, page: Page) -> None:
    """No step before the page has shown the one before it; that it rings, it has half a second for."""
    stage.dial(Caller(stay=60))
    page.sees(f"{_ROW}:has-text('{WORDS[e.OfferAccepted]}')")
    contact = stage.until(lambda i: i.state is State.CONNECTED).id
    for verb, event in (("hold", e.Held), ("resume", e.Resumed), ("hang-up", e.WrapUpStarted)):
        stage.api("POST", f"interactions/{contact}/{verb}")
        page.sees(f"{_ROW}:has-text('{WORDS[event]}')")
    page.sees(f"{_ROW}:has-text('{WORDS[e.SegmentClosed]}')")


def _delay(event: AnyEvent, changes: list[tuple[float, str]]) -> list[float]:
    """None of an event that no row tells of."""
    words = WORDS.get(type(event))
    if words is None:
        return []
    return next(([at - event.at] for at, said in changes if at >= event.at and words in said), [])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        click.echo(json.dumps(_measure(Path(place))))
