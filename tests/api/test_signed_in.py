"""Sessions end by themselves, and use keeps them."""

from dataclasses import replace

import gevent
import pytest

from console.sessions import IDLE_S, LONGEST_S
from console.signed_in import MOST, Sessions
from controller.domain.catalogue import Account, Session
from controller.errors import StoreUnavailable


@pytest.fixture
def sessions(centre):
    return centre.people.sessions


@pytest.fixture
def sue(centre):
    return centre.account("sue", "admin")


def ids(centre):
    return {session.id for session in centre.catalogue.all(Session)}


def test_what_is_over_leaves_the_store(centre, sessions, sue):
    sessions.open(sue, "192.0.2.1")
    centre.clock.pass_(60)
    _, second = sessions.open(sue, "192.0.2.1")
    assert sessions.sweep() == IDLE_S - 60
    centre.clock.pass_(IDLE_S - 60)
    assert sessions.sweep() == 60
    assert ids(centre) == {second.id}
    centre.clock.pass_(60)
    assert sessions.sweep() is None
    assert ids(centre) == set()


def test_it_wakes_by_itself_when_one_is_over(centre, sue):
    """On a clock that goes: the manual one of this centre stands."""

    class Going:
        def now(self):
            return centre.clock.now() + gevent.get_hub().loop.now() - began

    began = gevent.get_hub().loop.now()
    short = Sessions(centre.catalogue, Going(), longest_s=0.05)
    short.start()
    gone = gevent.event.Event()
    _, session = short.open(sue, "192.0.2.1")
    centre.catalogue.subscribe(lambda kind, entry_id: entry_id == session.id and gone.set())
    assert gone.wait(10)
    assert ids(centre) == set()
    short.stop()


def test_use_is_noted_now_and_then_and_keeps_it(centre, sessions, sue):
    _, session = sessions.open(sue, "192.0.2.1")
    centre.clock.pass_(60)
    sessions.used(session.id)
    gevent.idle()
    assert centre.catalogue.get(Session, session.id).used_at == session.used_at
    centre.clock.pass_(IDLE_S / 2)
    sessions.used(session.id)
    gevent.idle()
    assert centre.catalogue.get(Session, session.id).used_at == centre.clock.now()


def test_requests_are_use(centre, signed_in):
    browser = signed_in("sue", "admin")
    for _ in range(4):
        centre.clock.pass_(IDLE_S / 2)
        assert browser.get("/queues").status_code == 200
        gevent.idle()
    centre.clock.pass_(IDLE_S)
    assert browser.get("/queues").status_code == 401


def test_use_that_comes_after_the_end_does_not_bring_it_back(centre, sessions, sue):
    _, session = sessions.open(sue, "192.0.2.1")
    centre.clock.pass_(IDLE_S / 2)
    sessions.used(session.id)
    sessions.end(session.id)
    gevent.idle()
    assert ids(centre) == set()


def test_a_page_that_listens_keeps_it_until_it_is_over_for_good(centre, sessions, sue):
    _, session = sessions.open(sue, "192.0.2.1")
    sessions.hold(session.id)
    sessions.hold(session.id)
    sessions.release(session.id)
    centre.clock.pass_(IDLE_S)
    assert sessions.sweep() == IDLE_S
    centre.clock.pass_(LONGEST_S - IDLE_S)
    sessions.sweep()
    assert ids(centre) == set()


def test_when_the_page_is_gone_it_is_idle(centre, sessions, sue):
    _, session = sessions.open(sue, "192.0.2.1")
    sessions.hold(session.id)
    sessions.release(session.id)
    centre.clock.pass_(IDLE_S)
    sessions.sweep()
    assert ids(centre) == set()


def test_a_stop_finds_those_who_listen_in_use(centre, sessions, sue):
    _, session = sessions.open(sue, "192.0.2.1")
    sessions.hold(session.id)
    centre.clock.pass_(IDLE_S - 1)
    sessions.stop()
    assert centre.catalogue.get(Session, session.id).used_at == centre.clock.now()


def test_one_person_has_so_many_at_a_time(centre, sessions, sue):
    opened = []
    for _ in range(MOST + 3):
        centre.clock.pass_(1)
        opened.append(sessions.open(sue, "192.0.2.1")[1].id)
    assert ids(centre) == set(opened[3:])


def test_all_but_one_end(centre, sessions, sue):
    bob = centre.account("bob", "admin")
    kept, other = (sessions.open(sue, "192.0.2.1")[1].id for _ in range(2))
    bobs = sessions.open(bob, "192.0.2.1")[1].id
    sessions.end_all("sue", keep=kept)
    assert ids(centre) == {kept, bobs}
    assert other not in ids(centre)
    sessions.end(other)


def test_who_is_removed_or_disabled_has_none(centre, sessions, sue):
    sessions.open(sue, "192.0.2.1")
    centre.catalogue.put(replace(sue, language="en"))
    assert len(ids(centre)) == 1
    centre.catalogue.put(replace(sue, enabled=False))
    assert ids(centre) == set()
    sessions.open(sue, "192.0.2.1")
    centre.catalogue.remove(Account, "sue")
    assert ids(centre) == set()


def test_a_database_that_is_away_fails_no_request(centre, sue):
    class Away:
        """The centre's catalogue, of which nothing can be written."""

        def __getattr__(self, name):
            return getattr(centre.catalogue, name)

        def swap(self, present, wanted, deed=None):
            raise StoreUnavailable("no database")

    sessions = Sessions(Away(), centre.clock)
    _, session = centre.people.sessions.open(sue, "192.0.2.1")
    centre.clock.pass_(IDLE_S / 2)
    sessions.used(session.id)
    gevent.idle()
    assert centre.catalogue.get(Session, session.id) == session
