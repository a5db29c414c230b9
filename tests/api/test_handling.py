import pytest

ACTIONS = ("hold", "resume", "hang-up", "wrap-up/end", "recording/pause", "recording/resume")


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
    assert centre.now("c1").segment.phase == "held"
    held = [e for e in centre.store.events("interaction:c1") if type(e).__name__ == "Held"]
    assert len(held) == 1


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


# --- the recording ---------------------------------------------------------------------------------


def test_a_pause_is_silence_with_its_times(centre, ann):
    centre.connected("c1", "ann")
    centre.clock.pass_(5)
    assert ann.post("/interactions/c1/recording/pause").status_code == 200
    centre.settle()
    (recording,) = ann.get("/interactions/c1").json["recordings"]
    assert recording["paused"] is True
    assert recording["pauses"] == [{"since": "2023-11-14T22:13:25Z", "until": None}]
    assert ann.post("/interactions/c1/recording/pause").status_code == 200
    centre.clock.pass_(5)
    ann.post("/interactions/c1/recording/resume")
    centre.settle()
    (recording,) = ann.get("/interactions/c1").json["recordings"]
    assert recording["paused"] is False
    assert recording["pauses"][0]["until"] == "2023-11-14T22:13:30Z"


def test_what_is_not_recorded_cannot_be_paused(centre, ann, admin):
    admin.put("/queues/sales", {"name": "Sales", "record": False})
    centre.connected("c1", "ann")
    response = ann.post("/interactions/c1/recording/pause")
    assert response.status_code == 409
    assert "not being recorded" in response.json["detail"]


# --- wrap-up ---------------------------------------------------------------------------------------


def wrapping_up(centre, ann, admin, **settings):
    body = {"name": "Sales", "dispositions": ["sold", "lost"], "wrap_up_s": 30, **settings}
    assert admin.put("/queues/sales", body).status_code == 200
    centre.connected("c1", "ann")
    ann.post("/interactions/c1/hang-up")
    centre.settle()


def extend(client, **body):
    return client.post("/interactions/c1/wrap-up/extend", body)


def test_a_wrap_up_is_extended_as_far_as_the_queue_allows(centre, ann, admin):
    wrapping_up(centre, ann, admin, wrap_up_extension_s=50)
    until = [extend(ann, by_s=40).json["segments"][0]["wrap_up_until"] for _ in range(2)]
    assert until == ["2023-11-14T22:14:30Z", "2023-11-14T22:14:40Z"]
    response = extend(ann, by_s=40)
    assert response.status_code == 409
    assert "80 s at most" in response.json["detail"]


def test_without_an_extension_set_there_is_none(centre, ann, admin):
    wrapping_up(centre, ann, admin)
    assert extend(ann, by_s=1).status_code == 409


@pytest.mark.parametrize("by_s", [0.5, 0, -5, 1e9, "soon", None])
def test_an_extension_is_some_seconds(centre, ann, admin, by_s):
    wrapping_up(centre, ann, admin, wrap_up_extension_s=50)
    assert extend(ann, by_s=by_s).status_code == 422


def test_a_required_disposition_is_asked_for_by_name(centre, ann, admin):
    wrapping_up(centre, ann, admin, disposition_required=True)
    response = ann.post("/interactions/c1/wrap-up/end")
    assert response.status_code == 409
    assert "disposition" in response.json["detail"]
    assert "sold, lost" in response.json["detail"]
    assert ann.get("/interactions/c1").json["segments"][0]["disposition_required"] is True
    ann.put("/interactions/c1/disposition", {"code": "sold"})
    assert ann.post("/interactions/c1/wrap-up/end").status_code == 200


def test_a_supervisor_says_whose_part_he_means(centre, ann, supervisor):
    centre.connected("c1", "ann")
    centre.available("bob")
    ann.post("/interactions/c1/transfer", {"to": {"agent": "bob"}})
    centre.settle()
    centre.medium.answer(centre.now("c1").offer.leg)
    centre.settle()
    supervisor.put("/interactions/c1/disposition?agent=ann", {"code": "lost"})
    assert [s.disposition for s in centre.now("c1").segments] == ["lost", None]
    supervisor.post("/interactions/c1/hang-up")
    centre.settle()
    assert supervisor.post("/interactions/c1/wrap-up/end?agent=ann").status_code == 200
    assert [s.phase for s in centre.now("c1").segments] == ["closed", "wrap_up"]
    assert supervisor.post("/interactions/c1/wrap-up/end?agent=ann").status_code == 409


def test_an_agent_names_nobody_but_himself(centre, ann, admin):
    wrapping_up(centre, ann, admin)
    assert ann.post("/interactions/c1/wrap-up/end?agent=bob").status_code == 403
    assert ann.post("/interactions/c1/wrap-up/end?agent=me").status_code == 200
