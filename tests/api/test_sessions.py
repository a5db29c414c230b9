"""What a session's cookie opens, and until when."""

from dataclasses import replace

import pytest

from console.auth import CredentialError, Role
from console.sessions import IDLE_S, LONGEST_S, authenticate_session, new_session
from controller.domain.catalogue import Account, AgentProfile, Session

OWN = {"Origin": "http://localhost", "X-Tandem": "1"}


@pytest.fixture
def account(centre):
    entry = Account(id="sue", name="Sue", role="supervisor", agent="bob", queues=("sales",))
    centre.catalogue.put(entry)
    return entry


@pytest.fixture
def cookie(centre, account):
    text, entry = new_session(account, now=centre.clock.now())
    centre.catalogue.put(entry)
    return text


@pytest.fixture
def call(app, cookie):
    """A request with the cookie, as our own page sends it unless headers are given."""

    def send(method, path, json=None, headers=OWN):
        headers = {**headers, "Cookie": f"tandem_session={cookie}"}
        return app.test_client(use_cookies=False).open(
            f"/api/v1{path}", method=method, json=json, headers=headers
        )

    return send


def whose(centre, text):
    return authenticate_session(text, centre.catalogue, centre.clock.now())


def test_a_session_speaks_for_its_account(centre, cookie):
    caller = whose(centre, cookie)
    assert (caller.account, caller.role, caller.agent) == ("sue", Role.SUPERVISOR, "bob")
    assert caller.queues == {"sales"}
    assert caller.name == "account:sue"
    assert cookie not in repr(caller)
    assert cookie not in repr(centre.catalogue.all(Session))


@pytest.mark.parametrize("text", ["", "x", "x" * 43, "x" * 5000, "\N{SNOWMAN}" * 43])
def test_what_is_no_session_opens_nothing(centre, cookie, text):
    with pytest.raises(CredentialError) as refused:
        whose(centre, text)
    assert not refused.value.known


def test_it_ends_when_nobody_uses_it(centre, cookie):
    centre.clock.pass_(IDLE_S)
    with pytest.raises(CredentialError, match="not signed in"):
        whose(centre, cookie)


def test_it_ends_after_a_long_shift_however_much_it_is_used(centre, cookie):
    session = centre.catalogue.all(Session)[0]
    centre.clock.pass_(LONGEST_S - 1)
    centre.catalogue.put(replace(session, used_at=centre.clock.now()))
    assert whose(centre, cookie).account == "sue"
    centre.clock.pass_(1)
    with pytest.raises(CredentialError):
        whose(centre, cookie)


@pytest.mark.parametrize("change", [{"enabled": False}, {"agent": "nobody"}])
def test_who_may_not_any_more_is_out_at_once(centre, account, cookie, change):
    centre.catalogue.put(replace(account, **change))
    with pytest.raises(CredentialError):
        whose(centre, cookie)


def test_a_removed_account_or_a_disabled_agent_is_out_at_once(centre, account, cookie):
    bob = centre.catalogue.get(AgentProfile, "bob")
    centre.catalogue.put(replace(bob, enabled=False))
    with pytest.raises(CredentialError):
        whose(centre, cookie)
    centre.catalogue.put(bob)
    centre.catalogue.remove(Account, "sue")
    with pytest.raises(CredentialError):
        whose(centre, cookie)


def test_the_cookie_reads_without_more(call):
    assert call("GET", "/queues", headers={}).status_code == 200


def test_our_own_page_changes_with_it(call):
    assert call("POST", "/agents/bob/sign-in", {}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Tandem": "1"},
        {"Origin": "http://localhost"},
        {"Origin": "null", "X-Tandem": "1"},
        {"Origin": "http://evil.example", "X-Tandem": "1"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site", "X-Tandem": "1"},
    ],
)
def test_nobody_else_does(call, centre, headers):
    response = call("POST", "/agents/bob/sign-in", {}, headers=headers)
    assert response.status_code == 403
    assert centre.engine.agent_states() == []


def test_with_a_token_and_a_cookie_the_token_counts(call, centre):
    token = {"Authorization": f"Bearer {centre.token('auditor')}"}
    assert call("POST", "/agents/bob/sign-in", {}, headers=token).status_code == 403
    assert call("GET", "/tokens", headers=token).status_code == 200
    wrong = {"Authorization": "Bearer tdm_wrong"}
    assert call("GET", "/queues", headers=wrong).status_code == 401


def test_two_session_cookies_are_none(app, cookie):
    headers = {"Cookie": f"tandem_session={'x' * 43}; tandem_session={cookie}"}
    assert (
        app.test_client(use_cookies=False).get("/api/v1/queues", headers=headers).status_code == 401
    )


def test_who_must_change_his_password_does_nothing_before(call, centre, account):
    centre.catalogue.put(replace(account, must_change=True))
    response = call("GET", "/queues")
    assert response.status_code == 403
    assert "PUT /api/v1/session/password" in response.json["detail"]
