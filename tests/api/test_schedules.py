import pytest

from controller.domain.schedule import Schedule

OFFICE = {
    "timezone": "Europe/Berlin",
    "week": {"tue": ["13:30-18:00", "09:00-12:30"]},
    "holidays": {"2023-12-26": []},
}
TUESDAY_14_NOV_2023_UTC = 1_699_920_000.0  # 00:00


def test_a_schedule_keeps_the_hours_it_was_given(admin, centre):
    made = admin.put("/schedules/office", OFFICE)
    assert made.status_code == 201
    assert made.json["week"] == {"tue": ["09:00-12:30", "13:30-18:00"]}
    assert admin.get("/schedules/office").json == made.json
    entry = centre.catalogue.get(Schedule, "office")
    opened_at = TUESDAY_14_NOV_2023_UTC + 8 * 3600  # 09:00 in Berlin
    assert [entry.is_open(opened_at + s) for s in (-1, 0, 3.5 * 3600)] == [False, True, False]
    assert not entry.is_open(opened_at + 42 * 86_400)  # the holiday, a Tuesday as well


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"timezone": "Europe/Berln"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"week": {"tuesday": []}}, "week.tuesday.[key]"),
        ({"week": {"tue": ["9:00-12:00"]}}, "week.tue.0"),
        ({"week": {"tue": ["09:00-24:30"]}}, "week.tue.0"),
        ({"week": {"tue": ["18:00-09:00"]}}, "week.tue"),
        ({"week": {"tue": ["09:00-12:00", "11:00-13:00"]}}, "week.tue"),
        ({"holidays": {"2023-02-30": []}}, "holidays"),
        ({"holidays": {"26.12.2023": []}}, "holidays"),
    ],
)
def test_hours_that_cannot_be_are_refused(admin, change, path):
    response = admin.put("/schedules/office", {**OFFICE, **change})
    assert response.status_code == 422
    assert [e["path"] for e in response.json["errors"]] == [path]


def test_midnight_ends_a_day(admin):
    assert admin.put("/schedules/late", {"week": {"mon": ["18:00-24:00"]}}).status_code == 201


def test_a_schedule_a_queue_has_stays(admin):
    admin.put("/schedules/office", OFFICE)
    admin.put("/queues/sales", {"name": "Sales", "schedule": "office"})
    response = admin.delete("/schedules/office")
    assert response.status_code == 409
    assert "queue sales" in response.json["detail"]
    admin.put("/queues/sales", {"name": "Sales"})
    assert admin.delete("/schedules/office").status_code == 204
    assert admin.get("/schedules").json["items"] == []
