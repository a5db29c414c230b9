"""Accounts, as an admin sets them up."""

import pytest

from controller.domain.catalogue import Account, Session
from tests.api.clients import PASSWORD, Browser
from tests.api.test_guard import assert_problem

SUE = {"name": "Sue", "role": "supervisor", "queues": ["sales"], "password": PASSWORD}


def test_an_account_is_made_and_can_sign_in(admin, app, centre):
    made = admin.put("/accounts/sue", SUE)
    assert made.status_code == 201
    assert made.json == {
        "id": "sue",
        "name": "Sue",
        "role": "supervisor",
        "agent": None,
        "queues": ["sales"],
        "language": None,
        "enabled": True,
        "has_password": True,
        "must_change": True,
        "password": None,
    }
    told = Browser(app).sign_in("sue").json
    assert (told["account"], told["must_change"], told["queues"]) == ("sue", True, ["sales"])
    assert PASSWORD not in repr(centre.catalogue.get(Account, "sue"))


def test_a_password_is_made_where_none_is_given_and_shown_once(admin, app):
    made = admin.put("/accounts/sue", {"name": "Sue", "role": "admin"}).json
    assert len(made["password"]) >= 20
    assert Browser(app).sign_in("sue", made["password"]).status_code == 200
    again = admin.put("/accounts/sue", {"name": "Susan", "role": "admin"}).json
    assert again["password"] is None
    assert Browser(app).sign_in("sue", made["password"]).status_code == 200
    assert "password" not in admin.get("/accounts/sue").json


def test_what_is_read_can_be_edited_and_sent_back(admin):
    admin.put("/accounts/sue", SUE)
    read = admin.get("/accounts/sue").json
    saved = admin.put("/accounts/sue", {**read, "language": "zh-CN"})
    assert saved.status_code == 200
    assert admin.get("/accounts/sue").json == {**read, "language": "zh-CN"}
    assert [item["id"] for item in admin.get("/accounts").json["items"]] == ["sue"]


def test_a_new_password_from_an_admin_ends_every_session(admin, app, signed_in, centre):
    sue = signed_in("sue", "supervisor")
    body = {**SUE, "password": "battery staple"}
    assert admin.put("/accounts/sue", body).status_code == 200
    assert_problem(sue.get("/session"), 401)
    assert Browser(app).sign_in("sue", "battery staple").json["must_change"] is True


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"password": "short"}, "password"),
        ({"password": "sue-the-supervisor", "name": "sue-the-supervisor"}, "password"),
        ({"password": "Accountant", "id": None}, None),
        ({"password": "x" * 257}, "password"),
        ({"role": "king"}, "role"),
        ({"role": "agent", "queues": []}, "agent"),
        ({"agent": "carl"}, "agent"),
        ({"queues": ["nowhere"]}, "queues"),
        ({"queues": ["sales", "sales"]}, "queues"),
        ({"role": "admin"}, "queues"),
        ({"language": "tlh"}, "language"),
        ({"id": "other"}, None),
        ({"password_hash": "$argon2id$"}, "password_hash"),
    ],
)
def test_an_account_that_makes_no_sense_is_not_made(admin, change, path):
    response = admin.put("/accounts/accountant", {**SUE, **change})
    if change.get("password") == "Accountant":
        path = "password"
    assert_problem(response, 422)
    if path is not None:
        assert path in [error["path"] for error in response.json["errors"]]
    assert admin.get("/accounts").json["items"] == []


def test_an_agent_has_one_account(admin):
    body = {"name": "Ann", "role": "agent", "agent": "ann"}
    assert admin.put("/accounts/ann", body).status_code == 201
    assert admin.put("/accounts/ann", body).status_code == 200
    response = admin.put("/accounts/ann2", body)
    assert_problem(response, 422)
    assert "account ann" in response.json["detail"]


def test_the_last_admin_stays_one(admin, signed_in):
    root = signed_in("root", "admin")
    for body in (
        {"name": "Root", "role": "supervisor"},
        {"name": "Root", "role": "admin", "enabled": False},
    ):
        assert_problem(admin.put("/accounts/root", body), 422)
    assert_problem(root.delete("/accounts/root"), 409)
    assert admin.put("/accounts/root", {"name": "The root", "role": "admin"}).status_code == 200
    assert admin.put("/accounts/second", {"name": "Second", "role": "admin"}).status_code == 201
    assert root.delete("/accounts/root").status_code == 204
    assert_problem(root.get("/session"), 401)


def test_a_removed_account_is_out_at_once(admin, signed_in, centre):
    sue = signed_in("sue", "supervisor")
    assert admin.delete("/accounts/sue").status_code == 204
    assert_problem(sue.get("/session"), 401)
    assert centre.catalogue.all(Session) == ()
    assert_problem(admin.get("/accounts/sue"), 404)
    assert_problem(sue.sign_in("sue"), 401)


def test_what_an_account_names_is_used_by_it(admin):
    admin.put("/queues/support", {"name": "Support"})
    admin.put("/accounts/sue", {**SUE, "queues": ["support"], "agent": "ann"})
    for path in ("/queues/support", "/agent-profiles/ann"):
        response = admin.delete(path)
        assert_problem(response, 409)
        assert "account sue" in response.json["detail"]


def test_an_auditor_reads_and_changes_nothing(admin, auditor, supervisor):
    admin.put("/accounts/sue", SUE)
    assert auditor.get("/accounts/sue").json["role"] == "supervisor"
    assert_problem(auditor.put("/accounts/sue", SUE), 403)
    assert_problem(supervisor.get("/accounts"), 403)


def test_an_admin_who_sets_his_own_password_stays_in(signed_in):
    root = signed_in("root", "admin")
    body = {"name": "Root", "role": "admin", "password": "battery staple"}
    assert root.put("/accounts/root", body).status_code == 200
    assert root.get("/session").json["must_change"] is True
