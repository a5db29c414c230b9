"""A queue tried out: before it is saved, and for a customer who would join it now."""

import pytest

from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.schedule import Schedule


def skilled(centre, agent, **skills):
    profile = centre.catalogue.get(AgentProfile, agent)
    centre.catalogue.put(
        AgentProfile(
            id=agent, name=agent, extension=profile.extension, queues=("sales",), skills=skills
        )
    )


def reasons(view):
    return {p["agent"]: p["reason"] for p in view["passed_over"]}


def said(answer):
    assert answer.status_code == 200, answer.json
    return {warning["path"]: warning["message"] for warning in answer.json["warnings"]}


def test_one_who_joined_now_would_be_offered_to_the_longest_idle(centre, supervisor):
    centre.available("ann")
    centre.clock.pass_(5)
    centre.available("bob")
    view = supervisor.get("/queues/sales/candidates").json
    assert [agent["agent"] for agent in view["eligible"]] == ["ann", "bob"]
    assert (view["interaction_id"], view["waiting"], view["ahead"]) == (None, False, 0)
    assert view["slack_s"] == 30


def test_he_stands_behind_those_who_wait_and_his_skills_and_priority_count(centre, supervisor):
    centre.catalogue.put(QueueSettings(id="sales", name="Sales", skills={"english": 1}))
    skilled(centre, "ann", english=1)
    skilled(centre, "bob", english=3, refunds=2)
    centre.available("bob")
    centre.arrive("c1")  # bob's phone rings for him
    centre.available("ann")
    centre.arrive("c2")  # and ann's for him
    centre.arrive("c3")
    view = supervisor.get("/queues/sales/candidates?skills=english:2,refunds:2").json
    assert view["needs"] == {"english": 2, "refunds": 2}
    assert reasons(view)["ann"] and reasons(view)["bob"]
    assert view["ahead"] == 1
    ahead = supervisor.get("/queues/sales/candidates?priority=3").json["ahead"]
    assert ahead == 0


@pytest.mark.parametrize("skills", ["english", "english:11", "english:0", "Ä:1", "a:b"])
def test_skills_that_are_none_are_told(supervisor, skills):
    response = supervisor.get("/queues/sales/candidates", query_string={"skills": skills})
    assert response.status_code == 422
    assert "english:2,refunds:3" in response.json["detail"]


def test_a_queue_there_is_not_has_no_candidates(supervisor):
    assert supervisor.get("/queues/none/candidates").status_code == 404


def test_a_queue_is_judged_as_it_would_be_and_nothing_is_saved(centre, admin):
    skilled(centre, "ann", english=2)
    centre.available("ann")
    before = centre.catalogue.all(QueueSettings)
    body = {"id": "sales", "name": "Sales", "skills": {"english": 3}}
    answer = admin.post("/queues/preview", body)
    assert reasons(answer.json["candidates"]) == {"ann": "needs english 3, has 2"}
    assert "nobody will ever be offered" in said(answer)["skills"]
    assert centre.catalogue.all(QueueSettings) == before
    fine = admin.post("/queues/preview", body | {"skills": {"english": 2}})
    assert fine.json["candidates"]["eligible"][0]["agent"] == "ann"
    assert said(fine) == {}


def test_a_new_queue_may_name_who_is_to_serve_it(centre, admin):
    centre.available("ann")
    body = {"name": "New"}
    assert "no agent serves it" in said(admin.post("/queues/preview", body))["id"]
    answer = admin.post("/queues/preview", body | {"agents": ["ann"]})
    assert answer.json["candidates"]["eligible"][0]["agent"] == "ann"
    assert said(answer) == {}
    wrong = admin.post("/queues/preview", body | {"agents": ["zoe"]})
    assert wrong.status_code == 422
    assert wrong.json["errors"][0]["path"] == "agents"


@pytest.mark.parametrize(
    ("settings", "path", "words"),
    [
        ({"units": 101}, "units", "lower `units`"),
        (
            {"skills": {"klingon": 1}, "rings": [{"after_s": 20}]},
            "skills",
            "before the ring after 20 s",
        ),
        ({"rings": [{"after_s": 20, "skills": {"english": 1}}]}, "rings.0", "fewer agents"),
        ({"rings": [{"after_s": 90}], "max_wait_s": 60}, "rings.0", "never comes"),
        ({"target_s": 10, "offer_s": 20}, "target_s", "past the target"),
        ({"max_wait_s": 20, "offer_s": 20}, "max_wait_s", "given back before the target"),
        ({"overflow": {"waited": "second"}}, "overflow.waited", "sales -> second -> sales"),
        ({"schedule": "never"}, "schedule", "never open"),
    ],
)
def test_what_is_hardly_meant_is_told(centre, admin, settings, path, words):
    centre.catalogue.put(Schedule(id="never"))
    centre.catalogue.put(QueueSettings(id="second", name="2nd", overflow={"waited": "sales"}))
    answer = admin.post("/queues/preview", {"id": "sales", "name": "Sales", **settings})
    assert words in said(answer)[path]


def test_plain_settings_have_no_warnings(centre, admin):
    centre.catalogue.put(QueueSettings(id="second", name="2nd", overflow={"full": "sales"}))
    body = {
        "id": "sales",
        "name": "Sales",
        "skills": {},
        "rings": [{"after_s": 20}],
        "overflow": {"waited": "second"},
    }
    assert said(admin.post("/queues/preview", body)) == {}


def test_what_could_not_be_saved_cannot_be_tried_out(admin):
    response = admin.post(
        "/queues/preview",
        {"name": "Sales", "schedule": "none", "overflow": {"full": "nowhere"}},
    )
    assert response.status_code == 422
    assert [e["path"] for e in response.json["errors"]] == ["schedule", "overflow.full"]
    assert admin.post("/queues/preview", {"name": "S", "offer_s": 0}).status_code == 422
