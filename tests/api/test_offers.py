def offer_of(centre, interaction_id):
    offer = centre.now(interaction_id).offer
    assert offer is not None
    return offer


def test_an_agent_sees_and_accepts_his_offer(centre, ann):
    centre.available("ann")
    centre.arrive("c1")
    (item,) = ann.get("/offers").json["items"]
    assert item["interaction_id"] == "c1"
    assert item["customer_address"] == "+4930123"
    assert item["queue"] == "sales"
    assert item["why"]["eligible"] == ["ann"]
    assert ann.post(f"/offers/{item['id']}/accept").status_code == 200
    centre.settle()
    assert centre.now("c1").state == "connected"
    assert ann.get("/offers").json["items"] == []


def test_accepting_twice_does_no_harm(centre, ann):
    centre.available("ann")
    centre.arrive("c1")
    offer = offer_of(centre, "c1")
    ann.post(f"/offers/{offer.id}/accept")
    centre.settle()
    again = ann.post(f"/offers/{offer.id}/accept")
    assert again.status_code == 200
    assert again.json["state"] == "connected"
    assert len(centre.now("c1").segments) == 1


def test_a_declined_offer_goes_to_someone_else(centre, ann):
    centre.available("ann")
    centre.arrive("c1")
    centre.available("bob")
    offer = offer_of(centre, "c1")
    assert offer.agent == "ann"
    assert ann.post(f"/offers/{offer.id}/decline", {"reason": "phone broken"}).status_code == 200
    centre.settle()
    assert offer_of(centre, "c1").agent == "bob"
    assert ann.post(f"/offers/{offer.id}/accept").status_code == 409


def test_another_agents_offer_is_neither_seen_nor_taken(centre, ann, bob):
    centre.available("ann")
    centre.arrive("c1")
    offer = offer_of(centre, "c1")
    assert bob.get("/offers").json["items"] == []
    assert bob.get("/offers?agent=ann").status_code == 403
    assert bob.post(f"/offers/{offer.id}/accept").status_code == 409
    assert bob.post(f"/offers/{offer.id}/decline").status_code == 409
    assert not offer_of(centre, "c1").accept_requested


def test_a_supervisor_sees_all_offers_or_one_agents(centre, supervisor):
    centre.available("ann")
    centre.arrive("c1")
    assert [o["agent"] for o in supervisor.get("/offers").json["items"]] == ["ann"]
    assert supervisor.get("/offers?agent=bob").json["items"] == []


def test_an_offer_that_never_was_is_a_conflict_that_says_where_to_look(ann):
    response = ann.post("/offers/none/accept")
    assert response.status_code == 409
    assert "GET /api/v1/offers" in response.json["detail"]
