"""An agent's own call."""

import pytest

from controller.domain.catalogue import Did, QueueSettings

CALL = {"number": "+49 30 123", "queue": "sales"}


@pytest.fixture(autouse=True)
def numbers(centre):
    centre.catalogue.put(QueueSettings(id="sales", name="Sales", caller_id="+4930999"))
    centre.catalogue.put(Did(id="493055", flow="main_menu", name="Berlin"))


def test_his_phone_rings_then_the_customers(centre, ann):
    ann.post("/agents/me/sign-in", {"status": "on_break"})
    response = ann.post("/calls", CALL)
    assert response.status_code == 201
    view = response.json
    assert (view["direction"], view["state"]) == ("outbound", "dialling")
    assert (view["customer_address"], view["dialled"]) == ("+4930123", "+4930999")
    centre.settle()
    agent_leg = centre.now(view["id"]).segment.leg
    centre.medium.answer(agent_leg)
    centre.settle()
    centre.medium.answer(view["id"])
    centre.settle()
    assert centre.now(view["id"]).state == "connected"
    assert ann.get("/agents/me").json["busy_with"] == "on a contact"
    ann.post(f"/interactions/{view['id']}/hang-up")
    centre.settle()
    ann.post(f"/interactions/{view['id']}/wrap-up/end")
    centre.settle()
    assert ann.get("/agents/me").json["free"] == 100


def test_he_may_give_up_while_it_rings(centre, ann):
    ann.post("/agents/me/sign-in")
    call = ann.post("/calls", CALL).json["id"]
    view = ann.post(f"/interactions/{call}/hang-up").json
    assert (view["state"], view["outcome"]) == ("ended", "failed")
    centre.settle()
    assert ann.get("/agents/me").json["free"] == 100


def test_who_is_not_signed_in_calls_nobody(centre, ann):
    response = ann.post("/calls", CALL)
    assert response.status_code == 409
    assert "sign in" in response.json["detail"]
    assert centre.engine.live() == []


def test_who_is_at_a_contact_calls_nobody(centre, ann):
    centre.connected("c1", "ann")
    response = ann.post("/calls", CALL)
    assert response.status_code == 409
    assert "end that" in response.json["detail"]


def test_the_customer_is_shown_a_number_of_ours(centre, ann):
    ann.post("/agents/me/sign-in")
    refused = ann.post("/calls", {**CALL, "as": "+18005550100"})
    assert refused.status_code == 422
    assert "none of ours" in refused.json["detail"]
    assert ann.post("/calls", {**CALL, "as": "493055"}).json["dialled"] == "493055"


def test_a_queue_without_a_number_leaves_it_to_the_gateway(centre, ann):
    centre.catalogue.put(QueueSettings(id="sales", name="Sales"))
    ann.post("/agents/me/sign-in")
    assert ann.post("/calls", CALL).json["dialled"] == ""


def test_he_calls_for_queues_he_serves(centre, ann, admin):
    centre.catalogue.put(QueueSettings(id="vip", name="VIP", caller_id="4930"))
    ann.post("/agents/me/sign-in")
    response = ann.post("/calls", {**CALL, "queue": "vip"})
    assert response.status_code == 403
    assert "sales" in response.json["detail"]
    assert ann.post("/calls", {**CALL, "queue": "nowhere"}).status_code == 409
    assert admin.post("/calls", {**CALL, "queue": "vip", "agent": "ann"}).status_code == 201


def test_an_agent_lets_no_other_call(ann, supervisor):
    assert ann.post("/calls", {**CALL, "agent": "bob"}).status_code == 403
    assert supervisor.post("/calls", CALL).status_code == 403
    assert supervisor.post("/calls", {**CALL, "agent": "carl"}).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"number": "+1900"},
        {"number": "home"},
        {"number": None},
        {"queue": None},
        {"queue": "A b"},
        {"as": 5},
        {"shown": "4930"},
    ],
)
def test_bad_input_is_refused(ann, change):
    ann.post("/agents/me/sign-in")
    assert ann.post("/calls", {**CALL, **change}).status_code == 422
    assert ann.get("/agents/me").json["free"] == 100
