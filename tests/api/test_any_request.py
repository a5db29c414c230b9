"""Whatever is sent, the answer is never a crash and always JSON."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.api.rights import RIGHTS, SOCKET

FIELDS = [
    *("id", "name", "status", "reason", "code", "notes", "role", "agent", "expires_at", "address"),
    *("extension", "queues", "skills", "capacity", "enabled", "phone_password", "flow", "week"),
    *("timezone", "holidays", "offer_s", "units", "priority", "music", "schedule", "max_wait_s"),
    *("to", "queue", "number", "as", "mode", "by_s", "wait_s", "anyway", "when", "caller_id"),
    *("note", "language", "kind", "value", "customer", "words", "identity", "contact", "why"),
    *("order", "counts_as", "metric", "above", "below", "clear", "for_s", "severity"),
]
TEXT = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["sales", "ann", "available", "09:00-12:00", "\x00", "\ud800", "2023-12-26", "../..", "1001"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS) | TEXT, VALUES, max_size=8)
ROUTES = [row for row, roles in RIGHTS.items() if roles and row[0] != SOCKET]
IDS = st.sampled_from(["ann", "sales", "c1", "+49301", "me", "%00", "%ff", "%ED%A0%80", "x" * 200])
QUERIES = st.sampled_from(
    [
        "",
        "?since=9999-12-31T23:59:59Z",
        "?since=0001-01-01T00:00:00%2B14:00",
        "?limit=1e3",
        "?%ff=%00",
        "?name=%00",
        "?kind=phone&value=%2B4930123",
        "?kind=email&value=%00",
    ]
)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/queues/sales", {"name": "x", "\ud800": 1}),
        ("/queues/sales", {"name": "\ud800"}),
        ("/schedules/office", {"timezone": "\ud800"}),
        ("/schedules/office", {"timezone": "a\x00b"}),
        ("/schedules/office", {"holidays": {"\ud800": []}}),
        ("/dids/5000", {"flow": "\ud800"}),
        ("/queues/%ED%A0%80", {"name": "x"}),
    ],
)
def test_what_is_no_text_is_refused(admin, path, body):
    response = admin.put(path, data=json.dumps(body), content_type="application/json")
    assert response.status_code in (400, 422)


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"],
)
def test_a_time_at_the_end_of_the_calendar_is_refused(admin, time):
    body = {"name": "x", "role": "manager", "expires_at": time.replace("%2B", "+")}
    assert admin.post("/tokens", body).status_code == 422
    assert admin.get(f"/interactions?since={time}").status_code == 422
    assert admin.get("/tokens").status_code == 200


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(ROUTES), IDS, BODIES, QUERIES)
def test_no_request_crashes(admin, route, some_id, body, query):
    method, rule = route
    for name in ("<id>", "<offer_id>", "<recording_id>", "<merge_id>"):
        rule = rule.replace(name, some_id)
    data = None if method == "GET" else json.dumps(body)
    response = admin.call(method, rule + query, data=data, content_type="application/json")
    assert response.status_code < 500, response.json
    if response.status_code >= 400:
        assert response.json["status"] == response.status_code
        assert response.json["detail"]
    elif response.status_code != 204:
        assert response.is_json
