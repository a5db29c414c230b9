"""Customers over HTTP: found, shown with their history, kept up, and for whom."""

import pytest

from controller.domain import commands as c
from controller.domain.catalogue import QueueSettings
from tests.api.test_guard import assert_problem

NUMBER = "+4930123"


@pytest.fixture
def talking(centre):
    """ann talks with a customer, whose id it is."""
    centre.connected("c1", "ann")
    return centre


@pytest.fixture
def his(talking, ann):
    return ann.get("/interactions/c1/customer").json["id"]


def call_again(centre, interaction_id, dialled="5000"):
    centre.clock.pass_(1)
    centre.arrive(interaction_id, dialled)
    centre.customers.arrivals.flush()


def test_a_caller_is_found_as_he_arrives(talking, ann):
    found = ann.get("/interactions/c1/customer")
    assert found.status_code == 200
    assert found.headers["ETag"] == '"1"'
    [identity] = found.json["identities"]
    assert (identity["kind"], identity["value"]) == ("phone", NUMBER)
    assert (identity["source"], identity["verified"]) == ("arrival", False)
    assert identity["customer"] == found.json["id"]
    assert (found.json["name"], found.json["version"]) == ("A customer", 1)
    assert ann.get(f"/customers/{found.json['id']}").json == found.json


def test_who_calls_again_is_the_same_and_his_history_is_one(talking, ann, his):
    call_again(talking, "c2")
    history = ann.get(f"/customers/{his}/history").json
    assert [row["id"] for row in history["items"]] == ["c2", "c1"]
    assert [row["yours"] for row in history["items"]] == [False, True]
    assert (history["more"], history["before"]) == (False, None)
    assert history["items"][1]["agents"] == ["ann"]


def test_history_comes_by_pages(talking, admin, his):
    for n in range(2, 5):
        call_again(talking, f"c{n}")
    told, before = [], ""
    while before is not None:
        page = admin.get(f"/customers/{his}/history?limit=3{before and f'&before={before}'}").json
        told.append([row["id"] for row in page["items"]])
        before = page["before"]
    assert told == [["c4", "c3", "c2"], ["c1"]]


def test_where_nothing_says_who_he_is_there_is_no_customer(centre, admin):
    withheld = c.Arrive(
        interaction_id="c9",
        channel="voice",
        leg="c9",
        address="anonymous",
        name="",
        dialled="5000",
        arrived_at=centre.clock.now(),
    )
    centre.engine.handle(withheld)
    assert admin.get("/interactions/c9/customer").status_code == 204
    assert_problem(admin.get("/interactions/nothing/customer"), 404)


def test_he_is_found_by_name_or_identity(talking, admin, his):
    for query in (
        "name=a%20CUST",
        "kind=phone&value=%2B4930123",
        "kind=phone&value=%2B49%2030%20123",
    ):
        assert [item["id"] for item in admin.get(f"/customers?{query}").json["items"]] == [his]
    assert admin.get("/customers?name=customer").json == {"items": []}
    for query in ("", "?kind=phone", "?value=x", "?name=a&kind=phone&value=x", "?kind=fax&value=1"):
        assert_problem(admin.get(f"/customers{query}"), 422)


def test_what_is_known_of_him_is_changed_by_the_version_that_was_seen(talking, ann, his):
    body = {"name": "Ann Example", "note": "Deaf.\nWrite.", "language": "en-GB"}
    seen = ann.get(f"/customers/{his}").headers["ETag"]
    saved = ann.put(f"/customers/{his}", body, headers={"If-Match": seen})
    assert saved.status_code == 200
    assert {name: saved.json[name] for name in body} == body
    old = ann.put(f"/customers/{his}", {"name": "Bob"}, headers={"If-Match": seen})
    assert_problem(old, 412)
    assert old.json["code"] == "customer_changed"
    assert ann.get(f"/customers/{his}").json == saved.json
    assert ann.put(f"/customers/{his}", {"name": "Bob"}).json["note"] == ""


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": "x" * 65}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"note": "x" * 4001}, "note"),
        ({"note": "a\x00"}, "note"),
        ({"language": "English, mostly"}, "language"),
        ({"age": 7}, "age"),
    ],
)
def test_what_cannot_be_is_refused(ann, his, change, path):
    response = ann.put(f"/customers/{his}", change)
    assert response.status_code == 422
    assert [error["path"] for error in response.json["errors"]] == [path]


def test_identities_are_entered_and_removed(ann, his):
    made = ann.post(f"/customers/{his}/identities", {"kind": "email", "value": "Ann@Example.COM"})
    assert made.status_code == 200
    new = next(known for known in made.json["identities"] if known["kind"] == "email")
    assert (new["value"], new["source"]) == ("ann@example.com", "person")
    again = ann.post(f"/customers/{his}/identities", {"kind": "email", "value": "ann@example.com"})
    assert again.json == made.json
    gone = f"/customers/{his}/identities?kind=email&value=ann@example.com"
    assert [k["kind"] for k in ann.delete(gone).json["identities"]] == ["phone"]
    assert_problem(ann.delete(gone), 404)
    refused = ann.post(f"/customers/{his}/identities", {"kind": "email", "value": "ann"})
    assert_problem(refused, 422)
    assert refused.json["code"] == "identity_email"


def test_who_has_had_none_of_his_contacts_learns_nothing_of_him(talking, bob, his):
    hidden, unknown = bob.get(f"/customers/{his}"), bob.get("/customers/nobody")
    assert_problem(hidden, 404)
    assert hidden.json["detail"].replace(his, "nobody") == unknown.json["detail"]
    for call in (
        bob.get(f"/customers/{his}/history"),
        bob.get(f"/customers/{his}/merges"),
        bob.put(f"/customers/{his}", {}),
        bob.post(f"/customers/{his}/identities", {"kind": "account", "value": "1"}),
        bob.delete(f"/customers/{his}/identities?kind=account&value=1"),
        bob.get("/interactions/c1/customer"),
    ):
        assert_problem(call, 404)
    assert bob.get("/customers?name=a").json == {"items": []}
    assert bob.get("/customers?kind=phone&value=%2B4930123").json == {"items": []}
    assert {row.deed.outcome for row in talking.rows(who=talking.rows()[-1].deed.who)} == {
        "refused"
    }


def test_who_is_restricted_to_queues_sees_what_is_of_these(talking, signed_in, admin, his):
    talking.catalogue.put(QueueSettings(id="support", name="Support"))
    call_again(talking, "c2", "support")
    rita = signed_in("rita", "supervisor", queues=("support",))
    assert [i["id"] for i in rita.get(f"/customers/{his}/history").json["items"]] == ["c2"]
    otto = signed_in("otto", "manager", queues=("nothing",))
    assert_problem(otto.get(f"/customers/{his}"), 404)
    assert len(admin.get(f"/customers/{his}/history").json["items"]) == 2


def test_changes_have_rows_in_the_audit_which_name_nobody(talking, ann, his):
    ann.put(f"/customers/{his}", {"name": "Ann Example"})
    ann.post(f"/customers/{his}/identities", {"kind": "email", "value": "ann@example.com"})
    ann.delete(f"/customers/{his}/identities?kind=email&value=ann@example.com")
    rows = [row.deed for row in talking.rows(subject=his)]
    assert [row.action for row in rows] == [
        "PUT /api/v1/customers/<id>",
        "POST /api/v1/customers/<id>/identities",
        "DELETE /api/v1/customers/<id>/identities",
    ]
    assert not any("example" in str(row).lower() for row in rows)
