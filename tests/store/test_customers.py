"""What every keeper of customers promises."""

from dataclasses import replace

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from controller.adapters.db.customers import SqlCustomers
from controller.adapters.db.store import SqlStore
from controller.adapters.memory.customers import MemoryCustomers
from controller.domain.customer import (
    MOST_IDENTITIES,
    Evidence,
    Kind,
    Known,
    Source,
    identity,
)
from controller.errors import IllegalCommand, NotFound, StaleVersion
from controller.ports import Arrival
from tests.store.calls import arrive, hang_up

PHONE, MAIL = identity(Kind.PHONE, "+4930123456"), identity(Kind.EMAIL, "ann@example.com")
TOLD = Evidence(words="he gave his number in the mail", identity=PHONE, contact="m1")


def arrival(interaction_id, by=PHONE, at=1000.0, name=""):
    return Arrival(interaction_id=interaction_id, identity=by, arrived_at=at, name=name)


def person(value=MAIL, at=5.0):
    return Known(identity=value, since=at, source=Source.PERSON, verified=True)


@pytest.fixture
def two(customers):
    """The customer with the phone, and the one with the mail: a contact each."""
    found = customers.record([arrival("c1"), arrival("m1", MAIL, at=2000.0)])
    return found["c1"], found["m1"]


def join(customers, one, into, merge_id="m", at=9.0):
    return customers.merge(
        merge_id=merge_id, customer=one, into=into, evidence=TOLD, by="agent ann", at=at
    )


def test_who_comes_by_an_identity_for_the_first_time_is_a_new_customer(customers):
    [made] = customers.record([arrival("c1", name="Ann")]).values()
    found = customers.customer(made)
    assert (found.name, found.created_at, found.version) == ("Ann", 1000.0, 1)
    assert found.identities == (Known(identity=PHONE, since=1000.0, source=Source.ARRIVAL),)
    assert customers.owner(PHONE) == customers.of_contact("c1") == made
    assert customers.family(made) == [found]


def test_who_comes_again_is_the_same_and_keeps_his_name(customers):
    first = customers.record([arrival("c1", name="Ann")])
    again = customers.record([arrival("c2", at=1001.0, name="A. N. Other"), arrival("c3", MAIL)])
    assert again["c2"] == first["c1"] != again["c3"]
    assert customers.customer(first["c1"]).name == "Ann"


def test_recording_twice_changes_nothing(customers, two):
    again = customers.record([arrival("c1"), arrival("c1"), arrival("m1", MAIL, at=2000.0)])
    assert (again["c1"], again["m1"]) == two
    assert [c.interaction_id for c in customers.contacts(two, None, 10)] == ["m1", "c1"]
    assert customers.record([]) == {}


def test_a_batch_may_hold_one_customer_many_times(customers):
    found = customers.record([arrival(f"c{n}", at=1000.0 + n) for n in range(600)])
    assert len(set(found.values())) == 1
    assert len(customers.contacts([found["c0"]], None, 1000)) == 600


def test_what_nobody_knows(customers, two):
    assert customers.customer("nobody") is customers.owner(identity(Kind.ACCOUNT, "x")) is None
    assert customers.of_contact("nothing") is None
    assert customers.family("nobody") == customers.contacts(["nobody"], None, 10) == []
    assert customers.contacts(two, "nothing", 10) == []
    assert customers.merges(["nobody"]) == []


def test_contacts_come_newest_first_and_by_pages(customers):
    arrivals = [arrival(f"c{n}", at=1000.0 + n // 2) for n in range(7)]
    [owner] = set(customers.record(arrivals).values())
    pages, last = [], None
    while page := customers.contacts([owner], last, 3):
        pages.append([contact.interaction_id for contact in page])
        last = pages[-1][-1]
    assert pages == [["c6", "c5", "c4"], ["c3", "c2", "c1"], ["c0"]]
    assert customers.last_arrival() == 1003.0


def test_names_are_found_by_their_beginning_however_they_are_spelt(customers, two):
    phone, mail = two
    customers.change(phone, name="Ann Groß", note="", language="", version=None)
    customers.change(mail, name="张伟", note="", language="", version=None)

    def names(begin):
        return [one.name for one in customers.search(begin, 10)]

    assert names("ann GROSS") == names("AN") == ["Ann Groß"]
    assert names("张") == ["张伟"]
    assert names("groß") == names("%") == names("_") == []
    assert names("") == ["Ann Groß", "张伟"]
    assert len(customers.search("", 1)) == 1
    assert customers.search("ann", 1)[0].identities


def test_a_change_names_the_version_it_was_made_of(customers, two):
    after = customers.change(two[0], name="Ann", note="deaf\x00", language="de", version=1)
    assert (after.name, after.language, after.version) == ("Ann", "de", 2)
    with pytest.raises(StaleVersion):
        customers.change(two[0], name="Bob", note="", language="", version=1)
    assert customers.customer(two[0]).name == "Ann"
    with pytest.raises(NotFound):
        customers.change("nobody", name="Bob", note="", language="", version=None)


def test_an_identity_is_of_one_customer(customers, two):
    phone, mail = two
    account = identity(Kind.ACCOUNT, "a:17")
    assert customers.add_identity(phone, person(account)) == phone
    assert customers.add_identity(phone, person(account, at=9.0)) == phone
    assert customers.add_identity(phone, person(MAIL)) == mail
    assert [k.identity for k in customers.customer(phone).identities] == [account, PHONE]
    assert customers.customer(phone).identities[0] == person(account)
    with pytest.raises(NotFound):
        customers.add_identity("nobody", person(identity(Kind.ACCOUNT, "new")))


def test_who_has_too_many_identities_gets_no_more(customers, two):
    for n in range(MOST_IDENTITIES - 1):
        customers.add_identity(two[0], person(identity(Kind.ACCOUNT, str(n))))
    with pytest.raises(IllegalCommand, match="at most"):
        customers.add_identity(two[0], person(identity(Kind.ACCOUNT, "more")))
    assert customers.add_identity(two[0], person(MAIL)) == two[1]


def test_an_identity_that_was_removed_is_of_nobody_and_his_contacts_stay(customers, two):
    assert not customers.remove_identity(two[0], MAIL)
    assert customers.remove_identity(two[0], PHONE)
    assert not customers.remove_identity(two[0], PHONE)
    assert customers.owner(PHONE) is None
    assert customers.of_contact("c1") == two[0]
    assert customers.record([arrival("c2")])["c2"] != two[0]


def test_a_merge_is_told_of_both_and_moves_nothing(customers, two):
    phone, mail = two
    before = [customers.customer(each) for each in two]
    made = join(customers, mail, phone)
    assert (made.by, made.at, made.evidence) == ("agent ann", 9.0, TOLD)
    assert customers.merges([mail]) == customers.merges([phone]) == [made]
    family = customers.family(mail)
    assert family == customers.family(phone)
    assert family == [before[0], replace(before[1], merged_into=phone)]
    assert customers.record([arrival("m2", MAIL)])["m2"] == mail


def test_a_merge_that_makes_no_sense_is_refused_and_changes_nothing(customers, two):
    phone, mail = two
    with pytest.raises(IllegalCommand, match="one customer already"):
        join(customers, phone, phone)
    with pytest.raises(NotFound):
        join(customers, phone, "nobody")
    join(customers, mail, phone)
    for one, into in ((mail, phone), (phone, mail)):
        with pytest.raises(IllegalCommand, match="already"):
            join(customers, one, into, "other")
    assert [merge.id for merge in customers.merges(two)] == ["m"]


def test_taking_a_merge_back_leaves_everybody_with_what_was_his(customers, two):
    phone, mail = two
    before = [customers.customer(each) for each in two]
    join(customers, mail, phone)
    customers.record([arrival("m2", MAIL, at=3000.0), arrival("c2", at=3001.0)])
    undone = customers.unmerge("m", why="two brothers", by="admin root", at=20.0)
    assert (undone.undone_at, undone.undone_by, undone.undone_why) == (
        20.0,
        "admin root",
        "two brothers",
    )
    assert customers.merges([mail]) == [undone]
    assert [customers.customer(each) for each in two] == before
    assert [c.interaction_id for c in customers.contacts([mail], None, 9)] == ["m2", "m1"]
    assert [c.interaction_id for c in customers.contacts([phone], None, 9)] == ["c2", "c1"]
    with pytest.raises(IllegalCommand, match="already"):
        customers.unmerge("m", why="again", by="admin root", at=21.0)
    with pytest.raises(NotFound):
        customers.unmerge("other", why="?", by="admin root", at=21.0)
    assert join(customers, mail, phone, "again", at=22.0).undone_at is None
    assert [merge.id for merge in customers.merges(two)] == ["again", "m"]


def test_merges_of_merged_ones_are_taken_back_in_any_order(customers):
    made = customers.record([arrival(n, identity(Kind.ACCOUNT, n)) for n in "abc"])
    a, b, c = (made[n] for n in "abc")
    join(customers, b, a, "b into a")
    join(customers, a, c, "a into c")
    assert [one.id for one in customers.family(b)] == [c, a, b]
    customers.unmerge("b into a", why="no", by="x", at=1.0)
    assert [one.id for one in customers.family(b)] == [b]
    assert [one.id for one in customers.family(c)] == [c, a]


#: (who, into whom) to merge, or None: take the last one back.
DEEDS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)) | st.none(), max_size=12)


@settings(max_examples=150, deadline=None)
@given(DEEDS)
def test_whatever_is_merged_everybody_is_one_person_and_all_can_be_taken_back(deeds):
    customers = MemoryCustomers()
    made = customers.record([arrival(f"c{n}", identity(Kind.ACCOUNT, f"{n}")) for n in range(5)])
    ids = [made[f"c{n}"] for n in range(5)]
    before, done = [customers.customer(each) for each in ids], []
    for n, deed in enumerate(deeds):
        try:
            if deed is not None:
                done.append(join(customers, ids[deed[0]], ids[deed[1]], f"m{n}").id)
            elif done:
                customers.unmerge(done.pop(), why="no", by="x", at=float(n))
        except IllegalCommand:
            continue
        families = {customers.family(each)[0].id: customers.family(each) for each in ids}
        told = sorted(one.id for family in families.values() for one in family)
        assert told == sorted(ids)
    for merge_id in done:
        customers.unmerge(merge_id, why="no", by="x", at=99.0)
    assert [customers.customer(each) for each in ids] == before


# --- two at once, on databases --------------------------------------------------------------------


@pytest.fixture
def processes(url):
    """Two that work on one database."""
    stores = [SqlStore(url) for _ in range(2)]
    for store in stores:
        store.upgrade()
    yield [SqlCustomers(store.database) for store in stores]
    for store in stores:
        store.close()


def at_once(jobs):
    greenlets = [gevent.spawn(job) for job in jobs]
    gevent.joinall(greenlets, raise_error=False)
    return greenlets


def test_of_two_who_find_one_identity_at_once_the_loser_gets_the_winners_customer(processes):
    for n in range(20):
        both = (PHONE, MAIL) if n % 2 else (MAIL, PHONE)
        identities = [identity(Kind.ACCOUNT, f"{each.value}{n}") for each in both]

        def record(customers, order, name, identities=identities, n=n):
            found = [arrival(f"{name}{n}-{i}", identities[i]) for i in order]
            return customers.record(found)

        jobs = [
            lambda: record(processes[0], (0, 1), "a"),
            lambda: record(processes[1], (1, 0), "b"),
        ]
        first, second = (greenlet.get() for greenlet in at_once(jobs))
        for i in range(2):
            assert first[f"a{n}-{i}"] == second[f"b{n}-{i}"] == processes[0].owner(identities[i])


def test_nobody_is_left_of_a_lost_race(processes, url):
    jobs = [lambda n=n: processes[n % 2].record([arrival(f"c{n}")]) for n in range(8)]
    assert len({tuple(g.get().values()) for g in at_once(jobs)}) == 1
    count = text("SELECT count(*) FROM customers")
    assert processes[0]._database.read(lambda connection: connection.scalar(count)) == 1


def test_merges_at_once_make_no_circle(processes):
    made = processes[0].record([arrival(n, identity(Kind.ACCOUNT, n)) for n in "abc"])
    a, b, c = (made[n] for n in "abc")
    jobs = [
        lambda n=n, one=one, into=into: join(processes[n % 2], one, into, f"m{n}")
        for n, (one, into) in enumerate([(a, b), (b, c), (c, a)])
    ]
    done = [greenlet for greenlet in at_once(jobs) if greenlet.successful()]
    assert 1 <= len(done) <= 2
    assert {len(processes[0].family(each)) for each in (a, b, c)} <= {1, 2, 3}
    assert all(isinstance(g.exception, IllegalCommand) for g in at_once(jobs))


def test_what_is_pruned_is_no_contact_any_more(sql_store):
    sql_store.commit([arrive("c1")])
    sql_store.commit(hang_up(sql_store.interaction("c1")))
    customers = SqlCustomers(sql_store.database)
    [owner] = customers.record([arrival("c1")]).values()
    assert sql_store.prune(9e9) == 1
    assert customers.contacts([owner], None, 9) == []


PLANS = {
    "identities": "SELECT customer_id FROM identities WHERE key IN ('a', 'b')",
    "names": "SELECT * FROM customers WHERE name_key >= x'61' AND name_key < x'62' ORDER BY name_key, id",
    "contacts": "SELECT * FROM customer_contacts WHERE customer_id IN ('a', 'b')"
    " AND (arrived_at, interaction_id) < (1, 'x') ORDER BY arrived_at DESC, interaction_id DESC",
    "family": "SELECT * FROM customers WHERE merged_into IN ('a', 'b')",
    "merges": "SELECT * FROM customer_merges WHERE customer_id IN ('a') OR into_id IN ('a')",
    "last": "SELECT max(arrived_at) FROM customer_contacts",
}


@pytest.mark.parametrize("query", PLANS)
def test_every_lookup_goes_by_an_index(sqlite_store, query):
    explain = text(f"EXPLAIN QUERY PLAN {PLANS[query]}")
    plan = sqlite_store.database.read(lambda connection: connection.execute(explain).all())
    steps = [row.detail for row in plan]
    assert not any(step.startswith("SCAN") for step in steps), steps
