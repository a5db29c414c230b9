import hashlib
from dataclasses import replace

import pytest

from controller.domain.catalogue import AgentProfile

CARL = {"name": "Carl", "extension": "1003", "queues": ["sales"], "skills": {"english": 3}}


def digest(extension, password):
    return hashlib.md5(f"{extension}:tandem.example:{password}".encode()).hexdigest()


def test_a_password_is_made_where_there_is_none_and_shown_once(admin, centre):
    made = admin.put("/agent-profiles/carl", CARL)
    assert made.status_code == 201
    password = made.json["phone_password"]
    assert len(password) >= 12
    assert centre.catalogue.get(AgentProfile, "carl").a1_hash == digest("1003", password)
    read = admin.get("/agent-profiles/carl")
    assert "phone_password" not in read.json
    assert read.json["has_phone_password"] is True
    assert password.encode() not in read.data


def test_a_given_password_is_never_repeated(admin, centre):
    password = "correct horse battery"
    made = admin.put("/agent-profiles/carl", {**CARL, "phone_password": password})
    assert made.json["phone_password"] is None
    assert password.encode() not in made.data
    assert centre.catalogue.get(AgentProfile, "carl").a1_hash == digest("1003", password)


def test_a_change_keeps_the_password_and_what_was_read_can_be_sent_back(admin, centre):
    admin.put("/agent-profiles/carl", CARL)
    before = centre.catalogue.get(AgentProfile, "carl").a1_hash
    read = admin.get("/agent-profiles/carl").json
    again = admin.put("/agent-profiles/carl", {**read, "name": "Carla"})
    assert (again.status_code, again.json["phone_password"]) == (200, None)
    assert centre.catalogue.get(AgentProfile, "carl").a1_hash == before


def test_a_new_extension_needs_a_new_password(admin, centre):
    admin.put("/agent-profiles/carl", CARL)
    moved = admin.put("/agent-profiles/carl", {**CARL, "extension": "1004"}).json
    stored = centre.catalogue.get(AgentProfile, "carl").a1_hash
    assert stored == digest("1004", moved["phone_password"])


def test_a_short_password_is_refused(admin):
    response = admin.put("/agent-profiles/carl", {**CARL, "phone_password": "elevenchars"})
    assert response.status_code == 422
    assert b"elevenchars" not in response.data


def test_unknown_queues_are_refused_with_the_known_ones(admin):
    response = admin.put("/agent-profiles/carl", {**CARL, "queues": ["sales", "slaes"]})
    assert response.status_code == 422
    assert "there is no slaes; known: sales" in response.json["detail"]


def test_an_extension_belongs_to_one_agent(admin):
    response = admin.put("/agent-profiles/carl", {**CARL, "extension": "1001"})
    assert response.status_code == 422
    assert "belongs to agent ann" in response.json["detail"]


@pytest.mark.parametrize("extension", ["1", "12a", "1" * 13, "", "10 1"])
def test_an_extension_is_digits(admin, extension):
    response = admin.put("/agent-profiles/carl", {**CARL, "extension": extension})
    assert response.json["errors"][0]["path"] == "extension"


@pytest.mark.parametrize(
    "address",
    [
        "sofia/internal/1001@10.0.0.9 &system(id)",
        "{a=b}sofia/internal/1001@h",
        "user/1001,user/1002",
        "user/1001|user/1002",
        "user/${x}",
        "user/1001\napi status",
        "1001",
    ],
)
def test_an_address_is_one_dial_string_and_nothing_else(admin, address):
    response = admin.put("/agent-profiles/carl", {**CARL, "address": address})
    assert response.json["errors"][0]["path"] == "address"


def test_an_ordinary_address_is_taken(admin):
    address = "sofia/internal/1001@10.0.0.9:5060;transport=tcp"
    assert admin.put("/agent-profiles/carl", {**CARL, "address": address}).status_code == 201


@pytest.mark.parametrize("name", ["", "a\nb", "a\x7f", "a\u2028b", "x" * 65])
def test_a_name_is_one_line(admin, name):
    response = admin.put("/agent-profiles/carl", {**CARL, "name": name})
    assert response.json["errors"][0]["path"] == "name"


def test_me_is_nobodys_name(admin):
    assert admin.put("/agent-profiles/me", CARL).status_code == 422


def test_a_signed_in_agent_is_neither_disabled_nor_removed(admin, centre):
    centre.available("ann")
    body = {"name": "Ann", "extension": "1001", "enabled": False}
    assert admin.put("/agent-profiles/ann", body).status_code == 409
    response = admin.delete("/agent-profiles/ann")
    assert response.status_code == 409
    assert "signed in" in response.json["detail"]


def test_an_agent_with_a_token_is_not_removed(admin, centre):
    centre.token("agent", "bob")
    response = admin.delete("/agent-profiles/bob")
    assert response.status_code == 409
    assert "token 'agent token'" in response.json["detail"]


def test_an_agent_nothing_uses_is_removed(admin):
    assert admin.delete("/agent-profiles/bob").status_code == 204
    assert [p["id"] for p in admin.get("/agent-profiles").json["items"]] == ["ann"]


def test_a_phone_that_stays_connected_is_a_matter_of_the_profile(admin, centre):
    assert admin.put("/agent-profiles/carl", CARL).json["nailed_up"] is False
    admin.put("/agent-profiles/carl", {**CARL, "nailed_up": True})
    assert centre.catalogue.get(AgentProfile, "carl").nailed_up is True


def test_a_new_phone_comes_with_all_it_is_set_to_and_ends_the_old_password(admin, centre):
    made = admin.put("/agent-profiles/carl", {"name": "Carl", "extension": "1003"}).json
    before = centre.catalogue.get(AgentProfile, "carl")
    assert before.a1_hash == digest("1003", made["phone_password"])
    answer = admin.post("/agent-profiles/carl/phone")
    assert answer.status_code == 200
    sheet = answer.json
    assert centre.catalogue.get(AgentProfile, "carl") == replace(
        before, a1_hash=digest("1003", sheet.pop("password"))
    )
    assert sheet == {
        "agent": "carl",
        "name": "Carl",
        "extension": "1003",
        "domain": "tandem.example",
        "registrars": [{"transport": "udp", "host": "10.0.0.5", "port": 5060}],
        "codecs": ["OPUS", "PCMA"],
        "url": "wss://10.0.0.5:7443",
    }
    again = admin.post("/agent-profiles/carl/phone").json["password"]
    assert len(again) >= 24
    assert admin.post("/agent-profiles/none/phone").status_code == 404


def test_a_phone_that_does_not_register_has_no_password(admin):
    body = {"name": "Carl", "extension": "1003", "address": "sofia/internal/1003@10.0.0.9"}
    admin.put("/agent-profiles/carl", body)
    answer = admin.post("/agent-profiles/carl/phone")
    assert answer.status_code == 409
    assert "does not register" in answer.json["detail"]
