"""What strangers and colleagues call themselves and write is only text, wherever the page shows it."""

from controller.domain.words import State
from tests.browser.test_floor import CONTACT
from tests.story.stage import Caller, Phone

MARK = "<img src=x onerror=document.title='owned'>"


def unharmed(page) -> None:
    assert page.run("document.title !== 'owned' && !document.querySelector('img[src=x]')")


def test_on_the_floor_and_in_the_settings(stage, signed_in):
    stage.agent(Phone(extension="1001", ring=0.2))
    stage.agent(Phone(extension="1003", ring=0.2), queues=())
    stage.api("POST", "agents/1003/sign-out")
    named = {"name": f"A {MARK}", "dispositions": [MARK], "wrap_up_s": 60}
    stage.api("PUT", "queues/sales", named)
    profile = {"name": f"B {MARK}", "extension": "1001", "queues": ["sales"]}
    stage.api("PUT", "agent-profiles/1001", profile)
    stage.api("PUT", "reasons/lunch", {"name": f"C {MARK}"})
    page = signed_in("1003", role="admin")
    page.press("g", "f")
    page.sees("[data-test=table-agents]:has-text('B <img')")
    stage.dial(Caller(stay=60, name=f"D {MARK}"))
    contact = stage.until(lambda i: i.state is State.CONNECTED).id
    stage.api("PUT", f"interactions/{contact}/disposition", {"code": MARK, "notes": f"E {MARK}"})
    page.click(f"{CONTACT}:has-text('Talking')")
    page.sees("[data-test=detail] h1:has-text('D <img')")
    page.sees("[data-test=story]")
    unharmed(page)
    stage.api("PUT", "prompts/hello", {"language": "en", "text": f"F {MARK}"})
    page.press("g", "s")
    for kind, shown in (("Queues", "A <img"), ("Agents", "B <img"), ("Break reasons", "C <img")):
        page.click(f".kind:has-text('{kind}')")
        page.sees(f"text={shown}")
        unharmed(page)
    page.click(".kind:has-text('Audit')")
    page.sees("text=sales")
    unharmed(page)
