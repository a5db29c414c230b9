import pytest

from controller.domain.catalogue import QueueSettings


def test_a_queue_is_made_read_changed_and_removed(admin):
    made = admin.put("/queues/support", {"name": "Support", "skills": {"english": 2}})
    assert made.status_code == 201
    assert (made.json["id"], made.json["offer_s"]) == ("support", 20.0)
    assert admin.get("/queues/support").json == made.json
    changed = admin.put("/queues/support", {**made.json, "wrap_up_s": 0})
    assert changed.status_code == 200
    assert admin.get("/queues/support").json["wrap_up_s"] == 0
    assert admin.delete("/queues/support").status_code == 204
    assert admin.get("/queues/support").status_code == 404


def test_a_queue_that_takes_more_than_any_of_its_agents_has_says_so(admin, centre):
    made = admin.put("/queues/sales", {"name": "Sales", "units": 300})
    assert made.status_code == 200
    assert "300 units" in made.json["warning"] and "more than 100" in made.json["warning"]
    assert admin.get("/queues").json["items"][0]["warning"] == made.json["warning"]
    centre.arrive("c1")
    centre.available("ann")
    found = admin.get("/interactions/c1/candidates").json
    assert found["reasons"] == {"needs 300 units, has 100": 1}
    ann = {"name": "Ann", "extension": "1001", "queues": ["sales"], "capacity": 300}
    assert admin.put("/agent-profiles/ann", ann).status_code == 200
    assert admin.get("/queues/sales").json["warning"] is None
    assert admin.put("/queues/sales", made.json).json["warning"] is None
    centre.settle()
    assert centre.now("c1").offer.agent == "ann"


def test_a_queue_that_nobody_serves_yet_is_not_warned_of(admin):
    assert admin.put("/queues/new", {"name": "New", "units": 1000}).json["warning"] is None
    assert admin.put("/queues/new", {"name": "New", "units": 1001}).status_code == 422


def test_all_queues_by_id(admin, supervisor):
    admin.put("/queues/billing", {"name": "Billing"})
    assert [q["id"] for q in supervisor.get("/queues").json["items"]] == ["billing", "sales"]


@pytest.mark.parametrize("queue_id", ["Sales", "-a", "a b", "a" * 64, "ä", "a%0A"])
def test_an_id_that_would_not_be_safe_everywhere_is_refused(admin, centre, queue_id):
    assert admin.put(f"/queues/{queue_id}", {"name": "X"}).status_code in (404, 422)
    assert admin.get("/queues").json["items"][0]["id"] == "sales"
    assert len(admin.get("/queues").json["items"]) == 1


def test_a_body_for_another_id_is_refused(admin):
    assert admin.put("/queues/a", {"id": "b", "name": "X"}).status_code == 422


def test_a_schedule_must_be_known(admin):
    response = admin.put("/queues/sales", {"name": "Sales", "schedule": "office"})
    assert response.status_code == 422
    assert "none yet" in response.json["detail"]
    admin.put("/schedules/office", {})
    assert admin.put("/queues/sales", {"name": "Sales", "schedule": "office"}).status_code == 200


def test_a_queue_that_agents_serve_stays_and_they_are_named(admin):
    response = admin.delete("/queues/sales")
    assert response.status_code == 409
    assert "agent ann, agent bob" in response.json["detail"]


def test_a_queue_with_customers_in_it_stays(admin, centre):
    for agent, extension in (("ann", "1001"), ("bob", "1002")):
        admin.put(f"/agent-profiles/{agent}", {"name": agent, "extension": extension})
    centre.arrive("c1")
    response = admin.delete("/queues/sales")
    assert response.status_code == 409
    assert "open interaction c1" in response.json["detail"]
    centre.medium.hang_up("c1")
    centre.settle()
    assert admin.delete("/queues/sales").status_code == 204


@pytest.mark.parametrize(
    "music", ["a b", "${system(id)}", "x,y", "moh\napi", "{a=b}local_stream://moh"]
)
def test_music_cannot_carry_a_command(admin, music):
    assert admin.put("/queues/sales", {"name": "Sales", "music": music}).status_code == 422


def test_a_disposition_twice_is_a_mistake(admin):
    response = admin.put("/queues/sales", {"name": "Sales", "dispositions": ["a", "b", "a"]})
    assert response.json["errors"] == [
        {
            "path": "dispositions",
            "message": "named twice: a",
            "code": "named_twice",
            "params": {"names": "a"},
        }
    ]


def test_customers_who_join_later_get_the_new_terms(admin, centre):
    admin.put("/queues/sales", {"name": "Sales", "offer_s": 7})
    centre.available("ann")
    centre.arrive("c1")
    offer = centre.now("c1").offer
    assert offer.expires_at - offer.made_at == 7


RINGS = [{"after_s": 20, "skills": {"english": 1}}, {"after_s": 60, "skills": {}}]


def test_strategy_and_rings_are_read_as_they_were_written(admin, centre):
    queue = {"name": "Sales", "strategy": "best_skill", "skills": {"english": 3}, "rings": RINGS}
    made = admin.put("/queues/sales", queue)
    assert made.status_code == 200
    assert (made.json["strategy"], made.json["rings"]) == ("best_skill", RINGS)
    assert admin.put("/queues/sales", made.json).json == made.json
    terms = centre.catalogue.get(QueueSettings, "sales").terms()
    assert (terms.strategy, terms.rings) == ("best_skill", ((20, {"english": 1}), (60, {})))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("strategy", "random", "longest_idle"),
        ("rings", [RINGS[1], RINGS[0]], "a ring after 20 s stands behind one after 60 s"),
        ("rings", [RINGS[0], RINGS[0]], "each time once"),
        ("rings", [{"after_s": 0}], "greater than or equal to 1"),
        ("rings", [{"after_s": 5, "skills": {"english": 11}}], "less than or equal to 10"),
        ("rings", [{"after": 5}], "after"),
    ],
)
def test_a_wrong_strategy_or_ring_is_told(admin, field, value, said):
    response = admin.put("/queues/sales", {"name": "Sales", field: value})
    assert response.status_code == 422
    assert said in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "fields", [{"dispositions": ["sold"], "wrap_up_s": 0}, {"dispositions": [], "wrap_up_s": 30}]
)
def test_a_required_disposition_must_be_possible(admin, fields):
    body = {"name": "Sales", "disposition_required": True, **fields}
    response = admin.put("/queues/sales", body)
    assert response.status_code == 422
    assert "disposition_required needs" in response.json["detail"]


@pytest.mark.parametrize("number", ["sales", "+", "49 30", "1" * 16, ""])
def test_a_caller_id_is_a_number(admin, number):
    body = {"name": "Sales", "caller_id": number}
    assert admin.put("/queues/sales", body).status_code == 422
    assert admin.put("/queues/sales", body | {"caller_id": "+4930123"}).status_code == 200


@pytest.mark.parametrize("field", ["offer_s", "wrap_up_s", "units", "max_wait_s", "nobody_s"])
def test_a_yes_is_no_number(admin, field):
    response = admin.put("/queues/sales", {"name": "Sales", field: True})
    assert response.status_code == 422
    assert response.json["errors"][0]["path"] == field
