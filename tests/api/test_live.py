"""The live feed, as pages have it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from socketio.exceptions import ConnectionError as Refused

from console.live import limits
from controller.domain.catalogue import Account, AgentProfile, Session, Token
from tests.api.pages import Page, cookie_of


def test_a_feed_opens_with_a_snapshot_and_goes_on_by_pushes(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    opened = page.open("desk")
    assert opened["ok"] and opened["feed"] == "desk"
    assert opened["entities"]["me"]["status"] == "offline"
    centre.available("ann")
    event, push = page.next()
    assert (event, push["feed"], push["epoch"]) == ("push", "desk", opened["epoch"])
    assert push["number"] == opened["number"] + 1
    assert push["put"]["me"]["status"] == "available"


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_call_comes_to_the_desk_and_goes(centre, served, transport):
    page = served.page().connect({"token": centre.token("agent", "ann")}, transport)
    entities = page.open("desk")["entities"]
    centre.connected("i1", "ann")

    def until(done: Callable[[], bool]) -> None:
        while not done():
            _, push = page.next()
            entities.update(push["put"])
            for key in push["drop"]:
                del entities[key]

    until(lambda: entities.get("interaction:i1", {}).get("state") == "connected")
    segment = entities["interaction:i1"]["segments"][0]
    assert entities["interaction:i1"]["my_segment"] == segment["id"]
    assert not [key for key in entities if key.startswith("offer:")]
    centre.medium.hang_up("i1")
    centre.settle()
    until(lambda: entities.get("interaction:i1", {}).get("state") == "ended")


def test_who_does_not_say_who_he_is_is_refused(served):
    for auth in (None, {}, {"token": "tdm_wrong"}, {"token": 5}, "junk", ["x"]):
        page = Page(served.url)
        with pytest.raises(Refused):
            page.connect(auth)
        assert page.refusal["data"]["status"] == 401
        assert "detail" in page.refusal["data"]


def test_guessing_is_slowed_down(served):
    for _ in range(12):
        page = Page(served.url)
        with pytest.raises(Refused):
            page.connect({"token": "tdm_wrong"})
    assert page.refusal["data"]["status"] == 429


def test_the_session_cookie_opens_it_from_our_own_page(centre, served):
    headers = cookie_of(centre, "supervisor")
    page = served.page().connect(headers=headers)
    assert page.open("floor")["ok"]


@pytest.mark.parametrize(
    ("origin", "said"),
    [("https://elsewhere.example", {}), ("", {}), (None, {"Sec-Fetch-Site": "cross-site"})],
)
def test_the_cookie_opens_nothing_from_another_page(centre, served, origin, said):
    page = Page(served.url, origin=origin)
    with pytest.raises(Refused):
        page.connect(headers=cookie_of(centre, "supervisor") | said)


def test_a_revoked_token_ends_it(centre, served):
    text = centre.token("supervisor")
    page = served.page().connect({"token": text})
    page.open("floor")
    [entry] = centre.catalogue.all(Token)
    centre.catalogue.remove(Token, entry.id)
    assert page.next()[1] == {
        "feed": None,
        "status": 401,
        "detail": "unknown or revoked token; ask an admin for a new one",
        "code": "token_unknown",
        "params": {},
    }
    assert page.next()[0] == "gone"
    assert served.live.sockets.count == 0


def test_a_session_that_is_signed_out_ends_it(centre, served):
    page = served.page().connect(headers=cookie_of(centre, "supervisor"))
    [session] = centre.catalogue.all(Session)
    centre.catalogue.remove(Session, session.id)
    event, message = page.next()
    assert (event, message["status"]) == ("ended", 401)


def test_other_rights_take_a_new_connection(centre, served):
    page = served.page().connect(headers=cookie_of(centre, "supervisor"))
    [account] = centre.catalogue.all(Account)
    centre.catalogue.put(
        Account(id=account.id, name="x", role="supervisor", queues=("sales",), password_hash="none")
    )
    event, message = page.next()
    assert (event, message["status"]) == ("ended", 409)


def test_a_disabled_agent_is_cut_off(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    page.open("directory")
    centre.catalogue.put(AgentProfile(id="ann", name="ann", extension="1001", enabled=False))
    said = [page.next() for _ in range(2)]
    assert ("ended", 401) in [(event, (message or {}).get("status")) for event, message in said]


def test_a_restart_is_another_epoch(centre, serve_feed):
    token = {"token": centre.token("supervisor")}
    first = serve_feed().page().connect(token).open("floor")
    second = serve_feed().page().connect(token).open("floor")
    assert first["epoch"] != second["epoch"]
    assert first["entities"] == second["entities"]


def test_a_role_opens_what_its_row_says(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    assert page.open("floor")["status"] == 403
    assert page.open("sesame")["status"] == 404
    centre.arrive("i1")
    hidden, unknown = page.open("interaction:i1"), page.open("interaction:i9")
    assert hidden["status"] == unknown["status"] == 404
    assert hidden["detail"].replace("i1", "i9") == unknown["detail"]
    supervisor = served.page().connect({"token": centre.token("supervisor")})
    assert supervisor.open("desk")["status"] == 403
    opened = supervisor.open("interaction:i1")
    assert opened["entities"]["interaction"]["state"] == "queued"
    assert opened["entities"]["event:0"]["type"] == "Arrived"


def test_an_interaction_that_is_not_his_any_more_ends(centre, served):
    centre.available("ann")
    centre.arrive("i1")
    page = served.page().connect({"token": centre.token("agent", "ann")})
    assert page.open("interaction:i1")["ok"]
    centre.medium.hang_up(centre.now("i1").offer.leg, "USER_BUSY")
    centre.settle()
    while (said := page.next())[0] == "push":
        pass
    assert said[0] == "ended"
    assert (said[1]["feed"], said[1]["status"]) == ("interaction:i1", 404)


@pytest.mark.parametrize(
    "sent",
    [
        (),
        (None,),
        ("desk",),
        ({},),
        ({"feed": None},),
        ({"feed": ""},),
        ({"feed": "x" * 200},),
        ({"feed": ["desk"]},),
        ({"feed": "desk"}, {"feed": "desk"}),
        ([[["deep"]]],),
    ],
)
def test_junk_is_answered_in_words(centre, served, sent):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    for event in ("open", "close", "phone"):
        answer = page.call(event, *sent)
        assert (answer["ok"], answer["status"]) == (False, 422)
    assert page.open("desk")["ok"]


def test_events_out_of_order_and_twice_do_no_harm(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    assert page.call("close", {"feed": "desk"}) == {"ok": True}
    first, second = page.open("desk"), page.open("desk")
    assert first["entities"] == second["entities"]
    assert page.call("close", {"feed": "desk"}) == {"ok": True}
    assert page.call("close", {"feed": "desk"}) == {"ok": True}
    assert page.call("hang_up", {"interaction": "i1"})["status"] == 404
    centre.available("ann")
    assert page.open("desk")["entities"]["me"]["status"] == "available"
    assert page.nothing()


def test_one_page_of_an_account_is_its_phone(centre, served):
    token = {"token": centre.token("agent", "ann")}
    first, second = served.page().connect(token), served.page().connect(token)
    assert first.call("phone", {"tab": "one", "take": False}) == {"ok": True, "holder": "one"}
    assert second.next() == ("phone", {"holder": "one"})
    assert second.call("phone", {"tab": "two", "take": False})["holder"] == "one"
    assert second.call("phone", {"tab": "two", "take": True})["holder"] == "two"
    assert first.next() == ("phone", {"holder": "one"})
    assert first.next() == ("phone", {"holder": "two"})
    second.close()
    assert first.next() == ("phone", {"holder": None})


def test_too_many_opens_are_refused_for_a_while(centre, served):
    page = served.page().connect({"token": centre.token("supervisor")})
    answers = [page.open("floor") for _ in range(limits.OPENS + 1)]
    assert [answer["ok"] for answer in answers] == [True] * limits.OPENS + [False]
    assert answers[-1]["status"] == 429


def test_too_many_connections_of_one_are_refused(centre, served, monkeypatch):
    monkeypatch.setattr(limits, "OF_ONE", 1)
    token = {"token": centre.token("supervisor")}
    served.page().connect(token)
    page = Page(served.url)
    with pytest.raises(Refused):
        page.connect(token)
    assert page.refusal["data"]["status"] == 429


def test_what_is_refused_for_want_of_rights_is_in_the_audit(centre, served):
    page = served.page().connect({"token": centre.token("agent", "ann")})
    page.open("floor")
    page.open("sesame")
    with pytest.raises(Refused):
        Page(served.url).connect({"token": "tdm_wrong"})
    rows = [(row.deed.role, row.deed.action, row.deed.outcome) for row in centre.rows()]
    assert rows == [("agent", "open floor", "refused"), ("", "connect", "refused")]


def test_who_has_to_choose_a_password_reads_nothing_before(centre, served):
    headers = cookie_of(centre, "supervisor")
    [account] = centre.catalogue.all(Account)
    centre.catalogue.put(replace(account, must_change=True))
    page = Page(served.url)
    with pytest.raises(Refused):
        page.connect(headers=headers)
    assert page.refusal["data"]["status"] == 401


def test_a_page_that_listens_keeps_its_session(centre, served):
    page = served.page().connect(headers=cookie_of(centre, "supervisor"))
    [session] = centre.catalogue.all(Session)
    centre.clock.pass_(session.idle_s + 1)
    centre.people.sessions.sweep()
    assert page.open("floor")["ok"]
    page.close()
    centre.clock.pass_(session.idle_s + 1)
    centre.people.sessions.sweep()
    assert not centre.catalogue.all(Session)
