"""Who saves from an old page is told, and overwrites nobody; who does not ask for that is served as ever."""

from dataclasses import replace

import pytest

from console.setup.versions import version_of
from controller.domain.catalogue import Account, AgentProfile
from tests.api.test_guard import assert_problem

#: A path, and three bodies of one entry: two admins' and what was there before.
CELLS = [
    ("/queues/night", *({"name": name} for name in ("Night", "Late", "Dusk"))),
    ("/agent-profiles/carl", *({"name": n, "extension": "1003"} for n in ("C", "Carl", "Karl"))),
    ("/dids/5000", *({"flow": "main_menu", "name": name} for name in ("A", "B", "C"))),
    ("/schedules/office", *({"timezone": zone} for zone in ("UTC", "Asia/Tokyo", "Europe/Rome"))),
    ("/accounts/sue", *({"name": name, "role": "supervisor"} for name in ("Sue", "Susan", "Su"))),
    ("/reasons/lunch", *({"name": name} for name in ("Lunch", "Food", "Meal"))),
    (
        "/thresholds/long",
        *({"metric": "waiting", "above": 9, "clear": n} for n in (1, 2, 3)),
    ),
    (
        "/prompts/hello",
        *({"language": "en", "text": t} for t in ("Good morning", "Good day", "Good evening")),
    ),
]
every_kind = pytest.mark.parametrize(
    ("path", "before", "first", "second"), CELLS, ids=[cell[0].split("/")[1] for cell in CELLS]
)


def having(tag):
    return {"headers": {"If-Match": tag}}


def made(admin, path, body):
    response = admin.put(path, body)
    assert response.status_code == 201, response.json
    return response.headers["ETag"]


@every_kind
def test_the_second_of_two_old_pages_is_refused_and_told(admin, path, before, first, second):
    seen = made(admin, path, before)
    assert admin.get(path).headers["ETag"] == seen
    saved = admin.put(path, first, **having(seen))
    assert saved.status_code == 200
    stands = admin.get(path)
    assert stands.headers["ETag"] == saved.headers["ETag"] != seen

    refused = admin.put(path, second, **having(seen))
    assert_problem(refused, 412)
    assert refused.json["code"] == "version_old"
    assert refused.json["params"]["id"] == path.split("/")[2]
    assert admin.get(path).json == stands.json
    assert admin.put(path, second, **having(saved.headers["ETag"])).status_code == 200


@every_kind
def test_nothing_is_deleted_that_was_not_seen(admin, path, before, first, second):
    seen = made(admin, path, before)
    admin.put(path, first)
    assert_problem(admin.call("DELETE", path, **having(seen)), 412)
    stands = admin.get(path)
    assert stands.status_code == 200
    assert admin.call("DELETE", path, **having(stands.headers["ETag"])).status_code == 204
    assert admin.get(path).status_code == 404


@every_kind
def test_what_was_deleted_is_not_made_anew_by_an_old_page(admin, path, before, first, second):
    seen = made(admin, path, before)
    assert admin.delete(path).status_code == 204
    refused = admin.put(path, first, **having(seen))
    assert_problem(refused, 412)
    assert refused.json["code"] == "version_gone"
    assert admin.get(path).status_code == 404
    assert admin.put(path, first).status_code == 201


@every_kind
def test_without_the_header_all_is_as_it_was(admin, path, before, first, second):
    made(admin, path, before)
    assert admin.put(path, first).status_code == 200
    assert admin.put(path, second).status_code == 200
    assert admin.delete(path).status_code == 204


@every_kind
def test_a_list_has_the_version_of_each(admin, path, before, first, second):
    seen = made(admin, path, before)
    listed = admin.get(path.rpartition("/")[0]).json
    assert f'"{listed["versions"][path.split("/")[2]]}"' == seen
    assert set(listed["versions"]) == {one.get("id") or one["name"] for one in listed["items"]}


@every_kind
def test_a_refusal_has_a_row_and_is_no_change(admin, auditor, path, before, first, second):
    seen = made(admin, path, before)
    admin.put(path, first)
    admin.put(path, second, **having(seen))
    row, changed = auditor.get("/audit?limit=2").json["items"]
    assert (row["outcome"], row["action"]) == ("refused", changed["action"])
    assert (row["subject"], row["change"]) == (path.split("/")[2], None)
    assert changed["outcome"] == "done"


@pytest.mark.parametrize("tag", ["*", "W/{seen}", '"other", {seen}'])
def test_every_way_to_say_that_it_is_this_one(admin, tag):
    seen = made(admin, "/queues/night", {"name": "Night"})
    assert (
        admin.put("/queues/night", {"name": "Late"}, **having(tag.format(seen=seen))).status_code
        == 200
    )


@pytest.mark.parametrize("tag", ['"other"', "", ",", '"', "\u00e4"])
def test_what_names_no_version_matches_none(admin, tag):
    made(admin, "/queues/night", {"name": "Night"})
    assert_problem(admin.put("/queues/night", {"name": "Late"}, **having(tag)), 412)


def test_any_version_is_not_none(admin):
    assert_problem(admin.put("/queues/night", {"name": "Night"}, **having("*")), 412)


def test_what_is_wrong_is_told_before_what_is_old(admin):
    seen = made(admin, "/queues/night", {"name": "Night"})
    admin.put("/queues/night", {"name": "Late"})
    assert admin.put("/queues/night", {"name": ""}, **having(seen)).status_code == 422


def test_a_version_tells_nothing_of_a_password_and_outlives_signing_in(centre):
    ann = centre.catalogue.get(AgentProfile, "ann")
    assert version_of(ann) == version_of(replace(ann, a1_hash="d1" * 16))
    sue = Account(id="sue", name="Sue", role="supervisor")
    used = replace(sue, password_hash="$argon2id$x", must_change=True, addresses=("192.0.2.9",))
    assert version_of(sue) == version_of(used)
    assert version_of(sue) != version_of(replace(sue, role="admin"))
