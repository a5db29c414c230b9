import pytest

from console.api.problems import status_of
from console.app import create_app
from controller.errors import (
    CommandOutdated,
    CommandRefused,
    IllegalCommand,
    Invalid,
    LegGone,
    LinkLost,
    NotFound,
    OurFault,
    StaleVersion,
    StoreUnavailable,
    TandemError,
    UnsafeCommand,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("x"), 404),
        (Invalid("x"), 422),
        (UnsafeCommand("x"), 422),
        (IllegalCommand("x"), 409),
        (CommandOutdated("x"), 409),
        (StoreUnavailable("x"), 503),
        (StaleVersion("interaction:x"), 503),
        (LinkLost("x"), 502),
        (CommandRefused("-ERR"), 502),
        (LegGone("x"), 502),
        (OurFault("x"), 500),
        (TandemError("x"), 500),
    ],
)
def test_each_error_has_its_status(error, status):
    assert status_of(error) == status


def test_a_store_that_is_away_answers_503_and_says_so(centre, admin):
    centre.store.close()
    response = admin.get("/interactions")
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert "store was closed" in response.json["detail"]


def test_a_crash_shows_no_trace(centre, anonymous):
    def broken():
        raise RuntimeError("secret of the inside")

    anonymous.app = create_app(centre.services(readiness=broken))
    response = anonymous.get("/readyz")
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert b"secret" not in response.data
    assert b"Traceback" not in response.data


def test_an_unknown_path_is_a_json_404(anonymous):
    response = anonymous.get("/nothing/here")
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_a_wrong_method_is_a_json_405_that_names_the_right_ones(admin):
    response = admin.post("/queues", {})
    assert response.status_code == 405
    assert response.content_type == "application/problem+json"
    assert "GET" in response.headers["Allow"]


def test_validation_names_every_field_and_repeats_nothing_sent(admin):
    body = {"name": "Sales", "offer_s": "hunter2", "skills": {"english": 11}, "colour": "red"}
    response = admin.put("/queues/sales", body)
    assert response.status_code == 422
    assert {e["path"] for e in response.json["errors"]} == {"offer_s", "skills.english", "colour"}
    assert b"hunter2" not in response.data


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1"])
def test_numbers_that_are_no_seconds_are_refused(admin, number):
    data = f'{{"name": "Sales", "wrap_up_s": {number}}}'
    response = admin.put("/queues/sales", data=data, content_type="application/json")
    assert response.status_code == 422
    assert response.json["errors"][0]["path"] == "wrap_up_s"
