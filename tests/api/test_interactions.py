import pytest


def ids(response):
    assert response.status_code == 200, response.json
    return [item["id"] for item in response.json["items"]]


def test_an_interaction_is_told_whole(centre, supervisor):
    centre.connected("c1", "ann")
    view = supervisor.get("/interactions/c1").json
    assert (view["state"], view["open"], view["queue"]) == ("connected", True, "sales")
    assert (view["customer_address"], view["dialled"]) == ("+4930123", "5000")
    assert view["agents"] == ["ann"]
    assert view["segments"][0]["phase"] == "talking"
    assert [leg["role"] for leg in view["legs"]] == ["customer", "agent"]
    assert view["version"] == centre.now("c1").version


def test_no_path_of_the_server_leaves_it(centre, auditor):
    centre.connected("c1", "ann")
    for path in ("/interactions/c1", "/interactions/c1/events", "/interactions/c1/recordings"):
        assert b"/memory/" not in auditor.get(path).data


def test_history_has_every_event_with_times_as_text(centre, auditor):
    centre.connected("c1", "ann")
    items = auditor.get("/interactions/c1/events").json["items"]
    stored = centre.store.events("interaction:c1")
    assert [item["type"] for item in items] == [type(event).__name__ for event in stored]
    offered = next(item for item in items if item["type"] == "Offered")
    assert offered["at"] == "2023-11-14T22:13:20Z"
    assert offered["data"]["expires_at"] == "2023-11-14T22:13:40Z"
    assert offered["data"]["why"]["eligible"] == ["ann"]


def test_an_agent_sees_his_own_and_learns_nothing_of_others(centre, ann, bob):
    centre.connected("c1", "ann")
    assert ids(ann.get("/interactions")) == ["c1"]
    assert ids(bob.get("/interactions")) == []
    assert ids(bob.get("/interactions?open=true")) == []
    assert bob.get("/interactions?agent=ann").status_code == 403
    theirs, nobodys = bob.get("/interactions/c1"), bob.get("/interactions/c9")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json["detail"].replace("c1", "") == nobodys.json["detail"].replace("c9", "")
    assert bob.get("/interactions/c1/events").status_code == 404


def test_what_he_declined_is_not_his(centre, ann):
    centre.available("ann")
    centre.arrive("c1")
    offer = centre.now("c1").offer
    ann.post(f"/offers/{offer.id}/decline")
    assert ids(ann.get("/interactions")) == []
    assert ann.get("/interactions/c1").status_code == 404


def test_open_ones_leave_the_list_when_they_close_and_stay_in_the_record(centre, supervisor):
    centre.arrive("c1")
    assert ids(supervisor.get("/interactions?open=true")) == ["c1"]
    centre.medium.hang_up("c1")
    centre.settle()
    assert ids(supervisor.get("/interactions?open=true")) == []
    (item,) = supervisor.get("/interactions").json["items"]
    assert (item["outcome"], item["open"]) == ("abandoned", False)


def test_filters_by_queue_agent_and_time(centre, supervisor):
    centre.connected("c1", "ann")
    centre.clock.pass_(100)
    centre.arrive("c2")
    for form in ("/interactions?open=true&", "/interactions?"):
        assert ids(supervisor.get(f"{form}agent=ann")) == ["c1"]
        assert ids(supervisor.get(f"{form}queue=sales")) == ["c1", "c2"]
        assert ids(supervisor.get(f"{form}queue=support")) == []
        assert ids(supervisor.get(f"{form}since=2023-11-14T22:15:00Z")) == ["c2"]
        assert ids(supervisor.get(f"{form}until=2023-11-14T22:15:00Z")) == ["c1"]
        assert ids(supervisor.get(f"{form}since=2023-11-14T22:13:20Z")) == ["c1", "c2"]


def test_a_limit_says_that_there_are_more(centre, supervisor):
    for number in range(3):
        centre.arrive(f"c{number}")
        centre.clock.pass_(1)
    page = supervisor.get("/interactions?limit=2").json
    assert [item["id"] for item in page["items"]] == ["c0", "c1"]
    assert page["more"] is True
    rest = supervisor.get(f"/interactions?limit=2&since={page['items'][-1]['arrived_at']}").json
    assert [item["id"] for item in rest["items"]] == ["c1", "c2"]
    assert rest["more"] is False


@pytest.mark.parametrize(
    "query", ["since=yesterday", "since=2023-11-14T22:15:00", "limit=0", "limit=5000", "line=sales"]
)
def test_a_query_that_makes_no_sense_is_refused(supervisor, query):
    response = supervisor.get(f"/interactions?{query}")
    assert response.status_code == 422
    assert response.json["errors"][0]["path"] == query.split("=")[0]


def test_a_customers_contacts_are_found_by_his_number(centre, supervisor, ann, bob):
    centre.connected("c1", "ann")
    assert ids(supervisor.get("/interactions?address=%2B4930123")) == ["c1"]
    assert ids(supervisor.get("/interactions?address=%2B4930123&open=true")) == ["c1"]
    for query in ("address=%2B493012", "address=%2B4930124&open=true"):
        assert ids(supervisor.get(f"/interactions?{query}")) == []
    assert ids(ann.get("/interactions?address=%2B4930123")) == ["c1"]
    assert ids(bob.get("/interactions?address=%2B4930123")) == []
