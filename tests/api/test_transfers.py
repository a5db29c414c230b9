"""Blind transfer over the API: each way, and what stands against it."""

import pytest

from controller.domain.agent import MarkNotResponding


def transfer(client, to, **more):
    return client.post("/interactions/c1/transfer", {"to": to, **more})


def segments(centre):
    return [(s.agent, s.phase) for s in centre.now("c1").segments]


def test_to_an_agent_whose_phone_rings_at_once(centre, ann):
    centre.connected("c1", "ann")
    centre.available("bob")
    response = transfer(ann, {"agent": "bob"}, wait_s=12)
    assert response.status_code == 200
    assert response.json["segments"][0]["ended_by"] == "transfer"
    centre.settle()
    after = centre.now("c1")
    assert after.offer.agent == "bob"
    assert after.place.preferred_until == centre.clock.now() + 12
    centre.medium.answer(after.offer.leg)
    centre.settle()
    assert segments(centre) == [("ann", "wrap_up"), ("bob", "talking")]


def test_back_to_who_had_him_a_moment_ago(centre, ann, bob):
    centre.connected("c1", "ann")
    centre.available("bob")
    transfer(ann, {"agent": "bob"})
    ann.post("/interactions/c1/wrap-up/end")
    centre.settle()
    centre.medium.answer(centre.now("c1").offer.leg)
    centre.settle()
    assert transfer(bob, {"agent": "ann"}).status_code == 200
    centre.settle()
    assert centre.now("c1").offer.agent == "ann"


@pytest.mark.parametrize(
    ("bob_is", "reason"),
    [
        ("offline", "not signed in"),
        ("on_break", "on a break"),
        ("not_responding", "does not answer"),
        ("busy", "is busy"),
        ("about to go", "before his break"),
        ("disabled", "is disabled"),
    ],
)
def test_an_agent_who_could_not_take_him_is_refused_with_the_reason(
    centre, ann, admin, bob, bob_is, reason
):
    if bob_is == "busy":
        centre.connected("c2", "bob")
    elif bob_is == "on_break":
        bob.post("/agents/me/sign-in")
    elif bob_is == "disabled":
        body = {"name": "Bob", "extension": "1002", "queues": ["sales"], "enabled": False}
        admin.put("/agent-profiles/bob", body)
    elif bob_is in ("not_responding", "about to go"):
        centre.available("bob")
    if bob_is == "not_responding":
        centre.engine.handle(MarkNotResponding(agent_id="bob", reason="no answer"))
    if bob_is == "about to go":
        centre.arrive("c2")  # and bob's phone rings
        bob.put("/agents/me/status", {"status": "on_break"})
    centre.connected("c1", "ann")
    before = centre.now("c1").version
    response = transfer(ann, {"agent": "bob"})
    assert response.status_code == 409
    assert reason in response.json["detail"]
    assert "directory" in response.json["detail"]
    assert centre.now("c1").version == before


@pytest.mark.parametrize(
    ("agent", "reason"), [("carl", "does not exist"), ("ann", "at this contact already")]
)
def test_neither_to_nobody_nor_to_himself(centre, ann, agent, reason):
    centre.connected("c1", "ann")
    response = transfer(ann, {"agent": agent})
    assert response.status_code == 409
    assert reason in response.json["detail"]


def test_to_a_queue_with_its_terms_and_the_time_he_has_waited(centre, ann, admin):
    admin.put("/queues/support", {"name": "S", "wrap_up_s": 7, "priority": 2, "max_wait_s": 60})
    centre.connected("c1", "ann")
    assert transfer(ann, {"queue": "support"}).json["queue"] == "support"
    place = centre.now("c1").place
    assert (place.queue, place.priority) == ("support", 2)
    assert (place.terms.wrap_up_s, place.terms.max_wait_s) == (7, 60)


CLOSED = {"timezone": "UTC", "week": {}}


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"schedule": "never", "closing_ends_waits": True}, "is closed"),
        ({"max_length": 0}, "is full"),
        ({"nobody_s": 0}, "nobody signed in"),
    ],
)
def test_a_queue_that_takes_nobody_is_refused_unless_he_goes_there_anyway(
    centre, ann, admin, settings, reason
):
    assert admin.put("/schedules/never", CLOSED).status_code == 201
    admin.put("/queues/support", {"name": "Support", **settings})
    centre.connected("c1", "ann")
    response = transfer(ann, {"queue": "support"})
    assert response.status_code == 409
    assert reason in response.json["detail"]
    assert "anyway" in response.json["detail"]
    assert centre.now("c1").state == "connected"
    assert transfer(ann, {"queue": "support"}, anyway=True).status_code == 200
    centre.settle()
    after = centre.now("c1")
    assert (after.state, after.place.queue) == ("queued", "support")


def test_an_unknown_queue_is_refused(centre, ann):
    centre.connected("c1", "ann")
    response = transfer(ann, {"queue": "nowhere"})
    assert response.status_code == 409
    assert "does not exist" in response.json["detail"]


def test_to_a_number_as_people_write_it(centre, ann):
    centre.connected("c1", "ann")
    response = transfer(ann, {"number": "+49 (30) 123-45.6"})
    assert response.status_code == 200
    centre.settle()
    outside = next(leg for leg in centre.now("c1").legs if leg.role == "outside")
    assert outside.party == "+4930123456"
    assert outside.id in centre.medium.ringing


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+1 900 1234", "not on the allowlist"),
        ("ann@example.org", "write a number"),
        ("", "write a number"),
        ("+", "write a number"),
        ("49" * 20, "write a number"),
        ("4930|123", "write a number"),
        ("٤٩٣٠", "write a number"),
    ],
)
def test_a_number_that_may_not_be_dialled_is_refused(centre, ann, number, reason):
    centre.connected("c1", "ann")
    response = transfer(ann, {"number": number})
    assert response.status_code == 422
    assert reason in response.json["detail"]
    assert centre.now("c1").state == "connected"


@pytest.mark.parametrize(
    "to",
    [
        {},
        {"agent": "bob", "queue": "sales"},
        {"agent": None},
        {"agent": "Bob"},
        {"number": "4930", "queue": "sales"},
        {"town": "Berlin"},
        "bob",
        None,
    ],
)
def test_exactly_one_target_is_wanted(centre, ann, to):
    centre.connected("c1", "ann")
    response = transfer(ann, to)
    assert response.status_code == 422
    assert response.json["errors"][0]["path"].startswith("to")


def test_a_colleague_cannot_and_a_supervisor_can(centre, bob, supervisor):
    centre.connected("c1", "ann")
    centre.available("bob")
    assert transfer(bob, {"agent": "bob"}).status_code == 404
    assert transfer(supervisor, {"agent": "bob"}).status_code == 200
    centre.settle()
    assert centre.now("c1").offer.agent == "bob"


def test_a_customer_who_waits_is_with_no_agent(centre, supervisor):
    centre.arrive("c1")
    assert transfer(supervisor, {"queue": "sales"}).status_code == 409


def test_not_during_a_consult(centre, ann):
    centre.connected("c1", "ann")
    centre.available("bob")
    ann.post("/interactions/c1/consult", {"agent": "bob"})
    response = transfer(ann, {"queue": "sales"})
    assert response.status_code == 409
    assert "complete or cancel it first" in response.json["detail"]
