"""Steering who waits over the API: what it does, and what stands against it, in words."""

import pytest

from console.sessions import new_session
from controller.domain import events as e
from controller.domain.agent import MarkNotResponding
from controller.domain.catalogue import Account, AgentProfile, QueueSettings


@pytest.fixture
def boss(client_of):
    """A supervisor who is agent bob, too."""
    return client_of("supervisor", "bob")


@pytest.fixture
def waiting(centre):
    centre.arrive("c1")


def last(centre, kind):
    stream = centre.store.events("interaction:c1")
    return [event for event in stream if isinstance(event, kind)][-1]


# --- priority ------------------------------------------------------------------------------------


def test_a_priority_is_set_and_who_did_it_is_kept(centre, waiting, boss, supervisor):
    view = boss.put("/interactions/c1/priority", {"priority": 7}).json
    assert (view["place"]["priority"], view["place"]["queue"]) == (7, "sales")
    assert last(centre, e.Prioritised).by == "supervisor bob"
    supervisor.put("/interactions/c1/priority", {"priority": -2})
    assert last(centre, e.Prioritised).by == "supervisor"
    centre.clock.pass_(1)
    [row] = supervisor.get("/reports/cdr?since=2023-11-14").json
    assert row["steered"] == ["priority 0 to 7 by supervisor bob", "priority 7 to -2 by supervisor"]


def test_the_outlook_follows(centre, waiting, supervisor):
    centre.arrive("c2")
    supervisor.put("/interactions/c2/priority", {"priority": 1})
    centre.settle()
    assert supervisor.get("/interactions/c1").json["outlook"]["position"] == 2
    assert supervisor.get("/interactions/c2").json["outlook"]["position"] == 1


def test_the_same_again_is_kept_once(centre, waiting, supervisor):
    for _ in range(2):
        assert supervisor.put("/interactions/c1/priority", {"priority": 7}).status_code == 200
    events = supervisor.get("/interactions/c1/events").json["items"]
    assert [event["type"] for event in events].count("Prioritised") == 1


@pytest.mark.parametrize("body", [{"priority": 101}, {"priority": 1.5}, {"priority": True}, {}])
def test_a_priority_that_cannot_be_is_refused(waiting, supervisor, body):
    assert supervisor.put("/interactions/c1/priority", body).status_code == 422


# --- another queue -------------------------------------------------------------------------------


@pytest.fixture
def support(centre):
    centre.catalogue.put(QueueSettings(id="support", name="Support", priority=2, wrap_up_s=7))


def test_moved_with_his_time_on_the_terms_of_the_new_queue(centre, waiting, support, boss):
    centre.clock.pass_(60)
    view = boss.post("/interactions/c1/move", {"queue": "support"}).json
    place = view["place"]
    assert (place["queue"], place["priority"]) == ("support", 2)
    assert (place["since"], place["entered_at"]) == (
        "2023-11-14T22:13:20Z",
        "2023-11-14T22:14:20Z",
    )
    assert centre.now("c1").place.terms.wrap_up_s == 7
    assert last(centre, e.Moved).by == "supervisor bob"


def test_his_phone_stops_to_ring(centre, support, ann, supervisor):
    centre.available("ann")
    centre.arrive("c1")
    leg = centre.now("c1").offer.leg
    supervisor.post("/interactions/c1/move", {"queue": "support"})
    centre.settle()
    assert leg not in centre.medium.ringing
    assert ann.get("/offers").json["items"] == []
    assert ann.get("/agents/me").json["free"] == 100


@pytest.mark.parametrize(
    ("settings", "reason"),
    [({"max_length": 0}, "is full"), ({"nobody_s": 0}, "nobody signed in")],
)
def test_a_queue_that_takes_nobody_is_refused_unless_anyway(
    centre, waiting, supervisor, settings, reason
):
    centre.catalogue.put(QueueSettings(id="support", name="Support", **settings))
    response = supervisor.post("/interactions/c1/move", {"queue": "support"})
    assert response.status_code == 409
    assert reason in response.json["detail"] and "anyway" in response.json["detail"]
    assert centre.now("c1").place.queue == "sales"
    body = {"queue": "support", "anyway": True}
    assert supervisor.post("/interactions/c1/move", body).status_code == 200
    centre.settle()
    assert centre.now("c1").place.queue == "support"


def test_where_he_is_already_nothing_changes_even_if_it_is_full(centre, waiting, supervisor):
    centre.catalogue.put(QueueSettings(id="sales", name="Sales", max_length=1))
    before = centre.now("c1").version
    assert supervisor.post("/interactions/c1/move", {"queue": "sales"}).status_code == 200
    assert centre.now("c1").version == before


def test_an_unknown_queue_is_refused(waiting, supervisor):
    response = supervisor.post("/interactions/c1/move", {"queue": "nowhere"})
    assert response.status_code == 409 and "does not exist" in response.json["detail"]


# --- an agent ------------------------------------------------------------------------------------


def test_pulled_by_me_it_rings_at_once(centre, boss):
    centre.available("ann")
    centre.arrive("c1")
    centre.available("bob")
    view = boss.post("/interactions/c1/assign", {"agent": "me"}).json
    assert (view["place"]["kept_for"], view["place"]["front"]) == ("bob", True)
    centre.settle()
    assert [offer.agent for offer in centre.now("c1").offers] == ["bob"]
    assigned = last(centre, e.Assigned)
    assert (assigned.by, assigned.until) == ("supervisor bob", centre.clock.now() + 30)


def test_kept_for_a_busy_agent_and_for_no_longer_than_was_said(centre, supervisor):
    centre.connected("c0", "ann")
    centre.arrive("c1")
    assert supervisor.post("/interactions/c1/assign", {"agent": "ann", "wait_s": 20}).json["place"][
        "kept_until"
    ]
    centre.available("bob")
    assert centre.now("c1").offers == ()
    centre.clock.pass_(20)
    centre.distributor.look()
    centre.settle()
    assert centre.now("c1").offer.agent == "bob"


@pytest.mark.parametrize(
    ("bob_is", "reason"),
    [
        ("offline", "is not signed in"),
        ("on_break", "is on a break"),
        ("not_responding", "does not answer"),
        ("about to go", "before his break"),
        ("disabled", "is disabled"),
        ("small", "takes 100 units, and he has 50"),
        ("not for voice", "may have no voice"),
    ],
)
def test_an_agent_who_could_not_have_him_is_refused_with_the_reason(
    centre, supervisor, bob, bob_is, reason
):
    profile = {"id": "bob", "name": "Bob", "extension": "1002", "queues": ("sales",)}
    if bob_is == "about to go":
        centre.connected("c0", "bob")
        bob.put("/agents/me/status", {"status": "on_break"})
    elif bob_is == "on_break":
        bob.post("/agents/me/sign-in")
    elif bob_is != "offline":
        centre.available("bob")
    if bob_is == "not_responding":
        centre.engine.handle(MarkNotResponding(agent_id="bob", reason="no answer"))
    elif bob_is == "disabled":
        centre.catalogue.put(AgentProfile(**profile, enabled=False))
    elif bob_is == "small":
        centre.catalogue.put(AgentProfile(**profile, capacity=50))
    elif bob_is == "not for voice":
        centre.catalogue.put(AgentProfile(**profile, ceilings={"voice": 0}))
    centre.arrive("c1")
    before = centre.now("c1").version
    response = supervisor.post("/interactions/c1/assign", {"agent": "bob"})
    assert response.status_code == 409
    assert reason in response.json["detail"]
    assert centre.now("c1").version == before


def test_nobody_is_assigned_to_whom_there_is_not(waiting, supervisor):
    response = supervisor.post("/interactions/c1/assign", {"agent": "carl"})
    assert response.status_code == 409 and "does not exist" in response.json["detail"]
    assert supervisor.post("/interactions/c1/assign", {"agent": "me"}).status_code == 403


# --- who and when --------------------------------------------------------------------------------

STEERING = (
    ("PUT", "priority", {"priority": 1}),
    ("POST", "move", {"queue": "sales"}),
    ("POST", "assign", {"agent": "bob"}),
)


@pytest.mark.parametrize(("method", "verb", "body"), STEERING)
def test_only_who_waits_can_be_steered(centre, supervisor, method, verb, body):
    centre.connected("c1", "ann")
    response = supervisor.call(method, f"/interactions/c1/{verb}", body)
    assert response.status_code == 409
    assert "does not wait in a queue (any more): it is connected" in response.json["detail"]
    assert supervisor.call(method, f"/interactions/c9/{verb}", body).status_code == 404


@pytest.mark.parametrize(("method", "verb", "body"), STEERING)
def test_an_agent_steers_nobody(centre, waiting, ann, method, verb, body):
    assert ann.call(method, f"/interactions/c1/{verb}", body).status_code == 403


@pytest.fixture
def sue(centre, app):
    """Signed in as a supervisor of queue sales."""
    account = Account(id="sue", name="Sue", role="supervisor", queues=("sales",))
    centre.catalogue.put(account)
    text, session = new_session(account, now=centre.clock.now())
    centre.catalogue.put(session)
    own_page = {"Origin": "http://localhost", "X-Tandem": "1", "Cookie": f"tandem_session={text}"}

    def call(method, path, body):
        client = app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, json=body, headers=own_page)

    return call


def test_a_supervisor_of_some_queues_steers_within_them(centre, waiting, support, sue):
    centre.catalogue.put(AgentProfile(id="carl", name="C", extension="1003", queues=("support",)))
    for agent in ("ann", "carl"):
        centre.available(agent)
    ringing = centre.now("c1").offer.agent
    for verb, body in (("move", {"queue": "support"}), ("assign", {"agent": "carl"})):
        response = sue("POST", f"/interactions/c1/{verb}", body)
        assert response.status_code == 403 and "yours" in response.json["detail"]
    assert centre.now("c1").offer.agent == ringing == "ann"
    assert sue("POST", "/interactions/c1/assign", {"agent": "ann"}).status_code == 200
    assert last(centre, e.Assigned).by == "supervisor sue"
