from controller.domain.catalogue import Did


def test_an_agent_reads_whom_there_is_to_transfer_to(centre, ann, bob):
    centre.catalogue.put(Did(id="493055", flow="main_menu", name="Berlin"))
    centre.connected("c1", "ann")
    bob.post("/agents/me/sign-in", {"status": "available", "reason": "back from the doctor"})
    found = ann.get("/directory").json
    assert found["queues"] == [
        {
            "id": "sales",
            "name": "Sales",
            "dispositions": ["sold", "lost"],
            "disposition_required": False,
        }
    ]
    assert [(a["id"], a["status"], a["free"]) for a in found["agents"]] == [
        ("ann", "available", False),
        ("bob", "available", True),
    ]
    assert found["numbers"] == [{"number": "493055", "name": "Berlin"}]
    assert "doctor" not in str(found)


def test_who_is_disabled_is_not_in_it(ann, admin):
    admin.put("/agent-profiles/bob", {"name": "Bob", "extension": "1002", "enabled": False})
    assert [agent["id"] for agent in ann.get("/directory").json["agents"]] == ["ann"]
