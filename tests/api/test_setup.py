"""The whole set-up as one document."""

import json

import pytest

from console.app import create_app
from console.setup.kinds import KINDS, LEFT_OUT
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.domain.agent import SignIn, Status
from controller.domain.catalogue import (
    CATALOGUE,
    Account,
    AgentProfile,
    Did,
    QueueSettings,
    Token,
)
from controller.domain.schedule import Schedule
from tests.api.clients import Client

OFFICE = {"timezone": "Europe/Berlin", "week": {"mon": ["09:00-17:00"]}}
SALES = {"name": "Sales", "dispositions": ["sold", "lost"]}


def ids(entries):
    return [(entry["section"], entry["id"]) for entry in entries]


def mistakes(response):
    assert response.status_code == 422, response.json
    return {error["path"]: error["message"] for error in response.json["errors"]}


def everything(centre):
    return {kind: centre.catalogue.all(kind) for kind in CATALOGUE.values()}


def test_every_kind_of_the_catalogue_is_in_the_document_or_left_out_on_purpose():
    rows = [row.kind for row in KINDS]
    assert {*rows, *LEFT_OUT} == set(CATALOGUE.values())
    assert len(rows) == len(set(rows)) and not LEFT_OUT & set(rows)


def test_what_was_read_changes_nothing_when_it_is_put_back(admin, centre):
    centre.catalogue.put(
        QueueSettings(
            id="vip",
            name="VIP",
            rings=((20.0, {"english": 1}), (60.5, {})),
            overflow={"waited": "sales"},
            max_length=0,
            schedule="office",
        )
    )
    centre.catalogue.put(Schedule(id="office", holidays={"2026-12-25": ()}))
    centre.catalogue.put(Did(id="+4930123", flow="main_menu"))
    before = everything(centre)
    read = admin.get("/setup").json
    answer = admin.put("/setup", {**read, "prune": True})
    assert answer.status_code == 200
    assert answer.json["created"] == answer.json["changed"] == answer.json["removed"] == []
    assert len(answer.json["unchanged"]) == 6
    assert everything(centre) == before


def test_it_has_no_secrets_and_says_nothing_that_is_usual(admin, auditor, supervisor, centre):
    centre.catalogue.put(
        AgentProfile(id="zoe", name="Zoe", extension="1009", a1_hash="c0ffee", skills={"x": 1})
    )
    centre.catalogue.put(Account(id="sue", name="Sue", role="admin", password_hash="c0ffee"))
    answer = auditor.get("/setup")
    assert list(answer.json) == [kind.section for kind in KINDS]
    assert answer.json["agents"]["zoe"] == {"name": "Zoe", "extension": "1009", "skills": {"x": 1}}
    assert answer.json["queues"]["sales"] == SALES
    assert "c0ffee" not in answer.text and "sue" not in answer.text
    assert centre.catalogue.all(Token)[0].id not in answer.text
    assert supervisor.get("/setup").status_code == 403


def test_entries_may_name_each_other_within_the_document(admin, centre):
    body = {
        "dids": {"+4930123": {"flow": "main_menu"}},
        "agents": {"carl": {"name": "Carl", "extension": "1003", "queues": ["support", "vip"]}},
        "queues": {
            "support": {"name": "Support", "overflow": {"full": "vip"}, "schedule": "office"},
            "vip": {"name": "VIP"},
        },
        "schedules": {"office": OFFICE},
    }
    tried = admin.put("/setup", {**body, "dry_run": True}).json
    assert tried["dry_run"] is True
    assert centre.catalogue.find(QueueSettings, "vip") is None
    done = admin.put("/setup", body).json
    assert done == {**tried, "dry_run": False}
    assert ids(done["created"]) == [
        ("schedules", "office"),
        ("queues", "support"),
        ("queues", "vip"),
        ("agents", "carl"),
        ("dids", "+4930123"),
    ]
    assert centre.catalogue.get(AgentProfile, "carl").queues == ("support", "vip")
    assert [w["path"] for w in done["warnings"]] == ["agents.carl.extension"]
    assert "tandem profile phone carl" in done["warnings"][0]["message"]


def test_a_change_tells_its_fields_and_the_others_stay(admin, centre):
    answer = admin.put("/setup", {"queues": {"sales": {**SALES, "offer_s": 9, "skills": {"a": 2}}}})
    assert answer.json["changed"] == [
        {
            "section": "queues",
            "id": "sales",
            "fields": [
                {"field": "skills", "before": {}, "after": {"a": 2}},
                {"field": "offer_s", "before": 20.0, "after": 9.0},
            ],
        }
    ]
    assert centre.catalogue.get(QueueSettings, "sales").offer_s == 9
    assert {p.id for p in centre.catalogue.all(AgentProfile)} == {"ann", "bob"}


def test_all_mistakes_are_told_at_once_and_nothing_is_saved(admin, centre):
    before = everything(centre)
    response = admin.put(
        "/setup",
        {
            "queue": {},
            "schedules": {"office": {"timezone": "Mars/Base"}, "x": []},
            "queues": {
                "a": {"name": "A", "ofer_s": 3, "overflow": {"full": "nowhere"}},
                "b": {"offer_s": 0, "schedule": "office"},
                "c": {"name": "C", "overflow": {"full": "a"}, "schedule": "nine"},
                "Bad Id": {"name": "X"},
            },
            "agents": {
                "carl": {"name": "Carl", "extension": "1001", "phone_password": "x" * 12},
                "dora": {"name": "Dora", "extension": "1002", "queues": ["a", "none"]},
                "me": {"name": "Me", "extension": "1007"},
            },
            "dids": {"12ab": {"flow": "main_menu"}, "5000": {"flow": "elsewhere"}},
        },
    )
    found = mistakes(response)
    assert found.keys() == {
        "queue",
        "schedules.office.timezone",
        "schedules.x",
        "queues.a.ofer_s",
        "queues.b.name",
        "queues.b.offer_s",
        "queues.c.schedule",
        "queues.Bad Id",
        "agents.carl.phone_password",
        "agents.dora.queues",
        "agents.dora.extension",
        "agents.me.id",
        "dids.12ab",
        "dids.5000.flow",
    }
    assert "did you mean `queues`" in found["queue"]
    assert "did you mean `offer_s`" in found["queues.a.ofer_s"]
    # a and b cannot be read, but they are there: only `none` is nowhere
    assert found["agents.dora.queues"].startswith("there is no none; known: ")
    assert "belongs to agent bob" in found["agents.dora.extension"]
    assert "does not belong in a file" in found["agents.carl.phone_password"]
    assert "and 9 more" in response.json["detail"]
    assert everything(centre) == before


def test_extensions_may_be_exchanged(admin, centre):
    body = {
        "agents": {
            "ann": {"name": "ann", "extension": "1002", "queues": ["sales"]},
            "bob": {"name": "bob", "extension": "1001", "queues": ["sales"]},
        }
    }
    centre.catalogue.put(AgentProfile(id="ann", name="ann", extension="1001", a1_hash="old"))
    assert admin.put("/setup", body).status_code == 200
    ann = centre.catalogue.get(AgentProfile, "ann")
    assert (ann.extension, ann.a1_hash) == ("1002", None)  # its password was of the extension


def test_a_phone_password_stays(admin, centre):
    profile = AgentProfile(id="ann", name="ann", extension="1001", a1_hash="kept")
    centre.catalogue.put(profile)
    done = admin.put("/setup", {"agents": {"ann": {"name": "Ann", "extension": "1001"}}}).json
    assert done["warnings"] == []
    assert centre.catalogue.get(AgentProfile, "ann").a1_hash == "kept"


def test_without_prune_what_is_not_named_stays_and_with_it_it_goes(admin, centre):
    for queue in ("old", "older"):
        centre.catalogue.put(QueueSettings(id=queue, name=queue))
    centre.catalogue.put(Did(id="5000", flow="main_menu"))
    body = {"queues": {"sales": SALES}}
    assert admin.put("/setup", body).json["removed"] == []
    removed = admin.put("/setup", {**body, "prune": True}).json["removed"]
    assert ids(removed) == [("queues", "old"), ("queues", "older")]
    assert [q.id for q in centre.catalogue.all(QueueSettings)] == ["sales"]
    assert [d.id for d in centre.catalogue.all(Did)] == ["5000"]  # a section that is not there
    assert ids(admin.put("/setup", {"dids": {}, "prune": True}).json["removed"]) == [
        ("dids", "5000")
    ]


def test_what_is_in_use_is_not_pruned(admin, centre):
    centre.catalogue.put(Schedule(id="office"))
    centre.catalogue.put(QueueSettings(id="vip", name="VIP", schedule="office"))
    centre.catalogue.put(Account(id="sue", name="Sue", role="supervisor", queues=("vip",)))
    centre.token("agent", "bob")
    centre.engine.handle(SignIn(agent_id="ann", status=Status.AVAILABLE, reason=None))
    response = admin.put(
        "/setup", {"schedules": None, "agents": {}, "queues": {"sales": SALES}, "prune": True}
    )
    found = mistakes(response)
    assert found.keys() == {"agents.ann", "agents.bob", "queues.vip"}
    assert "signed in" in found["agents.ann"]
    assert "token" in found["agents.bob"]
    assert "account sue" in found["queues.vip"]
    kept = admin.put("/setup", {"schedules": {}, "queues": {}, "prune": True})
    assert "agent ann, agent bob" in mistakes(kept)["queues.sales"]
    # vip goes as well, so nothing would miss the schedule
    assert "schedules.office" not in mistakes(kept)


def test_who_is_signed_in_cannot_be_disabled(admin, centre):
    centre.available("ann")
    body = {"agents": {"ann": {"name": "ann", "extension": "1001", "enabled": False}}}
    assert "sign him out" in mistakes(admin.put("/setup", body))["agents.ann.enabled"]


def test_numbers_and_yes_may_be_written_as_text(admin, centre):
    body = {
        "queues": {"sales": {"name": "Sales", "offer_s": "9.5", "units": "50", "record": "false"}}
    }
    assert admin.put("/setup", body).status_code == 200
    queue = centre.catalogue.get(QueueSettings, "sales")
    assert (queue.offer_s, queue.units, queue.record) == (9.5, 50, False)


def test_many_are_saved_in_one_go_and_a_large_body_is_taken(admin, centre):
    agents = {
        f"a{n}": {"name": "n" * 60, "extension": f"2{n:04}", "queues": ["sales"]}
        for n in range(700)
    }
    assert len(json.dumps(agents)) > 64 * 1024
    assert len(admin.put("/setup", {"agents": agents}).json["created"]) == 700
    assert len(centre.catalogue.all(AgentProfile)) == 702
    assert admin.put("/queues/sales", {"name": "n" * 70_000}).status_code == 413
    assert admin.put("/setup", {"queues": {"x": {"name": "n" * 5_000_000}}}).status_code == 413


@pytest.mark.parametrize("content", [{"queues": []}, {"queues": "x"}, {"queues": {"a": 3}}])
def test_a_section_that_is_none_is_told(admin, content):
    assert "field" in next(iter(mistakes(admin.put("/setup", content)).values()))


class Busy(MemoryCatalogue):
    """Somebody else always saves first."""

    def swap_all(self, swaps):
        super().put(Did(id="5000", flow="theirs"))
        return super().swap_all(swaps)


def test_somebody_else_was_faster(centre):
    centre.catalogue = Busy()
    admin = Client(create_app(centre.services()), centre.token("admin"))
    body = {"dids": {"5000": {"flow": "main_menu"}, "5001": {"flow": "main_menu"}}}
    response = admin.put("/setup", body)
    assert response.status_code == 409
    assert "nothing is saved" in response.json["detail"]
    assert [(did.id, did.flow) for did in centre.catalogue.all(Did)] == [("5000", "theirs")]
