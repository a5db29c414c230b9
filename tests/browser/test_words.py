"""A page in Chinese says in Chinese what the server refuses."""

from collections.abc import Callable, Iterator

import pytest

from controller.domain.words import State
from tests.browser.browser import Browser, Page
from tests.browser.conftest import FIRST, OWN, first_sign_in
from tests.story.stage import Caller, Phone

SAVE = "[data-test=save]"


@pytest.fixture
def chinese(stage, browser: Browser) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def open_page(account: str, path: str = "/", **body) -> Page:
        stage.api("PUT", f"accounts/{account}", {"name": account, "password": FIRST} | body)
        page = Page(browser, account, f"{stage.tandem.url}{path}", locale="zh-CN")
        pages.append(page)
        return page

    yield open_page
    faults = browser.ask("faults")
    for page in pages:
        page.close()
    assert faults == []


def test_at_the_door(chinese):
    page = chinese("root", role="admin")
    page.fill("[name=username]", "root")
    page.fill("[name=password]", "not-his-password")
    page.press("Enter")
    page.sees("[role=alert]:has-text('账号或密码不正确')")
    page.fill("[name=password]", FIRST)
    page.press("Enter")
    page.sees("[autocomplete=new-password]")
    page.fill("[autocomplete=current-password]", "not-his-password")
    page.fill("[autocomplete=new-password] >> nth=0", OWN)
    page.fill("[autocomplete=new-password] >> nth=1", OWN)
    page.press("Enter")
    page.sees("text=当前密码不正确")


def test_at_the_desk(stage, chinese):
    stage.agent(Phone(extension="1001", afar=True))
    page = chinese("a1001", role="agent", agent="1001")
    first_sign_in(page, "a1001")
    page.sees("[data-test=status]")
    stage.dial(Caller(stay=60))
    page.sees("[data-test=accept]")
    page.press("Enter")
    page.sees(".head:has-text('通话中')")
    stage.until(lambda i: i.state is State.CONNECTED)
    page.press("t")
    page.type("+33123456789")
    page.press("Enter")
    page.sees("[role=alert]:has-text('未执行：该号码不在允许呼叫的范围内')")


def test_in_the_settings(chinese):
    page = chinese("root", "/settings/queues", role="admin")
    first_sign_in(page, "root")
    page.click("[data-test=add]")
    page.fill("[data-field=name] input", "x" * 200)
    page.fill("[data-field=id] input", "night")
    page.click(SAVE)
    page.sees("[data-field=name]:has-text('最多 64 个字符')")


def test_in_the_audit(chinese):
    page = chinese("root", "/settings/audit", role="admin")
    page.fill("[name=username]", "root")
    page.fill("[name=password]", "not-his-password")
    page.press("Enter")
    page.sees("[role=alert]")
    first_sign_in(page, "root")
    page.sees(".audit .detail:text-is('密码错误')")
    page.sees(".audit td[title='POST /api/v1/session']:has-text('登录')")
    page.select("[data-test=audit-action]", "PUT /api/v1/accounts/<id>")
    page.click("text=查询")
    page.sees(".audit td:has-text('设置用户')")
    page.sees_no(".audit td:text-is('登录')")
    assert page.serious_faults() == []
