import pytest

from console.api.guard import BODY_LIMIT


def assert_problem(response, status):
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["title"]
    assert response.json["detail"]


def test_an_unknown_token_is_refused_with_a_challenge(anonymous):
    anonymous.token = "tdm_" + "x" * 43
    response = anonymous.get("/queues")
    assert_problem(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer realm=tandem"


@pytest.mark.parametrize("header", ["", "Basic dGRtOnRkbQ==", "Bearer", "Bearer ", "tdm_abc"])
def test_anything_but_a_bearer_token_is_refused(app, header):
    response = app.test_client().get("/api/v1/queues", headers={"Authorization": header})
    assert_problem(response, 401)
    assert "Authorization: Bearer" in response.json["detail"]


def test_an_expired_token_is_refused_from_its_second_on(centre, anonymous):
    anonymous.token = centre.token("admin", expires_at=centre.clock.now() + 60)
    assert anonymous.get("/queues").status_code == 200
    centre.clock.pass_(60)
    response = anonymous.get("/queues")
    assert_problem(response, 401)
    assert "expired" in response.json["detail"]


def test_the_token_of_a_disabled_agent_opens_nothing(centre, ann, admin):
    body = {"name": "Ann", "extension": "1001", "enabled": False}
    assert admin.put("/agent-profiles/ann", body).status_code == 200
    assert_problem(ann.get("/agents/me"), 401)


def test_failed_tokens_are_throttled_and_good_ones_of_the_same_address_are_not(
    centre, anonymous, admin
):
    anonymous.token = "tdm_wrong"
    answers = [anonymous.get("/queues") for _ in range(11)]
    assert [a.status_code for a in answers] == [401] * 10 + [429]
    assert_problem(answers[-1], 429)
    assert admin.get("/queues").status_code == 200
    centre.clock.pass_(int(answers[-1].headers["Retry-After"]))
    assert anonymous.get("/queues").status_code == 401


def test_expired_tokens_do_not_count_as_guesses(centre, anonymous):
    anonymous.token = centre.token("admin", expires_at=centre.clock.now() - 1)
    assert {anonymous.get("/queues").status_code for _ in range(30)} == {401}


def test_an_agent_who_floods_is_slowed_down_and_nobody_else_is(centre, ann, bob):
    answers = [ann.post("/agents/me/sign-in") for _ in range(61)]
    assert [a.status_code for a in answers] == [200] * 60 + [429]
    assert_problem(answers[-1], 429)
    assert "too many changes" in answers[-1].json["detail"]
    assert ann.get("/agents/me").status_code == 200  # reading is not counted
    assert bob.post("/agents/me/sign-in").status_code == 200
    centre.clock.pass_(int(answers[-1].headers["Retry-After"]))
    assert ann.post("/agents/me/sign-in").status_code == 200


def test_who_speaks_for_everybody_may_change_more(admin):
    assert {admin.post("/agents/ann/sign-in").status_code for _ in range(500)} == {200}


def test_a_body_over_the_limit_is_refused(admin):
    body = {"name": "x" * BODY_LIMIT}
    assert_problem(admin.put("/queues/sales", body), 413)


def test_another_content_type_is_refused(admin):
    response = admin.put("/queues/sales", data="name=Sales", content_type="text/plain")
    assert_problem(response, 415)


@pytest.mark.parametrize("data", ["{", "[" * 60_000, '{"name": "a"'])
def test_what_is_not_json_is_refused(admin, data):
    response = admin.put("/queues/sales", data=data, content_type="application/json")
    assert_problem(response, 400)


@pytest.mark.parametrize("data", ['["a"]', '"{}"', "1"])
def test_json_that_is_no_object_is_refused(admin, data):
    response = admin.put("/queues/sales", data=data, content_type="application/json")
    assert_problem(response, 400)
    assert "object" in response.json["detail"]


def test_a_missing_body_is_a_validation_problem(admin):
    assert_problem(admin.put("/queues/sales"), 422)
