"""Signing in with a password, and out."""

import unicodedata
from dataclasses import replace

import gevent
import pytest
from structlog.testing import capture_logs

from console.api.rights import RIGHTS, may
from console.app import create_app
from console.auth import Role
from console.services import PhoneNetwork, Web
from controller.domain.catalogue import Account, AgentProfile, Session
from tests.api.clients import PASSWORD, Browser
from tests.api.test_guard import assert_problem


@pytest.fixture
def sue(signed_in):
    return signed_in("sue", "supervisor", queues=("sales",), language="zh-CN")


def cookie_line(response):
    (line,) = response.headers.getlist("Set-Cookie")
    return line


def test_whoever_signs_in_is_told_who_he_is_and_what_he_may(centre, browser):
    centre.account("sue", "supervisor", queues=("sales",), language="zh-CN")
    response = browser.sign_in("sue")
    assert response.status_code == 200
    told = response.json
    rights = told.pop("rights")
    assert told == {
        "account": "sue",
        "name": "Sue",
        "role": "supervisor",
        "agent": None,
        "queues": ["sales"],
        "language": "zh-CN",
        "must_change": False,
        "expires_at": told["expires_at"],
        "centre": {"name": "Tandem", "timezone": "UTC"},
        "phone": None,
    }
    assert set(rights) == {f"{m} {r}" for m, r in RIGHTS if may(Role.SUPERVISOR, m, r)}
    assert "POST /api/v1/interactions/<id>/monitor" in rights and "SOCKET open floor" in rights
    assert "PUT /api/v1/queues/<id>" not in rights
    assert browser.get("/session").json == response.json
    assert browser.get("/queues").status_code == 200


def test_the_cookie_is_for_no_script_and_no_other_site(centre, app, browser):
    centre.account("sue", "admin")
    line = cookie_line(browser.sign_in("sue"))
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(line.split("; "))
    assert "Secure" not in line and "Domain" not in line
    https = Browser(app).sign_in("sue", base_url="https://localhost", headers={"Origin": None})
    assert "Secure" in cookie_line(https)


def test_behind_tls_that_ends_before_us_the_cookie_can_be_kept_to_https(centre):
    centre.account("sue", "admin")
    app = create_app(centre.services(web=Web(secure_cookies=True)))
    assert "Secure" in cookie_line(Browser(app).sign_in("sue"))


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("sue", "wrong horse"),
        ("nobody", PASSWORD),
        ("off", PASSWORD),
        ("blank", PASSWORD),
        ("gone", PASSWORD),
        ("sue'--", PASSWORD),
        ("\N{SNOWMAN}" * 80, PASSWORD),
    ],
)
def test_every_way_of_not_getting_in_looks_the_same(centre, browser, name, password):
    centre.account("sue", "admin")
    centre.account("off", "admin", enabled=False)
    centre.catalogue.put(Account(id="blank", name="Blank", role="admin"))
    centre.account("gone", "agent", agent="removed")
    before = centre.people.passwords.checked
    response = browser.sign_in(name, password)
    assert_problem(response, 401)
    assert response.json["detail"] == browser.sign_in("x", "y").json["detail"]
    assert browser.cookie is None
    assert centre.people.passwords.checked - before in (2, 3)  # one each, one the first time


@pytest.mark.parametrize("name", ["Sue", " sue ", "SUE"])
def test_a_name_is_a_name_however_it_is_typed(centre, browser, name):
    centre.account("sue", "admin")
    assert browser.sign_in(name).status_code == 200


def test_a_password_is_the_same_however_its_letters_are_put_together(centre, browser):
    password = "th\N{LATIN SMALL LETTER E WITH ACUTE} au lait"
    centre.account("sue", "admin", password=password)
    assert browser.sign_in("sue", unicodedata.normalize("NFD", password)).status_code == 200


@pytest.mark.parametrize("field", ["name", "password"])
def test_what_is_too_long_is_not_even_hashed(centre, browser, field):
    centre.account("sue", "admin")
    before = centre.people.passwords.checked
    body = {"name": "sue", "password": PASSWORD, field: "x" * 257}
    assert_problem(browser.post("/session", body), 422)
    wide = {"name": "sue", "password": "\N{SNOWMAN}" * 86}
    assert_problem(browser.post("/session", wide), 422)
    assert centre.people.passwords.checked == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": None, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_no_other_site_signs_anybody_in(centre, browser, headers):
    centre.account("sue", "admin")
    assert_problem(browser.sign_in("sue", headers=headers), 403)
    assert browser.cookie is None


def test_a_session_that_was_planted_is_not_used(centre, app):
    centre.account("sue", "admin")
    planted = Browser(app, cookie="x" * 43)
    assert planted.sign_in("sue").status_code == 200
    assert planted.cookie != "x" * 43
    assert len(centre.catalogue.all(Session)) == 1


def test_signing_in_again_ends_the_browsers_former_session(centre, sue):
    former = sue.cookie
    centre.account("bob", "agent", agent="bob")
    assert sue.sign_in("bob").json["account"] == "bob"
    assert sue.get("/session").json["account"] == "bob"
    sue.cookie = former
    assert_problem(sue.get("/session"), 401)


def test_a_cookie_is_worth_nothing_after_signing_out(centre, sue):
    stolen = sue.cookie
    response = sue.delete("/session")
    assert response.status_code == 204
    assert sue.cookie is None
    assert "HttpOnly" in cookie_line(response)
    sue.cookie = stolen
    assert_problem(sue.get("/queues"), 401)
    assert centre.catalogue.all(Session) == ()


def test_without_a_session_there_is_nobody(browser, admin):
    assert_problem(browser.get("/session"), 401)
    assert_problem(admin.get("/session"), 403)
    assert "token" in admin.get("/session").json["detail"]


def test_an_account_or_agent_that_is_disabled_is_out_at_once(centre, signed_in, admin):
    ann = signed_in("ann", "agent", agent="ann")
    sue = signed_in("sue", "supervisor")
    body = {"name": "Ann", "extension": "1001", "queues": ["sales"], "enabled": False}
    assert admin.put("/agent-profiles/ann", body).status_code == 200
    off = {"name": "Sue", "role": "supervisor", "enabled": False}
    assert admin.put("/accounts/sue", off).status_code == 200
    assert centre.catalogue.all(Session) == ()
    assert_problem(ann.get("/session"), 401)
    assert_problem(sue.get("/session"), 401)
    assert admin.put("/accounts/sue", {**off, "enabled": True}).status_code == 200
    assert_problem(sue.get("/session"), 401)


def test_another_role_counts_at_once(signed_in, admin):
    sue = signed_in("sue", "supervisor")
    assert sue.get("/tokens").status_code == 403
    assert admin.put("/accounts/sue", {"name": "Sue", "role": "auditor"}).status_code == 200
    assert sue.get("/tokens").status_code == 200
    assert sue.get("/session").json["role"] == "auditor"


def test_another_password_ends_the_other_sessions(centre, app, sue):
    other = Browser(app)
    other.sign_in("sue")
    new = "battery staple"
    response = sue.put("/session/password", {"old": PASSWORD, "new": new})
    assert response.status_code == 200
    assert_problem(other.get("/session"), 401)
    assert sue.get("/session").status_code == 200
    assert_problem(Browser(app).sign_in("sue"), 401)
    assert Browser(app).sign_in("sue", new).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("wrong horse", "battery staple", "old"),
        (PASSWORD, "short", "new"),
        (PASSWORD, PASSWORD, "new"),
        (PASSWORD, "aaaaaaaaaaaaaa", "new"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(centre, sue, old, new, path):
    response = sue.put("/session/password", {"old": old, "new": new})
    assert_problem(response, 422)
    assert [error["path"] for error in response.json["errors"]] == [path]
    assert sue.get("/session").status_code == 200
    assert Browser(sue.app).sign_in("sue").status_code == 200


def test_a_stolen_session_does_not_find_out_the_password(sue):
    body = {"old": "wrong horse", "new": "battery staple"}
    answers = [sue.put("/session/password", body).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    body["old"] = PASSWORD
    assert_problem(sue.put("/session/password", body), 429)


def test_a_password_from_somebody_else_has_to_be_changed_first(centre, signed_in):
    ann = signed_in("ann", "agent", agent="ann", must_change=True)
    told = ann.get("/session").json
    assert told["must_change"] is True
    assert told["phone"] is None
    for method, path in (("GET", "/agents/me"), ("POST", "/agents/me/sign-in")):
        assert_problem(ann.call(method, path, {}), 403)
    assert ann.put("/session/language", {"language": "en"}).status_code == 200
    changed = ann.put("/session/password", {"old": PASSWORD, "new": "battery staple"})
    assert changed.json["must_change"] is False
    assert changed.json["phone"]["extension"] == "1001"
    assert ann.get("/agents/me").status_code == 200


def test_the_language_is_kept(sue, centre):
    assert sue.put("/session/language", {"language": "en"}).json["language"] == "en"
    assert centre.catalogue.get(Account, "sue").language == "en"
    assert sue.put("/session/language", {"language": None}).json["language"] is None
    assert_problem(sue.put("/session/language", {"language": "tlh"}), 422)


def test_the_phone_is_told_to_its_own_agent_alone(centre, app, signed_in, admin):
    bob = centre.catalogue.get(AgentProfile, "bob")
    centre.catalogue.put(replace(bob, a1_hash="d1" * 16, nailed_up=True))
    seen = signed_in("bob", "agent", agent="bob").get("/session")
    assert seen.json["phone"] == {
        "extension": "1002",
        "uri": "sip:1002@tandem.example",
        "display_name": "bob",
        "realm": "tandem.example",
        "ha1": "d1" * 16,
        "url": "wss://10.0.0.5:7443",
        "nailed_up": True,
        "transport": "ws",
        "ice_servers": [],
        "lab": False,
    }
    assert signed_in("root", "admin").get("/session").json["phone"] is None
    for path in ("/agent-profiles", "/agents", "/accounts", "/audit", "/directory"):
        assert "d1d1" not in admin.get(path).text


def test_the_phone_is_told_where_to_register(centre):
    phones = PhoneNetwork(domain="tandem.example", url="wss://pbx.example:7443", lab=False)
    app = create_app(centre.services(phones=phones))
    centre.account("ann", "agent", agent="ann")
    phone = Browser(app).sign_in("ann").json["phone"]
    assert (phone["url"], phone["ha1"]) == ("wss://pbx.example:7443", None)


def test_nothing_secret_is_logged_or_audited(centre, browser):
    bob = centre.catalogue.get(AgentProfile, "bob")
    centre.catalogue.put(replace(bob, a1_hash="d1" * 16))
    with capture_logs() as lines:
        centre.account("bob", "agent", agent="bob")
        browser.sign_in("hunter2 typed as the name", PASSWORD)
        browser.sign_in("bob", "hunter2 and more")
        browser.sign_in("bob")
        browser.put("/session/password", {"old": PASSWORD, "new": "hunter2 battery"})
        browser.delete("/session")
    kept = repr(lines) + repr(centre.rows())
    for secret in ("hunter2", PASSWORD, "d1d1", "argon2"):
        assert secret not in kept


def test_who_signs_in_while_his_password_changes_stays_outside(centre, app, sue):
    """The hash is worked out before the change, the session saved after it."""
    account = centre.catalogue.get(Account, "sue")
    late = Browser(app)
    trying = gevent.spawn(late.sign_in, "sue")
    gevent.sleep(0)
    centre.catalogue.put(replace(account, password_hash="$argon2id$other"))
    trying.join()
    assert_problem(trying.value, 401)


def test_two_who_sign_in_at_once_are_both_in(centre, app):
    centre.account("sue", "admin")
    browsers = [Browser(app, address=f"192.0.2.{n}") for n in range(5)]
    trying = [gevent.spawn(browser.sign_in, "sue") for browser in browsers]
    gevent.joinall(trying, raise_error=True)
    assert {browser.get("/session").status_code for browser in browsers} == {200}
    assert len({browser.cookie for browser in browsers}) == 5


def test_what_happens_with_sessions_is_kept(centre, browser):
    centre.account("sue", "supervisor")
    browser.sign_in("sue", "wrong horse")
    browser.sign_in("nobody", "wrong horse")
    browser.sign_in("sue")
    browser.put("/session/password", {"old": PASSWORD, "new": "battery staple"})
    browser.delete("/session")
    deeds = [row.deed for row in centre.rows()]
    kept = {(d.action, d.who, d.role, d.subject, d.outcome, d.detail) for d in deeds}
    action = "POST /api/v1/session"
    sue = "account:sue"
    assert kept == {
        (action, "", "", "sue", "refused", "wrong password"),
        (action, "", "", "", "refused", "no such name"),
        (action, sue, "supervisor", "sue", "done", ""),
        ("PUT /api/v1/session/password", sue, "supervisor", "sue", "done", "password changed"),
        ("DELETE /api/v1/session", sue, "supervisor", "sue", "done", ""),
    }
    assert {deed.address for deed in deeds} == {"192.0.2.1"}
