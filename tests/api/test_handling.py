import pytest

ACTIONS = ("hold", "resume", "hang-up", "wrap-up/end")


def test_a_contact_from_hold_to_the_end_of_wrap_up(centre, ann):
    centre.connected("c1", "ann")
    assert ann.post("/interactions/c1/hold").json["segments"][0]["phase"] == "held"
    assert len(centre.medium.held) == 1
    centre.clock.pass_(5)
    assert ann.post("/interactions/c1/resume").json["segments"][0]["hold_s"] == 5
    ended = ann.post("/interactions/c1/hang-up").json
    assert (ended["state"], ended["outcome"]) == ("ended", "handled")
    centre.settle()
    code = {"code": "sold", "notes": "two of them"}
    assert (
        ann.put("/interactions/c1/disposition", code).json["segments"][0]["disposition"] == "sold"
    )
    centre.clock.pass_(7)
    segment = ann.post("/interactions/c1/wrap-up/end").json["segments"][0]
    assert (segment["phase"], segment["wrap_up_s"]) == ("closed", 7)
    closed = centre.store.events("interaction:c1")[-1]
    assert (type(closed).__name__, closed.by) == ("SegmentClosed", "agent")


def test_holding_twice_does_no_harm(centre, ann):
    centre.connected("c1", "ann")
    first = ann.post("/interactions/c1/hold")
    again = ann.post("/interactions/c1/hold")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["version"] == again.json["version"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_colleague_cannot_touch_it(centre, bob, action):
    centre.connected("c1", "ann")
    before = centre.now("c1").version
    assert bob.post(f"/interactions/c1/{action}").status_code == 404
    assert centre.now("c1").version == before


def test_a_supervisor_can(centre, supervisor):
    centre.connected("c1", "ann")
    assert supervisor.post("/interactions/c1/hang-up", {}).status_code == 200
    assert supervisor.post("/interactions/c1/wrap-up/end", {}).status_code == 200
    by = [
        e.by for e in centre.store.events("interaction:c1") if type(e).__name__ == "SegmentClosed"
    ]
    assert by == ["supervisor"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_customer_who_only_waits_is_with_no_agent(centre, supervisor, action):
    centre.arrive("c1")
    response = supervisor.post(f"/interactions/c1/{action}", {})
    assert response.status_code == 409
    assert centre.now("c1").state == "queued"


def test_a_code_the_queue_does_not_have_is_refused_with_those_it_has(centre, ann):
    centre.connected("c1", "ann")
    response = ann.put("/interactions/c1/disposition", {"code": "great"})
    assert response.status_code == 422
    assert "sold, lost" in response.json["detail"]
    assert centre.now("c1").segments[0].disposition is None


def test_a_queue_without_codes_takes_any(centre, admin, ann):
    admin.put("/queues/sales", {"name": "Sales"})
    centre.connected("c1", "ann")
    assert ann.put("/interactions/c1/disposition", {"code": "great"}).status_code == 200


def test_a_disposition_stays_once_the_wrap_up_is_over(centre, ann):
    centre.connected("c1", "ann")
    ann.post("/interactions/c1/hang-up")
    centre.settle()
    ann.post("/interactions/c1/wrap-up/end")
    response = ann.put("/interactions/c1/disposition", {"code": "sold"})
    assert response.status_code == 409
