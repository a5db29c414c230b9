"""Customers are found beside the calls, once, and also after a crash."""

import gevent
import pytest

from controller.adapters.memory.customers import MemoryCustomers
from controller.adapters.memory.publisher import MemoryPublisher
from controller.adapters.memory.store import MemoryStore
from controller.desk import arrivals as module
from controller.desk.arrivals import Arrivals
from controller.desk.identities import Identities
from controller.domain import commands as c
from controller.domain.customer import Identity, Kind
from controller.domain.model import Terms
from controller.errors import StoreUnavailable
from controller.ports import Published
from tests.store.calls import arrive, queue, step

PHONE = Identity(Kind.PHONE, "+4930123456")


class Watched(MemoryCustomers):
    """Counts transactions; may be away."""

    def __init__(self):
        super().__init__()
        self.batches = []
        self.away = False

    def record(self, arrivals):
        if self.away:
            raise StoreUnavailable("away")
        self.batches.append(len(arrivals))
        return super().record(arrivals)


class Centre:
    """News of a store as they come, and who listens to them."""

    def __init__(self):
        self.store, self.customers = MemoryStore(), Watched()
        self.publisher = MemoryPublisher()
        self.arrivals = None

    def begin(self):
        self.publisher = MemoryPublisher()
        self.arrivals = Arrivals(
            customers=self.customers, past=self.store, identities=Identities("DE"), again_s=0.01
        )
        self.publisher.subscribe("customers", self.arrivals.notice)
        self.arrivals.start()
        gevent.sleep(0.01)
        self.customers.batches.clear()

    def arrive(self, interaction_id, address="030123456", at=1000.0, *, told=True, name="Ann"):
        change = arrive(interaction_id, at=at, address=address, name=name)
        self.store.commit([change])
        if told:
            self.publisher.publish(Published(after=change.after, events=change.events))
            gevent.sleep(0)
        return change.after

    def owner(self, contact):
        return self.arrivals.customer_of(contact)


@pytest.fixture
def centre():
    made = Centre()
    made.begin()
    yield made
    made.arrivals.stop()


def test_who_asks_at_once_is_told(centre):
    contact = centre.arrive("c1")
    owner = centre.owner(contact)
    assert owner == centre.customers.owner(PHONE) is not None
    assert centre.customers.customer(owner).name == "Ann"


def test_what_arrives_within_a_moment_is_one_transaction(centre):
    contacts = [centre.arrive(f"c{n}", at=1000.0 + n) for n in range(50)]
    assert len({centre.owner(contact) for contact in contacts}) == 1
    assert centre.customers.batches == [50]


def test_it_is_recorded_though_nobody_asks(centre):
    centre.arrive("c1")
    assert centre.customers.of_contact("c1") is None
    assert centre.arrivals._done.wait(module.GATHER_S * 20)
    assert centre.customers.of_contact("c1") is not None


@pytest.mark.parametrize("address", ["anonymous", "", "1001"])
def test_who_withholds_his_number_or_calls_from_within_is_no_customer(centre, address):
    assert centre.owner(centre.arrive("c1", address)) is None
    assert centre.customers.batches == []


@pytest.mark.parametrize(
    ("called", "name"),
    [("030123456", ""), ("anonymous", ""), (" A\tN\x00 ", "A N"), ("x" * 99, "x" * 64)],
)
def test_a_name_is_a_name(centre, called, name):
    assert centre.customers.customer(centre.owner(centre.arrive("c1", name=called))).name == name


def test_other_news_make_nobody(centre):
    contact = arrive("c1", address="030123456").after
    for change in queue(contact, "sales"):
        centre.arrivals.notice(Published(after=change.after, events=change.events))
    assert centre.owner(contact) is None


def test_while_the_database_is_away_arrivals_wait(centre):
    centre.customers.away = True
    contact = centre.arrive("c1")
    assert centre.owner(contact) is None
    centre.customers.away = False
    assert centre.arrivals._done.wait(5)
    assert centre.customers.of_contact("c1") is not None


def test_what_a_crash_lost_is_found_at_the_next_start_and_nothing_twice(centre):
    first = centre.owner(centre.arrive("c1"))
    centre.arrivals._writer.kill()
    lost = [centre.arrive("c2", at=1001.0, told=False), centre.arrive("c3", "110", told=False)]
    centre.begin()
    assert [centre.customers.of_contact(contact.id) for contact in lost] == [first, None]
    assert [c.interaction_id for c in centre.customers.contacts([first], None, 9)] == ["c2", "c1"]


def test_a_contact_that_is_not_recorded_yet_is_his_whose_identity_it_has(centre):
    known = centre.owner(centre.arrive("c1"))
    assert centre.owner(centre.arrive("c2", told=False)) == known
    assert centre.owner(centre.arrive("c3", "+4930999999", told=False)) is None


def test_a_first_start_finds_the_customers_of_all_that_ever_was(monkeypatch):
    monkeypatch.setattr(module, "MOST", 4)
    centre = Centre()
    for n in range(30):  # ten at one instant: more than a page
        at = 1000.0 + (n if n < 10 else 10 if n < 20 else n)
        centre.arrive(f"c{n:02}", f"+49301234{n % 3}00", at=at, told=False)
    centre.begin()
    assert centre.customers.last_arrival() == 1029.0
    found = {n: centre.customers.of_contact(f"c{n:02}") for n in range(30)}
    assert None not in found.values()
    assert len(set(found.values())) == 3
    centre.arrivals.stop()


def test_an_agents_own_call_is_of_the_customer_he_calls(centre):
    owner = centre.owner(centre.arrive("c1"))
    place = c.PlaceCall(
        interaction_id="c2",
        channel="voice",
        agent="ann",
        segment_id="s1",
        agent_leg="l1",
        address="+4930123456",
        dialled="100",
        queue="sales",
        terms=Terms(),
    )
    placed = step(None, place, 1001.0)
    centre.arrivals.notice(Published(after=placed.after, events=placed.events))
    assert centre.owner(placed.after) == owner
