"""Alarms over the API: who sees which, who may say that he has seen one, and what is kept of it."""

import pytest
from flask import Flask

from console.auth import Role
from console.live.running import LiveFeed
from controller.domain.alarms import Metric, Threshold
from controller.domain.catalogue import QueueSettings
from tests.api.test_guard import assert_problem

MANY = "many@sales"


@pytest.fixture
def floor(centre):
    """One customer too many in each of sales and support.

    Its live feed is on an app of its own: on the one that all tests share it would stay.
    """
    centre.catalogue.put(QueueSettings(id="support", name="Support"))
    centre.catalogue.put(
        Threshold(id="many", name="Too many", metric=Metric.WAITING, above=0.0, clear=0.0)
    )
    live = LiveFeed(Flask(__name__), centre.services(), centre.publisher)
    for contact, dialled in (("i1", "5000"), ("i2", "support")):
        centre.arrive(contact, dialled)
    live.live.watch.look()
    yield centre
    live.stop()


def ids(client) -> list[str]:
    response = client.get("/alarms")
    assert response.status_code == 200
    return [item["id"] for item in response.json["items"]]


def test_an_alarm_says_what_is_passed_where_by_how_much_and_since_when(floor, supervisor):
    assert supervisor.get("/alarms").json["items"][0] == {
        "id": MANY,
        "threshold": "many",
        "name": "Too many",
        "queue": "sales",
        "metric": "waiting",
        "value": 1.0,
        "above": 0.0,
        "below": None,
        "clear": 0.0,
        "severity": "warning",
        "since": "2023-11-14T22:13:20Z",
        "acknowledged_by": None,
        "acknowledged_at": None,
    }
    assert ids(supervisor) == [MANY, "many@support"]


@pytest.mark.parametrize("role", Role)
def test_cell_by_cell(floor, signed_in, role):
    page = signed_in("rita", role, agent="ann" if role is Role.AGENT else None)
    sees, acts = role is not Role.AGENT, role in (Role.SUPERVISOR, Role.ADMIN)
    assert page.get("/alarms").status_code == (200 if sees else 403)
    assert page.post(f"/alarms/{MANY}/acknowledge").status_code == (200 if acts else 403)
    assert (floor.alarms.find(MANY).acknowledged_by == "rita") == acts


def test_the_first_who_has_seen_it_is_kept_and_the_audit_tells_of_each(floor, signed_in):
    sue, tom = (signed_in(name, "supervisor") for name in ("sue", "tom"))
    floor.clock.pass_(7)
    seen = sue.post(f"/alarms/{MANY}/acknowledge").json
    assert (seen["acknowledged_by"], seen["acknowledged_at"]) == ("sue", "2023-11-14T22:13:27Z")
    assert tom.post(f"/alarms/{MANY}/acknowledge").json == seen
    rows = floor.rows(action="POST /api/v1/alarms/<id>/acknowledge")
    assert [(row.deed.who, row.deed.subject, row.deed.outcome) for row in rows] == [
        ("account:sue", MANY, "done"),
        ("account:tom", MANY, "done"),
    ]


def test_what_does_not_ring_cannot_be_acknowledged(floor, supervisor):
    for alarm in ("many@nowhere", "few@sales", "many", "%00"):
        assert_problem(supervisor.post(f"/alarms/{alarm}/acknowledge"), 404)


@pytest.mark.parametrize("role", ["supervisor", "manager"])
def test_who_is_restricted_sees_his_queues_alarms(floor, signed_in, role):
    assert ids(signed_in("rita", role, queues=("support",))) == ["many@support"]


def test_anothers_alarm_is_not_there(floor, signed_in):
    rita = signed_in("rita", "supervisor", queues=("support",))
    hidden = rita.post(f"/alarms/{MANY}/acknowledge")
    gone = rita.post("/alarms/few@sales/acknowledge")
    assert_problem(hidden, 404)
    assert hidden.json["detail"].replace(MANY, "few@sales") == gone.json["detail"]
    assert floor.alarms.find(MANY).acknowledged_by is None
    assert floor.rows(who="account:rita")[-1].deed.outcome == "refused"
    assert rita.post("/alarms/many@support/acknowledge").status_code == 200
