"""What the audit tells, and what it takes back."""

from dataclasses import replace

import pytest

from console.api.audit import _KINDS as KINDS_SHOWN
from controller.domain.catalogue import (
    CATALOGUE,
    Account,
    AgentProfile,
    Did,
    QueueSettings,
    Session,
)
from tests.api.clients import PASSWORD
from tests.api.test_guard import assert_problem

SUPPORT = {"name": "Support"}
QUEUE_ACTION = "PUT /api/v1/queues/<id>"


def rows_of(reader, **query):
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return reader.get(f"/audit?{text}").json["items"]


def undo(admin, row):
    return admin.post(f"/audit/{row['id']}/undo")


def last(admin):
    return rows_of(admin, limit=1)[0]


def test_a_change_is_told_with_who_made_it_and_what_it_was(signed_in, auditor, centre):
    root = signed_in("root", "admin")
    root.put("/queues/support", SUPPORT)
    root.put("/queues/support", {**SUPPORT, "offer_s": 9})
    row = last(auditor)
    assert row["who"] == "account:root"
    assert (row["role"], row["outcome"], row["address"]) == ("admin", "done", "192.0.2.1")
    assert (row["action"], row["subject"]) == (QUEUE_ACTION, "support")
    change = row["change"]
    assert (change["kind"], change["id"]) == ("queue", "support")
    assert (change["before"]["offer_s"], change["after"]["offer_s"]) == (20.0, 9.0)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/queues/support", SUPPORT),
        ("PUT", "/schedules/office", {"timezone": "UTC"}),
        ("PUT", "/dids/5000", {"flow": "main_menu"}),
        ("PUT", "/agent-profiles/carl", {"name": "Carl", "extension": "1003"}),
        ("PUT", "/accounts/sue", {"name": "Sue", "role": "supervisor"}),
        ("POST", "/tokens", {"name": "x", "role": "auditor"}),
    ],
)
def test_every_change_of_the_set_up_has_a_row_and_an_undo(admin, method, path, body, centre):
    assert admin.call(method, path, body).status_code == 201
    row = last(admin)
    assert row["change"]["before"] is None
    after = row["change"]["after"]
    assert {name: after[name] for name in body} == body
    undone = undo(admin, row)
    assert undone.status_code == 200, undone.json
    assert undone.json == {"kind": row["change"]["kind"], "id": row["subject"], "removed": True}
    noun = path.split("/")[1]
    assert_problem(admin.get(f"/{noun}/{row['subject']}"), 404)


def test_a_whole_document_has_a_row_for_each_change(admin, centre):
    document = {"queues": {"support": SUPPORT, "sales": {"name": "Sales", "offer_s": 9}}}
    assert admin.put("/setup", document).status_code == 200
    rows = rows_of(admin, action="PUT /api/v1/setup")
    assert {row["subject"] for row in rows} == {"support", "sales"}
    for row in rows:
        assert undo(admin, row).status_code == 200
    assert centre.catalogue.find(QueueSettings, "support") is None
    assert centre.catalogue.get(QueueSettings, "sales").offer_s == 20.0


def test_what_was_removed_comes_back_as_it_was(admin, centre):
    before = centre.catalogue.get(AgentProfile, "ann")
    whole = replace(before, a1_hash="d1" * 16, skills={"english": 3})
    centre.catalogue.put(whole)
    assert admin.delete("/agent-profiles/ann").status_code == 204
    row = last(admin)
    assert "d1d1" not in str(row)
    assert undo(admin, row).json["removed"] is False
    assert centre.catalogue.get(AgentProfile, "ann") == whole


def test_an_undo_can_be_undone(admin, centre):
    admin.put("/queues/sales", {"name": "Sales", "offer_s": 9})
    assert undo(admin, last(admin)).status_code == 200
    assert centre.catalogue.get(QueueSettings, "sales").offer_s == 20.0
    row = last(admin)
    assert row["action"] == "POST /api/v1/audit/<id>/undo"
    assert row["detail"].startswith("undid ")
    assert undo(admin, row).status_code == 200
    assert centre.catalogue.get(QueueSettings, "sales").offer_s == 9.0


def test_what_was_changed_since_is_not_taken_back(admin, centre):
    admin.put("/queues/sales", {"name": "Sales", "offer_s": 9})
    first = last(admin)
    admin.put("/queues/sales", {"name": "Sales", "offer_s": 10})
    response = undo(admin, first)
    assert_problem(response, 409)
    assert "changed again since" in response.json["detail"]
    assert centre.catalogue.get(QueueSettings, "sales").offer_s == 10.0
    admin.delete("/queues/sales")
    assert_problem(undo(admin, first), 409)


def test_what_is_used_meanwhile_stays(admin):
    admin.put("/queues/support", SUPPORT)
    row = last(admin)
    body = {"name": "Ann", "extension": "1001", "queues": ["support"]}
    admin.put("/agent-profiles/ann", body)
    response = undo(admin, row)
    assert_problem(response, 409)
    assert "agent ann" in response.json["detail"]


def test_what_would_not_fit_any_more_does_not_come_back(admin):
    admin.put("/schedules/office", {"timezone": "UTC"})
    admin.put("/queues/support", {**SUPPORT, "schedule": "office"})
    admin.delete("/queues/support")
    row = last(admin)
    admin.delete("/schedules/office")
    assert_problem(undo(admin, row), 422)


def test_an_agent_who_is_signed_in_is_not_disabled_by_an_undo(admin, centre):
    ann = centre.catalogue.get(AgentProfile, "ann")
    centre.catalogue.put(replace(ann, enabled=False))
    admin.put("/agent-profiles/ann", {"name": "ann", "extension": "1001", "queues": ["sales"]})
    row = last(admin)
    centre.available("ann")
    assert_problem(undo(admin, row), 422)


def test_an_undo_leaves_passwords_alone(admin, centre, signed_in):
    sue = signed_in("sue", "supervisor")
    admin.put("/accounts/sue", {"name": "Sue", "role": "manager"})
    row = last(admin)
    sue.put("/session/password", {"old": PASSWORD, "new": "battery staple"})
    hashed = centre.catalogue.get(Account, "sue").password_hash
    assert undo(admin, row).status_code == 200
    account = centre.catalogue.get(Account, "sue")
    assert (account.role, account.password_hash) == ("supervisor", hashed)


def test_an_account_comes_back_without_a_password(admin, centre, signed_in):
    sue = signed_in("sue", "supervisor")
    admin.delete("/accounts/sue")
    assert undo(admin, last(admin)).status_code == 200
    assert admin.get("/accounts/sue").json["has_password"] is False
    assert_problem(sue.get("/session"), 401)
    assert_problem(sue.sign_in("sue"), 401)


def test_a_revoked_token_stays_revoked(admin):
    made = admin.post("/tokens", {"name": "x", "role": "auditor"}).json
    admin.delete(f"/tokens/{made['id']}")
    assert_problem(undo(admin, last(admin)), 409)


def test_the_last_admins_account_is_not_undone(admin):
    admin.put("/accounts/root", {"name": "Root", "role": "admin"})
    assert_problem(undo(admin, last(admin)), 409)


@pytest.mark.parametrize(("row_id", "status"), [(999, 404), (2**70, 404), (0, 422), ("x", 422)])
def test_a_row_there_is_not_cannot_be_undone(admin, row_id, status):
    assert_problem(admin.post(f"/audit/{row_id}/undo"), status)


def test_a_row_that_changed_nothing_cannot_be_undone(admin, browser):
    browser.sign_in("nobody")
    assert_problem(undo(admin, last(admin)), 409)


def test_only_an_admin_takes_back_and_only_keepers_read(admin, auditor, supervisor):
    admin.put("/queues/support", SUPPORT)
    assert_problem(auditor.post(f"/audit/{last(admin)['id']}/undo"), 403)
    assert_problem(supervisor.get("/audit"), 403)


def test_rows_are_found_by_what_they_say(admin, signed_in, centre):
    root = signed_in("root", "admin")
    root.put("/queues/support", SUPPORT)
    centre.clock.pass_(60)
    root.put("/dids/5000", {"flow": "main_menu"})
    assert [r["subject"] for r in rows_of(admin, who="account:root")] == [
        "5000",
        "support",
        "root",
    ]
    assert [r["subject"] for r in rows_of(admin, action="PUT /api/v1/queues/%3Cid%3E")] == [
        "support"
    ]
    assert len(rows_of(admin, subject="5000")) == 1
    at = rows_of(admin, subject="5000")[0]["at"]
    assert [r["subject"] for r in rows_of(admin, since=at)] == ["5000"]
    assert "5000" not in [r["subject"] for r in rows_of(admin, until=at)]


def test_pages_of_it_follow_each_other(admin):
    for number in range(5):
        admin.put(f"/dids/500{number}", {"flow": "main_menu"})
    first = admin.get("/audit?limit=2").json
    assert first["more"] is True
    rest = admin.get(f"/audit?before={first['items'][-1]['id']}").json
    assert rest["more"] is False
    subjects = [row["subject"] for row in first["items"] + rest["items"]]
    assert subjects == ["5004", "5003", "5002", "5001", "5000"]


# --- what is refused, and what supervisors do ------------------------------------------------------


def refused(centre):
    found = [row.deed for row in centre.rows() if row.deed.outcome == "refused"]
    return [(d.who, d.action, d.subject, d.detail) for d in found]


def test_what_a_role_may_not_do_is_kept(centre, signed_in):
    ann = signed_in("ann", "agent", agent="ann")
    assert_problem(ann.delete("/queues/sales"), 403)
    assert_problem(ann.get("/agents/bob"), 403)
    assert refused(centre) == [
        ("account:ann", "DELETE /api/v1/queues/<id>", "sales", "may not do this"),
        ("account:ann", "GET /api/v1/agents/<id>", "bob", "may not do this"),
    ]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Origin": "http://evil.example"}, "another site's page"),
        ({"Origin": None}, "another site's page"),
        ({"X-Tandem": None}, "no X-Tandem header"),
    ],
)
def test_a_request_of_another_sites_page_is_kept(centre, signed_in, headers, why):
    root = signed_in("root", "admin")
    assert_problem(root.delete("/queues/sales", headers=headers), 403)
    action = "DELETE /api/v1/queues/<id>"
    assert refused(centre) == [("account:root", action, "sales", why)]


def test_another_agents_contact_is_not_there_and_the_try_is_kept(centre, signed_in):
    ann = signed_in("ann", "agent", agent="ann")
    centre.connected("i1", "bob")
    assert_problem(ann.get("/interactions/i1"), 404)
    assert_problem(ann.post("/interactions/i1/hang-up"), 404)
    assert_problem(ann.get("/interactions/i2"), 404)
    assert [(subject, why) for _, _, subject, why in refused(centre)] == [
        ("i1", "not among what he may see"),
        ("i1", "not among what he may see"),
    ]


def test_tokens_and_sessions_that_open_nothing_are_kept(centre, browser, anonymous):
    browser.cookie = "x" * 43
    browser.get("/queues")
    anonymous.token = "tdm_" + "x" * 43
    anonymous.get("/queues")
    anonymous.token = None
    anonymous.get("/queues")
    assert refused(centre) == [
        ("", "GET /api/v1/queues", "", "token or session opens nothing"),
        ("", "GET /api/v1/queues", "", "token or session opens nothing"),
    ]


def test_a_flood_of_refused_requests_does_not_fill_it(centre, signed_in):
    ann = signed_in("ann", "agent", agent="ann")
    for _ in range(100):
        assert ann.get("/tokens").status_code == 403
    assert len(refused(centre)) == 20


def steered(centre, who="account:sue"):
    found = [row.deed for row in centre.rows(who=who) if row.deed.outcome == "done"]
    return [(d.action, d.subject) for d in found if "session" not in d.action]


def test_what_a_supervisor_does_to_others_is_kept(centre, signed_in):
    sue = signed_in("sue", "supervisor", agent="bob")
    centre.connected("i1", "ann")
    assert sue.post("/interactions/i1/monitor", {"mode": "listen"}).status_code == 200
    assert sue.put("/agents/ann/status", {"status": "on_break"}).status_code == 200
    assert sue.get("/agents/ann").status_code == 200
    assert sue.post("/interactions/i1/hang-up").status_code == 200
    assert sue.post("/agents/me/sign-in").status_code == 200
    assert sue.put("/agents/bob/status", {"status": "on_break"}).status_code == 200
    assert steered(centre) == [
        ("POST /api/v1/interactions/<id>/monitor", "i1"),
        ("PUT /api/v1/agents/<id>/status", "ann"),
        ("POST /api/v1/interactions/<id>/hang-up", "i1"),
    ]


def test_an_agents_own_work_is_in_his_contacts_and_not_here(centre, signed_in):
    ann = signed_in("ann", "agent", agent="ann")
    centre.connected("i1", "ann")
    assert ann.post("/interactions/i1/hold").status_code == 200
    assert steered(centre, "account:ann") == []


def test_what_is_not_saved_is_not_kept(admin, centre):
    before = centre.rows()
    assert_problem(admin.put("/dids/5000", {"flow": "nowhere"}), 422)
    assert_problem(admin.delete("/queues/sales"), 409)
    assert centre.rows() == before
    assert centre.catalogue.find(Did, "5000") is None


def test_no_old_password_of_a_phone_comes_back(admin, centre):
    body = {"name": "Carl", "extension": "1003"}
    admin.put("/agent-profiles/carl", body)
    admin.put("/agent-profiles/carl", body | {"name": "Carla"})
    renamed = last(admin)
    admin.post("/agent-profiles/carl/phone")
    refused = undo(admin, last(admin))
    assert_problem(refused, 409)
    assert "does not come back" in refused.json["detail"]
    today = centre.catalogue.get(AgentProfile, "carl")
    assert_problem(undo(admin, renamed), 409)  # it was changed since
    admin.put("/agent-profiles/carl", body | {"name": "Carlo"})
    assert undo(admin, last(admin)).status_code == 200
    assert centre.catalogue.get(AgentProfile, "carl") == today


def test_every_kind_of_the_catalogue_can_be_shown_and_taken_back():
    """Sessions are no part of the set-up; of them nothing is kept."""
    assert set(CATALOGUE.values()) - set(KINDS_SHOWN) == {Session}


def test_why_is_told_with_its_code(admin, ann, auditor):
    ann.put("/queues/night", SUPPORT)
    admin.put("/queues/night", SUPPORT, headers={"If-Match": '"none"'})
    old, forbidden = rows_of(auditor, limit=2)
    assert (old["detail"], old["code"]) == ("not the version that stands", "audit_version_old")
    assert (forbidden["detail"], forbidden["code"]) == ("may not do this", "audit_may_not")
    admin.put("/queues/night", SUPPORT)
    row = last(auditor)
    undo(admin, row)
    assert (last(auditor)["code"], last(auditor)["params"]) == ("audit_undid", {"row": row["id"]})
