import pytest


def test_an_agent_signs_in_takes_a_break_and_signs_out(centre, ann):
    view = ann.post("/agents/me/sign-in", {"status": "available"})
    assert view.status_code == 200
    assert (view.json["id"], view.json["status"]) == ("ann", "available")
    assert view.json["since"] == "2023-11-14T22:13:20Z"
    centre.clock.pass_(60)
    view = ann.put("/agents/me/status", {"status": "on_break", "reason": "lunch"}).json
    assert (view["status"], view["reason"], view["since"]) == (
        "on_break",
        "lunch",
        "2023-11-14T22:14:20Z",
    )
    assert ann.post("/agents/ann/sign-out").json["status"] == "offline"
    assert centre.store.agent("ann").status == "offline"


def test_without_a_body_signing_in_begins_with_a_break(ann):
    assert ann.post("/agents/me/sign-in").json["status"] == "on_break"


def test_a_status_before_signing_in_is_a_conflict_that_says_what_to_do(ann):
    response = ann.put("/agents/me/status", {"status": "available"})
    assert response.status_code == 409
    assert "sign in first" in response.json["detail"]


@pytest.mark.parametrize("status", ["offline", "not_responding", "asleep"])
def test_only_available_and_on_break_can_be_declared(ann, status):
    ann.post("/agents/me/sign-in")
    assert ann.put("/agents/me/status", {"status": status}).status_code == 422


def test_a_reason_is_one_line(ann):
    response = ann.post("/agents/me/sign-in", {"reason": "a\nb"})
    assert response.status_code == 422


def test_an_agent_reaches_no_other_agent(ann, centre):
    for call in (
        ann.get("/agents/bob"),
        ann.post("/agents/bob/sign-in"),
        ann.post("/agents/bob/sign-out"),
        ann.put("/agents/bob/status", {"status": "available"}),
    ):
        assert call.status_code == 403
    assert centre.engine.agent_states() == []


def test_a_supervisor_acts_for_any_agent_but_is_none(supervisor):
    assert supervisor.post("/agents/ann/sign-in", {}).json["status"] == "on_break"
    response = supervisor.post("/agents/me/sign-in", {})
    assert response.status_code == 403
    assert "name the agent" in response.json["detail"]


def test_a_supervisor_who_is_an_agent_too_is_me(client_of):
    assert client_of("supervisor", "bob").get("/agents/me").json["id"] == "bob"


def test_an_unknown_agent_is_not_found_and_leaves_no_trace(supervisor, centre):
    assert supervisor.post("/agents/carl/sign-in", {}).status_code == 404
    assert centre.engine.agent_states() == []


def test_a_disabled_agent_cannot_be_signed_in(admin, supervisor):
    admin.put("/agent-profiles/bob", {"name": "Bob", "extension": "1002", "enabled": False})
    response = supervisor.post("/agents/bob/sign-in", {})
    assert response.status_code == 409
    assert "enable" in response.json["detail"]


def test_the_list_shows_status_and_load(centre, supervisor):
    centre.connected("c1", "ann")
    first, second = supervisor.get("/agents").json["items"]
    assert (first["id"], first["status"], first["free"]) == ("ann", "available", 0)
    assert first["busy_with"] == "on a contact"
    assert (second["id"], second["status"], second["since"]) == ("bob", "offline", None)


# --- by a supervisor -------------------------------------------------------------------------------


def changes(centre, agent):
    return [(event.status, event.by) for event in centre.store.events(f"agent:{agent}")]


def test_the_record_tells_who_changed_a_status_when_it_was_not_the_agent(
    centre, ann, supervisor, client_of
):
    ann.post("/agents/me/sign-in", {"status": "available"})
    boss = client_of("supervisor", "bob")
    view = boss.put("/agents/ann/status", {"status": "on_break", "reason": "meeting"}).json
    assert (view["status"], view["by"]) == ("on_break", "supervisor bob")
    assert supervisor.put("/agents/ann/status", {"status": "available"}).json["by"] == "supervisor"
    assert ann.put("/agents/me/status", {"status": "on_break"}).json["by"] is None
    assert boss.post("/agents/me/sign-in").json["by"] is None
    assert changes(centre, "ann") == [
        ("available", None),
        ("on_break", "supervisor bob"),
        ("available", "supervisor"),
        ("on_break", None),
    ]


def test_signing_somebody_out_in_mid_call_waits_for_its_end(centre, ann, supervisor):
    centre.connected("c1", "ann")
    view = supervisor.post("/agents/ann/sign-out").json
    assert (view["status"], view["pending"], view["pending_by"]) == (
        "available",
        "offline",
        "supervisor",
    )
    assert centre.now("c1").state == "connected"
    centre.arrive("c2")
    assert centre.now("c2").offers == ()
    ann.post("/interactions/c1/hang-up")
    ann.post("/interactions/c1/wrap-up/end")
    centre.settle()
    view = ann.get("/agents/me").json
    assert (view["status"], view["by"], view["pending"]) == ("offline", "supervisor", None)
    assert centre.now("c2").offers == ()


def test_while_his_phone_rings_it_waits_too_and_may_be_taken_back(centre, supervisor):
    centre.available("ann")
    centre.arrive("c1")
    view = supervisor.put("/agents/ann/status", {"status": "on_break", "reason": "meeting"}).json
    assert (view["pending"], view["pending_reason"]) == ("on_break", "meeting")
    assert centre.now("c1").offer is not None
    view = supervisor.put("/agents/ann/status", {"status": "available"}).json
    assert (view["pending"], view["pending_by"]) == (None, None)


# --- after this one --------------------------------------------------------------------------------


def test_a_break_asked_for_in_a_contact_waits_for_its_end(centre, ann):
    centre.connected("c1", "ann")
    view = ann.put("/agents/me/status", {"status": "on_break", "reason": "lunch"}).json
    assert (view["status"], view["pending"], view["pending_reason"]) == (
        "available",
        "on_break",
        "lunch",
    )
    ann.post("/interactions/c1/hang-up")
    centre.settle()
    assert ann.get("/agents/me").json["status"] == "available"  # in wrap-up
    ann.post("/interactions/c1/wrap-up/end")
    centre.settle()
    view = ann.get("/agents/me").json
    assert (view["status"], view["reason"], view["pending"]) == ("on_break", "lunch", None)


def test_the_present_status_takes_back_what_waits(centre, ann):
    centre.connected("c1", "ann")
    ann.put("/agents/me/status", {"status": "on_break"})
    assert ann.put("/agents/me/status", {"status": "available"}).json["pending"] is None


def test_now_is_at_once(centre, ann):
    centre.connected("c1", "ann")
    view = ann.put("/agents/me/status", {"status": "on_break", "when": "now"}).json
    assert (view["status"], view["pending"]) == ("on_break", None)
    assert ann.post("/agents/me/sign-out", {"when": "now"}).json["status"] == "offline"
    assert centre.now("c1").state == "connected"


def test_signing_out_waits_too(centre, ann):
    centre.connected("c1", "ann")
    view = ann.post("/agents/me/sign-out").json
    assert (view["status"], view["pending"]) == ("available", "offline")
    ann.post("/interactions/c1/hang-up")
    centre.settle()
    ann.post("/interactions/c1/wrap-up/end")
    centre.settle()
    assert ann.get("/agents/me").json["status"] == "offline"


def test_with_nothing_to_wait_for_it_is_at_once(ann):
    ann.post("/agents/me/sign-in", {"status": "available"})
    view = ann.put("/agents/me/status", {"status": "on_break", "when": "after"}).json
    assert (view["status"], view["pending"]) == ("on_break", None)


@pytest.mark.parametrize("when", ["later", 5, None])
def test_when_is_after_or_now(ann, when):
    ann.post("/agents/me/sign-in")
    assert ann.put("/agents/me/status", {"status": "on_break", "when": when}).status_code == 422
