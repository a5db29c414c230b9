"""Two customers who are one person: said with evidence, refused where it makes no sense, taken back."""

import pytest

from controller.domain.customer import Identity, Kind
from controller.ports import Arrival
from tests.api.test_guard import assert_problem

WORDS = "The mail has his number below it."


@pytest.fixture
def two(centre, admin):
    """Who calls, and who has the account; a contact each."""
    centre.connected("c1", "ann")
    caller = admin.get("/interactions/c1/customer").json["id"]
    other = Arrival(
        interaction_id="c0", identity=Identity(Kind.ACCOUNT, "17"), arrived_at=centre.clock.now()
    )
    return caller, centre.customers._customers.record([other])["c0"]


def merge(client, into, one, **more):
    return client.post(f"/customers/{into}/merges", {"customer": one, "words": WORDS, **more})


def test_both_are_told_as_one_and_it_is_kept_who_said_so(admin, two):
    caller, account = two
    made = merge(admin, caller, account, identity={"kind": "account", "value": "17"}, contact="c1")
    assert made.status_code == 201
    assert made.json["by"] == "admin"
    assert (made.json["customer"], made.json["into"]) == (account, caller)
    assert made.json["identity"] == {"kind": "account", "value": "17"}
    for each in two:
        shown = admin.get(f"/customers/{each}").json
        assert shown["id"] == caller
        assert {known["kind"] for known in shown["identities"]} == {"phone", "account"}
        assert [one["id"] for one in shown["merged"]] == [account]
        assert admin.get(f"/customers/{each}/merges").json == {"items": [made.json]}
    assert [i["id"] for i in admin.get(f"/customers/{account}/history").json["items"]] == ["c1"]


def test_taking_it_back_leaves_both_as_they_were(centre, admin, two):
    caller, account = two
    before = [admin.get(f"/customers/{each}").json for each in two]
    made = merge(admin, caller, account).json
    path = f"/customers/{caller}/merges/{made['id']}/undo"
    assert_problem(admin.post(path, {"why": "  "}), 422)
    undone = admin.post(path, {"why": "Two brothers."})
    assert undone.status_code == 200
    assert (undone.json["undone_why"], undone.json["undone_by"]) == ("Two brothers.", "admin")
    assert [admin.get(f"/customers/{each}").json for each in two] == before
    again = admin.post(path, {"why": "Again."})
    assert_problem(again, 409)
    assert again.json["code"] == "customer_unmerged_already"
    assert [row.deed.action.partition("/merges")[2] for row in centre.rows(subject=caller)] == [
        "",
        "/<merge_id>/undo",
    ]


def test_what_makes_no_sense_is_refused(admin, two):
    caller, account = two
    assert merge(admin, caller, caller).json["code"] == "customer_merge_self"
    assert_problem(merge(admin, caller, "nobody"), 404)
    assert_problem(merge(admin, caller, account, words=" "), 422)
    wrong = merge(admin, caller, account, identity={"kind": "account", "value": "18"})
    assert wrong.json["code"] == "evidence_identity"
    assert merge(admin, caller, account, contact="c9").json["code"] == "evidence_contact"
    assert merge(admin, caller, account).status_code == 201
    for into, one in ((caller, account), (account, caller)):
        refused = merge(admin, into, one)
        assert_problem(refused, 409)
        assert refused.json["code"] == "customer_merged_already"
    assert len(admin.get(f"/customers/{caller}/merges").json["items"]) == 1
    assert_problem(admin.post(f"/customers/{caller}/merges/none/undo", {"why": "x"}), 404)


def test_an_identity_of_another_is_a_merge_to_be_said(admin, two):
    caller, account = two
    body = {"kind": "account", "value": "17"}
    refused = admin.post(f"/customers/{caller}/identities", body)
    assert_problem(refused, 409)
    assert refused.json["code"] == "identity_of_another"
    merge(admin, caller, account)
    assert admin.post(f"/customers/{caller}/identities", body).status_code == 200


def test_an_agent_merges_those_whom_he_sees_and_nobody_else(centre, ann, bob, two):
    caller, account = two
    assert_problem(merge(ann, caller, account), 404)
    assert_problem(merge(bob, caller, account), 404)
    assert ann.get(f"/customers/{caller}/merges").json == {"items": []}
