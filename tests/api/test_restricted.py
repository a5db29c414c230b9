"""Supervisors and managers who have queues see and steer what is of these, and nothing else."""

from dataclasses import replace

import pytest

from controller.domain import commands as c
from controller.domain.alarms import Metric, Threshold
from controller.domain.catalogue import AgentProfile, QueueSettings, Reason
from controller.domain.prompt import NamedPrompt, Take
from tests.api.test_guard import assert_problem


@pytest.fixture
def floor(centre):
    """ann serves sales and is at i1, bob serves support and is at i2; both contacts are recorded."""
    centre.catalogue.put(QueueSettings(id="support", name="Support"))
    centre.catalogue.put(replace(centre.catalogue.get(AgentProfile, "bob"), queues=("support",)))
    centre.catalogue.put(AgentProfile(id="sue", name="Sue", extension="1009"))
    centre.connected("i1", "ann")
    centre.connected("i2", "bob", dialled="support")
    for interaction_id in ("i1", "i2"):
        tape(centre, interaction_id, centre.now(interaction_id).segments[0].id, "r1")
    centre.clock.pass_(5)
    return centre


def tape(centre, interaction_id, segment_id, recording_id):
    note = {"interaction_id": interaction_id, "recording_id": recording_id}
    file = centre.recordings_dir / f"{interaction_id}-{recording_id}.wav"
    file.write_bytes(b"RIFF")
    at = centre.clock.now()
    started = c.NoteRecordingStarted(**note, at=at, segment_id=segment_id, path=file.name)
    centre.engine.handle(started)
    centre.engine.handle(
        c.NoteRecordingStopped(**note, at=at, length_s=3.5, sha256="ab" * 32, error=None)
    )


@pytest.fixture(params=["supervisor", "manager"])
def reader(request, floor, signed_in):
    return signed_in("rita", request.param, queues=("sales",))


@pytest.fixture
def sue(floor, signed_in):
    """A supervisor with a phone."""
    return signed_in("sue", "supervisor", queues=("sales",), agent="sue")


def ids(response, name="id"):
    assert response.status_code == 200, response.json
    rows = response.json["items"] if isinstance(response.json, dict) else response.json
    return {row[name] for row in rows}


@pytest.mark.parametrize("query", ["", "?open=true", "?queue=support", "?agent=bob"])
def test_contacts(reader, query):
    expected = {"i1"} if query in ("", "?open=true") else set()
    assert ids(reader.get(f"/interactions{query}")) == expected


@pytest.mark.parametrize("path", ["", "/events", "/candidates", "/recordings", "/recordings/r1"])
def test_a_contact_of_another_queue_is_not_there(reader, floor, path):
    assert reader.get(f"/interactions/i1{path}").status_code == 200
    assert_problem(reader.get(f"/interactions/i2{path}"), 404)
    assert [row.deed.subject for row in floor.rows(who="account:rita")][-1] in ("i2", "r1")
    assert floor.rows(who="account:rita")[-1].deed.outcome == "refused"


def test_who_could_take_one_of_ours_in_another_queue_is_not_told(reader):
    assert reader.get("/interactions/i1/candidates?queue=sales").status_code == 200
    assert_problem(reader.get("/interactions/i1/candidates?queue=support"), 404)


def test_queues(reader):
    assert ids(reader.get("/queues")) == {"sales"}
    for path in ("", "/outlook", "/candidates"):
        assert reader.get(f"/queues/sales{path}").status_code == 200
        assert_problem(reader.get(f"/queues/support{path}"), 404)


def test_agents(reader, sue):
    assert ids(reader.get("/agents")) == ids(reader.get("/agent-profiles")) == {"ann"}
    assert ids(sue.get("/agents")) == ids(sue.get("/agent-profiles")) == {"ann", "sue"}
    for noun in ("agents", "agent-profiles"):
        assert reader.get(f"/{noun}/ann").status_code == 200
        assert_problem(reader.get(f"/{noun}/bob"), 404)


def test_a_customers_contacts_with_other_queues_are_not_his(reader):
    """Both are of the same customer."""
    assert ids(reader.get("/interactions?address=%2B4930123")) == {"i1"}


def test_thresholds(reader, floor):
    for name, queue in (("ours", "sales"), ("theirs", "support"), ("all", "*")):
        metric = {"metric": Metric.WAITING, "above": 3.0, "clear": 2.0}
        floor.catalogue.put(Threshold(id=name, queue=queue, **metric))
    assert ids(reader.get("/thresholds")) == {"ours", "all"}
    assert reader.get("/thresholds/ours").status_code == 200
    hidden, gone = reader.get("/thresholds/theirs"), reader.get("/thresholds/none")
    assert_problem(hidden, 404)
    assert hidden.json["detail"].replace("theirs", "none") == gone.json["detail"]
    assert floor.rows(who="account:rita")[-1].deed.outcome == "refused"


def test_of_a_prompt_he_learns_the_queues_that_are_his(reader, floor):
    floor.catalogue.put(NamedPrompt(id="hold", takes={"en": Take(text="Please wait.")}))
    for queue in ("sales", "support"):
        settings = floor.catalogue.get(QueueSettings, queue)
        floor.catalogue.put(replace(settings, music="hold"))
    assert reader.get("/prompts/hold").json["queues"] == ["sales"]
    assert [item["queues"] for item in reader.get("/prompts").json["items"]] == [["sales"]]


def test_reasons_are_for_everybody_alike(reader, floor):
    floor.catalogue.put(Reason(id="lunch", name="Lunch"))
    assert ids(reader.get("/reasons")) == {"lunch"}


@pytest.mark.parametrize("rows", ["interactions", "legs", "offers"])
def test_the_cdr(reader, rows):
    name = "id" if rows == "interactions" else "interaction"
    assert ids(reader.get(f"/reports/cdr?rows={rows}"), name) == {"i1"}
    assert ids(reader.get(f"/reports/cdr?rows={rows}&queue=support"), name) == set()
    assert ids(reader.get(f"/reports/cdr?rows={rows}&agent=bob"), name) == set()


def test_the_queues_numbers(reader):
    assert ids(reader.get("/reports/queues"), "queue") == {"sales"}
    assert ids(reader.get("/reports/queues?queue=support"), "queue") == set()


def test_everybody_finds_everybody_in_the_directory(reader):
    assert ids_of(reader.get("/directory").json["agents"]) == {"ann", "bob", "sue"}


def ids_of(rows):
    return {row["id"] for row in rows}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/agents/bob/sign-out", {}),
        ("POST", "/agents/bob/sign-in", {}),
        ("PUT", "/agents/bob/status", {"status": "on_break", "when": "now"}),
        ("POST", "/interactions/i2/hold", None),
        ("POST", "/interactions/i2/hang-up", None),
        ("POST", "/interactions/i2/transfer", {"to": {"queue": "sales"}}),
        ("POST", "/interactions/i2/consult", {"agent": "ann"}),
        ("POST", "/interactions/i2/recording/pause", None),
        ("POST", "/interactions/i2/monitor", {"mode": "listen"}),
        ("PUT", "/interactions/i2/monitor", {"mode": "barge"}),
        ("DELETE", "/interactions/i2/monitor", None),
        ("POST", "/interactions/i2/take-over", None),
        ("PUT", "/interactions/i2/disposition", {"code": "x"}),
        ("POST", "/interactions/i2/wrap-up/extend", {"by_s": 5}),
        ("POST", "/interactions/i2/wrap-up/end", None),
    ],
)
def test_what_is_of_another_queue_is_not_steered(floor, sue, method, path, body):
    before = floor.now("i2"), floor.engine.agent_states()
    assert_problem(sue.call(method, path, body), 404)
    assert (floor.now("i2"), floor.engine.agent_states()) == before


def test_what_is_of_ours_is(floor, sue):
    assert sue.post("/interactions/i1/hold").status_code == 200
    assert sue.post("/interactions/i1/monitor", {"mode": "listen"}).status_code == 200
    assert sue.put("/agents/ann/status", {"status": "on_break"}).status_code == 200


def test_calls_are_on_behalf_of_ones_own_queues(floor, sue):
    sue.post("/agents/me/sign-in")
    body = {"agent": "me", "number": "+4930555"}
    assert_problem(sue.post("/calls", {**body, "queue": "support"}), 403)
    assert_problem(sue.post("/calls", {**body, "agent": "bob", "queue": "sales"}), 404)
    assert sue.post("/calls", {**body, "queue": "sales"}).status_code == 201


def test_offers_of_other_queues_are_not_there(floor, sue):
    for interaction_id, queue, agent in (("i3", "sales", "carl"), ("i4", "support", "dana")):
        profile = AgentProfile(id=agent, name=agent, extension=f"20{interaction_id[1]}0")
        floor.catalogue.put(replace(profile, queues=(queue,)))
        floor.available(agent)
        floor.arrive(interaction_id, queue)
    theirs, ours = floor.now("i4").offer, floor.now("i3").offer
    assert ids(sue.get("/offers")) == {ours.id}
    assert_problem(sue.post(f"/offers/{theirs.id}/accept"), 409)
    assert_problem(sue.post(f"/offers/{theirs.id}/decline"), 409)
    assert floor.now("i4").offer == theirs
    assert sue.post(f"/offers/{ours.id}/decline").status_code == 200


@pytest.fixture
def moved(floor):
    """i2 came to support, and is with ann of sales now."""
    bob_done = floor.now("i2").segments[0]
    floor.engine.handle(c.HangUp(interaction_id="i1", segment_id=floor.now("i1").segments[0].id))
    floor.settle()
    floor.engine.handle(
        c.EndWrapUp(interaction_id="i1", segment_id=floor.now("i1").segments[0].id, by="agent")
    )
    sales = floor.catalogue.get(QueueSettings, "sales")
    floor.engine.handle(
        c.TransferToQueue(
            interaction_id="i2",
            segment_id=bob_done.id,
            queue="sales",
            terms=sales.terms(),
            priority=0,
            skills={},
        )
    )
    floor.settle()
    floor.medium.answer(floor.now("i2").offer.leg)
    floor.settle()
    tape(floor, "i2", floor.now("i2").segments[1].id, "r2")
    return floor


def test_of_a_contact_that_changed_queues_each_hears_and_steers_his_part(moved, signed_in, sue):
    tom = signed_in("tom", "supervisor", queues=("support",))
    for who, hears, other in ((sue, "r2", "r1"), (tom, "r1", "r2")):
        assert who.get("/interactions/i2").status_code == 200
        listed = ids(who.get("/interactions/i2/recordings"))
        assert hears in listed and other not in listed
        assert who.get(f"/interactions/i2/recordings/{hears}").status_code == 200
        assert_problem(who.get(f"/interactions/i2/recordings/{other}"), 404)
    assert_problem(tom.post("/interactions/i2/hold"), 409)
    assert_problem(tom.post("/interactions/i2/hang-up"), 409)
    assert sue.post("/interactions/i2/hold").status_code == 200


def test_who_listens_only_to_his_own_queues_agents(moved, signed_in):
    moved.catalogue.put(AgentProfile(id="tom", name="Tom", extension="1010"))
    tom = signed_in("tom", "supervisor", queues=("support",), agent="tom")
    assert_problem(tom.post("/interactions/i2/monitor", {"mode": "listen"}), 409)


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_admins_and_auditors_see_everything(floor, signed_in, role):
    reader = signed_in("rita", role, queues=("sales",))
    assert ids(reader.get("/interactions")) == {"i1", "i2"}
    assert reader.get("/agents/bob").status_code == 200


def test_an_agent_does_not_answer_for_another(floor, signed_in):
    """Of a contact that was put to both."""
    floor.catalogue.put(AgentProfile(id="carl", name="Carl", extension="1003", queues=("support",)))
    floor.available("carl")
    floor.engine.handle(c.HangUp(interaction_id="i2", segment_id=floor.now("i2").segments[0].id))
    floor.settle()
    floor.arrive("i5", "support")
    first = floor.now("i5").offer
    assert first.agent == "carl"
    signed_in("carl", "agent", agent="carl").post(f"/offers/{first.id}/decline")
    floor.engine.handle(
        c.EndWrapUp(interaction_id="i2", segment_id=floor.now("i2").segments[0].id, by="agent")
    )
    floor.settle()
    second = floor.now("i5").offer
    assert second.agent == "bob"
    carl = signed_in("carl2", "agent", agent="carl")
    assert_problem(carl.post(f"/offers/{second.id}/accept"), 409)
    assert floor.now("i5").offer == second
