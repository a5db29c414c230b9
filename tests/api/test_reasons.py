"""Reasons of a break: set up by an admin, chosen by agents."""

import pytest


@pytest.fixture
def reasons(admin):
    admin.put("/reasons/training", {"name": "Training", "order": 2, "counts_as": "work"})
    admin.put("/reasons/lunch", {"name": "Lunch", "order": 1})


def test_a_reason_keeps_what_it_was_given(admin, supervisor):
    made = admin.put("/reasons/lunch", {"name": "Lunch"})
    assert made.status_code == 201
    assert made.json == {"id": "lunch", "name": "Lunch", "order": 0, "counts_as": "break"}
    assert supervisor.get("/reasons/lunch").json == made.json
    assert admin.put("/reasons/lunch", {"name": "Dinner"}).status_code == 200
    assert admin.delete("/reasons/lunch").status_code == 204
    assert admin.get("/reasons/lunch").status_code == 404


@pytest.mark.parametrize(
    ("change", "path"),
    [({"name": ""}, "name"), ({"order": -1}, "order"), ({"counts_as": "sleep"}, "counts_as")],
)
def test_what_cannot_be_is_refused(admin, change, path):
    response = admin.put("/reasons/lunch", {"name": "Lunch", **change})
    assert response.status_code == 422
    assert [error["path"] for error in response.json["errors"]] == [path]


def test_everybody_finds_them_in_order_in_the_directory(reasons, ann, supervisor):
    assert ann.get("/directory").json["reasons"] == [
        {"id": "lunch", "name": "Lunch", "counts_as": "break"},
        {"id": "training", "name": "Training", "counts_as": "work"},
    ]
    assert [item["id"] for item in supervisor.get("/reasons").json["items"]] == [
        "lunch",
        "training",
    ]
    assert ann.get("/reasons").status_code == 403


def test_without_any_a_reason_is_free_text(ann):
    assert ann.post("/agents/me/sign-in", {"reason": "coffee first"}).status_code == 200
    body = {"status": "on_break", "reason": "more coffee"}
    assert ann.put("/agents/me/status", body).json["reason"] == "more coffee"


def test_with_some_it_is_one_of_them_or_none(reasons, ann):
    refused = ann.post("/agents/me/sign-in", {"reason": "coffee"})
    assert refused.status_code == 422
    assert "lunch, training" in refused.json["detail"]
    assert ann.post("/agents/me/sign-in").json["reason"] == "signed in"
    refused = ann.put("/agents/me/status", {"status": "on_break", "reason": "coffee"})
    assert refused.status_code == 422
    body = {"status": "on_break", "reason": "training"}
    assert ann.put("/agents/me/status", body).json["reason"] == "training"
    assert ann.put("/agents/me/status", {"status": "on_break"}).json["reason"] is None


def test_a_reason_that_is_removed_stays_with_who_has_it(reasons, admin, ann):
    ann.post("/agents/me/sign-in", {"reason": "lunch"})
    assert admin.delete("/reasons/lunch").status_code == 204
    assert ann.get("/agents/me").json["reason"] == "lunch"
