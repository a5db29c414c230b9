"""Listening to contacts: who may, what it does, and that no agent learns of it."""

import json

import gevent
import pytest

from controller.domain import commands as c
from controller.domain.agent import SetStatus, Status
from controller.domain.catalogue import AgentProfile


@pytest.fixture
def boss(centre, client_of):
    """A supervisor with a phone: that of agent bob. Ann talks with a customer."""
    centre.connected("c1", "ann")
    return client_of("supervisor", "bob")


@pytest.fixture
def listening(centre, boss):
    boss.post("/interactions/c1/monitor")
    centre.settle()
    centre.medium.answer(centre.now("c1").monitors[0].leg)
    centre.settle()
    return boss


def test_his_phone_rings_and_he_listens(centre, boss):
    view = boss.post("/interactions/c1/monitor").json
    (monitor,) = view["monitors"]
    assert (monitor["supervisor"], monitor["mode"]) == ("bob", "listen")
    assert monitor["listening"] is False
    centre.settle()
    leg = centre.now("c1").monitors[0].leg
    assert leg in centre.medium.ringing
    centre.medium.answer(leg)
    centre.settle()
    assert boss.get("/interactions/c1").json["monitors"][0]["listening"] is True
    assert centre.medium.listening[leg] == centre.now("c1").segment.leg


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_the_mode_is_his_choice_and_may_change(centre, listening, mode):
    view = listening.put("/interactions/c1/monitor", {"mode": mode}).json
    assert view["monitors"][0]["mode"] == mode


def test_asking_again_changes_the_mode_and_rings_no_second_phone(centre, listening):
    view = listening.post("/interactions/c1/monitor", {"mode": "barge"}).json
    assert [m["mode"] for m in view["monitors"]] == ["barge"]


def test_stopping_frees_him_and_twice_does_no_harm(centre, listening):
    assert listening.delete("/interactions/c1/monitor").json["monitors"] == []
    centre.settle()
    assert listening.get("/agents/me").json["free"] == 100
    assert listening.delete("/interactions/c1/monitor").status_code == 200


def test_taking_over(centre, listening):
    assert listening.post("/interactions/c1/take-over").status_code == 200
    centre.settle()
    after = centre.now("c1")
    assert [(s.agent, s.phase) for s in after.segments] == [("ann", "wrap_up"), ("bob", "talking")]
    assert listening.post("/interactions/c1/hang-up").json["outcome"] == "handled"


def test_taking_over_needs_his_phone_answered(centre, boss):
    assert boss.post("/interactions/c1/take-over").status_code == 409
    boss.post("/interactions/c1/monitor")
    response = boss.post("/interactions/c1/take-over")
    assert response.status_code == 409
    assert "not answered yet" in response.json["detail"]


def test_changing_what_has_not_begun_says_how_to_begin(boss):
    response = boss.put("/interactions/c1/monitor", {"mode": "barge"})
    assert response.status_code == 409
    assert "POST /api/v1/interactions/c1/monitor" in response.json["detail"]


def test_without_an_agent_there_is_no_phone_to_ring(centre, supervisor):
    centre.connected("c1", "ann")
    for response in (
        supervisor.post("/interactions/c1/monitor"),
        supervisor.put("/interactions/c1/monitor", {"mode": "listen"}),
        supervisor.delete("/interactions/c1/monitor"),
        supervisor.post("/interactions/c1/take-over"),
    ):
        assert response.status_code == 403


def test_not_while_he_is_at_a_contact_himself(centre, boss):
    centre.connected("c2", "bob")
    response = boss.post("/interactions/c1/monitor")
    assert response.status_code == 409
    assert "yourself" in response.json["detail"]


def test_a_customer_who_waits_cannot_be_listened_to(centre, client_of):
    centre.arrive("c1")
    boss = client_of("supervisor", "bob")
    assert boss.post("/interactions/c1/monitor").status_code == 409
    assert boss.post("/interactions/c9/monitor").status_code == 404


@pytest.mark.parametrize("body", [{"mode": "spy"}, {"mode": None}, {"who": "ann"}])
def test_bad_input_is_refused(boss, body):
    assert boss.post("/interactions/c1/monitor", body).status_code == 422
    assert boss.put("/interactions/c1/monitor", body).status_code == 422


def test_two_contacts_asked_for_at_once_are_not_both_listened_to(centre, boss, client_of):
    centre.catalogue.put(AgentProfile(id="carl", name="Carl", extension="1003", queues=("sales",)))
    centre.connected("c2", "carl")
    asked = [gevent.spawn(boss.post, f"/interactions/{i}/monitor") for i in ("c1", "c2")]
    assert sorted(each.get().status_code for each in asked) == [200, 409]
    centre.settle()
    assert centre.agents.candidate("bob").free == 0


def test_who_cannot_listen_is_free_again(centre, boss):
    leaving = c.HangUp(interaction_id="c1", segment_id=centre.now("c1").segment.id)
    centre.engine.submit(leaving)  # decided before his request is
    assert boss.post("/interactions/c1/monitor").status_code == 409
    assert not centre.agents.candidate("bob").holds


def test_who_cannot_listen_has_the_status_he_asked_for_meanwhile(centre, boss):
    centre.available("bob")
    leaving = c.HangUp(interaction_id="c1", segment_id=centre.now("c1").segment.id)
    later = SetStatus(agent_id="bob", status=Status.ON_BREAK, reason="lunch", after_contact=True)
    for command in (later, leaving):
        centre.engine.submit(command)
    assert boss.post("/interactions/c1/monitor").status_code == 409
    assert boss.get("/agents/bob").json["status"] == "on_break"


def test_an_agent_does_not_see_that_he_is_listened_to(centre, ann, boss):
    def all_he_sees():
        paths = ("/interactions/c1", "/interactions/c1/events", "/interactions", "/agents/me")
        return json.dumps([ann.get(path).json for path in paths])

    before = all_he_sees()
    boss.post("/interactions/c1/monitor", {"mode": "whisper"})
    centre.settle()
    assert all_he_sees() == before
    leg = centre.now("c1").monitors[0].leg
    centre.medium.answer(leg)
    centre.settle()
    boss.put("/interactions/c1/monitor", {"mode": "listen"})
    assert all_he_sees() == before
    boss.delete("/interactions/c1/monitor")
    centre.settle()
    assert all_he_sees() == before
    seen = {event["type"] for event in boss.get("/interactions/c1/events").json["items"]}
    assert {"MonitorStarted", "MonitorAnswered", "MonitorChanged", "MonitorEnded"} <= seen
    assert "supervisor" in [leg["role"] for leg in boss.get("/interactions/c1").json["legs"]]


def test_nor_does_he_learn_it_from_an_offer_or_the_directory(centre, ann, listening):
    centre.arrive("c2")
    centre.available("bob")
    for path in ("/directory", "/offers", "/interactions/c1"):
        assert b"listening" not in ann.get(path).data
    for verb, body in (("transfer", {"to": {"agent": "bob"}}), ("consult", {"agent": "bob"})):
        response = ann.post(f"/interactions/c1/{verb}", body)
        assert response.status_code == 409
        assert response.json["detail"].startswith("agent bob is busy;")
