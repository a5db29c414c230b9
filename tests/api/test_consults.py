"""Consults over the API, by the agent who asks and by the one who is asked."""

import pytest

from controller.domain.catalogue import AgentProfile, QueueSettings

ACTIONS = ("complete", "cancel", "swap", "join")


def consult(client, action="", json=None):
    return client.post(f"/interactions/c1/consult{action and '/' + action}", json)


@pytest.fixture
def asking(centre, ann):
    """Ann has a customer, and bob's phone rings."""
    centre.connected("c1", "ann")
    centre.available("bob")
    response = consult(ann, json={"agent": "bob"})
    assert response.status_code == 200, response.json
    centre.settle()
    return response.json


@pytest.fixture
def talking(centre, asking):
    """He has answered."""
    centre.medium.answer(centre.now("c1").consult.leg)
    centre.settle()


def test_the_customer_holds_while_the_other_is_rung(centre, asking):
    assert (asking["consult"]["kind"], asking["consult"]["party"]) == ("agent", "bob")
    assert asking["consult"]["phase"] == "ringing"
    assert asking["segments"][0]["phase"] == "held"
    assert centre.now("c1").consult.leg in centre.medium.ringing


def test_who_is_asked_sees_the_contact_while_his_phone_rings(asking, bob):
    assert bob.get("/interactions/c1").json["consult"]["party"] == "bob"
    assert [i["id"] for i in bob.get("/interactions?open=true").json["items"]] == ["c1"]


def test_swap_there_and_back(centre, talking, ann):
    assert consult(ann, "swap").json["consult"]["phase"] == "aside"
    assert ann.get("/interactions/c1").json["segments"][0]["phase"] == "talking"
    assert consult(ann, "swap").json["consult"]["phase"] == "talking"


def test_complete_gives_the_customer_away(centre, talking, ann, bob):
    assert consult(ann, "complete").status_code == 200
    centre.settle()
    phases = [(s.agent, s.phase) for s in centre.now("c1").segments]
    assert phases == [("ann", "wrap_up"), ("bob", "talking")]
    assert bob.post("/interactions/c1/hang-up").json["outcome"] == "handled"


def test_cancel_brings_the_customer_back(centre, talking, ann):
    view = consult(ann, "cancel").json
    assert view["consult"] is None
    assert [s["phase"] for s in view["segments"]] == ["talking", "closed"]


def test_all_three_and_the_agent_leaves(centre, talking, ann):
    assert consult(ann, "join").json["consult"]["phase"] == "joined"
    assert ann.post("/interactions/c1/hang-up").json["state"] == "connecting"
    centre.settle()
    assert centre.now("c1").segment.agent == "bob"


@pytest.mark.parametrize("action", ["complete", "swap", "join"])
def test_before_he_has_answered_there_is_nothing_to_do_but_cancel(asking, ann, action):
    response = consult(ann, action)
    assert response.status_code == 409
    assert "wait, or cancel" in response.json["detail"]
    assert consult(ann, "cancel").status_code == 200


def test_who_was_consulted_may_hang_up_and_nothing_else(centre, talking, bob):
    before = centre.now("c1").version
    for action in ACTIONS:
        response = consult(bob, action)
        assert response.status_code == 409
        assert "can hang up" in response.json["detail"]
    for action in ("hold", "recording/pause"):
        assert bob.post(f"/interactions/c1/{action}").status_code == 409
    assert bob.post("/interactions/c1/transfer", {"to": {"queue": "sales"}}).status_code == 409
    assert centre.now("c1").version == before
    view = bob.post("/interactions/c1/hang-up").json
    assert (view["state"], view["consult"]) == ("connected", None)
    assert view["segments"][0]["phase"] == "talking"


def test_in_a_talk_of_three_who_was_consulted_ends_his_part_only(centre, talking, ann, bob):
    consult(ann, "join")
    view = bob.post("/interactions/c1/hang-up").json
    assert (view["state"], view["consult"]) == ("connected", None)
    assert [s["phase"] for s in view["segments"]] == ["talking", "wrap_up"]


def test_a_supervisor_acts_for_the_agent_who_asks(talking, supervisor):
    assert consult(supervisor, "join").json["consult"]["phase"] == "joined"
    assert consult(supervisor, "complete").status_code == 200


def test_a_queue_means_its_best_free_agent(centre, ann):
    centre.catalogue.put(QueueSettings(id="refunds", name="Refunds", skills={"refunds": 3}))
    for name, level in (("carl", 2), ("dora", 4)):
        centre.catalogue.put(
            AgentProfile(
                id=name, name=name, extension="1", queues=("refunds",), skills={"refunds": level}
            )
        )
    centre.connected("c1", "ann")
    for name in ("bob", "carl", "dora"):
        centre.available(name)
    assert consult(ann, json={"queue": "refunds"}).json["consult"]["party"] == "dora"


def test_a_queue_with_nobody_free_is_refused(centre, ann):
    centre.connected("c1", "ann")
    response = consult(ann, json={"queue": "sales"})
    assert response.status_code == 409
    assert "nobody of queue sales is free" in response.json["detail"]
    assert centre.now("c1").segment.phase == "talking"


def test_an_outside_number(centre, ann):
    centre.connected("c1", "ann")
    view = consult(ann, json={"number": "+44 20 7946 0000"}).json
    assert (view["consult"]["kind"], view["consult"]["party"]) == ("outside", "+442079460000")
    assert consult(ann, "cancel").status_code == 200
    assert consult(ann, json={"number": "+1900"}).status_code == 422


@pytest.mark.parametrize("body", [None, {}, {"agent": "bob", "number": "4930"}, {"agent": 7}])
def test_exactly_one_party_is_wanted(centre, ann, body):
    centre.connected("c1", "ann")
    assert consult(ann, json=body).status_code == 422


def test_one_consult_at_a_time(asking, ann):
    response = consult(ann, json={"number": "+4930"})
    assert response.status_code == 409
    assert "a consult is going on" in response.json["detail"]


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_consult_there_is_nothing_to_do(centre, ann, bob, action):
    centre.connected("c1", "ann")
    response = consult(ann, action)
    assert response.status_code == 409
    assert "nobody is being consulted" in response.json["detail"]
    assert consult(bob, action).status_code == 404
