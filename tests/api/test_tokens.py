import hashlib

import pytest

from controller.domain.catalogue import Token


def test_a_token_works_at_once_and_its_text_is_shown_once(admin, anonymous, centre):
    made = admin.post("/tokens", {"name": "wallboard", "role": "supervisor"})
    assert made.status_code == 201
    text = made.json["token"]
    assert text.startswith("tdm_")
    assert len(text) == 4 + 43
    assert made.json["id"] == hashlib.sha256(text.encode()).hexdigest()
    anonymous.token = text
    assert anonymous.get("/queues").status_code == 200
    for path in ("/tokens", f"/tokens/{made.json['id']}"):
        assert text.encode() not in admin.get(path).data
    assert text not in repr(centre.catalogue.get(Token, made.json["id"]))


def test_a_revoked_token_opens_nothing(admin, anonymous):
    made = admin.post("/tokens", {"name": "x", "role": "auditor"}).json
    anonymous.token = made["token"]
    assert anonymous.get("/queues").status_code == 200
    assert admin.delete(f"/tokens/{made['id']}").status_code == 204
    assert anonymous.get("/queues").status_code == 401


def test_the_last_admin_token_stays(admin, centre):
    own = next(t["id"] for t in admin.get("/tokens").json["items"] if t["role"] == "admin")
    centre.token("admin", expires_at=centre.clock.now() - 1)
    assert admin.delete(f"/tokens/{own}").status_code == 409
    centre.token("admin")
    assert admin.delete(f"/tokens/{own}").status_code == 204


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"role": "agent"}, "needs the agent"),
        ({"role": "agent", "agent": "carl"}, "there is no carl"),
        ({"role": "manager", "expires_at": "2001-01-01T00:00:00Z"}, "has passed"),
        ({"role": "manager", "expires_at": "2031-01-01T00:00:00"}, "timezone"),
        ({"role": "king"}, "role"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(admin, body, word):
    before = admin.get("/tokens").json
    response = admin.post("/tokens", {"name": "x", **body})
    assert response.status_code == 422
    assert word in response.json["detail"]
    assert admin.get("/tokens").json == before


def test_the_expiry_is_kept_in_utc(admin):
    body = {"name": "x", "role": "manager", "expires_at": "2031-01-01T01:00:00+01:00"}
    assert admin.post("/tokens", body).json["expires_at"] == "2031-01-01T00:00:00Z"
