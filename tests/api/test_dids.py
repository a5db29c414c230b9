import pytest


@pytest.mark.parametrize("number", ["+4930123456", "4930123456", "5000"])
def test_a_number_leads_to_a_flow(admin, number):
    made = admin.put(f"/dids/{number}", {"flow": "main_menu", "name": "Berlin"})
    assert made.status_code == 201
    assert made.json == {"id": number, "flow": "main_menu", "name": "Berlin"}
    assert admin.get(f"/dids/{number}").json == made.json
    assert [d["id"] for d in admin.get("/dids").json["items"]] == [number]
    assert admin.delete(f"/dids/{number}").status_code == 204
    assert admin.get(f"/dids/{number}").status_code == 404


@pytest.mark.parametrize("number", ["0-30", "abc", "1", "1" * 16, "++49", "49+30", "*"])
def test_what_is_no_number_is_refused(admin, number):
    assert admin.put(f"/dids/{number}", {"flow": "main_menu"}).status_code == 422


def test_the_flow_must_exist_at_that_moment(admin, centre):
    response = admin.put("/dids/5000", {"flow": "evening"})
    assert response.status_code == 422
    assert "known: main_menu" in response.json["detail"]
    centre.flow_names.add("evening")
    assert admin.put("/dids/5000", {"flow": "evening"}).status_code == 201


def test_the_flows_to_choose_from_are_named(centre, client_of):
    centre.flow_names.add("after_hours")
    for role in ("supervisor", "manager", "admin", "auditor"):
        items = client_of(role).get("/flows").json["items"]
        assert items == [{"id": "after_hours"}, {"id": "main_menu"}]
    assert client_of("agent", "ann").get("/flows").status_code == 403
