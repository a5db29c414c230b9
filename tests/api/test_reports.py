import csv
import io

import pytest


@pytest.fixture
def manager(client_of):
    return client_of("manager")


@pytest.fixture
def talking(centre):
    centre.connected("c1", "ann")
    centre.clock.pass_(5)


def test_the_three_tables(manager, talking):
    (row,) = manager.get("/reports/cdr").json
    assert (row["id"], row["agents"], row["outcome"]) == ("c1", ["ann"], None)
    assert "recordings" not in row  # they would name files of the server
    (offer,) = manager.get("/reports/cdr?rows=offers").json
    assert (offer["agent"], offer["result"], offer["rule"]) == ("ann", "accepted", "longest_idle")
    legs = manager.get("/reports/cdr?rows=legs").json
    assert [leg["role"] for leg in legs] == ["customer", "agent"]


def test_csv(manager, talking):
    response = manager.get("/reports/cdr?format=csv&timezone=Asia/Shanghai")
    assert response.content_type == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(response.text, newline=""))
    assert (row["customer"], row["arrived"][-6:]) == ("+4930123", "+08:00")


def test_filters(manager, talking):
    assert manager.get("/reports/cdr?rows=offers&agent=bob").json == []
    assert manager.get("/reports/cdr?queue=other").json == []
    assert manager.get("/reports/cdr?since=1999-01-01&until=1999-12-31").json == []


def test_the_queues_numbers(manager, talking):
    (row,) = manager.get("/reports/queues?within=20").json
    assert (row["queue"], row["offered"], row["answered_within / offered"]) == ("sales", 1, 1.0)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("since=soon", "write 2026-03-29"),
        ("since=now&until=-2h", "before"),
        ("timezone=Mars", "time zone"),
    ],
)
def test_what_cannot_be_read_is_explained(manager, query, word):
    response = manager.get(f"/reports/cdr?{query}")
    assert response.status_code == 422
    assert word in response.json["detail"]


def test_a_field_we_do_not_know_is_refused(manager):
    assert manager.get("/reports/cdr?from=today").status_code == 422


def test_agents_read_no_reports(ann):
    assert ann.get("/reports/cdr").status_code == 403
