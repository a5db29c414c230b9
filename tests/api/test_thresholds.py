"""Thresholds: set up by an admin, so that each can ring and can be quiet again."""

import pytest

from controller.domain.alarms import Metric, Severity, Threshold

MANY = {"metric": "waiting", "above": 10, "clear": 7, "for_s": 30}


def test_a_threshold_keeps_what_it_was_given(admin, supervisor, centre):
    made = admin.put("/thresholds/many", {**MANY, "queue": "sales", "severity": "critical"})
    assert made.status_code == 201
    assert made.json == {
        "id": "many",
        "name": "",
        "queue": "sales",
        "metric": "waiting",
        "above": 10.0,
        "below": None,
        "clear": 7.0,
        "for_s": 30.0,
        "severity": "critical",
        "enabled": True,
    }
    assert supervisor.get("/thresholds/many").json == made.json
    assert [item["id"] for item in supervisor.get("/thresholds").json["items"]] == ["many"]
    assert centre.catalogue.get(Threshold, "many") == Threshold(
        id="many",
        queue="sales",
        metric=Metric.WAITING,
        above=10.0,
        clear=7.0,
        for_s=30.0,
        severity=Severity.CRITICAL,
    )
    assert admin.put("/thresholds/many", made.json).status_code == 200
    assert admin.delete("/thresholds/many").status_code == 204


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"clear": 11}, "clear"),
        ({"below": 3}, "above"),
        ({"above": None}, "above"),
        ({"above": None, "below": 8}, "clear"),
        ({"metric": "service_level"}, "above"),
        ({"metric": "mood"}, "metric"),
        ({"above": -1}, "above"),
        ({"above": True}, "above"),
        ({"for_s": -1}, "for_s"),
        ({"severity": "fatal"}, "severity"),
        ({"queue": "nowhere"}, "queue"),
        ({"queue": "**"}, "queue"),
    ],
)
def test_what_could_never_ring_or_never_end_is_refused(admin, change, path):
    response = admin.put("/thresholds/many", {**MANY, **change})
    assert response.status_code == 422
    assert [error["path"] for error in response.json["errors"]] == [path]


def test_a_queue_that_is_watched_stays(admin):
    admin.put("/queues/support", {"name": "Support"})
    admin.put("/thresholds/many", {**MANY, "queue": "support"})
    response = admin.delete("/queues/support")
    assert response.status_code == 409 and "threshold many" in response.json["detail"]
    admin.put("/thresholds/many", MANY)
    assert admin.delete("/queues/support").status_code == 204


def test_both_kinds_stand_in_the_set_up_as_a_file(admin):
    document = {
        "reasons": {"lunch": {"name": "Lunch"}},
        "thresholds": {"many": MANY, "bad": {**MANY, "clear": 11}},
    }
    refused = admin.put("/setup", document)
    assert [error["path"] for error in refused.json["errors"]] == ["thresholds.bad.clear"]
    del document["thresholds"]["bad"]
    assert admin.put("/setup", document).status_code == 200
    read = admin.get("/setup").json
    assert read["reasons"] == {"lunch": {"name": "Lunch"}}
    assert read["thresholds"] == {"many": MANY}
